//! Values that stand elsewhere: in another field of the event (`fieldref`), or in a list outside the file (`expand`).
//! Knows fields, no conditions.

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::op::{Case, Relation, TextOperator};
use lownoise_engine::policy::List;
use lownoise_engine::predicate::{Listed, Opaque, Pair, Predicate};
use lownoise_engine::value::Kind;

use super::modifiers::{Key, Modifier};
use super::selection::Selections;
use crate::logic::all;
use crate::place::{Place, Said};
use crate::taxonomy::Field;
use crate::yaml::Node;

/// The operator on text that a key asks for.
fn operator(key: &Key) -> TextOperator {
    let known = [
        (Modifier::Contains, TextOperator::Contains),
        (Modifier::StartsWith, TextOperator::StartsWith),
        (Modifier::EndsWith, TextOperator::EndsWith),
    ];
    let found = known.into_iter().find(|(modifier, _)| key.has(*modifier));
    found.map_or(TextOperator::Equals, |(_, operator)| operator)
}

fn case(key: &Key) -> Case {
    if key.has(Modifier::Cased) { Case::Sensitive } else { Case::Insensitive }
}

impl Selections<'_> {
    /// `Field|fieldref: Other`: both have a value, and the values compare.
    pub(super) fn against_field(&self, place: &Place<'_>, key: &Key, value: &Node) -> Said {
        let name = value.text().ok_or("a field is named by a text")?;
        let field = self.taxonomy.field(name, self.schema);
        let field = field.ok_or_else(|| format!("`{name}` has no column in `{}`", self.schema.table))?;
        let other = Place { schema: self.schema, field, span: value.span };
        let (Field::Column(left), Field::Column(right)) = (&place.field, &other.field) else {
            return Err("one of the fields is no single column here".to_owned());
        };
        let (kind, other_kind) = (self.schema.kind(*left), self.schema.kind(*right));
        let relation = Relation::called(operator(key).definition().name, kind, other_kind, case(key));
        let relation = relation.ok_or("columns of these kinds do not compare so")?;
        let pair = Predicate::Pair(Pair { left: *left, relation, right: *right, span: value.span });
        Ok(match relation {
            Relation::Text { .. } => all(vec![place.exists(), other.exists(), pair]),
            Relation::Ordered(_) => pair,
        })
    }

    /// `Field|expand: '%name%'`: some value of a list that is not in the file.
    pub(super) fn among_list(
        &mut self,
        place: &Place<'_>,
        key: &Key,
        value: &Node,
        placeholder: &str,
    ) -> Said {
        let kind = |column| self.schema.kind(column);
        let operator = match place.field {
            Field::Column(column) if key.has(Modifier::Cidr) && kind(column) == Kind::Address => "in",
            Field::Column(column) if matches!(kind(column), Kind::Text | Kind::Address) => {
                operator(key).definition().name
            }
            _ => return Err(format!("`{placeholder}` is a list that is not in this file")),
        };
        let plain = [Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith, Modifier::Cased];
        let only = [Modifier::Expand, Modifier::Cidr, Modifier::Neq].into_iter().chain(plain);
        let only: Vec<Modifier> = only.collect();
        let Field::Column(column) = place.field else { return Err("no single column".to_owned()) };
        if value.text() != Some(placeholder) || !key.modifiers.iter().all(|modifier| only.contains(modifier))
        {
            return Err(format!(
                "`{placeholder}` is a list that is not in this file, and more is asked than its values"
            ));
        }
        let spelled = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        let name = placeholder.trim_matches('%');
        let wanted: String = name.chars().map(|letter| if spelled(letter) { letter } else { '_' }).collect();
        let known = self.lists.iter().find(|known| known.description.as_deref() == Some(placeholder));
        let numbered = (2..).map(|number| format!("{wanted}_{number}"));
        let taken = |name: &String| self.lists.iter().any(|known| known.name == *name);
        let free = [wanted.clone()].into_iter().chain(numbered).find(|name| !taken(name));
        let list = known.map(|known| known.name.clone()).or(free).unwrap_or(wanted);
        if !taken(&list) {
            let message = format!("the values of `{placeholder}` are not in this file");
            let help = format!(
                "write them one a line into `lists/{list}.txt` beside the policy; until then this hides nothing, and proofs that depend on it are unknown"
            );
            let told = Diagnostic::warning("sigma-outside-list", message, value.span, "asks elsewhere");
            self.told.push(told.help(help));
            let (name, description) = (list.clone(), Some(placeholder.to_owned()));
            self.lists.push(List { name, description, kql: None, span: value.span });
        }
        let case = if operator == "in" { Case::Sensitive } else { case(key) };
        let listed = Listed { column, operator: operator.to_owned(), case, list, kql: None };
        Ok(Predicate::Opaque(Opaque::listed(listed, self.schema.name(column), value.span)))
    }
}
