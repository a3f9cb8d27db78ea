//! Steps about where a connection goes, by network, class and domain. Each stands for several addresses or hosts, of
//! which the verdict must be the same.

use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;
use lownoise_engine::op::{AddressClass, sensor_type};

use crate::case::{Choice, find, value};
use crate::template::Arguments;
use crate::world::World;

/// The remote address, in several tables.
pub(super) const COLUMNS: [&str; 3] = ["RemoteIP", "destination.ip", "DestinationIp"];
/// The name of the remote host, in several tables.
pub(super) const HOSTS: [&str; 3] = ["RemoteUrl", "destination.domain", "DestinationHostname"];

/// Believable addresses of each class.
const EXAMPLES: [(AddressClass, &[&str]); 12] = [
    (AddressClass::Public, &["140.82.121.4", "2606:4700:4700::1111"]),
    (AddressClass::Private, &["192.168.1.10", "fd12:3456:789a::10"]),
    (AddressClass::Loopback, &["127.0.0.1", "::1"]),
    (AddressClass::LinkLocal, &["169.254.10.20", "fe80::1"]),
    (AddressClass::Multicast, &["224.0.0.251", "ff02::fb"]),
    (AddressClass::Broadcast, &["255.255.255.255"]),
    (AddressClass::Unspecified, &["0.0.0.0", "::"]),
    (AddressClass::Shared, &["100.64.0.10"]),
    (AddressClass::Documentation, &["203.0.113.10", "2001:db8::10"]),
    (AddressClass::Benchmarking, &["198.18.0.10", "2001:2::10"]),
    (AddressClass::Reserved, &["240.0.0.1", "100::1"]),
    (AddressClass::Teredo, &["2001:0:4136:e378:8000:63bf:3fff:fdd2"]),
];

pub(super) fn network(world: &mut World, arguments: &Arguments<'_>) -> Result<(), String> {
    let text = arguments.text(0)?;
    let network = IpNetwork::from_str(&text)
        .ok()
        .filter(|network| text.contains('/') && network.ip() == network.network())
        .ok_or_else(|| {
            format!("`{text}` is no network; write its first address and its length, as in `203.0.113.0/24`")
        })?;
    let column = world.first_column(&COLUMNS)?;
    world.set(column, &[network.network(), network.broadcast()].map(|address: IpAddr| address.to_string()))
}

pub(super) fn class(world: &mut World, arguments: &Arguments<'_>) -> Result<(), String> {
    let name = arguments.words(0).replace('-', "_");
    let examples =
        EXAMPLES.iter().find(|(class, _)| class.name() == name).map_or(&[][..], |(_, found)| *found);
    let column = world.first_column(&COLUMNS)?;
    let schema = world.schema()?;
    let id = find(schema, column)?;
    // The columns in which a sensor says what kind of address it is.
    let types: Vec<_> =
        schema.columns.iter().filter(|other| other.type_of.as_deref() == Some(column)).collect();
    let mut choices = Vec::new();
    for address in examples {
        let mut choice = Choice::default();
        choice.values.push((id, value(schema, id, address)?));
        for other in &types {
            let other = find(schema, &other.name)?;
            choice.values.push((other, value(schema, other, sensor_type(address).unwrap_or(""))?));
        }
        choices.push(choice);
    }
    world.vary(&choices)
}

pub(super) fn domain(world: &mut World, arguments: &Arguments<'_>) -> Result<(), String> {
    let domain = arguments.text(0)?;
    let column = world.first_column(&HOSTS)?;
    world.set(column, &[domain.clone(), format!("www.{domain}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_of_their_class() {
        let classes: Vec<_> = EXAMPLES.iter().map(|(class, _)| *class).collect();
        assert_eq!(classes, AddressClass::ALL.map(|(class, _)| class));
        for (class, examples) in EXAMPLES {
            for example in examples {
                assert_eq!(AddressClass::of(example.parse().unwrap()), class, "{example}");
            }
            assert!(!examples.is_empty());
        }
    }
}
