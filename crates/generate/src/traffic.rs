//! The traffic of a fleet: which device does what when. Every row is a function of the options and its number.

use lownoise_engine::value::Time;

use crate::catalogue::Catalogue;
use crate::connection::Connection;
use crate::device::{Device, DeviceRow};
use crate::process::Process;
use crate::random::Streams;
use crate::row::Row;

/// What traffic to make.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Everything is drawn from it.
    pub seed: u64,
    /// How many events.
    pub events: u64,
    /// How many devices; none counts as one.
    pub devices: u64,
    /// Events lie in the 30 hours before it.
    pub now: Time,
}

/// The traffic of a fleet.
///
/// Events are evenly spread over 30 hours, no two at the same time, nearly in order of time: as sensors
/// report them, a few swap places with their neighbours. Of every 20 devices, 17 run Linux.
#[derive(Debug)]
pub struct Traffic {
    options: Options,
    fleet: Vec<Device>,
    catalogue: Catalogue,
    rows: Streams,
    processes: Streams,
}

/// How long before `now` events begin, in ticks.
const SPAN: u64 = 30 * 3600 * Time::SECOND.unsigned_abs();

/// The rows of a block of 16 swap places by this bit pattern, the next block by the next one: about one row in
/// eleven comes after a later one.
const DISORDER: [u64; 16] = [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 15];

impl Traffic {
    /// Prepares the fleet: about 1 KiB for each device. Events take no memory until they are asked for.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let devices = Streams::new(options.seed, "devices");
        let fleet = (0..options.devices.max(1))
            .map(|number| Device::draw(number, options.now, &mut devices.stream(number)))
            .collect();
        Self {
            options: *options,
            fleet,
            catalogue: Catalogue::new(options.seed),
            rows: Streams::new(options.seed, "rows"),
            processes: Streams::new(options.seed, "processes"),
        }
    }

    /// All events, nearly in order of time.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.options.events).filter_map(|number| self.row(number))
    }

    /// The event of this number, `None` beyond the last. Numbers may be asked for in any order.
    #[must_use]
    pub fn row(&self, number: u64) -> Option<Row<'_>> {
        if number >= self.options.events {
            return None;
        }
        let mut random = self.rows.stream(number);
        let time = self.time(number, random.below(self.step()));
        let device = random.pick(&self.fleet)?;
        let entry = self.catalogue.choose(device, &mut random)?;
        let connection = Connection::draw(entry.behaviour, device, &mut random)?;
        let process = Process::draw(entry, device, &connection, time, &self.processes, &mut random);
        let details = match &process {
            Some(process) => process.details(device.platform),
            None => connection.details(),
        };
        let report = i64::try_from(number).ok()?.saturating_add(1);
        Some(Row { time, report, device, behaviour: entry.behaviour, connection, process, details })
    }

    /// The rows of `DeviceInfo`: several for most devices, none for a few.
    pub fn devices(&self) -> impl Iterator<Item = DeviceRow<'_>> {
        let streams = Streams::new(self.options.seed, "reports");
        self.fleet.iter().flat_map(move |device| device.reports(self.options.now, &streams))
    }

    /// The name of everything that can happen in it, as labels spell it.
    pub fn behaviours(&self) -> impl Iterator<Item = &'static str> {
        self.catalogue.names()
    }

    /// The ticks that each event has for itself.
    fn step(&self) -> u64 {
        (SPAN / self.options.events.max(1)).max(1)
    }

    /// When an event happens: in its own slot, so that no two share a time.
    fn time(&self, number: u64, within: u64) -> Time {
        let block = number / 16;
        let whole = (block + 1).saturating_mul(16) <= self.options.events;
        let place = usize::try_from(block % 16).unwrap_or(0);
        let swap = if whole { DISORDER.get(place).copied().unwrap_or(0) } else { 0 };
        let slot = number ^ swap;
        let before = (self.options.events - slot).saturating_mul(self.step()).saturating_sub(within);
        Time(self.options.now.0.saturating_sub_unsigned(before))
    }
}
