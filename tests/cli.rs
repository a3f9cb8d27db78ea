//! The command line as its users see it: `tests/cli/*.trycmd` are run and compared to the letter.
//! `TRYCMD=overwrite cargo test --test cli` writes down what is printed now.

#[test]
fn commands_print_what_is_written_down() {
    trycmd::TestCases::new().env("NO_COLOR", "1").case("tests/cli/*.trycmd");
}
