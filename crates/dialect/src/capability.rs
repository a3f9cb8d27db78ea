//! What each target can say of each part of a policy: exactly, exactly with a guard, or not at all. One table: the
//! emitters ask it, and the manual's page is printed from it. Knows operators, no policies and no spelling.

use std::fmt::Write as _;

use lownoise_engine::op::{Case, Comparison, Operator, Relation, TextOperator};
use lownoise_engine::predicate::Opaque;
use lownoise_engine::value::Kind;

use crate::dialect::Dialect;

/// A language that policies are emitted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The query language of Defender, Sentinel and Azure Data Explorer.
    Kql,
    /// The SQL of an engine.
    Sql(Dialect),
    /// A filter of Sigma.
    Sigma,
}

impl Target {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::Kql,
        Self::Sql(Dialect::DuckDb),
        Self::Sql(Dialect::DataFusion),
        Self::Sql(Dialect::ClickHouse),
        Self::Sql(Dialect::Spark),
        Self::Sigma,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kql => "KQL",
            Self::Sql(dialect) => dialect.name(),
            Self::Sigma => "Sigma",
        }
    }
}

/// Whether a target can say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// As it stands.
    Exact,
    /// With something beside it, for this reason.
    Guarded(&'static str),
    /// Not at all, for this reason.
    Refused(&'static str),
}

/// A part of a policy that a target may or may not be able to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A text operator; `ignore_case` folds ASCII letters.
    Text(TextOperator, Case),
    /// `ignore_case` on a literal with letters beyond ASCII, which are compared as they are.
    FoldsBeyondAscii,
    /// A regular expression.
    Matches(Case),
    /// Whether a value of a kind is there.
    Exists(Kind),
    /// Whether a text is there, be it empty.
    Present,
    /// Networks and classes of addresses.
    Addresses,
    /// Equality with one or several numbers.
    NumberIs,
    /// An order of numbers.
    NumberOrder,
    /// The least number of 64 bits, as a literal.
    LeastNumber,
    /// Equality with one or several times.
    TimeIs,
    /// An order of times.
    TimeOrder,
    /// A boolean.
    Bool,
    /// `lookback`
    Lookback,
    /// The scope's condition on devices.
    Devices,
    /// `expires`
    Expires,
    /// `never_hide`
    NeverHide,
    /// `columns` and `order_by`
    Output,
    /// A text or an address, compared with another column.
    PairOfTexts(TextOperator, Case),
    /// A number, a time or a boolean, compared with another column.
    PairOfOthers,
    /// A test on a list whose values are not here.
    List,
    /// A test of which only the text is known.
    Opaque,
}

impl Subject {
    /// What an operator on a column of a kind asks.
    #[must_use]
    pub fn of(operator: &Operator, kind: Kind) -> Self {
        match operator {
            Operator::Text { literals, case, .. }
                if *case == Case::Insensitive
                    && literals.iter().any(|literal| folds_beyond_ascii(literal)) =>
            {
                Self::FoldsBeyondAscii
            }
            Operator::Text { operator, case, .. } => Self::Text(*operator, *case),
            Operator::Matches(patterns) => {
                Self::Matches(patterns.first().map_or(Case::Sensitive, lownoise_engine::op::Pattern::case))
            }
            Operator::Present if kind == Kind::Text => Self::Present,
            Operator::Exists | Operator::Present => Self::Exists(kind),
            Operator::In(_) => Self::Addresses,
            Operator::Number(comparison) if mentions_least(comparison) => Self::LeastNumber,
            Operator::Number(Comparison::OneOf(_)) => Self::NumberIs,
            Operator::Number(_) => Self::NumberOrder,
            Operator::Time(Comparison::OneOf(_)) => Self::TimeIs,
            Operator::Time(_) => Self::TimeOrder,
            Operator::Bool(_) => Self::Bool,
        }
    }

    /// What a test of two columns asks.
    #[must_use]
    pub fn of_pair(relation: Relation) -> Self {
        match relation {
            Relation::Text { operator, case } => Self::PairOfTexts(operator, case),
            Relation::Ordered(_) => Self::PairOfOthers,
        }
    }

