//! A policy file as written: the shapes that `serde` reads and the JSON Schema describes. Nothing here is checked
//! beyond its type; the doc comments are what an editor shows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use crate::policy::{Date, Platform};
use crate::value::Kind;

/// A policy: what a hunt looks at, what it may ignore, what it must never ignore, and what it shows.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PolicyFile {
    /// Who and what this policy is.
    #[schemars(required)]
    pub(crate) policy: Option<Header>,
    /// What the hunt looks at, kept apart from what it hides.
    pub(crate) scope: Option<Scope>,
    /// One named reason to hide.
    pub(crate) exclusion: Vec<Exclusion>,
    /// What no exclusion may ever hide.
    pub(crate) never_hide: Vec<NeverHide>,
    /// Values that tests name as `{ list = "NAME" }`.
    pub(crate) list: BTreeMap<String, List>,
    /// Columns that the events have beside those of their table.
    pub(crate) column: BTreeMap<String, Column>,
    /// What is shown of a kept event.
    pub(crate) output: Option<Output>,
}

/// A shared set of exclusions, `sets/ID.toml` beside the policies that use it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SetFile {
    /// Who and what this set is.
    #[schemars(required)]
    pub(crate) set: Option<SetHeader>,
    /// One named reason to hide.
    pub(crate) exclusion: Vec<Exclusion>,
    /// Values that tests name as `{ list = "NAME" }`.
    pub(crate) list: BTreeMap<String, List>,
    /// Columns that the events have beside those of their table.
    pub(crate) column: BTreeMap<String, Column>,
}

/// Values that several tests share, or that come from elsewhere. Without `values` they are those of `lists/NAME.txt` beside
/// the policy, one a line. Where there is no such file, tests on the list hide nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct List {
    /// What it holds.
    pub(crate) description: Option<String>,
    /// The values.
    pub(crate) values: Vec<String>,
    /// The query in KQL that gives the values: a policy that is compiled to KQL asks it there.
    pub(crate) kql: Option<String>,
}

/// A column that events have beside those of their table: what a query computes, or what somebody adds to them. Its value is
/// that of the field of its name; where an event has no such field, it is missing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Column {
    /// What it holds.
    #[schemars(required)]
    pub(crate) kind: Option<Kind>,
    /// What it says, for people.
    pub(crate) description: Option<String>,
    /// The query in KQL that makes it: the table, and the steps that add it to the table's rows. A policy that is compiled
    /// to KQL has these steps.
    pub(crate) kql: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Header {
    /// Unique among the policies of a repository.
    #[schemars(required)]
    pub(crate) id: Option<String>,
    /// One line for people.
    #[schemars(required)]
    pub(crate) title: Option<String>,
    /// The table whose events it looks at.
    #[schemars(required)]
    pub(crate) table: Option<String>,
    /// Who answers for it.
    #[schemars(required)]
    pub(crate) owner: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// Where to read more.
    pub(crate) references: Vec<String>,
    /// What its events come from, where the table holds those of several: `linux`, `macos` or `windows`. Nothing is hidden
    /// by it; `lownoise check` then asks what an intruder can do there.
    pub(crate) platform: Option<Platform>,
    /// Only events younger than this: a number and `s`, `m`, `h` or `d`, as in `24h`.
    #[schemars(regex(pattern = r"^[0-9]+[smhd]$"))]
    pub(crate) lookback: Option<String>,
    /// Shared sets of exclusions: each is the file `sets/NAME.toml` beside this one.
    #[serde(rename = "use")]
    pub(crate) sets: Vec<String>,
    /// The shapes that exclusions may have, each a list of columns: an exclusion must narrow all columns of one of them.
    pub(crate) shapes: Vec<Vec<String>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SetHeader {
    /// The file's name without `.toml`.
    #[schemars(required)]
    pub(crate) id: Option<String>,
    /// One line for people.
    #[schemars(required)]
    pub(crate) title: Option<String>,
    /// The table whose events it looks at; the same as that of the policies that use it.
    #[schemars(required)]
    pub(crate) table: Option<String>,
    /// Who answers for its exclusions, unless they name an owner themselves.
    #[schemars(required)]
    pub(crate) owner: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// Where to read more.
    pub(crate) references: Vec<String>,
    /// Further sets that belong to this one.
    #[serde(rename = "use")]
    pub(crate) sets: Vec<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Scope {
    /// The event's device must be among the devices that satisfy this.
    #[schemars(with = "Option<DeviceWhere>")]
    pub(crate) devices: Option<Where>,
    /// The event must satisfy this.
    #[serde(rename = "where")]
    pub(crate) predicate: Option<Where>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Exclusion {
    /// Unique in the policy; verdicts, tests and reviews name it.
    #[schemars(required)]
    pub(crate) id: Option<String>,
    /// Why these events may be ignored.
    #[schemars(required)]
    pub(crate) reason: Option<String>,
    /// Who answers for it; the policy's or the set's owner if it is not said.
    pub(crate) owner: Option<String>,
    /// When it was decided.
    pub(crate) created: Option<Date>,
    /// The last day (UTC) on which it hides anything.
    pub(crate) expires: Option<Date>,
    /// The day on which somebody looks at it again; it hides nothing less after it.
    pub(crate) review: Option<Date>,
    /// The ticket or change in which it was decided.
    pub(crate) ticket: Option<String>,
    /// Where to read more.
    pub(crate) references: Vec<String>,
    /// What it hides.
    #[schemars(required)]
    #[serde(rename = "where")]
    pub(crate) predicate: Option<Where>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NeverHide {
    /// Unique among the policy's invariants.
    #[schemars(required)]
    pub(crate) id: Option<String>,
    /// Why.
    pub(crate) reason: Option<String>,
    /// The events that must stay visible.
    #[schemars(required)]
    #[serde(rename = "where")]
    pub(crate) predicate: Option<Where>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Output {
    /// The columns to show, in this order; without it, the whole event.
    pub(crate) columns: Vec<String>,
    /// A column, or several, each with `asc` (the default) or `desc`.
    pub(crate) order_by: OneOrMany,
}

/// One text or a list of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected text or a list of texts")]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

/// A condition: read by the parser of predicates, so that each of its mistakes has its own place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Where;

impl<'de> Deserialize<'de> for Where {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// The names of the definitions that `json_schema` writes for a table's conditions.
impl JsonSchema for Where {
    fn schema_name() -> Cow<'static, str> {
        "Where".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "description": "A condition: every entry must hold." })
    }
}

/// As [`Where`], over the device table.
pub(crate) struct DeviceWhere;

impl JsonSchema for DeviceWhere {
    fn schema_name() -> Cow<'static, str> {
        "DeviceWhere".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "description": "A condition on the rows of the device table." })
    }
}

/// A date without a time, as TOML writes it.
impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected =
            || serde::de::Error::custom("expected a date such as 2027-02-02, without quotes and time");
        let written = toml::value::Datetime::deserialize(deserializer).map_err(|_: D::Error| expected())?;
        let (Some(date), None, None) = (written.date, written.time, written.offset) else {
            return Err(expected());
        };
        let part = |part: u8| i8::try_from(part).unwrap_or(-1);
        let year = i16::try_from(date.year).unwrap_or(-1);
        jiff::civil::Date::new(year, part(date.month), part(date.day))
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}
