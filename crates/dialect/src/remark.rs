//! What comments say of an exclusion: its id, its reason, its owner, its dates, in the words that the emitters put into
//! them.

use jiff::civil::Date as Day;
use lownoise_engine::policy::Date;

/// What is said of an exclusion, or of the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remark {
    /// `id: …`
    pub(crate) id: Option<String>,
    /// The rest of it.
    pub(crate) text: String,
    /// `owner: …`
    pub(crate) owner: Option<String>,
    /// `created: …`
    pub(crate) created: Option<Date>,
    /// `expires: …`
    pub(crate) expires: Option<Date>,
    /// `review: …`
    pub(crate) review: Option<Date>,
    /// `ticket: …`
    pub(crate) ticket: Option<String>,
}

impl Remark {
    /// With what is said behind it.
    pub(crate) fn and(self, behind: Self) -> Self {
        let text = match (self.text.as_str(), behind.text.as_str()) {
            ("", text) | (text, "") => text.to_owned(),
            (above, behind) => format!("{}: {behind}", above.trim_end_matches(['.', ':', ';', ','])),
        };
        Self {
            text,
            id: behind.id.or(self.id),
            owner: behind.owner.or(self.owner),
            created: behind.created.or(self.created),
            expires: behind.expires.or(self.expires),
            review: behind.review.or(self.review),
            ticket: behind.ticket.or(self.ticket),
        }
    }

    /// Of lines of comments.
    pub(crate) fn of(lines: &[&str]) -> Self {
        let mut remark = Self::default();
        let mut words: Vec<&str> = Vec::new();
        let lines = lines.iter().map(|line| line.trim());
        // What allows a finding is no reason for an exclusion.
        let lines = lines.filter(|line| !line.starts_with("lownoise:"));
        for line in lines.filter(|line| line.chars().any(char::is_alphanumeric)) {
            if remark.fields(line) {
                continue;
            }
            match line.split_once(": ").filter(|(id, _)| words.is_empty() && remark.id.is_none() && is_id(id))
            {
                Some((id, rest)) => {
                    remark.id = Some(id.to_owned());
                    words.push(rest.trim());
                }
                None => words.push(line),
            }
        }
        remark.text = words.join(" ");
        remark
    }

    /// `owner: x; created: 2026-02-02; expires: 2027-02-02; ticket: SEC-7`
    fn fields(&mut self, line: &str) -> bool {
        let mut read = self.clone();
        for field in line.split("; ") {
            let Some((name, value)) = field.split_once(": ") else { return false };
            let date = || value.trim().parse::<Day>().ok().map(Date);
            match name.trim() {
                "owner" => read.owner = Some(value.trim().to_owned()),
                "created" => read.created = date(),
                "expires" => read.expires = date(),
                "review" => read.review = date(),
                "ticket" => read.ticket = Some(value.trim().to_owned()),
                "policy" => read.id = Some(value.trim().to_owned()),
                _ => return false,
            }
        }
        *self = read;
        true
    }
}

/// Small letters, digits and hyphens.
fn is_id(word: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    word.starts_with(letter)
        && word.chars().all(|part| letter(part) || part == '-' || part == '_' || part == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_say_what_is_in_them() {
        let remark = Remark::of(&[
            "apt: Updates",
            "of packages",
            "owner: it; expires: 2027-02-02; ticket: SEC-7",
            "----",
        ]);
        assert_eq!(remark.id.as_deref(), Some("apt"));
        assert_eq!(remark.text, "Updates of packages");
        assert_eq!(remark.owner.as_deref(), Some("it"));
        assert_eq!(remark.expires.map(|date| date.to_string()).as_deref(), Some("2027-02-02"));
        assert_eq!(remark.ticket.as_deref(), Some("SEC-7"));
        let plain = Remark::of(&["Known good: see https://example.com"]);
        assert_eq!((plain.id, plain.text.as_str()), (None, "Known good: see https://example.com"));
    }
}