    /// What a test that cannot be asked is.
    #[must_use]
    pub fn of_opaque(opaque: &Opaque) -> Self {
        if opaque.listed.is_some() { Self::List } else { Self::Opaque }
    }

    /// All of them, in the order of the page, each as a policy writes it.
    #[must_use]
    pub fn all() -> Vec<(Self, String)> {
        let cases = [(Case::Sensitive, ""), (Case::Insensitive, ", `ignore_case`")];
        let texts = TextOperator::ALL.into_iter().flat_map(|operator| {
            cases.map(|(case, words)| {
                (Self::Text(operator, case), format!("`{}`{words}", operator.definition().name))
            })
        });
        let patterns = cases.map(|(case, words)| (Self::Matches(case), format!("`matches`{words}")));
        let rest = [
            (Self::FoldsBeyondAscii, "`ignore_case` on a literal with letters beyond ASCII"),
            (Self::Exists(Kind::Text), "`exists` of text and addresses"),
            (Self::Exists(Kind::Number), "`exists` of numbers"),
            (Self::Exists(Kind::Time), "`exists` of times"),
            (Self::Exists(Kind::Bool), "`exists` of booleans"),
            (Self::Present, "`present`: missing text told from empty text"),
            (Self::Addresses, "`in` networks and classes of addresses"),
            (Self::NumberIs, "a number, a list of numbers"),
            (Self::NumberOrder, "`lt`, `lte`, `gt`, `gte`, `between` of numbers"),
            (Self::LeastNumber, "the number -9223372036854775808"),
            (Self::TimeIs, "a time, a list of times"),
            (Self::TimeOrder, "`lt`, `lte`, `gt`, `gte`, `between` of times"),
            (Self::Bool, "`true`, `false`"),
            (Self::Lookback, "`lookback`"),
            (Self::Devices, "`devices`"),
            (Self::Expires, "`expires`"),
            (Self::NeverHide, "`never_hide`"),
            (Self::Output, "`columns`, `order_by`"),
        ];
        let pairs = cases.into_iter().flat_map(|(case, words)| {
            Relation::TEXT.map(|operator| {
                let name = operator.definition().name;
                (Self::PairOfTexts(operator, case), format!("`{name}` another column{words}"))
            })
        });
        let others = "`equals`, `lt`, `lte`, `gt`, `gte` another column of numbers, times, booleans";
        let last = [
            (Self::PairOfOthers, others),
            (Self::List, "a `list` whose values are not here"),
            (Self::Opaque, "`opaque`"),
        ];
        let [rest, last] = [rest.to_vec(), last.to_vec()].map(|subjects| {
            subjects.into_iter().map(|(subject, words)| (subject, words.to_owned())).collect::<Vec<_>>()
        });
        texts.chain(patterns).chain(rest).chain(pairs).chain(last).collect()
    }
}

/// Whether a literal has letters that could fold and are not ASCII.
pub(crate) fn folds_beyond_ascii(literal: &str) -> bool {
    let cased = |letter: char| !letter.to_lowercase().eq([letter]) || !letter.to_uppercase().eq([letter]);
    literal.chars().any(|letter| !letter.is_ascii() && cased(letter))
}

fn mentions_least(comparison: &Comparison<i64>) -> bool {
    match comparison {
        Comparison::OneOf(numbers) => numbers.contains(&i64::MIN),
        Comparison::Between(low, high) => [low, high].contains(&&i64::MIN),
        Comparison::Lt(bound) | Comparison::Lte(bound) | Comparison::Gt(bound) | Comparison::Gte(bound) => {
            *bound == i64::MIN
        }
    }
}

/// Whether a target can say something.
#[must_use]
pub fn support(target: Target, subject: Subject) -> Support {
    match target {
        Target::Kql => kql(subject),
        Target::Sql(dialect) => sql(subject, dialect),
        Target::Sigma => sigma(subject),
    }
}

