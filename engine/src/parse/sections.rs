//! The sections of a policy: header, scope, exclusions, invariants, output.

use std::collections::HashMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::raw::{self, OneOrMany};
use super::table::{field_names, read, unknown_key};
use super::{Loader, Reader};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::event::ColumnId;
use crate::policy::{Condition, ConditionKind, Exclusion, Invariant, Lookback, Order, Output, Policy};
use crate::predicate::Predicate;
use crate::schema::Schema;
use crate::span::{Sources, Span};
use crate::value::Time;

/// The table whose rows say what a device is.
const DEVICE_TABLE: &str = "DeviceInfo";

/// What an exclusion takes over from where it stands.
pub(super) struct Home<'h> {
    pub(super) schema: &'h Schema,
    pub(super) owner: &'h str,
    pub(super) set: Option<&'h str>,
}

impl Reader<'_> {
    pub(super) fn policy(&mut self, file: &Spanned<DeTable<'_>>, load: Loader<'_>) -> Option<Policy> {
        let tables = file.get_ref();
        self.unknown_sections::<raw::PolicyFile>(tables, "a policy");
        let Some(header_at) = self.section(tables, "policy") else {
            if !tables.contains_key("policy") {
                let span = Span::new(self.source, 0..0);
                let help =
                    "begin with [policy], id, title, table and owner; `lownoise init` writes an example";
                self.report(Diagnostic::error("no-policy", "there is no [policy]", span, "").help(help));
            }
            return None;
        };
        let header: raw::Header = self.fields(header_at, "[policy]");
        let id = self.required(header.id, header_at, "id", "[policy]");
        let title = self.required(header.title, header_at, "title", "[policy]");
        let owner = self.required(header.owner, header_at, "owner", "[policy]");
        let table = self.required(header.table, header_at, "table", "[policy]");
        let mut schema = self.known_table(header_at, &table?)?.clone();
        self.columns(tables, &mut schema);
        let mut lists = self.lists(tables, load);
        let scope = self.scope(tables, header_at, header.lookback.as_deref(), &schema);
        let home = Home { schema: &schema, owner: owner.as_deref().unwrap_or(""), set: None };
        let mut exclusions = self.exclusions(tables, &home);
        let shapes = self.shapes(header_at, &header.shapes, &schema);
        let never_hide = self.never_hide(tables, &schema);
        self.distinct(
            "never_hide",
            never_hide.iter().map(|invariant| (invariant.id.as_str(), invariant.span)),
        );
        let output = self.output(tables, &schema);
        // The last, because each set has lists and columns of its own.
        let used = self.used_sets(header_at, &header.sets, schema, load);
        exclusions.extend(used.exclusions);
        lists.extend(used.lists);
        self.distinct_names();
        Some(Policy {
            span: self.value_span(header_at, "id"),
            id: id?,
            title: title?,
            owner: owner?,
            description: header.description,
            references: header.references,
            schema: Arc::new(used.schema?),
            platform: header.platform,
            scope,
            exclusions,
            shapes,
            never_hide,
            lists,
            output,
            sources: Sources::default(),
        })
    }

    pub(super) fn unknown_sections<T: DeserializeOwned>(&mut self, file: &DeTable<'_>, place: &str) {
        let known = field_names::<T>();
        for key in file.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let unknown = unknown_key(key.get_ref(), self.span(key), place, known);
            self.report(unknown);
        }
    }

    /// The typed fields of a table; mistakes are reported and read as not written.
    pub(super) fn fields<T: DeserializeOwned + Default>(
        &mut self,
        at: &Spanned<DeValue<'_>>,
        place: &str,
    ) -> T {
        at.get_ref()
            .as_table()
            .map_or_else(T::default, |table| read(table, self.source, place, &mut self.diagnostics))
    }

    /// A text that must be there and not be blank.
    pub(super) fn required(
        &mut self,
        value: Option<String>,
        at: &Spanned<DeValue<'_>>,
        key: &str,
        place: &str,
    ) -> Option<String> {
        // A value that is there and of the wrong type has been reported already.
        let written = at.get_ref().as_table().is_some_and(|table| table.contains_key(key));
        if value.is_none() && !written {
            let message = format!("{place} has no `{key}`");
            self.report(Diagnostic::error(
                "missing-key",
                message,
                self.span(at),
                format!("`{key}` is missing"),
            ));
        }
        if value.as_ref().is_some_and(|text| text.trim().is_empty()) {
            let span = self.value_span(at, key);
            self.report(Diagnostic::error("blank", format!("`{key}` is blank"), span, "say it"));
            return None;
        }
        value
    }

    /// Where the value of a key stands; the table itself when it has none.
    pub(super) fn value_span(&self, at: &Spanned<DeValue<'_>>, key: &str) -> Span {
        let value = at.get_ref().as_table().and_then(|table| table.get(key));
        value.map_or_else(|| self.span(at), |value| self.span(value))
    }

    pub(super) fn known_table(&mut self, at: &Spanned<DeValue<'_>>, table: &str) -> Option<&'_ Schema> {
        let schemas = self.schemas;
        let found = schemas.get(table);
        if found.is_none() {
            let names: Vec<&str> = schemas.names().collect();
            let span = self.value_span(at, "table");
            let message = format!("unknown table `{table}`");
            self.report(
                Diagnostic::error("unknown-table", message, span, "unknown table")
                    .help(format!("the tables are {}", names.join(", ")))
                    .maybe_help(did_you_mean(table, names.iter().copied())),
            );
        }
        found
    }

    fn scope(
        &mut self,
        file: &DeTable<'_>,
        header_at: &Spanned<DeValue<'_>>,
        lookback: Option<&str>,
        schema: &Schema,
    ) -> Vec<Condition> {
        let mut conditions = Vec::new();
        if let Some(text) = lookback {
            let span = self.value_span(header_at, "lookback");
            if schema.time.is_empty() {
                let message = format!("no column of `{}` says when", schema.table);
                let help = "remove `lookback`: the rows of this table say what is so now";
                let wrong = Diagnostic::error("unknown-column", message, span, "nothing to look back on");
                self.report(wrong.help(help));
            }
            let kind = self.lookback(text, span).map(ConditionKind::Lookback);
            conditions.extend(kind.map(|kind| Condition { name: "lookback".to_owned(), kind, span }));
        }
        let Some(at) = self.section(file, "scope") else { return conditions };
        let _checked: raw::Scope = self.fields(at, "[scope]");
        let table = at.get_ref().as_table();
        if let Some((key, value)) = table.and_then(|table| table.get_key_value("devices")) {
            let span = self.span(key).to(self.span(value));
            let devices = self.schemas.get(DEVICE_TABLE).cloned().map(Arc::new);
            if devices.is_none() {
                let message =
                    format!("a condition on devices needs the table `{DEVICE_TABLE}`, which is not known");
                self.report(Diagnostic::error("unknown-table", message, span, "no such table"));
            }
            if schema.device.is_empty() {
                let message = format!("no column of `{}` names a device", schema.table);
                self.report(Diagnostic::error("unknown-column", message, span, "no device to look for"));
            }
            let read = devices.and_then(|schema| Some((self.predicate(value, &schema)?, schema)));
            conditions.extend(read.map(|(predicate, schema)| {
                let predicate = predicate.opaque_as(true);
                Condition {
                    name: "devices".to_owned(),
                    kind: ConditionKind::Devices { schema, predicate },
                    span,
                }
            }));
        }
        if let Some(value) = table.and_then(|table| table.get("where")) {
            for (predicate, span) in self.conditions(value, schema).unwrap_or_default() {
                let predicate = predicate.opaque_as(true);
                let name = Condition::name_of(&predicate, schema);
                conditions.push(Condition { name, kind: ConditionKind::Where(predicate), span });
            }
        }
        conditions
    }

    fn lookback(&mut self, text: &str, span: Span) -> Option<Lookback> {
        let from = text.strip_prefix("from ");
        let (length, inclusive) = (from.unwrap_or(text), from.is_some());
        let unit = |unit: char| match unit {
            's' => Some(1),
            'm' => Some(60),
            'h' => Some(3_600),
            'd' => Some(86_400),
            _ => None,
        };
        let lookback = length.chars().next_back().and_then(|last| {
            let number: i64 = length.strip_suffix(last)?.parse().ok()?;
            let length = number.checked_mul(unit(last)?)?.checked_mul(Time::SECOND)?;
            (length > 0).then_some(Lookback { length, inclusive })
        });
        if lookback.is_none() {
            let message = format!("`{text}` is not a length of time");
            let help = "write a number and s, m, h or d, as in `24h`, or as in `from 24h` to include that very moment";
            self.report(Diagnostic::error("bad-lookback", message, span, "not a length of time").help(help));
        }
        lookback
    }

    /// The exclusions of one file.
    pub(super) fn exclusions(&mut self, file: &DeTable<'_>, home: &Home<'_>) -> Vec<Exclusion> {
        let sections = self.sections(file, "exclusion");
        sections.into_iter().filter_map(|at| self.exclusion(at, home)).collect()
    }

    fn exclusion(&mut self, at: &Spanned<DeValue<'_>>, home: &Home<'_>) -> Option<Exclusion> {
        let raw: raw::Exclusion = self.fields(at, "an exclusion");
        let id = self.required(raw.id, at, "id", "this exclusion");
        if let Some(id) = &id {
            let span = self.value_span(at, "id");
            self.exclusion_ids.push((id.clone(), span));
        }
        let reason = self.required(raw.reason, at, "reason", "this exclusion");
        if let (Some(created), Some(expires)) = (raw.created, raw.expires)
            && created > expires
        {
            let message = format!("this exclusion expires on {expires}, before it was created");
            let span = self.value_span(at, "expires");
            let created_at = self.value_span(at, "created");
            self.report(
                Diagnostic::error("expires-early", message, span, "").and(created_at, "created here"),
            );
        }
        let owner = match raw.owner {
            Some(_) => self.required(raw.owner, at, "owner", "this exclusion"),
            None => Some(home.owner.to_owned()),
        };
        let ticket = match raw.ticket {
            Some(_) => self.required(raw.ticket, at, "ticket", "this exclusion"),
            None => None,
        };
        let predicate = self.needed_predicate(at, home.schema, "this exclusion");
        let predicate = predicate.map(|predicate| predicate.opaque_as(false));
        Some(Exclusion {
            span: self.value_span(at, "id"),
            id: id?,
            reason: reason?,
            owner: owner?,
            created: raw.created,
            expires: raw.expires,
            review: raw.review,
            ticket,
            references: raw.references,
            predicate: predicate?,
            set: home.set.map(str::to_owned),
        })
    }

    /// The `where` of an exclusion or invariant, which must say something.
    fn needed_predicate(
        &mut self,
        at: &Spanned<DeValue<'_>>,
        schema: &Schema,
        place: &str,
    ) -> Option<Predicate> {
        let Some(value) = at.get_ref().as_table().and_then(|table| table.get("where")) else {
            let message = format!("{place} has no `where`");
            self.report(Diagnostic::error("missing-key", message, self.span(at), "`where` is missing"));
            return None;
        };
        self.predicate(value, schema)
    }

    fn never_hide(&mut self, file: &DeTable<'_>, schema: &Schema) -> Vec<Invariant> {
        let sections = self.sections(file, "never_hide");
        sections
            .into_iter()
            .filter_map(|at| {
                let raw: raw::NeverHide = self.fields(at, "a never_hide");
                let id = self.required(raw.id, at, "id", "this never_hide");
                let predicate = self.needed_predicate(at, schema, "this never_hide");
                let predicate = predicate.map(|predicate| predicate.opaque_as(true));
                let span = self.value_span(at, "id");
                Some(Invariant { id: id?, reason: raw.reason, predicate: predicate?, span })
            })
            .collect()
    }

    /// The shapes that exclusions may have, as columns.
    fn shapes(
        &mut self,
        header: &Spanned<DeValue<'_>>,
        shapes: &[Vec<String>],
        schema: &Schema,
    ) -> Vec<Vec<ColumnId>> {
        let value = header.get_ref().as_table().and_then(|table| table.get("shapes"));
        let written = value.and_then(|value| value.get_ref().as_array()).into_iter().flatten();
        let mut read = Vec::new();
        for (shape, at) in shapes.iter().zip(written) {
            if shape.is_empty() {
                let help = "name the columns that an exclusion has to narrow";
                let diagnostic =
                    Diagnostic::error("empty-list", "this shape names no column", self.span(at), "");
                self.report(diagnostic.help(help));
            }
            let spans: Vec<Span> =
                at.get_ref().as_array().into_iter().flatten().map(|column| self.span(column)).collect();
            let columns =
                shape.iter().zip(spans).filter_map(|(name, span)| self.named_column(name, schema, span));
            read.push(columns.collect());
        }
        read
    }

    fn output(&mut self, file: &DeTable<'_>, schema: &Schema) -> Output {
        let Some(at) = self.section(file, "output") else { return Output::default() };
        let raw: raw::Output = self.fields(at, "[output]");
        let spans = |reader: &Self, key: &str| -> Vec<Span> {
            let value = at.get_ref().as_table().and_then(|table| table.get(key));
            let entries = value.and_then(|value| value.get_ref().as_array());
            let listed = entries.map(|entries| entries.iter().map(|entry| reader.span(entry)).collect());
            listed.unwrap_or_else(|| vec![reader.value_span(at, key)])
        };
        let places = spans(self, "columns");
        let columns: Vec<(ColumnId, Span)> = raw
            .columns
            .iter()
            .zip(places)
            .filter_map(|(name, span)| Some((self.named_column(name, schema, span)?, span)))
            .collect();
        self.distinct("column", columns.iter().map(|(id, span)| (schema.name(*id), *span)));
        let orders = match raw.order_by {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        };
        let places = spans(self, "order_by");
        let order_by =
            orders.iter().zip(places).filter_map(|(text, span)| self.order(text, schema, span)).collect();
        Output { columns: columns.into_iter().map(|(id, _)| id).collect(), order_by }
    }

    fn order(&mut self, text: &str, schema: &Schema, span: Span) -> Option<Order> {
        let mut words = text.split_whitespace();
        let (name, direction, rest) = (words.next().unwrap_or(""), words.next(), words.next());
        let descending = match (direction, rest) {
            (None | Some("asc"), None) => false,
            (Some("desc"), None) => true,
            _ => {
                let message = format!("`{text}` is not an order");
                let help = "write a column, and `asc` or `desc`, as in `Timestamp desc`";
                self.report(Diagnostic::error("bad-order", message, span, "not an order").help(help));
                return None;
            }
        };
        Some(Order { column: self.named_column(name, schema, span)?, descending })
    }

    pub(super) fn named_column(&mut self, name: &str, schema: &Schema, span: Span) -> Option<ColumnId> {
        let found = self.in_sight(name, schema);
        if found.is_none() {
            let names = self.names_in_sight(schema);
            let message = format!("`{}` has no column `{name}`", schema.table);
            let diagnostic = Diagnostic::error("unknown-column", message, span, "unknown column");
            self.report(diagnostic.maybe_help(did_you_mean(name, names)));
        }
        found
    }

    /// Reports ids that two exclusions or two lists share, whatever else is wrong with them.
    pub(super) fn distinct_names(&mut self) {
        let (ids, lists) = (std::mem::take(&mut self.exclusion_ids), std::mem::take(&mut self.list_names));
        self.distinct("exclusion", ids.iter().map(|(id, span)| (id.as_str(), *span)));
        self.distinct("list", lists.iter().map(|(name, span)| (name.as_str(), *span)));
    }

    /// Reports names that are given twice, with both places.
    pub(super) fn distinct<'n>(&mut self, what: &str, named: impl Iterator<Item = (&'n str, Span)>) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for (name, span) in named {
            let first = *seen.entry(name).or_insert(span);
            if first != span {
                let message = format!("two {what}s are called `{name}`");
                let help = "give one of them another name";
                let diagnostic = Diagnostic::error("duplicate-id", message, span, "again here");
                self.report(diagnostic.and(first, "first here").help(help));
            }
        }
    }
}
