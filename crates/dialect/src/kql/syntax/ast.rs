//! A query as it is written: statements, pipelines, expressions, each with its place. Says nothing of what they mean.

use lownoise_engine::op::TextOperator;
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;

use super::token::Comment;

/// A whole text.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// `let` and parameters, in order.
    pub(crate) lets: Vec<Let>,
    /// What is asked for.
    pub(crate) main: Pipeline,
    /// Everything behind `//`, in order.
    pub(crate) comments: Vec<Comment>,
    /// Every text literal.
    pub(crate) texts: Vec<(String, Span)>,
}

/// A name for something.
#[derive(Debug, Clone)]
pub(crate) struct Let {
    /// The name.
    pub(crate) name: String,
    /// What it stands for; `None` for a function.
    pub(crate) value: Option<Expression>,
    /// Whether it is a parameter, of which only the default is known.
    pub(crate) parameter: bool,
    /// The whole statement.
    pub(crate) span: Span,
}

/// Rows, and what is done with them.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    /// Where the rows come from.
    pub(crate) source: Expression,
    /// In order.
    pub(crate) steps: Vec<Step>,
}

/// What stands between two bars.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// What it does.
    pub(crate) kind: StepKind,
    /// From its name to its end.
    pub(crate) span: Span,
    /// Where its bar stands.
    pub(crate) bar: usize,
}

/// What a step does.
#[derive(Debug, Clone)]
pub(crate) enum StepKind {
    /// Only rows on which it is true.
    Where(Expression),
    /// Further columns.
    Extend(Vec<Named>),
    /// Only these columns.
    Project(Vec<Named>),
    /// `project-away`, `project-keep`, `project-reorder`: the word behind the hyphen, and names that may hold `*`.
    ProjectBy(String, Vec<(String, Span)>),
    /// Other names for columns.
    Rename(Vec<Named>),
    /// An order of the rows.
    Order(Vec<OrderBy>),
    /// Each combination once.
    Distinct(Vec<Named>),
    /// At most so many rows, perhaps by an order.
    Limit(Option<OrderBy>),
    /// One row for each group.
    Summarize(Vec<Named>),
    /// The rows that match those of another table, or that do not.
    Join(Join),
    /// The rows of other tables too.
    Union(Vec<Expression>),
    /// Another one.
    Other(String),
}

/// A step that looks for rows in another table.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    /// Such as `leftanti`.
    pub(crate) kind: String,
    /// Where the other table is written.
    pub(crate) table: Option<Span>,
    /// The column on the left and the one on the right that must be equal, where there is one of each.
    pub(crate) on: Option<(String, String)>,
}

/// An expression that may have a name.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// `X = …`; several for a function that makes several.
    pub(crate) names: Vec<String>,
    /// What it is.
    pub(crate) value: Expression,
}

/// One of the things that rows are ordered by.
#[derive(Debug, Clone)]
pub(crate) struct OrderBy {
    /// Usually a column.
    pub(crate) value: Expression,
    /// Greatest first: Kusto's default.
    pub(crate) descending: bool,
    /// `nulls first` is true, `nulls last` is false.
    pub(crate) nulls_first: Option<bool>,
}

/// A value, a truth or a table.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// What it is.
    pub(crate) kind: ExpressionKind,
    /// With its parentheses.
    pub(crate) span: Span,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub(crate) enum ExpressionKind {
    /// A text; whether it was written as several literals side by side.
    Text(String, bool),
    /// A whole number; `None` beyond 64 bits.
    Number(Option<i64>),
    /// A number with a fraction.
    Real(f64),
    /// A length of time in ticks.
    Duration(Option<i64>),
    /// A point in time.
    Time(Option<Time>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A column, a `let`, a table.
    Name(String),
    /// A function and its arguments.
    Call(String, Vec<Expression>),
    /// `(a, b)`, `dynamic([a, b])`, the first column of a `datatable`.
    List(Vec<Expression>),
    /// All of these, two or more.
    And(Vec<Expression>),
    /// Any of these, two or more.
    Or(Vec<Expression>),
    /// A comparison.
    Compare(Comparison, Box<[Expression; 2]>),
    /// Both ends included.
    Between { negated: bool, parts: Box<[Expression; 3]> },
    /// `-x`.
    Minus(Box<Expression>),
    /// A way into what a function or a name gives, one step or more.
    Path(Box<Expression>, Vec<Access>),
    /// Arithmetic, and whatever else is only text here.
    Other,
    /// A table.
    Pipeline(Box<Pipeline>),
    /// The rows of several tables: `union a, (b | …)`.
    Union(Vec<Expression>),
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// To what stands under a key: `.Key`, `["Key"]`.
    Key(String),
    /// To an entry, from 0; or from the last, which is -1.
    Entry(i64),
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// What is compared.
    pub(crate) operator: Operator,
    /// Whether its answer is turned round.
    pub(crate) negated: bool,
    /// Whether case is ignored.
    pub(crate) ignores_case: bool,
}

/// What a comparison looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `==`, `=~`, `in`, and the operators on parts of a text.
    Text(TextOperator),
    /// Whole terms, any of a list.
    HasAny,
    /// Whole terms, all of a list.
    HasAll,
    /// A regular expression.
    Matches,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// The operators of one text that KQL writes as words: the word, what it looks at, whether it ignores case. With `!`
/// in front it is negated.
pub(crate) const WORDS: [(&str, TextOperator, bool); 14] = [
    ("in", TextOperator::Equals, false),
    ("in~", TextOperator::Equals, true),
    ("has", TextOperator::Has, true),
    ("has_cs", TextOperator::Has, false),
    ("hasprefix", TextOperator::HasPrefix, true),
    ("hasprefix_cs", TextOperator::HasPrefix, false),
    ("hassuffix", TextOperator::HasSuffix, true),
    ("hassuffix_cs", TextOperator::HasSuffix, false),
    ("contains", TextOperator::Contains, true),
    ("contains_cs", TextOperator::Contains, false),
    ("startswith", TextOperator::StartsWith, true),
    ("startswith_cs", TextOperator::StartsWith, false),
    ("endswith", TextOperator::EndsWith, true),
    ("endswith_cs", TextOperator::EndsWith, false),
];

/// Spellings of `contains` that Kusto takes and does not document: the word, whether it is negated, and whether it ignores
/// case.
pub(crate) const UNDOCUMENTED: [(&str, bool, bool); 3] =
    [("containscs", false, false), ("notcontains", true, true), ("notcontainscs", true, false)];

/// The word for an operator on parts of a text.
pub(crate) fn word_of(operator: TextOperator, ignores_case: bool) -> &'static str {
    let found = WORDS.into_iter().find(|(_, known, ignores)| (*known, *ignores) == (operator, ignores_case));
    found.map_or("", |(word, _, _)| word)
}