fn kql(subject: Subject) -> Support {
    use Support::{Exact, Guarded, Refused};
    match subject {
        Subject::Text(..)
        | Subject::PairOfTexts(..)
        | Subject::Exists(_)
        | Subject::NumberIs
        | Subject::TimeIs
        | Subject::Bool
        | Subject::Lookback
        | Subject::Devices
        | Subject::Output
        | Subject::Matches(Case::Sensitive) => Exact,
        Subject::Matches(Case::Insensitive) => {
            Guarded("`(?i)` folds beyond ASCII, so both letters are written out where that would matter")
        }
        Subject::Present => Refused("text of KQL is never null: what is missing is the empty text"),
        Subject::NumberOrder | Subject::TimeOrder => Guarded(
            "an order with a missing value is null, and so is `not` of it: `coalesce(…, false)` under `not`",
        ),
        Subject::PairOfOthers => Guarded(
            "it is null where values are missing, and so is `not` of it: `coalesce(…, false)` under `not`",
        ),
        Subject::List => {
            Guarded("the query that gives its values, by `let`; refused where the list has no `kql`")
        }
        Subject::Addresses => Guarded(
            "the functions of IPv4 and those of IPv6 are both asked, a v4-mapped address as IPv6; each is null on what \
             it cannot read: `coalesce(…, false)` under `not`",
        ),
        Subject::Expires => {
            Guarded("decided when it is compiled, by `--now`: compile again when an exclusion has expired")
        }
        Subject::FoldsBeyondAscii => {
            Refused("how KQL folds letters beyond ASCII is not documented, and engines differ")
        }
        Subject::LeastNumber => Refused("the least number of 64 bits has no literal in KQL"),
        Subject::NeverHide => {
            Guarded("it hides nothing and shows nothing, so no query says it: prove it here")
        }
        Subject::Opaque => Refused("only the text of this test is known, not what it means"),
    }
}

fn sql(subject: Subject, dialect: Dialect) -> Support {
    use Support::{Exact, Guarded, Refused};
    match subject {
        Subject::Text(TextOperator::Has | TextOperator::HasPrefix | TextOperator::HasSuffix, _) => {
            Guarded("a pattern, with what is no letter and no digit beside the literal")
        }
        Subject::Text(_, Case::Insensitive)
        | Subject::PairOfTexts(_, Case::Insensitive)
        | Subject::FoldsBeyondAscii => {
            Guarded("ASCII letters are folded, by `translate` or what folds no others")
        }
        Subject::Text(_, Case::Sensitive)
        | Subject::PairOfTexts(_, Case::Sensitive)
        | Subject::Exists(Kind::Text | Kind::Address) => {
            Guarded("`COALESCE(…, '')`: a missing text is the empty one")
        }
        Subject::Matches(_) => match dialect {
            Dialect::DuckDb | Dialect::ClickHouse => {
                Guarded("written out without classes and case; refused with more than 1,000 repetitions")
            }
            Dialect::DataFusion | Dialect::Spark => Guarded("written out without classes and case"),
        },
        Subject::Exists(_) | Subject::Present | Subject::Devices | Subject::Output => Exact,
        Subject::Addresses => {
            Guarded("a pattern of the canonical spellings; in several where one would be longer than 16 kB")
        }
        Subject::NumberIs
        | Subject::NumberOrder
        | Subject::LeastNumber
        | Subject::Bool
        | Subject::PairOfOthers => Guarded("`COALESCE(…, FALSE)`: no test holds on what is missing"),
        Subject::TimeIs | Subject::TimeOrder => {
            Guarded("`COALESCE(…, FALSE)`; to the microsecond, as times are kept there")
        }
        Subject::Lookback => Guarded("by the engine's clock, or by `--now`; to the microsecond"),
        Subject::Expires => {
            Guarded("decided when it is compiled, by `--now`: compile again when an exclusion has expired")
        }
        Subject::NeverHide => {
            Guarded("it hides nothing and shows nothing, so no query says it: prove it here")
        }
        Subject::List => Refused("the values of this list are not here"),
        Subject::Opaque => Refused("only the text of this test is known, not what it means"),
    }
}

