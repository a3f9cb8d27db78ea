//! Relations of two values of one event: what an operator asks of a literal, asked of another column.

use super::{Case, TextOperator};
use crate::value::{Kind, Value};

/// What is asked of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Text or address columns: the left compares with the right as with a literal. What is missing is the empty text.
    Text {
        /// How.
        operator: TextOperator,
        /// Whether case matters.
        case: Case,
    },
    /// Columns of numbers, times or booleans; false where one of the values is missing.
    Ordered(Order),
}

/// How the left value stands to the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// The same.
    Equals,
    /// Less than.
    Lt,
    /// Less than or equal.
    Lte,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Gte,
}

impl Order {
    /// Each, with its key in a policy.
    pub const ALL: [(Self, &str); 5] = [
        (Self::Equals, "equals"),
        (Self::Lt, "lt"),
        (Self::Lte, "lte"),
        (Self::Gt, "gt"),
        (Self::Gte, "gte"),
    ];

    fn holds<T: Ord>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equals => left == right,
            Self::Lt => left < right,
            Self::Lte => left <= right,
            Self::Gt => left > right,
            Self::Gte => left >= right,
        }
    }
}

impl Relation {
    /// The text operators that compare a column with a column: those that are about the whole text, not about terms.
    pub const TEXT: [TextOperator; 4] =
        [TextOperator::Equals, TextOperator::StartsWith, TextOperator::EndsWith, TextOperator::Contains];

    /// The relation that a key of a policy asks for, between columns of these kinds.
    #[must_use]
    pub fn called(name: &str, left: Kind, right: Kind, case: Case) -> Option<Self> {
        let is_text = |kind| matches!(kind, Kind::Text | Kind::Address);
        if is_text(left) && is_text(right) {
            let operator = Self::TEXT.into_iter().find(|known| known.definition().name == name)?;
            return Some(Self::Text { operator, case });
        }
        let (order, _) = Order::ALL.into_iter().find(|(_, known)| *known == name)?;
        let fits = left == right && (left != Kind::Bool || order == Order::Equals);
        fits.then_some(Self::Ordered(order))
    }

    /// Its key in a policy.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text { operator, .. } => operator.definition().name,
            Self::Ordered(order) => {
                Order::ALL.iter().find(|(known, _)| *known == order).map_or("", |(_, name)| name)
            }
        }
    }

    /// Whether case matters.
    #[must_use]
    pub fn case(self) -> Case {
        match self {
            Self::Text { case, .. } => case,
            Self::Ordered(_) => Case::Sensitive,
        }
    }

    /// Whether it holds between two values. Linear in the texts but for `contains`, which is linear in their product.
    #[must_use]
    pub fn holds(self, left: Value<'_>, right: Value<'_>) -> bool {
        match (self, left, right) {
            (Self::Text { operator, case }, ..) => operator.holds(left.text(), right.text(), case),
            (Self::Ordered(order), Value::Number(left), Value::Number(right)) => order.holds(&left, &right),
            (Self::Ordered(order), Value::Time(left), Value::Time(right)) => order.holds(&left, &right),
            (Self::Ordered(order), Value::Bool(left), Value::Bool(right)) => order.holds(&left, &right),
            (Self::Ordered(_), ..) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_compare_as_with_a_literal() {
        let holds = |name, case, left, right| {
            Relation::called(name, Kind::Text, Kind::Address, case).unwrap().holds(left, right)
        };
        let text = Value::Text;
        assert!(holds("equals", Case::Sensitive, text("root"), text("root")));
        assert!(!holds("equals", Case::Sensitive, text("Root"), text("root")));
        assert!(holds("equals", Case::Insensitive, text("Root"), text("rOOt")));
        assert!(holds("equals", Case::Sensitive, Value::Missing, text("")));
        assert!(holds("starts_with", Case::Sensitive, text("/usr/bin/curl"), text("/usr/bin/")));
        assert!(holds("ends_with", Case::Insensitive, text("/usr/bin/Curl"), text("curl")));
        assert!(holds("contains", Case::Sensitive, text("curl"), Value::Missing));
        assert!(!holds("contains", Case::Sensitive, Value::Missing, text("curl")));
    }

    #[test]
    fn numbers_compare_where_both_are_there() {
        let cases = [
            ("equals", [false, true, false]),
            ("lt", [true, false, false]),
            ("lte", [true, true, false]),
            ("gt", [false, false, true]),
            ("gte", [false, true, true]),
        ];
        for (name, expected) in cases {
            let relation = Relation::called(name, Kind::Number, Kind::Number, Case::Sensitive).unwrap();
            assert_eq!(relation.name(), name);
            assert_eq!([4, 5, 6].map(|left| relation.holds(Value::Number(left), Value::Number(5))), expected);
            assert!(!relation.holds(Value::Missing, Value::Number(5)));
            assert!(!relation.holds(Value::Missing, Value::Missing));
        }
    }

    #[test]
    fn kinds_that_do_not_go_together_have_no_relation() {
        let called = |name, left, right| Relation::called(name, left, right, Case::Sensitive);
        assert_eq!(called("equals", Kind::Number, Kind::Text), None);
        assert_eq!(called("lt", Kind::Text, Kind::Text), None);
        assert_eq!(called("lt", Kind::Bool, Kind::Bool), None);
        assert_eq!(called("has", Kind::Text, Kind::Text), None);
    }
}
