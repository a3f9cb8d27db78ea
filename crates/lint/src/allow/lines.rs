//! Allows in the comments of other languages, line by line: `# lownoise: …` of YAML, `// lownoise: …` of KQL. Knows neither
//! language: what looks like such a comment is taken for one.

use std::ops::Range;

/// The comments that are meant for us, each with what it is about: at the head of a file the file, else the line that it
/// stands behind or above, with the lines that are set in below it.
pub(super) fn comments(text: &str, mark: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let lines: Vec<Line<'_>> = lines(text);
    let mut found = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let Some(at) = line.comment(mark) else { continue };
        let own_line = line.text.get(..at).is_some_and(|before| before.trim().is_empty());
        let comment = line.start + at..line.start + line.text.len();
        let before = lines.get(..place).unwrap_or_default();
        if own_line && before.iter().all(Line::says_nothing) {
            found.push((comment, 0..text.len()));
            continue;
        }
        let from = if own_line { place + 1 } else { place };
        let mut about = lines.iter().skip(from).skip_while(|line| own_line && line.says_nothing());
        let Some(first) = about.next() else { continue };
        let below = about.take_while(|line| line.says_nothing() || line.depth() > first.depth());
        let last = below.filter(|line| !line.says_nothing()).last().unwrap_or(first);
        found.push((comment, first.start..last.start + last.text.len()));
    }
    found
}

struct Line<'t> {
    start: usize,
    text: &'t str,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let each = text.split_inclusive('\n').map(|whole| {
        let line = Line { start, text: whole.trim_end_matches(['\n', '\r']) };
        start += whole.len();
        line
    });
    each.collect()
}

impl Line<'_> {
    /// Where a comment that begins with the mark begins.
    fn comment(&self, mark: &str) -> Option<usize> {
        let before = self.text.get(..self.text.find(mark)?)?.trim_end();
        let at = before.trim_end_matches(['#', '/']).len();
        (at < before.len()).then_some(at)
    }

    /// Nothing but a comment, if anything.
    fn says_nothing(&self) -> bool {
        let text = self.text.trim_start();
        text.is_empty() || text.starts_with('#') || text.starts_with("//")
    }

    fn depth(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }
}
