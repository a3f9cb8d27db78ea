//! What one value of a selection asks of one field. Knows kinds of columns, no selections.

use lownoise_engine::op::{Case, Comparison, Operator};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::Kind;

use super::encoding::encoded;
use super::modifiers::{Key, Modifier};
use super::pcre;
use crate::logic::{any, not};
use crate::place::{Place, Said, merged};
use crate::taxonomy::Field;
use crate::wildcards::Text;
use crate::yaml::{Node, Word};

/// What a value asks.
pub(super) fn asked(place: &Place<'_>, key: &Key, value: &Node) -> Said {
    let Some(word) = value.word() else { return Err("it is no single value".to_owned()) };
    if key.has(Modifier::Regex) {
        return regex(place, key, value.text().unwrap_or(""));
    }
    if key.has(Modifier::Cidr) {
        return place.network(value.text().unwrap_or("").trim());
    }
    let orders = [Modifier::Lt, Modifier::Lte, Modifier::Gt, Modifier::Gte];
    if let Some(order) = orders.into_iter().find(|order| key.has(*order)) {
        return compared(place, order, &word);
    }
    let case = if key.has(Modifier::Cased) { Case::Sensitive } else { Case::Insensitive };
    let plain = key
        .modifiers
        .iter()
        .all(|modifier| matches!(modifier, Modifier::All | Modifier::Cased | Modifier::Neq));
    let text = match word {
        Word::Null if plain => return Ok(not(place.exists())),
        Word::Null => return Err("nothing has no part".to_owned()),
        Word::Bool(holds) => Text::plain(&holds.to_string()),
        Word::Number(number) => Text::plain(&number.to_string()),
        Word::Real(_) => Text::plain(value.text().unwrap_or("").trim()),
        Word::Text(text) => Text::read(&text),
    };
    let texts = encoded(text, key)?;
    let each: Result<Vec<Predicate>, String> =
        texts.iter().map(|text| place.text(&text.asked(), case)).collect();
    Ok(merged(any(each?)))
}

fn regex(place: &Place<'_>, key: &Key, pattern: &str) -> Said {
    let column = match place.field {
        Field::Column(column) if matches!(place.schema.kind(column), Kind::Text | Kind::Address) => column,
        Field::Column(column) => return Err(place.is_no_text(column)),
        Field::Values(..) | Field::Account { .. } => {
            return Err("this field is no column of its own, and a pattern looks at one".to_owned());
        }
    };
    let flags = [(Modifier::MultiLine, 'm'), (Modifier::DotAll, 's')];
    let flags: String = flags.iter().filter(|(flag, _)| key.has(*flag)).map(|(_, letter)| *letter).collect();
    let flags = if flags.is_empty() { flags } else { format!("(?{flags})") };
    let case = if key.has(Modifier::IgnoreCase) { Case::Insensitive } else { Case::Sensitive };
    place.pattern(column, &format!("{flags}{}", pcre::translated(pattern)), case)
}

fn compared(place: &Place<'_>, order: Modifier, word: &Word) -> Said {
    let Field::Column(column) = place.field else {
        return Err("this field is no column of its own".to_owned());
    };
    if place.schema.kind(column) != Kind::Number {
        return Err(place.is_no_text(column));
    }
    let bound = match word {
        Word::Number(number) => *number,
        Word::Text(text) => text.trim().parse().map_err(|_| format!("`{text}` is no whole number"))?,
        _ => return Err("it is no whole number".to_owned()),
    };
    let comparison = match order {
        Modifier::Lt => Comparison::Lt(bound),
        Modifier::Lte => Comparison::Lte(bound),
        Modifier::Gt => Comparison::Gt(bound),
        _ => Comparison::Gte(bound),
    };
    Ok(place.test(column, Operator::Number(comparison)))
}
