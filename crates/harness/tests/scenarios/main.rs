//! Scenarios against the shipped rules, and what is said when one fails.

#[cfg(test)]
mod common;
#[cfg(test)]
mod features;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod mutation;
#[cfg(test)]
mod report;
#[cfg(test)]
mod sketch;
