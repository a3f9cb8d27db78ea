//! Classes of addresses, by the IANA special-purpose address registries
//! (<https://www.iana.org/assignments/iana-ipv4-special-registry>, `…/iana-ipv6-special-registry`) and the multicast
//! assignments. Every address is of exactly one class.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::LazyLock;

use super::ranges::{address_number, complement, minus, normalise, written_range};
use crate::value::read_address;

/// What kind of address it is. A v4-mapped address is of the IPv4 address's class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressClass {
    /// Globally reachable, or in no registry: what is wrongly public costs a look, what is wrongly not is unseen.
    Public,
    /// RFC 1918 and unique local IPv6 (RFC 4193).
    Private,
    /// `127.0.0.0/8`, `::1`.
    Loopback,
    /// `169.254.0.0/16`, `fe80::/10`.
    LinkLocal,
    /// `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// `255.255.255.255`.
    Broadcast,
    /// `0.0.0.0/8` ("this network"), `::`.
    Unspecified,
    /// Carrier-grade NAT, `100.64.0.0/10` (RFC 6598).
    Shared,
    /// TEST-NET-1 to 3 (RFC 5737), `2001:db8::/32` (RFC 3849), `3fff::/20` (RFC 9637).
    Documentation,
    /// `198.18.0.0/15` (RFC 2544), `2001:2::/48` (RFC 5180).
    Benchmarking,
    /// Future use, protocol assignments, discard prefixes and what else a registry sets apart.
    Reserved,
    /// Teredo, `2001::/32` (RFC 4380).
    Teredo,
}

/// Special-purpose blocks that are globally reachable all the same: RFC 7723, 8155 (IPv4 and IPv6), 9665, 7450, 7535,
/// 7343, 9374, and NAT64 (RFC 6052).
const REACHABLE: [&str; 10] = [
    "192.0.0.9/32",
    "192.0.0.10/32",
    "2001:1::1/128",
    "2001:1::2/128",
    "2001:1::3/128",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:20::/28",
    "2001:30::/28",
    "64:ff9b::/96",
];

impl AddressClass {
    /// All of them, with the names that policies use.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::Public, "public"),
        (Self::Private, "private"),
        (Self::Loopback, "loopback"),
        (Self::LinkLocal, "link_local"),
        (Self::Multicast, "multicast"),
        (Self::Broadcast, "broadcast"),
        (Self::Unspecified, "unspecified"),
        (Self::Shared, "shared"),
        (Self::Documentation, "documentation"),
        (Self::Benchmarking, "benchmarking"),
        (Self::Reserved, "reserved"),
        (Self::Teredo, "teredo"),
    ];

    /// The class of an address. Logarithmic in the number of blocks, but of most IPv4 addresses the first number says it.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let IpAddr::V4(v4) = address else { return Self::in_table(address) };
        let [first, ..] = v4.octets();
        FIRST.get(usize::from(first)).copied().flatten().unwrap_or_else(|| Self::in_table(address))
    }

    fn in_table(address: IpAddr) -> Self {
        let number = address_number(address);
        let after = TABLE.partition_point(|(low, _, _)| *low <= number);
        after.checked_sub(1).and_then(|place| TABLE.get(place)).map_or(Self::Public, |(_, _, class)| *class)
    }

    /// The name that policies use.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(class, _)| *class == self).map_or("", |(_, name)| name)
    }

    /// The class as ranges of [`address_number`](super::address_number), ascending, without overlap.
    #[must_use]
    pub fn ranges(self) -> Vec<(u128, u128)> {
        TABLE.iter().filter(|(_, _, class)| *class == self).map(|(low, high, _)| (*low, *high)).collect()
    }

    /// The blocks that the registries list for the class; reserved ones hold smaller blocks of other classes.
    fn blocks(self) -> &'static [&'static str] {
        match self {
            Self::Public => &REACHABLE,
            Self::Private => &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
            Self::Loopback => &["127.0.0.0/8", "::1/128"],
            Self::LinkLocal => &["169.254.0.0/16", "fe80::/10"],
            Self::Multicast => &["224.0.0.0/4", "ff00::/8"],
            Self::Broadcast => &["255.255.255.255/32"],
            Self::Unspecified => &["0.0.0.0/8", "::/128"],
            Self::Shared => &["100.64.0.0/10"],
            Self::Documentation => {
                &["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"]
            }
            Self::Benchmarking => &["198.18.0.0/15", "2001:2::/48"],
            Self::Reserved => &[
                "240.0.0.0/4",
                "192.0.0.0/24",
                "192.88.99.2/32",
                "2001::/23",
                "64:ff9b:1::/48",
                "100::/64",
                "100:0:0:1::/64",
                "5f00::/16",
                "fec0::/10",
            ],
            Self::Teredo => &["2001::/32"],
        }
    }

    fn listed(self) -> Vec<(u128, u128)> {
        normalise(self.blocks().iter().filter_map(|block| written_range(block)).collect())
    }
}

