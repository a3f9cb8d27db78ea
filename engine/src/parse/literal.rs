//! Operands: what may stand on the right of an operator, for each kind of column. Reports what cannot be read and
//! what is suspicious.

use std::str::FromStr;

use ipnetwork::IpNetwork;
use toml::Spanned;
use toml::de::DeValue;

use super::Reader;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::op::{AddressClass, AddressSet};
use crate::span::Span;
use crate::value::Time;

type Operand<'t> = Spanned<DeValue<'t>>;

/// What a kind of literal is called and how it is read.
pub(super) trait Literal: Sized + PartialEq {
    /// With its article.
    const NAME: &'static str;

    /// Reads one scalar; `Err` holds advice, if there is some.
    fn read(value: &DeValue<'_>) -> Result<Self, Option<String>>;

    /// Reads a value of a list, which is text.
    fn spelled(text: &str) -> Option<Self>;
}

impl Literal for String {
    const NAME: &'static str = "text";

    fn read(value: &DeValue<'_>) -> Result<Self, Option<String>> {
        let quote = matches!(value, DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_));
        value.as_str().map(str::to_owned).ok_or_else(|| quote.then(|| "put it in quotes".to_owned()))
    }

    fn spelled(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Literal for i64 {
    const NAME: &'static str = "a whole number";

    fn read(value: &DeValue<'_>) -> Result<Self, Option<String>> {
        match value {
            DeValue::Integer(integer) => Self::from_str_radix(integer.as_str(), integer.radix())
                .map_err(|_| Some("numbers have 64 bits".to_owned())),
            DeValue::String(text) if text.parse::<Self>().is_ok() => {
                Err(Some(format!("write {text} without quotes")))
            }
            _ => Err(None),
        }
    }

    fn spelled(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Literal for Time {
    const NAME: &'static str = "a time";

    fn read(value: &DeValue<'_>) -> Result<Self, Option<String>> {
        let advice =
            || Some("write it with a zone and without quotes, as in 2026-02-03T00:00:00Z".to_owned());
        match value {
            DeValue::Datetime(written) => Self::parse(&written.to_string()).ok_or_else(advice),
            _ => Err(advice()),
        }
    }

    fn spelled(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Literal for bool {
    const NAME: &'static str = "true or false";

    fn read(value: &DeValue<'_>) -> Result<Self, Option<String>> {
        value.as_bool().ok_or_else(|| value.is_str().then(|| "write it without quotes".to_owned()))
    }

    fn spelled(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Reader<'_> {
    /// One literal.
    pub(super) fn literal<T: Literal>(&mut self, operand: &Operand<'_>) -> Option<T> {
        match T::read(operand.get_ref()) {
            Ok(literal) => Some(literal),
            Err(advice) => {
                let found = describe(operand.get_ref());
                let message = format!("expected {}, found {found}", T::NAME);
                let label = format!("expected {}", T::NAME);
                self.report(
                    Diagnostic::error("wrong-operand", message, self.span(operand), label).maybe_help(advice),
                );
                None
            }
        }
    }

    /// A literal or a list of them, each with its place, or those of a list that the operand names. An empty list is an
    /// error: it would never hold.
    pub(super) fn literals<T: Literal>(&mut self, operand: &Operand<'_>) -> Option<Vec<(T, Span)>> {
        if let Some(values) = self.values_of_list(operand) {
            return self.spelled(values);
        }
        let Some(array) = operand.get_ref().as_array() else {
            let literal = self.literal(operand)?;
            return Some(vec![(literal, self.span(operand))]);
        };
        if array.is_empty() {
            let message = "an empty list never holds";
            self.report(Diagnostic::error(
                "empty-list",
                message,
                self.span(operand),
                "nothing to compare with",
            ));
            return None;
        }
        // Every entry is looked at before giving up, so that all mistakes are told at once.
        let read: Vec<_> = array.iter().map(|entry| (self.literal::<T>(entry), self.span(entry))).collect();
        let mut literals: Vec<(T, Span)> = Vec::with_capacity(read.len());
        let mut complete = true;
        for (literal, span) in read {
            match literal {
                Some(literal) => literals.push((literal, span)),
                None => complete = false,
            }
        }
        complete.then_some(literals)
    }

    /// The values of a list as literals.
    fn spelled<T: Literal>(&mut self, values: Vec<(String, Span)>) -> Option<Vec<(T, Span)>> {
        let mut literals = Vec::with_capacity(values.len());
        let count = values.len();
        for (text, span) in values {
            if let Some(literal) = T::spelled(&text) {
                literals.push((literal, span));
            } else {
                let message = format!("`{text}` in this list is not {}", T::NAME);
                let label = format!("expected {}", T::NAME);
                self.report(Diagnostic::error("wrong-operand", message, span, label));
            }
        }
        // What has no values has been told where it is written.
        (literals.len() == count && count > 0).then_some(literals)
    }

    /// Networks and classes of addresses.
    pub(super) fn addresses(&mut self, operand: &Operand<'_>) -> Option<AddressSet> {
        let mut set = AddressSet::default();
        let mut complete = true;
        for (text, span) in self.literals::<String>(operand)? {
            if let Ok(class) = AddressClass::from_str(&text) {
                set.classes.push(class);
            } else if let Ok(network) = IpNetwork::from_str(&text) {
                if network.network() != network.ip() {
                    let means = format!("{}/{}", network.network(), network.prefix());
                    let message = format!("`{text}` names a host inside its network");
                    let label = format!("means {means}");
                    self.report(
                        Diagnostic::warning("host-bits", message, span, label)
                            .help(format!("write `{means}`")),
                    );
                }
                set.networks.push(network);
            } else {
                complete = false;
                self.report(bad_network(&text, span));
            }
        }
        complete.then_some(set)
    }
}

fn bad_network(text: &str, span: Span) -> Diagnostic {
    let message = format!("`{text}` is neither a network nor a class of addresses");
    let names = AddressClass::ALL.map(|(_, name)| name);
    let help = if text.contains(['.', ':', '/']) {
        "write a network as in `10.0.0.0/8` or `2001:db8::/32`".to_owned()
    } else {
        format!("the classes are {}", names.map(|name| format!("`{name}`")).join(", "))
    };
    Diagnostic::error("bad-network", message, span, "not a network")
        .help(help)
        .maybe_help(did_you_mean(text, names))
}

/// What was found, with its article.
pub(super) fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
    .to_owned()
}
