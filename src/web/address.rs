//! Where a request came from: the connection's other end, or what a trusted proxy says.

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What limits count for: one IPv4 address or one IPv6 /56, which is what a household or an office gets. It is held for the
/// length of a request and not stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << (128 - 56)))),
            v4 => v4,
        })
    }

    /// The block that somebody with many addresses may have all of: an IPv4 /24, or the IPv6 /56 itself.
    #[must_use]
    pub fn block(self) -> Self {
        Self(match self.0 {
            IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << 8))),
            v6 => v6,
        })
    }

    /// The network as bytes, for a keyed hash.
    pub(super) fn octets(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        }
    }
}

/// Whether an address is that of a trusted proxy.
pub fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    !proxies.is_empty() && {
        let address = address.to_canonical();
        proxies.iter().any(|network| network.contains(&address))
    }
}

/// The address of the client: the right-most hop that is no trusted proxy.
///
/// `Forwarded` (RFC 7239) and `X-Forwarded-For` count only when the connection's other end is a trusted proxy. A proxy sets
/// one of the two and lets the other through as the client sent it. So when both are there and disagree, one of
/// them was made up, and the proxy's own address is taken.
pub fn client(request: &HttpRequest, proxies: &[IpNet]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()).to_canonical();
    if !is_trusted(peer, proxies) {
        return peer;
    }
    let headers = request.headers();
    let said = |name: HeaderName, hop: fn(&str) -> Option<IpAddr>| {
        headers.contains_key(&name).then(|| right_most(peer, elements(headers, &name), hop, proxies))
    };
    let forwarded = said(FORWARDED, forwarded_hop);
    let x_forwarded_for = said(HeaderName::from_static("x-forwarded-for"), bare_hop);
    match (forwarded, x_forwarded_for) {
        (Some(one), Some(other)) if one != other => peer,
        (Some(address), _) | (None, Some(address)) => address,
        (None, None) => peer,
    }
}

fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    headers.get_all(name).flat_map(|line| line.to_str().unwrap_or("").split(',')).collect()
}

fn right_most(peer: IpAddr, hops: Vec<&str>, read: fn(&str) -> Option<IpAddr>, proxies: &[IpNet]) -> IpAddr {
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        // What cannot be read (`unknown`, an invented name) ends the chain: left of it nothing is vouched for.
        let Some(address) = read(hop.trim()).map(|a| a.to_canonical()) else { break };
        nearest = address;
        if !is_trusted(address, proxies) {
            break;
        }
    }
    nearest
}

/// `for=192.0.2.43;proto=https`, `For="[2001:db8::1]:4711"`.
fn forwarded_hop(element: &str) -> Option<IpAddr> {
    let node = element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })?;
    bare_hop(node)
}

/// An address with or without brackets and port.
fn bare_hop(node: &str) -> Option<IpAddr> {
    let unbracketed = node.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(node);
    unbracketed.parse().ok().or_else(|| node.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn client_of(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let mut request = TestRequest::default().peer_addr(SocketAddr::new(peer.parse().unwrap(), 5000));
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        let proxies = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        client(&request.to_http_request(), &proxies).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client_of("192.0.2.9", &[("x-forwarded-for", "198.51.100.1")]), "192.0.2.9");
        assert_eq!(client_of("::ffff:192.0.2.9", &[]), "192.0.2.9");
    }

    #[test]
    fn the_right_most_hop_that_is_no_proxy_of_ours_counts() {
        for (headers, expected) in [
            (vec![("x-forwarded-for", "203.0.113.7, 198.51.100.1")], "198.51.100.1"),
            (vec![("x-forwarded-for", "198.51.100.1, 10.0.0.2")], "198.51.100.1"),
            (vec![("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "10.0.0.2")], "198.51.100.1"),
            (vec![("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            (vec![("x-forwarded-for", "198.51.100.1:4711")], "198.51.100.1"),
            (vec![("x-forwarded-for", "198.51.100.1, unknown")], "10.0.0.1"),
            (vec![("forwarded", "for=198.51.100.1;proto=https, for=10.9.9.9")], "198.51.100.1"),
            (vec![("forwarded", "proto=https;For=\"[2001:db8::1]:4711\"")], "2001:db8::1"),
            (vec![("forwarded", "proto=https")], "10.0.0.1"),
            (vec![], "10.0.0.1"),
        ] {
            assert_eq!(client_of("10.0.0.1", &headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn two_headers_that_disagree_are_not_believed() {
        let both = |other| [("x-forwarded-for", "198.51.100.1"), ("forwarded", other)];
        assert_eq!(client_of("::1", &both("for=198.51.100.1")), "198.51.100.1");
        assert_eq!(client_of("::1", &both("for=203.0.113.7")), "::1");
    }

    #[test]
    fn a_network_is_one_ipv4_address_or_an_ipv6_56() {
        let network = |address: &str| Network::of(address.parse().unwrap());
        assert!(network("192.0.2.1") != network("192.0.2.2"));
        assert!(network("192.0.2.1") == network("::ffff:192.0.2.1"));
        assert!(network("2001:db8:1:2a00::1") == network("2001:db8:1:2aff:ffff::2"));
        assert!(network("2001:db8:1:2a00::1") != network("2001:db8:1:2b00::1"));
        assert!(network("192.0.2.1").block() == network("192.0.2.200").block());
        assert!(network("192.0.2.1").block() != network("192.0.3.1").block());
        assert!(network("2001:db8:1:2a00::1").block() == network("2001:db8:1:2a00::1"));
    }
}
