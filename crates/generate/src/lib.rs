//! Synthetic traffic of Linux desktops, as a Defender sensor would report it, with a label on every event.
//!
//! The same seed, counts and `now` give the same rows on every platform, in any order, on any thread: each
//! row is a function of its number. Rows are handed out as values of a table's columns; writing them down is
//! not known here, and neither are policies.
//!
//! ```
//! use lownoise_engine::schema::Schemas;
//! use lownoise_engine::value::Time;
//! use lownoise_generate::{EventLayout, Options, Traffic};
//!
//! # fn main() -> Result<(), String> {
//! let schemas = Schemas::shipped()?;
//! let schema = schemas.get("DeviceNetworkEvents").ok_or("no such table")?;
//! let layout = EventLayout::of(schema)?;
//! let now = Time::parse("2026-02-03T12:00:00Z").ok_or("no time")?;
//! let traffic = Traffic::new(&Options { seed: 1, events: 1000, devices: 50, now });
//! for row in traffic.rows() {
//!     assert_eq!(row.values(&layout).len(), schema.columns.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What it is like: [`Traffic`] says how rows are spread; behaviours, with their proportions, are the tables
//! in `actor/`; where connections go is the table in `destination.rs`. There is more of the intruder than in
//! life, so that a small sample has some of everything.

mod actor;
mod catalogue;
mod connection;
mod destination;
mod device;
mod layout;
mod process;
mod random;
mod row;
mod template;
mod traffic;

pub use actor::Actor;
pub use device::{DeviceLayout, DeviceRow};
pub use layout::Layout;
pub use row::{EventLayout, Label, Row};
pub use traffic::{Options, Traffic};