fn sigma(subject: Subject) -> Support {
    use Support::{Exact, Guarded, Refused};
    match subject {
        Subject::Text(TextOperator::Has | TextOperator::HasPrefix | TextOperator::HasSuffix, _) => {
            Refused("Sigma knows no terms, and its regular expressions no classes of letters")
        }
        Subject::Text(..) => Guarded("the empty text is `null` and `''`: a missing text is the empty one"),
        Subject::FoldsBeyondAscii => {
            Refused("how letters beyond ASCII are folded is not specified, and engines of Sigma differ")
        }
        Subject::Matches(_) => Guarded(
            "written out with what Sigma's regular expressions have; refused where that is not enough; `null` and `''` \
             where it finds the empty text",
        ),
        Subject::Exists(Kind::Text | Kind::Address) => Guarded("neither `null` nor `''`"),
        Subject::Exists(_) | Subject::Present => Guarded("not `null`"),
        Subject::Addresses => Guarded("`cidr`, and a v4-mapped address as IPv6 too"),
        Subject::NumberIs | Subject::NumberOrder | Subject::LeastNumber | Subject::Bool => Exact,
        Subject::TimeIs | Subject::TimeOrder => Refused("Sigma compares no points in time"),
        Subject::Lookback => Refused("a filter of Sigma looks at an event whenever it was"),
        Subject::Devices => Refused("a filter of Sigma looks at one event and no other table"),
        Subject::Expires => {
            Guarded("decided when it is compiled, by `--now`: compile again when an exclusion has expired")
        }
        Subject::NeverHide => {
            Guarded("it hides nothing and shows nothing, so no filter says it: prove it here")
        }
        Subject::Output => Guarded("a filter hides, and says nothing of what is shown"),
        Subject::PairOfTexts(..) | Subject::PairOfOthers => {
            Refused("whether `fieldref` minds case, and what it says of missing values, is not specified")
        }
        Subject::List => Refused("the values of this list are not here"),
        Subject::Opaque => Refused("only the text of this test is known, not what it means"),
    }
}

const INTRODUCTION: &str = "\
# What other languages can say
`lownoise compile --to …` writes a policy in another language, and `lownoise import --from …` reads one. What is written
keeps exactly the events that the policy keeps; what a language cannot say is refused, with the line. Nothing is
approximated. `--verify` imports what was written and proves that it keeps the same events.

This page is printed from the table that the compilers use. *Guarded* is exact, with something beside the test.

";

const NOTES: &str = "
## What is taken for granted
- Addresses are spelled as RFC 5952 says, IPv4 with dots and without leading zeros, and without a prefix length.
- A text test on an address looks at that spelling, in KQL at the text that is stored.
- Letters are folded in ASCII only. Where a text of an event, not of a policy, holds others, such as the Kelvin sign,
  engines differ on whether it equals `k`.
- `\\b` in a regular expression looks at ASCII letters, digits and `_`.
- A key of JSON, such as `AdditionalFields.PipeName`, is `tostring(parse_json(AdditionalFields).PipeName)` in KQL, or `tolong`,
  `tobool`, `todatetime` by its kind. SQL and Sigma look at a column of that name, as a view or a flattened table has it.
  An array or an object under a key is compared as its source spells it.

## SQL
`lownoise compile POLICY --to sql --dialect duckdb|datafusion|clickhouse|spark`, with `--select kept` (as the policy's
output says), `hidden` (whole rows, and in `hidden_by` the ids of all exclusions that hide them), or `counts` (one row:
`read`, `out_of_scope`, `kept`, `hidden`, and for each exclusion `hidden by: ID` and `hidden by it alone: ID`).

- Tables and columns are those of the schema, and columns of the policy's own, which the table must have: text as strings, numbers as 64-bit integers, times as timestamps in UTC.
- Every condition is true or false, never null, so that `NOT` means what it says.
- `lookback` goes by the engine's clock, or by `--now` where that is given.
- Random policies on random events give the same rows, the same ids and the same counts on all four engines as here:
  `.ci/sql.py`.

