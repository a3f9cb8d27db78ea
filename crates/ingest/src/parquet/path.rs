//! Where a field is among nested columns: `destination.ip` is the column of that name, or `ip` in `destination`.

use ::parquet::arrow::ProjectionMask;
use ::parquet::schema::types::SchemaDescriptor;
use arrow::datatypes::{DataType, FieldRef, Fields};

/// The fields from a column down to this field; `None` when there is none. A whole name goes before nested ones,
/// and the first of several columns of one name is meant. Linear in the columns for each dot.
pub(super) fn find<'a>(fields: &'a Fields, name: &str) -> Option<Vec<&'a FieldRef>> {
    let named = |name: &str| fields.iter().find(|field| field.name() == name);
    if let Some(field) = named(name) {
        return Some(vec![field]);
    }
    let mut dots = name.match_indices('.').map(|(dot, _)| dot);
    dots.find_map(|dot| {
        let (before, after) = name.split_at_checked(dot)?;
        let outer = named(before)?;
        let DataType::Struct(inner) = outer.data_type() else { return None };
        let mut path = find(inner, after.strip_prefix('.')?)?;
        path.insert(0, outer);
        Some(path)
    })
}

/// The leaves of a schema whose paths are wanted.
pub(super) fn leaves(schema: &SchemaDescriptor, is_wanted: impl Fn(&[String]) -> bool) -> ProjectionMask {
    let leaves = schema.columns().iter().enumerate();
    let leaves = leaves.filter(|(_, column)| is_wanted(column.path().parts())).map(|(leaf, _)| leaf);
    ProjectionMask::leaves(schema, leaves)
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::Field;

    use super::*;

    #[test]
    fn whole_names_then_nested_ones() {
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        let group = |name: &str, fields: Vec<Field>| Field::new_struct(name, fields, true);
        let fields = Fields::from(vec![
            text("a.b"),
            group("a", vec![text("b"), text("c"), group("d", vec![text("e.f")])]),
            text("g"),
        ]);
        let path = |name: &str| {
            find(&fields, name).map(|path| path.iter().map(|field| field.name().as_str()).collect::<Vec<_>>())
        };
        assert_eq!(path("a.b"), Some(vec!["a.b"]));
        assert_eq!(path("a.c"), Some(vec!["a", "c"]));
        assert_eq!(path("a.d.e.f"), Some(vec!["a", "d", "e.f"]));
        assert_eq!(path("g"), Some(vec!["g"]));
        assert_eq!(path("g.h"), None);
        assert_eq!(path("a."), None);
        assert_eq!(path(""), None);
    }
}