impl FromStr for AddressClass {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(class, _)| *class).ok_or(())
    }
}

/// The class of all IPv4 addresses that begin with a number, where it is one.
static FIRST: LazyLock<Vec<Option<AddressClass>>> = LazyLock::new(|| {
    let whole = |first| {
        let number = |rest: u8| address_number(IpAddr::from([first, rest, rest, rest]));
        let (low, high) = (number(0), number(u8::MAX));
        TABLE.iter().find(|(start, end, _)| *start <= low && high <= *end).map(|(_, _, class)| *class)
    };
    (0..=u8::MAX).map(whole).collect()
});

/// Every address once: first, last, class; ascending.
static TABLE: LazyLock<Vec<(u128, u128, AddressClass)>> = LazyLock::new(|| {
    let smaller: Vec<(AddressClass, Vec<(u128, u128)>)> = AddressClass::ALL
        .into_iter()
        .map(|(class, _)| class)
        .filter(|class| *class != AddressClass::Reserved)
        .map(|class| (class, class.listed()))
        .collect();
    let claimed = normalise(smaller.iter().flat_map(|(_, ranges)| ranges.clone()).collect());
    let reserved = minus(&AddressClass::Reserved.listed(), &claimed);
    let rest = complement(&normalise(claimed.iter().chain(&reserved).copied().collect()));
    let named = [(AddressClass::Reserved, reserved), (AddressClass::Public, rest)];
    let mut table: Vec<(u128, u128, AddressClass)> = smaller
        .into_iter()
        .chain(named)
        .flat_map(|(class, ranges)| ranges.into_iter().map(move |(low, high)| (low, high, class)))
        .collect();
    table.sort_unstable_by_key(|(low, _, _)| *low);
    table
});

/// The words of Defender's sensor for types of addresses (`RemoteIPType`), and the classes that each stands for. The
/// vendor names the words and not the ranges: these are the classes of this module. A v4-mapped address has a type of
/// its own, [`SENSOR_MAPPED`], whatever the class of the IPv4 address.
pub const SENSOR_TYPES: [(&str, &[AddressClass]); 6] = [
    ("Public", &[AddressClass::Public]),
    ("Private", &[AddressClass::Private, AddressClass::LinkLocal]),
    ("Loopback", &[AddressClass::Loopback]),
    ("Broadcast", &[AddressClass::Broadcast]),
    ("Teredo", &[AddressClass::Teredo]),
    (
        "Reserved",
        &[
            AddressClass::Multicast,
            AddressClass::Unspecified,
            AddressClass::Shared,
            AddressClass::Documentation,
            AddressClass::Benchmarking,
            AddressClass::Reserved,
        ],
    ),
];

/// The sensor's word for a v4-mapped address.
pub const SENSOR_MAPPED: &str = "FourToSixMapping";