## Importing KQL
- A condition that is negated as a whole (`!in`, `!startswith`, `!=`, `not(…)`, an `or` of such) is an exclusion; every
  other one is scope, and so are `X != \"\"` and `not(isempty(X))`, which only ask for a value. `--scope LINE` and
  `--exclusion LINE` say otherwise.
- `and` parts conditions; `not(a or b)` is two exclusions; a list whose entries have comments of their own is one
  exclusion for each.
- A comment above a condition, or behind it, is its reason; `// id: reason` names it too.
- `not` of null is null, and such events are dropped: they leave the scope.
- `TimeGenerated`, as Sentinel calls it, is the table's time. Tables that a query calls by their names until 2020
  (`NetworkCommunicationEvents`, with `ComputerName`, `EventTime`, `MachineId`) are those of today.
- `tostring(split(Column, '/')[1])`, also by names that `extend` gives, is a piece of a text: what is asked of it becomes a
  pattern of the whole. So does a pattern on `tolower(Column)`.
- `parse_json(AdditionalFields).Key`, `AdditionalFields[\"Key\"]`, `extractjson('$.Key', AdditionalFields)`, `.Key.Within`, also by
  names that `extend` gives, are the columns `AdditionalFields.Key` and `AdditionalFields.Key.Within`, if the table's schema
  has the key; another one that is asked as a text becomes a column of the policy's own. A boolean there is compared with text as JSON spells it.
- Of a query over several tables (`union`, `search in (…)`), `--table` chooses the one whose rows are read, through its
  part and what follows; that the others' are left out is told. Parts that bring rows of one table come together: what all
  of them ask is asked, and of the rest a row satisfies one part's. What a part does beside filtering (`join`) is opaque in
  it, and what parts make is not known behind them.
- `FileName != InitiatingProcessFileName` compares a column with a column; two missing numbers are neither equal nor not in KQL,
  so that such events leave the scope.
- Values that the query does not hold, because another table, a watchlist, `externaldata` or `toscalar` gives them, are a
  list of the policy, with the query that gives them: `SHA1 !in (Known)`, `has_any (Known)`, `join kind=leftanti (…) on SHA1`,
  `join kind=leftsemi`. The test is exact where `lists/NAME.txt` or `values` has the values (the empty text too, which a table often
  gives and a file cannot hold), and is compiled to KQL as it was; that the values are not in the query is told. A join on several columns stays opaque.
- What no event has because the query makes it (`extend Domain = extract(…)`, `invoke FileProfile(…)`, `join kind=leftouter`, a
  function on a column such as `strlen(RemoteUrl)`) is a column of the policy's own, with the steps that make it: what is asked
  of it is exact where events have a field of that name, and is compiled to KQL as it was. An event without the field stays
  visible: `present` says so at each test by which it would not, and where a number, a time or a boolean is asked for, the
  test stays opaque. So does what depends on other rows (`prev`), or on one of the table's own columns made anew, and a function
  that is itself a condition. Behind `summarize`, `distinct` or an inner `join` the column's query is all that comes before,
  and KQL cannot say it again.
- `RemotePort !in (\"443\")` compares a number with texts, which Kusto does not; where each spells a number it is taken as that, and
  told.
- `take`, `top`, `distinct` and `summarize arg_max(Timestamp, *) by …` are left out, and told: a policy shows every event that
  it keeps, and what is asked behind them is asked of each.
- A condition that holds on every event, and a lookback beside a shorter one, are left out, and that is told.
- What is not understood stays as an opaque test at its place, and is listed with its line.

## Sigma
`lownoise import RULE.yml --from sigma` reads a rule or a filter; a file's filters are applied to its rule, and `--rule`
chooses one of several. `lownoise compile POLICY --to sigma` writes a filter that hides exactly what the policy hides:
its condition is `not (…)`, its rules are `any` or those of `--rule ID`, its log source is the table's or that of
`--logsource category=registry_set`, and the scope stands behind `not` too, since a filter is and-ed to rules that look at
more than the policy.

