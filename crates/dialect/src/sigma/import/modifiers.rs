//! A key of a selection: a field, and the modifiers behind it. Knows their names and which go together.

use lownoise_engine::diagnostic::did_you_mean;

/// What a modifier does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Modifier {
    Contains,
    StartsWith,
    EndsWith,
    All,
    Cased,
    Windash,
    Wide,
    Utf16Be,
    Utf16,
    Base64,
    Base64Offset,
    Regex,
    IgnoreCase,
    MultiLine,
    DotAll,
    Cidr,
    Exists,
    FieldRef,
    Expand,
    Lt,
    Lte,
    Gt,
    Gte,
    Neq,
    TimePart,
}

use Modifier::{
    All, Base64, Base64Offset, Cased, Cidr, Contains, DotAll, EndsWith, Exists, Expand, FieldRef, Gt, Gte,
    IgnoreCase, Lt, Lte, MultiLine, Neq, Regex, StartsWith, TimePart, Utf16, Utf16Be, Wide, Windash,
};

/// Every modifier, by its names.
const NAMES: [(&str, Modifier); 34] = [
    ("contains", Contains),
    ("startswith", StartsWith),
    ("endswith", EndsWith),
    ("all", All),
    ("cased", Cased),
    ("windash", Windash),
    ("wide", Wide),
    ("utf16le", Wide),
    ("utf16be", Utf16Be),
    ("utf16", Utf16),
    ("base64", Base64),
    ("base64offset", Base64Offset),
    ("re", Regex),
    ("i", IgnoreCase),
    ("ignorecase", IgnoreCase),
    ("m", MultiLine),
    ("multiline", MultiLine),
    ("s", DotAll),
    ("dotall", DotAll),
    ("cidr", Cidr),
    ("exists", Exists),
    ("fieldref", FieldRef),
    ("expand", Expand),
    ("lt", Lt),
    ("lte", Lte),
    ("gt", Gt),
    ("gte", Gte),
    ("neq", Neq),
    ("minute", TimePart),
    ("hour", TimePart),
    ("day", TimePart),
    ("week", TimePart),
    ("month", TimePart),
    ("year", TimePart),
];

/// A key of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The field; nothing for keywords.
    pub(super) field: Option<String>,
    /// In their order.
    pub(super) modifiers: Vec<Modifier>,
}

impl Key {
    /// Reads a key.
    ///
    /// # Errors
    /// Why it is not understood.
    pub(super) fn read(written: &str) -> Result<Self, String> {
        let mut parts = written.split('|');
        let field = parts.next().map(str::trim).filter(|field| !field.is_empty()).map(str::to_owned);
        let mut modifiers = Vec::new();
        for name in parts {
            let Some((_, modifier)) = NAMES.iter().find(|(known, _)| *known == name) else {
                let near = did_you_mean(name, NAMES.iter().map(|(known, _)| *known));
                let near = near.map_or_else(String::new, |near| format!("; {near}"));
                return Err(format!("`{name}` is no modifier of Sigma{near}"));
            };
            modifiers.push(*modifier);
        }
        let key = Self { field, modifiers };
        key.conflict().map_or(Ok(key), |why| Err(why.to_owned()))
    }

    /// Whether it has a modifier.
    pub(super) fn has(&self, modifier: Modifier) -> bool {
        self.modifiers.contains(&modifier)
    }

    /// Why the modifiers do not go together.
    fn conflict(&self) -> Option<&'static str> {
        let count = |some: &[Modifier]| some.iter().filter(|one| self.has(**one)).count();
        let operators = [Regex, Cidr, Exists, FieldRef, Lt, Lte, Gt, Gte, TimePart];
        let encodings = [Windash, Wide, Utf16Be, Utf16, Base64, Base64Offset];
        let affixes = [Contains, StartsWith, EndsWith];
        if count(&operators) > 1 || count(&[Wide, Utf16Be, Utf16]) > 1 || count(&[Base64, Base64Offset]) > 1 {
            return Some("two of these modifiers contradict each other");
        }
        if count(&operators) == 1 && count(&encodings) > 0 {
            return Some("an encoding makes another text, and this is no comparison with a text");
        }
        if count(&[IgnoreCase, MultiLine, DotAll]) > 0 && !self.has(Regex) {
            return Some("`i`, `m` and `s` go with `re`");
        }
        if count(&operators) == 1 && count(&affixes) > 0 && !self.has(FieldRef) {
            return Some("`contains`, `startswith` and `endswith` compare with a text, which this is not");
        }
        if self.has(Cased) && count(&[Cidr, Exists, Lt, Lte, Gt, Gte, TimePart]) > 0 {
            return Some("`cased` goes with a text");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read() {
        let key = Key::read("Image|contains|all").unwrap();
        assert_eq!((key.field.as_deref(), key.has(All), key.has(Cased)), (Some("Image"), true, false));
        assert_eq!(Key::read("|all").unwrap().field, None);
        assert!(Key::read("Image|contain").unwrap_err().contains("did you mean `contains`?"));
        for wrong in ["a|re|cidr", "a|i", "a|re|contains", "a|base64|cidr", "a|cidr|cased", "a|wide|utf16"] {
            assert!(Key::read(wrong).is_err(), "{wrong}");
        }
        assert!(Key::read("a|re|i|m|s").is_ok() && Key::read("a|fieldref|endswith").is_ok());
    }
}
