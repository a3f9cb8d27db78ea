//! The process behind a connection, as a sensor describes it. Knows no addresses.

use std::fmt::Write;

use lownoise_engine::value::Time;

use crate::actor::{Account, Behaviour, Life};
use crate::catalogue::{Entry, File};
use crate::connection::Connection;
use crate::device::{Device, Platform, Sensor};
use crate::random::{Random, Streams};
use crate::template::{Facts, expand};

/// A process.
#[derive(Debug)]
pub(crate) struct Process<'t> {
    pub(crate) file: Option<&'t File>,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) command_line: String,
    pub(crate) id: i64,
    pub(crate) created: Time,
    pub(crate) unique_id: String,
    pub(crate) parent: &'static str,
    pub(crate) parent_id: i64,
    pub(crate) parent_created: Time,
    pub(crate) account: &'t str,
    pub(crate) account_domain: &'t str,
    pub(crate) folder: &'t str,
    pub(crate) session: i64,
    pub(crate) remote_session: bool,
}

/// How long sessions last, in ticks.
const SESSION: i64 = 6 * 3600 * Time::SECOND;

impl<'t> Process<'t> {
    /// The process of this connection; `None` when the behaviour has none.
    ///
    /// A process that outlives its connection is drawn from a stream of its own, the same for all its
    /// connections, and so is the same process each time.
    pub(crate) fn draw(
        entry: &'t Entry,
        device: &'t Device,
        connection: &Connection,
        time: Time,
        streams: &Streams,
        random: &mut Random,
    ) -> Option<Self> {
        let behaviour = entry.behaviour;
        if behaviour.program.is_empty() {
            return None;
        }
        let session = time.0.div_euclid(SESSION);
        let number = device.number.wrapping_mul(4096).wrapping_add(entry.number).wrapping_mul(4096);
        let mut process = match behaviour.life {
            Life::Once => {
                let age = random.between(Time::SECOND / 1000, 4 * Time::SECOND);
                Self::start(entry, device, connection, Time(time.0 - age), random)
            }
            Life::Session => {
                let number = number.wrapping_add(1 + session.unsigned_abs() % 4095);
                let mut own = streams.stream(number);
                let age = own.between(Time::SECOND, SESSION);
                Self::start(entry, device, connection, Time(session * SESSION - age), &mut own)
            }
            Life::Daemon => {
                let mut own = streams.stream(number);
                let age = own.between(Time::SECOND, 40 * Time::SECOND);
                Self::start(entry, device, connection, Time(device.booted.0 + age), &mut own)
            }
        };
        process.lose(device, random);
        Some(process)
    }

    fn start(
        entry: &'t Entry,
        device: &'t Device,
        connection: &Connection,
        created: Time,
        random: &mut Random,
    ) -> Self {
        let behaviour = entry.behaviour;
        let mut facts = device.facts();
        facts.host = connection.name();
        facts.ip = &connection.remote.text;
        facts.port = connection.remote.port.unwrap_or(0);
        let mut path = String::with_capacity(64);
        let (program, file) = entry.program(device.release, random);
        expand(program, &facts, random, &mut path);
        let mut command_line = String::with_capacity(160);
        let facts = Facts { path: &path, ..facts };
        expand(random.word(behaviour.command), &facts, random, &mut command_line);
        let (account, folder) = match behaviour.account {
            Account::Person => (device.user, device.home.as_str()),
            Account::System("root") => ("root", "/root"),
            Account::System(name) => (name, "/"),
        };
        let id = random.between(700, 4_194_303);
        let parent = random.word(behaviour.parent);
        let (parent_id, parent_created) = if matches!(parent, "systemd" | "launchd") {
            (1, device.booted)
        } else {
            let age = random.between(Time::SECOND / 100, 900 * Time::SECOND);
            (random.between(600, id - 1), Time(created.0 - age))
        };
        let name = behaviour.shown_as.unwrap_or_else(|| last_part(&path)).to_owned();
        Self {
            file,
            name,
            path,
            command_line,
            id,
            created,
            unique_id: random.hex(16),
            parent,
            parent_id,
            parent_created,
            account,
            account_domain: account_domain(device, behaviour),
            folder,
            session: random.between(0, 12),
            remote_session: random.per_mille(15),
        }
    }

    /// What the device's sensor gets wrong, and what it missed this time.
    fn lose(&mut self, device: &Device, random: &mut Random) {
        if device.platform == Platform::Linux {
            match device.sensor {
                Sensor::Faithful => {}
                Sensor::LowerCases => {
                    self.name.make_ascii_lowercase();
                    self.path.make_ascii_lowercase();
                }
                Sensor::Cuts => {
                    let end = self.name.char_indices().nth(15).map_or(self.name.len(), |(end, _)| end);
                    self.name.truncate(end);
                }
            }
        }
        match random.below(1000) {
            0..30 => self.command_line.clear(),
            30..45 => self.path.clear(),
            45..50 => {
                self.command_line.clear();
                self.path.clear();
                self.parent = "";
            }
            _ => {}
        }
    }

    /// The text of `AdditionalFields`.
    pub(crate) fn details(&self, platform: Platform) -> String {
        let mut text = String::with_capacity(256);
        if platform == Platform::Windows {
            return text;
        }
        // Every text in it is made of letters that JSON does not escape. Writing to a `String` cannot fail.
        let _ = write!(
            text,
            "{{\"InitiatingProcessCurrentWorkingDirectory\":\"{}\",\"InitiatingProcessPosixEffectiveUser\":\
             {{\"Name\":\"{}\",\"PosixUserId\":{}}}}}",
            self.folder,
            self.account,
            if self.account == "root" { 0 } else { 1000 },
        );
        text
    }
}

fn account_domain<'t>(device: &'t Device, behaviour: &Behaviour) -> &'t str {
    match (device.platform, behaviour.account) {
        (Platform::Windows, Account::System("system")) => "nt authority",
        (Platform::Windows, _) => "corp",
        _ => &device.short_name,
    }
}

/// The name of the file: what follows the last separator of either kind.
fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
