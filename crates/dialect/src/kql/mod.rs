//! KQL, the query language of Defender, Sentinel and Azure Data Explorer.

pub(crate) mod syntax;
