//! What the tests inside this crate share.

use std::sync::Arc;

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_testkit::schema;

/// A policy over the table of random policies, which is its device table, too.
pub(crate) fn parsed(text: &str) -> Arc<Policy> {
    let mut schemas = Schemas::default();
    let mut device = (*schema()).clone();
    schemas.add(device.clone());
    device.table = "DeviceInfo".to_owned();
    schemas.add(device);
    let source = Source { name: "test.toml".to_owned(), text: text.to_owned() };
    let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), &schemas);
    Arc::new(parsed.result.unwrap_or_else(|| panic!("{text}\n{:#?}", parsed.diagnostics)))
}
