//! What is wrong with an exclusion before anyone runs it. Knows policies, claims and proofs; no files, no clock, and
//! not how a finding looks.

pub mod allow;
pub mod config;