- What the condition negates is an exclusion, whatever its selections are called: `not 1 of filter_*` is one for each,
  `not all of …` is one, `not (a or b)` is two. All else is scope. A filter whose condition has no `not` keeps what it holds
  on and hides everything else; that is told.
- Comments above a selection, or behind its name, are its reason: `# id: reason`, `# owner: x; expires: 2027-02-02`. Else
  it is what the filter says of itself, or the rule's `falsepositives`.
- The table is `SigmaEvents`, whose columns are the fields of Sigma's log sources. `--table DeviceProcessEvents`,
  `DeviceFileEvents` or `DeviceNetworkEvents` writes the policy in Defender's columns; there, `User` is a domain and a name.
  A column that has no name in Sigma keeps its own.
- Texts ignore the case of ASCII letters, but for `cased` and `re`; wildcards, escapes, `all`, `windash` (dashes before
  words, at most three), `base64`, `base64offset`, `wide`, `utf16*`, `cidr`, `exists`, `neq`, `lt` … `gte` and the flags of
  `re` are exact. Keywords are looked for in `Message`, the whole log message.
- `fieldref` compares two columns, which must both have a value. `expand` on a whole value, `'%name%'`, is a list of the policy,
  whose values `lists/name.txt` may hold; that they are not in the file is told.
- Parts of times, placeholders inside values, counting (`| count()`), fields without a column, and what PCRE has and Rust's `regex`
  has not (look-around, back-references) stay opaque.
- The log source is kept as a comment only: on `SigmaEvents`, which holds events of every kind, a rule looks at all of them,
  and that is told. Give it the events of its own log source.
- `null` and `exists: false` ask for what is missing, `''` for what is there and empty, in `SigmaEvents`. In Defender's
  tables the two are one, and the first test that asks is told.
- A v4-mapped address is the IPv4 address, so `cidr: 10.0.0.0/8` holds `::ffff:10.1.2.3`, which engines of Sigma do not find.
- Wherever rsigma and pySigma agree on random rules and events, so do the imported policies, and both hide what the
  compiled filters of random policies are to hide: `.ci/sigma.py`. Not compared: events with an empty text where a rule
  tells `''` from `null`.

## Elastic
`lownoise import FILE --from elastic` reads exceptions: an export of lists (NDJSON), items of the API (JSON), or the TOML of
Elastic's repository of rules. Each item is an exclusion, all of its entries hold.

- `match`, `match_any`, `wildcard`, `exists` and `nested`, `included` and `excluded`. Case matters, but to items of an
  endpoint list that are not for Linux alone. `match` on an address is being in that network.
- The table is `EcsEvents`, in the names of the Elastic Common Schema; `--table DeviceNetworkEvents` and its like say
  otherwise.
- `expire_time` becomes the last whole day; one in the middle of a day is told. `os_types` asks for `host.os.type`.
- Value lists and unknown fields stay opaque.
- Fields that hold several values in the schema (`host.ip`, `process.args`, `user.roles` …) stay opaque, since an entry asks
  for any of them, and so does `match` on the empty text, which in Elastic is not a missing one. Any other field is taken to
  hold one value; `excluded` `exists` holds on an empty one, too.
";

/// The manual's page.
#[must_use]
pub fn page() -> String {
    let mut out = INTRODUCTION.to_owned();
    out.push_str("| in a policy |");
    for target in Target::ALL {
        let _infallible = write!(out, " {} |", target.name());
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(Target::ALL.len()));
    out.push('\n');
    for (subject, words) in Subject::all() {
        let _infallible = write!(out, "| {words} |");
        for target in Target::ALL {
            let cell = match support(target, subject) {
                Support::Exact => "exact".to_owned(),
                Support::Guarded(why) => format!("guarded: {why}"),
                Support::Refused(why) => format!("refused: {why}"),
            };
            let _infallible = write!(out, " {cell} |");
        }
        out.push('\n');
    }
    out.push_str(NOTES);
    out
}
