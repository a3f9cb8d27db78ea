//! What is said when a source has none of the names that are needed. Knows names only.

/// How many of the source's names are shown.
const SHOWN: usize = 8;

/// None of the wanted fields is among the names of the source.
pub(crate) fn nothing_wanted(wanted: &[String], names: &[&str]) -> String {
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join("`, `");
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let help = match nearest(wanted, names) {
        Some((wanted, name)) => {
            format!("is `{name}` meant to be `{wanted}`? Case matters; other names need a --mapping")
        }
        None => "if its columns have other names, give a --mapping".to_owned(),
    };
    format!("none of the columns that are needed is among its columns, which are `{shown}`{more}; {help}")
}

/// The wanted field and the name that are most alike, if any are.
fn nearest<'a>(wanted: &'a [String], names: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let likeness = |a: &str, b: &str| strsim::jaro_winkler(&a.to_lowercase(), &b.to_lowercase());
    let pairs = wanted.iter().flat_map(|wanted| names.iter().map(move |name| (wanted.as_str(), *name)));
    pairs
        .map(|(wanted, name)| (likeness(wanted, name), wanted, name))
        .filter(|(likeness, ..)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, wanted, name)| (wanted, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_the_nearest_is_proposed() {
        let wanted = ["Timestamp".to_owned(), "RemoteIP".to_owned()];
        let names = ["timestamp", "1", "2", "3", "4", "5", "6", "7", "8"];
        assert_eq!(
            nothing_wanted(&wanted, &names),
            "none of the columns that are needed is among its columns, which are `timestamp`, `1`, `2`, `3`, `4`, \
             `5`, `6`, `7` and 1 more; is `timestamp` meant to be `Timestamp`? Case matters; other names need a \
             --mapping"
        );
        assert!(
            nothing_wanted(&wanted, &["x"])
                .ends_with("`x`; if its columns have other names, give a --mapping")
        );
    }
}
