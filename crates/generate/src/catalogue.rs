//! All behaviours, numbered and weighed by the platform of a device, and the files of their programs.

use crate::actor::{Behaviour, INTRUDER, LINUX, MACOS, WINDOWS};
use crate::device::{Device, Platform, RELEASES};
use crate::random::{Random, Streams};

/// The behaviours to choose from.
#[derive(Debug)]
pub(crate) struct Catalogue {
    entries: Vec<Entry>,
    linux: Choice,
    intruded: Choice,
    windows: Choice,
    macos: Choice,
}

/// A behaviour, its number, and its programs' files in each release of the operating system.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) behaviour: &'static Behaviour,
    /// By program, then by release.
    files: Vec<File>,
}

/// What the sensor says of a program's file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) sha1: String,
    pub(crate) sha256: String,
    pub(crate) md5: String,
    pub(crate) size: i64,
}

/// Entries by cumulative weight.
#[derive(Debug, Default)]
struct Choice {
    upto: Vec<(u64, usize)>,
    total: u64,
}

impl Catalogue {
    /// Everything there is. Files depend on the seed: two fleets do not run the same builds.
    pub(crate) fn new(seed: u64) -> Self {
        let streams = Streams::new(seed, "files");
        let mut catalogue = Self {
            entries: Vec::new(),
            linux: Choice::default(),
            intruded: Choice::default(),
            windows: Choice::default(),
            macos: Choice::default(),
        };
        for behaviour in LINUX.iter().copied().flatten() {
            let place = catalogue.add(behaviour, &streams);
            catalogue.linux.add(behaviour.weight, place);
            catalogue.intruded.add(behaviour.weight, place);
        }
        for behaviour in INTRUDER {
            let place = catalogue.add(behaviour, &streams);
            catalogue.intruded.add(behaviour.weight, place);
        }
        for behaviour in WINDOWS {
            let place = catalogue.add(behaviour, &streams);
            catalogue.windows.add(behaviour.weight, place);
        }
        for behaviour in MACOS {
            let place = catalogue.add(behaviour, &streams);
            catalogue.macos.add(behaviour.weight, place);
        }
        catalogue
    }

    /// What this device does next.
    pub(crate) fn choose(&self, device: &Device, random: &mut Random) -> Option<&Entry> {
        let choice = match device.platform {
            Platform::Linux if device.intruded => &self.intruded,
            Platform::Linux => &self.linux,
            Platform::Windows => &self.windows,
            Platform::MacOs => &self.macos,
        };
        self.entries.get(choice.draw(random)?)
    }

    /// The names of all behaviours.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.behaviour.name)
    }

    fn add(&mut self, behaviour: &'static Behaviour, streams: &Streams) -> usize {
        let place = self.entries.len();
        let contents = behaviour.program.iter().map(|program| behaviour.copy_of.unwrap_or(program));
        let files = contents
            .flat_map(|content| (0..RELEASES).map(move |release| File::new(content, release, streams)))
            .collect();
        let number = u64::try_from(place).unwrap_or(u64::MAX);
        self.entries.push(Entry { number, behaviour, files });
        place
    }
}

impl Entry {
    /// One of the programs, and its file in this release.
    pub(crate) fn program(&self, release: usize, random: &mut Random) -> (&'static str, Option<&File>) {
        let programs = self.behaviour.program;
        let place = random.place(programs.len());
        (programs.get(place).copied().unwrap_or(""), self.files.get(place * RELEASES + release))
    }
}

impl File {
    /// The file of a program, by the path where its bytes belong.
    fn new(content: &str, release: usize, streams: &Streams) -> Self {
        let number = content.bytes().fold(release as u64, |sum, byte| {
            // Any mixing will do, as long as it never changes: this is FNV-1a.
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut random = streams.stream(number);
        Self {
            sha1: random.hex(40),
            sha256: random.hex(64),
            md5: random.hex(32),
            size: random.between(14_000, 96_000_000),
        }
    }
}

impl Choice {
    fn add(&mut self, weight: u64, place: usize) {
        self.total += weight;
        self.upto.push((self.total, place));
    }

    fn draw(&self, random: &mut Random) -> Option<usize> {
        let point = random.below(self.total);
        let place = self.upto.partition_point(|&(upto, _)| upto <= point);
        self.upto.get(place).map(|&(_, entry)| entry)
    }
}
