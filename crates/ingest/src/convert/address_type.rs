//! The type of an address in the words of Defender's `RemoteIPType`, for sources that do not supply it.
//!
//! The vendor names the words and not the ranges. Those here are the IANA special-purpose address registries
//! (<https://www.iana.org/assignments/iana-ipv4-special-registry>, `…/iana-ipv6-special-registry`) and the
//! multicast ranges of RFC 5771 and RFC 4291. Only what those call globally reachable is `Public`: a range
//! that is wrongly public costs an analyst a look, so where a block is mixed (`192.0.0.0/24`) its reachable
//! addresses are kept public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The type of the address that a text spells; `None` when it spells none.
pub(super) fn address_type(text: &str) -> Option<&'static str> {
    match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(v4) => Some(of_v4(v4)),
        IpAddr::V6(v6) => Some(of_v6(v6)),
    }
}

#[expect(clippy::match_same_arms, reason = "one arm a registry entry, with its source")]
fn of_v4(address: Ipv4Addr) -> &'static str {
    match address.octets() {
        [127, ..] => "Loopback",                                             // RFC 1122
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "Private",         // RFC 1918
        [169, 254, ..] => "Private",                                         // RFC 3927, link-local
        [255, 255, 255, 255] => "Broadcast",                                 // RFC 8190
        [192, 0, 0, 9 | 10] => "Public",                                     // RFC 7723, RFC 8155
        [0, ..] | [100, 64..=127, ..] | [192, 0, 0, _] => "Reserved",        // RFC 791, 6598, 6890
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "Reserved", // RFC 5737
        [198, 18 | 19, ..] | [192, 88, 99, 2] => "Reserved",                 // RFC 2544, RFC 6751
        [224..=255, ..] => "Reserved",                                       // RFC 5771, RFC 1112
        _ => "Public",
    }
}

#[expect(clippy::match_same_arms, reason = "one arm a registry entry, with its source")]
fn of_v6(address: Ipv6Addr) -> &'static str {
    if address == Ipv6Addr::LOCALHOST {
        return "Loopback";
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] => "FourToSixMapping", // RFC 4291
        [0, 0, 0, 0, 0, 0, 0, 0] => "Reserved",            // RFC 4291, unspecified
        [0xfc00..=0xfdff | 0xfe80..=0xfebf, ..] => "Private", // RFC 4193, RFC 4291
        [0x2001, 0, ..] => "Teredo",                       // RFC 4380
        [0x2001, 1, 0, 0, 0, 0, 0, 1..=3] => "Public",     // RFC 7723, 8155, 9665
        [0x2001, 3 | 0x20..=0x3f, ..] | [0x2001, 4, 0x112, ..] => "Public", // RFC 7450, 7343, 9374, 7535
        [0x2001, 0..=0x1ff, ..] => "Reserved",             // RFC 2928
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => "Reserved", // RFC 3849, RFC 9637
        [0x64, 0xff9b, 1, ..] | [0x100, 0, 0, 0 | 1, ..] | [0x5f00, ..] => "Reserved", // RFC 8215, 6666, 9780, 9602
        [0xff00..=0xffff, ..] => "Reserved",                                           // RFC 4291, multicast
        _ => "Public",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_type_defender_would_write() {
        let cases = [
            ("52.113.194.132", Some("Public")),
            ("192.168.0.82", Some("Private")),
            ("172.15.0.1", Some("Public")),
            ("172.31.255.255", Some("Private")),
            ("127.0.0.1", Some("Loopback")),
            ("::1", Some("Loopback")),
            ("::ffff:198.199.114.69", Some("FourToSixMapping")),
            ("::ffff:10.2.0.5", Some("FourToSixMapping")),
            ("2001:0:4136:e378::1", Some("Teredo")),
            ("2001:500:1::53", Some("Public")),
            ("2001:db8::1", Some("Reserved")),
            ("2a02:c0:ac::e51:1", Some("Public")),
            ("fe80::1", Some("Private")),
            ("ff02::fb", Some("Reserved")),
            ("255.255.255.255", Some("Broadcast")),
            ("224.0.0.251", Some("Reserved")),
            ("100.64.0.1", Some("Reserved")),
            ("64:ff9b::808:808", Some("Public")),
            ("", None),
            ("example.org", None),
        ];
        for (text, expected) in cases {
            assert_eq!(address_type(text), expected, "{text}");
        }
    }
}
