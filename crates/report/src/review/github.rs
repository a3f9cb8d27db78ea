//! A review as workflow commands of GitHub Actions: each concern on its line.

use lownoise_gate::{Concern, Level, Review};

use super::lines;
use crate::github::{At, command_of, repository_path};

/// One workflow command for each concern, the errors first; paths are relative to the repository.
///
/// `prefix` is the folder, below the repository's root, that the paths of the review are relative to.
#[must_use]
pub fn render_annotations(review: &Review, prefix: &str) -> String {
    let mut concerns: Vec<&Concern> = review.all().collect();
    concerns.sort_by_key(|concern| std::cmp::Reverse(concern.level));
    concerns.into_iter().map(|concern| annotation(concern, prefix)).collect()
}

fn annotation(concern: &Concern, prefix: &str) -> String {
    let command = match concern.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let place = &concern.place;
    let at = (!place.file.is_empty()).then(|| At {
        file: repository_path(&place.file, prefix),
        line: place.line,
        end_line: place.end_line,
        column: None,
    });
    command_of(command, at, &concern.rule.title(), &lines(concern).join("\n"))
}

#[cfg(test)]
mod tests {
    use lownoise_gate::{Place, Rule};

    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let place = Place::line("a,b:100%.toml", 3);
        let message = "50% of\r\nit::all";
        let review = Review {
            concerns: vec![Concern::new(Rule::ScenarioFailed, Level::Error, "s", message, place)],
            ..Review::default()
        };
        let told = render_annotations(&review, "sub/");
        let expected = "::error file=sub/a%2Cb%3A100%25.toml,line=3,endLine=3,title=scenario failed::50%25 of\\r\\nit::all\n";
        assert_eq!(told, expected);
    }
}
