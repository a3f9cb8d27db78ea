//! The ways into a value: `parse_json(AdditionalFields).PipeName`, `split(Path, "/")[1]`. A key that the table knows is a
//! column of it.

use lownoise_engine::event::ColumnId;

use super::resolve::Resolver;
use super::value::{Letters, Piece, Value};
use crate::kql::syntax::Access;

/// A name longer than this, in bytes, is nobody's.
const LONGEST: usize = 300;

impl<'q> Resolver<'q> {
    /// One step into a value.
    pub(super) fn inside(&self, value: Value<'q>, step: &Access) -> Value<'q> {
        match (value, step) {
            // A dot in a name of a column steps into what stands under a key.
            (_, Access::Key(key)) if key.contains('.') => {
                Value::Unknown(format!("the key `{key}` has a dot"))
            }
            (Value::Pieces(of), Access::Entry(place)) => Value::Piece(Piece { of, place: *place }),
            (Value::Column(id, Letters::AsTheyAre), Access::Key(key)) if !self.is_key(id) => {
                Self::under(self.schema.name(id), key)
            }
            (Value::Json(name), Access::Key(key)) => Self::under(&name, key),
            (Value::List(mut items), Access::Entry(place)) if items.iter().all(|(item, _)| is_one(item)) => {
                match usize::try_from(*place).ok().filter(|place| *place < items.len()) {
                    Some(place) => items.swap_remove(place).0,
                    None => Value::Unknown("the list has no such entry".to_owned()),
                }
            }
            (Value::Unknown(reason), _) => Value::Unknown(reason),
            _ => Value::Unknown("it looks into a value".to_owned()),
        }
    }

    /// What stands under a key of the JSON of a column, or of what stands in it.
    fn under(name: &str, key: &str) -> Value<'q> {
        let name = format!("{name}.{key}");
        if name.len() > LONGEST {
            return Value::Unknown("it looks far into a value".to_owned());
        }
        Value::Json(name)
    }

    /// What stands under a key that the table knows, as its column; another value as it is. Unlike a text, what stands in
    /// JSON is null where it is missing.
    pub(super) fn settled(&self, value: Value<'q>) -> Value<'q> {
        match value {
            Value::Json(name) => match self.schema.column(&name).filter(|id| self.is_key(*id)) {
                Some(id) => Value::Column(id, Letters::AsTheyAre),
                None => Value::Json(name),
            },
            value => value,
        }
    }

    /// Whether a column is a key of the JSON that another holds.
    pub(super) fn is_key(&self, id: ColumnId) -> bool {
        self.schema.definition(id).is_some_and(|column| column.key_of.is_some())
    }

    /// What `parse_json` makes of a value.
    pub(super) fn parsed(&self, value: &Value<'q>) -> Option<Value<'q>> {
        match value {
            // JSON in a text that stands in JSON is no key.
            Value::Column(id, Letters::AsTheyAre) if self.is_text(*id) && !self.is_key(*id) => {
                Some(Value::Json(self.schema.name(*id).to_owned()))
            }
            Value::Json(name) => Some(Value::Json(name.clone())),
            _ => None,
        }
    }

    /// `extractjson("$.a.b", column)`
    pub(super) fn extracted(&self, path: &str, value: &Value<'q>) -> Option<Value<'q>> {
        let parsed = self.parsed(value)?;
        // `$Key` is read as `$.Key`.
        let path = path.strip_prefix('$')?;
        let mut keys = path.strip_prefix('.').unwrap_or(path).split('.');
        let is_plain =
            |key: &str| !key.is_empty() && key.chars().all(|sign| sign.is_alphanumeric() || sign == '_');
        keys.try_fold(parsed, |value, key| {
            is_plain(key).then(|| self.inside(value, &Access::Key(key.to_owned())))
        })
    }

    /// Why something in JSON cannot be asked for.
    pub(super) fn no_key(&self, name: &str) -> String {
        match name.split_once('.') {
            Some((column, key)) => {
                format!("`{key}` is no known key of `{column}` in `{}`", self.schema.table)
            }
            None => format!("it compares the whole of `{name}`, read as JSON"),
        }
    }
}

/// Whether it is one value: what lists in lists come to is known when they are compared.
fn is_one(value: &Value<'_>) -> bool {
    !matches!(value, Value::List(_) | Value::Rows(_) | Value::Table(_))
}
