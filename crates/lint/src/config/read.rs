//! From the text of a `lownoise.toml` to what it demands, or to every mistake in it.

use std::collections::BTreeMap;

use globset::{Glob, GlobSetBuilder};
use lownoise_engine::diagnostic::{Diagnostic, did_you_mean};
use lownoise_engine::parse::Parsed;
use lownoise_engine::parse::table::{field_names, read, unknown_key};
use lownoise_engine::span::{Source, Sources, Span};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Config, Evasion, Governance, Levels, Override, Required, Severity, TicketPattern};

/// What a repository demands of its exclusions: the file `lownoise.toml` at its root.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "lownoise.toml")]
struct ConfigFile {
    /// What becomes of findings.
    check: Option<CheckSection>,
    /// Who answers for exclusions, and for how long.
    governance: Option<GovernanceSection>,
    /// How strong exclusions must be.
    evasion: Option<EvasionSection>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct CheckSection {
    /// Codes, and what becomes of them: `allow`, `warning` or `error`.
    levels: BTreeMap<String, Severity>,
    /// Other levels for some files. The last that names a code decides.
    #[serde(rename = "override")]
    #[schemars(with = "Vec<OverrideSection>")]
    overrides: Apart,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct OverrideSection {
    /// The files, as globs below the folder of this file: `rules/legacy/**`.
    #[schemars(required)]
    paths: Vec<String>,
    /// Codes, and what becomes of them there.
    #[schemars(required)]
    levels: BTreeMap<String, Severity>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct GovernanceSection {
    /// What every exclusion must have; an owner and a reason if it is not said.
    require: Option<Vec<Required>>,
    /// How many days ahead `expires` may lie.
    horizon: Option<u32>,
    /// How many days before its last day an exclusion is warned about; 14 if it is not said.
    warn_before: Option<u32>,
    /// What a ticket looks like: a regular expression that it matches as a whole.
    ticket: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct EvasionSection {
    /// The least rung of the ladder that an exclusion may stand on, from 1 (a part of the command line) to 6 (an exact
    /// path with user, parent and destination).
    #[schemars(range(min = 1, max = 6))]
    minimum: Option<u8>,
}

/// What is read apart, entry by entry, so that each of its mistakes has its own place.
#[derive(Debug, Default)]
struct Apart;

impl<'de> Deserialize<'de> for Apart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// JSON Schema (draft 2020-12) of `lownoise.toml`.
#[must_use]
pub fn config_schema() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<ConfigFile>()
        .into()
}

/// Reads a `lownoise.toml`; `codes` are the codes that it may name.
#[must_use]
pub fn read_config(source: Source, codes: &[&str]) -> Parsed<Config> {
    let text = source.text.clone();
    let mut sources = Sources::default();
    let mut reader = Reader { source: sources.add(source), codes, told: Vec::new() };
    let config = reader.config(&text);
    let mut diagnostics = reader.told;
    diagnostics.sort_by_key(|found| found.labels.first().map(|label| label.span));
    let result = diagnostics.is_empty().then_some(config);
    Parsed { result, diagnostics, sources }
}

struct Reader<'c> {
    source: u32,
    codes: &'c [&'c str],
    told: Vec<Diagnostic>,
}

type Value<'v> = Spanned<DeValue<'v>>;

impl Reader<'_> {
    fn config(&mut self, text: &str) -> Config {
        let (file, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let span = Span::new(self.source, error.span().unwrap_or(0..0));
            let message = format!("this is not TOML: {}", error.message().replace('\n', ", "));
            self.told.push(Diagnostic::error("syntax", message, span, ""));
        }
        let file = file.get_ref();
        let known = field_names::<ConfigFile>();
        for key in file.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let span = Span::new(self.source, key.span());
            self.told.push(unknown_key(key.get_ref(), span, "lownoise.toml", known));
        }
        let mut config = Config::default();
        if let Some(check) = file.get("check") {
            let CheckSection { levels, overrides: Apart } = self.section(check, "[check]");
            config.levels = self.levels(check, levels);
            config.overrides = self.overrides(check);
        }
        if let Some(governance) = file.get("governance") {
            config.governance = self.governance(governance);
        }
        if let Some(evasion) = file.get("evasion") {
            let EvasionSection { minimum } = self.section(evasion, "[evasion]");
            if minimum.is_some_and(|minimum| !(1..=6).contains(&minimum)) {
                let span = self.span(entry(evasion, "minimum").unwrap_or(evasion));
                let message = "`minimum` is a rung of the ladder, from 1 to 6";
                self.told.push(Diagnostic::error("bad-value", message, span, "no such rung"));
            }
            config.evasion = Evasion { minimum };
        }
        config
    }

    fn span(&self, value: &Value<'_>) -> Span {
        Span::new(self.source, value.span())
    }

    fn section<T: DeserializeOwned + Default>(&mut self, value: &Value<'_>, name: &str) -> T {
        if let Some(table) = value.get_ref().as_table() {
            return read(table, self.source, name, &mut self.told);
        }
        let span = self.span(value);
        let message = format!("{name} is not a table");
        self.told.push(Diagnostic::error("wrong-type", message, span, "expected a table"));
        T::default()
    }

    /// Levels, whose codes must be known.
    fn levels(&mut self, section: &Value<'_>, levels: BTreeMap<String, Severity>) -> Levels {
        let written = entry(section, "levels").and_then(|levels| levels.get_ref().as_table());
        for key in written.into_iter().flat_map(|table| table.keys()) {
            let code = key.get_ref().as_ref();
            if !self.codes.contains(&code) {
                let span = Span::new(self.source, key.span());
                let message = format!("no finding is called `{code}`");
                let help = "`lownoise lint-info` lists them".to_owned();
                let meant = did_you_mean(code, self.codes.iter().copied());
                let diagnostic = Diagnostic::error("unknown-code", message, span, "unknown code");
                self.told.push(diagnostic.help(help).maybe_help(meant));
            }
        }
        levels.into_iter().collect()
    }

    /// The overrides, each read by itself so that each of its mistakes has its place.
    fn overrides(&mut self, check: &Value<'_>) -> Vec<Override> {
        let Some(value) = entry(check, "override") else { return Vec::new() };
        let Some(all) = value.get_ref().as_array() else {
            let message = "`override` is not a list of tables";
            let diagnostic =
                Diagnostic::error("wrong-type", message, self.span(value), "expected [[check.override]]");
            self.told.push(diagnostic);
            return Vec::new();
        };
        let mut overrides = Vec::new();
        for value in all {
            let before = self.told.len();
            let section: OverrideSection = self.section(value, "[[check.override]]");
            let levels = self.levels(value, section.levels);
            for key in ["paths", "levels"] {
                if entry(value, key).is_none() {
                    let span = self.span(value);
                    let message = format!("this override has no `{key}`");
                    self.told.push(Diagnostic::error(
                        "missing-key",
                        message,
                        span,
                        format!("`{key}` is missing"),
                    ));
                }
            }
            let globs = entry(value, "paths").and_then(|paths| paths.get_ref().as_array());
            let mut builder = GlobSetBuilder::new();
            for (glob, at) in section.paths.iter().zip(globs.into_iter().flatten()) {
                match Glob::new(glob) {
                    Ok(glob) => _ = builder.add(glob),
                    Err(error) => {
                        let message = format!("`{glob}` is not a glob: {}", error.kind());
                        let span = self.span(at);
                        self.told.push(Diagnostic::error("bad-value", message, span, "not a glob"));
                    }
                }
            }
            match builder.build() {
                Ok(paths) if before == self.told.len() => overrides.push(Override { paths, levels }),
                Ok(_) => {}
                Err(error) => {
                    let span = self.span(value);
                    self.told.push(Diagnostic::error("bad-value", format!("`paths`: {error}"), span, ""));
                }
            }
        }
        overrides
    }

    fn governance(&mut self, at: &Value<'_>) -> Governance {
        let section: GovernanceSection = self.section(at, "[governance]");
        let ticket = section.ticket.as_deref().and_then(|written| match TicketPattern::new(written) {
            Ok(regex) => Some(regex),
            Err(error) => {
                let span = self.span(entry(at, "ticket").unwrap_or(at));
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let message = format!("`{written}` is not a regular expression: {why}");
                self.told.push(Diagnostic::error("bad-pattern", message, span, "not a pattern"));
                None
            }
        });
        let default = Governance::default();
        Governance {
            require: section.require.unwrap_or(default.require),
            horizon: section.horizon,
            warn_before: section.warn_before.unwrap_or(default.warn_before),
            ticket,
        }
    }
}

fn entry<'t, 'v>(at: &'t Value<'v>, key: &str) -> Option<&'t Value<'v>> {
    at.get_ref().as_table()?.get(key)
}
