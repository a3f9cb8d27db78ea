//! What a plain word means: the core schema of YAML 1.2. In quotes, everything is a text.

/// A scalar's meaning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Word {
    /// `null`, `~`, nothing.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A number with a fraction, or one that is too large for 64 bits.
    Real(f64),
    /// Everything else.
    Text(String),
}

impl Word {
    pub(super) fn of(text: &str, quoted: bool) -> Self {
        if quoted {
            return Self::Text(text.to_owned());
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" => return Self::Bool(true),
            "false" | "False" | "FALSE" => return Self::Bool(false),
            _ => {}
        }
        number(text).unwrap_or_else(|| Self::Text(text.to_owned()))
    }
}

fn number(text: &str) -> Option<Word> {
    let radix = |digits: &str, radix| {
        let plain = digits.bytes().all(|digit| digit.is_ascii_alphanumeric());
        i64::from_str_radix(digits, radix).ok().filter(|_| plain).map(Word::Number)
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return text.parse().map(Word::Number).ok().or_else(|| text.parse().map(Word::Real).ok());
    }
    let shape = |letter: u8| letter.is_ascii_digit() || b".eE+-".contains(&letter);
    let real = digits.bytes().all(shape) && digits.bytes().any(|letter| letter.is_ascii_digit());
    if real { text.parse().map(Word::Real).ok() } else { None }
}
