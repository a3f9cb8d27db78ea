//! `lownoise compile`: a query from a policy.

use lownoise_dialect::kql;

use super::{tell, verify, write};
use crate::args::{self, Language};
use crate::failure::Failure;
use crate::load;

pub(crate) fn run(arguments: &args::Compile) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let policy = load::policy(&arguments.policy, &schemas)?;
    let now = load::now(arguments.now);
    let emitted = match arguments.to {
        Language::Kql => kql::emit(&policy, now),
    };
    let emitted = match emitted {
        Ok(emitted) => emitted,
        Err(refused) => {
            tell(&refused, &policy.sources);
            return Err(Failure::Findings);
        }
    };
    tell(&emitted.notes, &policy.sources);
    write(&emitted.text, arguments.output.as_deref())?;
    if arguments.verify { verify(&policy, &emitted.text, &schemas, now) } else { Ok(()) }
}
