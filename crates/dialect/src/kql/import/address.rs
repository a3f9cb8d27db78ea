//! The functions on addresses. Each is null on what it cannot read: those of IPv4 on everything but a dotted address,
//! those of IPv6 on what is no address at all. Knows no other functions.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnetwork::{IpNetwork, Ipv6Network};
use lownoise_engine::event::ColumnId;
use lownoise_engine::op::{AddressSet, Case, Operator, TextOperator};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;
use lownoise_engine::value::Kind;

use super::resolve::{Resolver, test};
use super::value::{Truth, Value, all, not};

/// What Kusto calls private: RFC 1918.
pub(super) const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// Every IPv4 address, and every other.
const EVERY: [&str; 2] = ["0.0.0.0/0", "::/0"];

impl<'q> Resolver<'q> {
    /// A function whose name begins with `ipv4_` or `ipv6_`.
    pub(super) fn address(&mut self, name: &str, arguments: &[Value<'q>], span: Span) -> Value<'q> {
        let unknown = |words: &str| Value::Unknown(format!("`{name}` {words}"));
        let Some((Value::Column(id, _), rest)) = arguments.split_first() else {
            return unknown("is not understood here: its first argument is no column");
        };
        if self.schema.kind(*id) != Kind::Address {
            return unknown("of a column that holds no addresses");
        }
        let networks = match (name, rest) {
            ("ipv4_is_private", []) => Some(PRIVATE.iter().filter_map(|text| network(text, false)).collect()),
            ("ipv4_is_in_range" | "ipv4_is_match", [Value::Text(text)]) => one(network(text, false)),
            ("ipv6_is_in_range" | "ipv6_is_match", [Value::Text(text)]) => one(network(text, true)),
            ("ipv4_is_match" | "ipv6_is_match", [Value::Text(text), Value::Number(prefix)]) => {
                one(network(&format!("{text}/{prefix}"), name.starts_with("ipv6_")))
            }
            ("ipv4_is_in_any_range" | "ipv6_is_in_any_range", ranges) => listed(ranges).and_then(|texts| {
                texts.into_iter().map(|text| network(&text, name.starts_with("ipv6_"))).collect()
            }),
            _ => return unknown("is not understood"),
        };
        let Some(networks) = networks else { return unknown("of something else than networks") };
        Value::Truth(if name.starts_with("ipv4_") {
            dotted_in(*id, networks, span, self.schema.name(*id))
        } else {
            address_in(*id, networks, span, self.schema.name(*id))
        })
    }
}

fn one(network: Option<IpNetwork>) -> Option<Vec<IpNetwork>> {
    network.map(|network| vec![network])
}

fn set(id: ColumnId, networks: Vec<IpNetwork>, span: Span) -> Predicate {
    test(id, Operator::In(AddressSet { networks, classes: Vec::new() }), span)
}

fn every(count: usize) -> Vec<IpNetwork> {
    EVERY.iter().take(count).filter_map(|text| IpNetwork::from_str(text).ok()).collect()
}

/// On addresses that are written with dots; others, `::ffff:10.1.2.3` too, are null.
fn dotted_in(id: ColumnId, networks: Vec<IpNetwork>, span: Span, name: &str) -> Truth {
    let colon = Operator::Text {
        operator: TextOperator::Contains,
        literals: vec![":".to_owned()],
        case: Case::Sensitive,
    };
    let dotted = all(vec![set(id, every(1), span), not(test(id, colon.clone(), span))]);
    let mut truth = Truth::where_defined(
        set(id, networks.clone(), span),
        dotted,
        &format!("{name} that is no IPv4 address"),
    );
    // Whatever is in an IPv4 network is an IPv4 address already.
    truth.holds = all(vec![set(id, networks, span), not(test(id, colon, span))]);
    truth
}

/// On addresses of both kinds, IPv4 as its mapped IPv6 address.
fn address_in(id: ColumnId, mut networks: Vec<IpNetwork>, span: Span, name: &str) -> Truth {
    let mapped = IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0));
    let wide =
        networks.iter().any(|network| network.prefix() < 96 && network.is_ipv6() && network.contains(mapped));
    if wide {
        networks.extend(every(1));
    }
    let address = set(id, every(2), span);
    let mut truth =
        Truth::where_defined(set(id, networks.clone(), span), address, &format!("{name} that is no address"));
    truth.holds = set(id, networks, span);
    truth
}

/// A network, or an address as a network of its own, cut to its prefix. IPv6 functions read IPv4 too.
fn network(text: &str, both: bool) -> Option<IpNetwork> {
    let network = IpNetwork::from_str(text.trim()).ok()?;
    if network.is_ipv6() && !both {
        return None;
    }
    match network {
        // Networks of mapped addresses are IPv4 networks.
        IpNetwork::V6(v6) if v6.prefix() >= 96 => match v6.network().to_ipv4_mapped() {
            Some(v4) => IpNetwork::new(IpAddr::V4(v4), v6.prefix() - 96).ok(),
            None => Ipv6Network::new(v6.network(), v6.prefix()).ok().map(IpNetwork::V6),
        },
        other => IpNetwork::new(other.network(), other.prefix()).ok(),
    }
}

/// The texts of the arguments, or of the one list that they are.
fn listed(values: &[Value<'_>]) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for value in values {
        match value {
            Value::Text(text) => found.push(text.clone()),
            Value::List(items) => {
                for (item, _) in items {
                    let Value::Text(text) = item else { return None };
                    found.push(text.clone());
                }
            }
            _ => return None,
        }
    }
    (!found.is_empty()).then_some(found)
}
