//! What a terminal gets and a file does not: colour, progress, a width. And what is written to standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lownoise_report::Style;

/// The style of standard output.
pub(crate) fn output_style() -> Style {
    style(AutoStream::choice(&io::stdout()))
}

/// The style of standard error.
pub(crate) fn error_style() -> Style {
    style(AutoStream::choice(&io::stderr()))
}

fn style(choice: ColorChoice) -> Style {
    if choice == ColorChoice::Never { Style::Plain } else { Style::Coloured }
}

/// The width of the terminal that standard output is, if it is one.
pub(crate) fn width() -> Option<u16> {
    io::stdout().is_terminal().then(|| terminal_size::terminal_size().map_or(80, |(width, _)| width.0))
}

/// Writes to standard error; nothing can be done when that fails.
pub(crate) fn say(text: &str) {
    let _nowhere_left_to_say_so = writeln!(io::stderr().lock(), "{text}");
}

/// An error, as every verb words it.
pub(crate) fn error(text: &str) {
    say(&format!("{} {text}", heading("error:", anstyle::AnsiColor::Red)));
}

/// A warning, as every verb words it.
pub(crate) fn warning(text: &str) {
    say(&format!("{} {text}", heading("warning:", anstyle::AnsiColor::Yellow)));
}

fn heading(text: &str, colour: anstyle::AnsiColor) -> String {
    let style = colour.on_default().bold();
    match error_style() {
        Style::Plain => text.to_owned(),
        Style::Coloured => format!("{style}{text}{style:#}"),
    }
}

/// Asks a question that is answered with yes or no; `None` where nobody is there to ask.
pub(crate) fn confirm(question: &str) -> io::Result<Option<bool>> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(None);
    }
    write!(io::stderr().lock(), "{question} [y/N] ")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(Some(["y", "yes"].contains(&answer.trim().to_lowercase().as_str())))
}

/// What a panic says: a mistake of this program, unless the reader of a damaged file catches it.
pub(crate) fn word_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if !lownoise_ingest::is_guarding() {
            error(&format!("this is a mistake in lownoise, please report it: {panic}"));
        }
    }));
}

/// A bar over bytes, with rate and time left; drawn on a terminal only, on standard error.
pub(crate) fn progress(bytes: Option<u64>) -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr_with_hz(10)
    } else {
        ProgressDrawTarget::hidden()
    };
    let (bar, template) = match bytes {
        Some(bytes) => (
            ProgressBar::with_draw_target(Some(bytes), target),
            "{bar:30} {binary_bytes} of {binary_total_bytes}  {binary_bytes_per_sec}  {msg}  {eta} left",
        ),
        None => (
            ProgressBar::with_draw_target(None, target),
            "{spinner} {binary_bytes}  {binary_bytes_per_sec}  {msg}",
        ),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A bar for so many things that are looked at one after another, on a terminal only.
pub(crate) fn counting(things: usize, what: &'static str) -> ProgressBar {
    let bar = progress(Some(things as u64));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} {msg}  {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// Whether Ctrl-C was pressed. The first one ends the run in order, a second one at once.
pub(crate) fn interrupted() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    let handler = move || {
        if seen.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    // Without a handler Ctrl-C still ends the program, only less tidily.
    let _handler_or_default = ctrlc::set_handler(handler);
    flag
}
