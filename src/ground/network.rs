//! Networks, and where a request comes from when proxies stand in between: what the nearest of them says is
//! believed as long as one of our own says it (X-Forwarded-For, or Forwarded of RFC 7239).
//!
//! Pure. What cannot be read is the end of what is known, never an error: strangers write these lines too.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Proxies between us and anybody, at most.
const MOST_HOPS: usize = 32;

/// An address, or all that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let one = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        let net = text.parse::<IpNet>().or_else(|_| one());
        let net = net.map_err(|_| format!("{text:?} is neither an address nor a network, such as 127.0.0.1 or 10.0.0.0/8"))?;
        if net.prefix_len() == 0 {
            return Err(format!("{text:?} is everybody, who could then claim any address"));
        }
        Ok(Self(net.trunc()))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The nearest address that is none of ours. `for_lines` are the lines of X-Forwarded-For, `forwarded` those of
/// Forwarded, which count where there are none of the former.
pub fn origin(peer: IpAddr, ours: &[Network], for_lines: &[&str], forwarded: &[&str]) -> IpAddr {
    let hops: Box<dyn Iterator<Item = Option<IpAddr>>> = if for_lines.is_empty() {
        Box::new(forwarded.iter().rev().flat_map(|line| line.rsplit(',')).map(element))
    } else {
        Box::new(for_lines.iter().rev().flat_map(|line| line.rsplit(',')).map(address))
    };
    let mut at = peer.to_canonical();
    for hop in hops.take(MOST_HOPS) {
        match hop {
            Some(before) if ours.iter().any(|net| net.contains(at)) => at = before,
            _ => break,
        }
    }
    at
}

/// Whether an address says nothing of who is behind it: it is that of the machine itself or of a private network, as a
/// proxy has that nobody has named.
pub fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        // 100.64.0.0/10 is a provider's own (RFC 6598).
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified() || first == 100 && second & 0xc0 == 64
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified(),
    }
}

/// Where something comes from, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    pub address: String,
    /// Whether it is of one household; not of a private network, whose proxy nobody may have named.
    pub is_public: bool,
}

impl From<IpAddr> for Household {
    fn from(address: IpAddr) -> Self {
        Self { address: household(address), is_public: !is_private(address) }
    }
}

/// Addresses that one household has: an IPv6 network has 2^64 of them.
pub fn household(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V6(ip) => format!("{:x?}", &ip.segments()[..4]),
        IpAddr::V4(ip) => ip.to_string(),
    }
}

/// `for=` of one element of Forwarded.
fn element(text: &str) -> Option<IpAddr> {
    let named = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"').to_owned())
    };
    text.split(';').find_map(named).and_then(|value| address(&value))
}

/// An address, perhaps with a port, IPv6 perhaps in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let found = text.parse().ok().or_else(bare).or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    found.map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, ours: &[&str], for_lines: &[&str], forwarded: &[&str]) -> String {
        let ours: Vec<Network> = ours.iter().map(|net| net.parse().unwrap()).collect();
        origin(peer.parse().unwrap(), &ours, for_lines, forwarded).to_string()
    }

    #[test]
    fn the_machine_itself_and_private_networks_are_nobody_in_particular() {
        let private = |address: &str| is_private(address.parse().unwrap());
        for address in
            ["127.0.0.1", "10.1.2.3", "192.168.0.7", "172.20.0.1", "100.64.0.1", "169.254.1.1", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"]
        {
            assert!(private(address), "{address}");
        }
        for address in ["203.0.113.7", "100.128.0.1", "2001:db8::5", "8.8.8.8"] {
            assert!(!private(address), "{address}");
        }
    }

    #[test]
    fn the_nearest_address_that_is_none_of_ours_is_where_it_comes_from() {
        let ours = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"];
        for (peer, lines, expected) in [
            ("127.0.0.1", vec![], "127.0.0.1"),
            ("127.0.0.1", vec!["203.0.113.7"], "203.0.113.7"),
            ("::ffff:127.0.0.1", vec!["203.0.113.7:4711"], "203.0.113.7"),
            ("127.0.0.1", vec!["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", vec!["198.51.100.1", " 203.0.113.7 , 10.1.2.3"], "203.0.113.7"),
            ("fd00::1", vec!["[2001:db8::5]:443"], "2001:db8::5"),
            ("fd00::1", vec!["[2001:db8::5]"], "2001:db8::5"),
            ("127.0.0.1", vec!["10.9.9.9"], "10.9.9.9"),
            // What cannot be read is the end of what is known.
            ("127.0.0.1", vec!["203.0.113.7, unknown"], "127.0.0.1"),
            ("127.0.0.1", vec!["203.0.113.7, , 10.1.2.3"], "10.1.2.3"),
            ("127.0.0.1", vec![""], "127.0.0.1"),
            // Nobody else is believed.
            ("203.0.113.9", vec!["198.51.100.1"], "203.0.113.9"),
        ] {
            assert_eq!(seen(peer, &ours, &lines, &[]), expected, "{peer} {lines:?}");
        }
        assert_eq!(seen("127.0.0.1", &[], &["198.51.100.1"], &[]), "127.0.0.1", "nobody is believed where nobody is named");
    }

    #[test]
    fn forwarded_counts_where_there_is_no_x_forwarded_for() {
        let read = |lines: &[&str]| seen("127.0.0.1", &["127.0.0.1"], &[], lines);
        assert_eq!(read(&["for=198.51.100.1;proto=http, For=\"[2001:db8::5]:47011\";by=_x"]), "2001:db8::5");
        assert_eq!(read(&["for=198.51.100.1", "proto=https;for=203.0.113.7"]), "203.0.113.7");
        assert_eq!(read(&["for=_hidden"]), "127.0.0.1");
        assert_eq!(read(&["=;;,,\"for"]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["127.0.0.1"], &["203.0.113.7"], &["for=198.51.100.1"]), "203.0.113.7");
    }

    #[test]
    fn ten_thousand_hops_are_not_walked() {
        let line = vec!["127.0.0.1"; 10_000].join(",");
        assert_eq!(seen("127.0.0.1", &["127.0.0.1"], &[&format!("203.0.113.7,{line}")], &[]), "127.0.0.1");
    }

    #[test]
    fn a_network_is_read_and_shown_and_everybody_is_refused() {
        for (text, shown) in [("127.0.0.1", "127.0.0.1"), ("10.1.2.3/8", "10.0.0.0/8"), ("2001:db8::/32", "2001:db8::/32"), ("::1", "::1")] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), shown);
        }
        for wrong in ["", "localhost", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_household_is_one_address_in_both_worlds() {
        let of = |text: &str| household(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
    }
}