/// The type that the sensor gives an address, in its words; `None` for what is no address. `text` is the spelling.
#[must_use]
pub fn sensor_type(text: &str) -> Option<&'static str> {
    sensor_type_of(text, read_address(text).1)
}

/// The same, of a text whose address is known: the two of a [`Value::Address`](crate::value::Value::Address).
#[must_use]
pub fn sensor_type_of(text: &str, address: Option<IpAddr>) -> Option<&'static str> {
    // An IPv4 address that is spelled with colons is a mapped one.
    if matches!(address?, IpAddr::V4(_)) && text.contains(':') {
        return Some(SENSOR_MAPPED);
    }
    let class = AddressClass::of(address?);
    SENSOR_TYPES.iter().find(|(_, classes)| classes.contains(&class)).map(|(word, _)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_block_is_a_network() {
        for (class, name) in AddressClass::ALL {
            for block in class.blocks() {
                assert!(written_range(block).is_some(), "{name} {block}");
            }
        }
    }

    #[test]
    fn every_address_is_of_exactly_one_class() {
        let mut next = Some(0);
        for (low, high, class) in TABLE.iter() {
            assert_eq!(next, Some(*low), "{class:?} does not begin where the last one ends");
            next = high.checked_add(1);
        }
        assert_eq!(next, None);
    }

    #[test]
    fn the_first_number_says_what_the_table_says() {
        for first in 0..=u8::MAX {
            for rest in [0, 1, 63, 64, 127, 128, 168, 254, 255] {
                let address = IpAddr::from([first, rest, rest, rest]);
                assert_eq!(AddressClass::of(address), AddressClass::in_table(address), "{address}");
            }
        }
    }

    #[test]
    fn classes_and_sensor_types_at_their_borders() {
        let cases = [
            ("8.8.8.8", "public", "Public"),
            ("9.255.255.255", "public", "Public"),
            ("10.0.0.0", "private", "Private"),
            ("172.15.0.1", "public", "Public"),
            ("172.31.255.255", "private", "Private"),
            ("172.32.0.0", "public", "Public"),
            ("100.64.0.1", "shared", "Reserved"),
            ("127.0.0.1", "loopback", "Loopback"),
            ("169.254.1.1", "link_local", "Private"),
            ("224.0.0.251", "multicast", "Reserved"),
            ("255.255.255.255", "broadcast", "Broadcast"),
            ("255.255.255.254", "reserved", "Reserved"),
            ("0.0.0.0", "unspecified", "Reserved"),
            ("192.0.0.8", "reserved", "Reserved"),
            ("192.0.0.9", "public", "Public"),
            ("203.0.113.10", "documentation", "Reserved"),
            ("::", "unspecified", "Reserved"),
            ("::1", "loopback", "Loopback"),
            ("::ffff:8.8.8.8", "public", "FourToSixMapping"),
            ("::ffff:192.168.0.1", "private", "FourToSixMapping"),
            ("2001:db8::1", "documentation", "Reserved"),
            ("2001::1", "teredo", "Teredo"),
            ("2001:2::1", "benchmarking", "Reserved"),
            ("2001:10::1", "reserved", "Reserved"),
            ("2001:20::1", "public", "Public"),
            ("2001:500:1::53", "public", "Public"),
            ("2606:4700::1111", "public", "Public"),
            ("64:ff9b::808:808", "public", "Public"),
            ("64:ff9b:1::1", "reserved", "Reserved"),
            ("fe80::1", "link_local", "Private"),
            ("fd00::1", "private", "Private"),
            ("ff02::fb", "multicast", "Reserved"),
        ];
        for (text, class, word) in cases {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(AddressClass::of(address.to_canonical()).name(), class, "{text}");
            assert_eq!(sensor_type(text), Some(word), "{text}");
        }
        assert_eq!(sensor_type("example.org"), None);
        assert_eq!(sensor_type(""), None);
    }
}
