//! The command line: arguments in, exit codes out. One file a verb; what they share is beside them.

mod args;
mod check;
mod coverage;
mod devices;
mod dialect;
mod docs;
mod event_files;
mod explain;
mod failure;
mod generate;
mod git;
mod init;
mod lint_info;
mod load;
mod mutation;
mod output;
mod proof;
mod read;
mod run;
mod scenarios;
mod schema;
mod side;
mod terminal;
mod test;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Verb};
use failure::Failure;

fn main() -> ExitCode {
    terminal::word_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => {
            // Help and version are asked for; anything else is a usage error, which has its own exit code.
            let code = if message.use_stderr() { Failure::USAGE } else { 0 };
            return if message.print().is_ok() {
                ExitCode::from(code)
            } else {
                ExitCode::from(Failure::USAGE)
            };
        }
    };
    let result = std::panic::catch_unwind(|| perform(arguments.verb));
    match result {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => failure.report(),
        // The hook has said what happened.
        Err(_) => ExitCode::from(Failure::USAGE),
    }
}

fn perform(verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::Run(run) => run::run(&run),
        Verb::Explain(explain) => explain::run(&explain),
        Verb::Check(check) => check::run(&check),
        Verb::LintInfo(info) => lint_info::run(&info),
        Verb::Prove(prove) => proof::prove(&prove),
        Verb::Diff(diff) => proof::diff(&diff),
        Verb::Gate(gate) => proof::gate(&gate),
        Verb::Test(test) => test::run(&test),
        Verb::Import(import) => dialect::import(&import),
        Verb::Compile(compile) => dialect::compile(&compile),
        Verb::Docs(docs) => docs::run(&docs),
        Verb::Generate(generate) => generate::run(&generate),
        Verb::Init(init) => init::run(&init),
        Verb::Schema(schema) => schema::run(&schema),
    }
}
