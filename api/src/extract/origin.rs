//! Where a request comes from.

use std::future::{Ready, ready};
use std::net::{IpAddr, SocketAddr};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use ipnet::IpNet;
use service::auth::Origin;

use super::device::device_token;
use crate::error::Error;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Address, program and device of the caller, for what keeps note of where somebody signs in.
#[derive(Debug)]
pub struct From(pub Origin);

impl From {
    /// Address of the caller alone.
    pub fn address_of(request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?;
        Some(match request.app_data::<Data<TrustedProxies>>() {
            Some(proxies) => proxies.caller(peer.ip(), request.headers()),
            None => peer.ip(),
        })
    }
}

impl FromRequest for From {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let headers = request.headers();
        let user_agent = headers.get(header::USER_AGENT);
        ready(Ok(Self(Origin {
            address: Self::address_of(request),
            user_agent: user_agent.and_then(|it| it.to_str().ok()).map(str::to_owned),
            device: device_token(headers),
        })))
    }
}

/// The reverse proxies that are believed when they say for whom they ask (`TRUSTED_PROXIES`).
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    /// Address of the caller: the peer, unless it is a proxy that is trusted; then, from right to left, the first hop
    /// that is not. What stands left of it is the caller's own claim. A hop that cannot be read ends the search at
    /// the one before.
    fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut caller = peer.to_canonical();
        let fields: Vec<_> = headers.get_all(X_FORWARDED_FOR).collect();
        let mut hops = fields
            .iter()
            .rev()
            .flat_map(|field| field.as_bytes().rsplit(|byte| *byte == b','));
        while self.trust(caller) {
            let hop = hops
                .next()
                .and_then(|hop| address(str::from_utf8(hop).ok()?.trim()));
            match hop {
                Some(hop) => caller = hop,
                None => break,
            }
        }
        caller
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An address as proxies write it, some of them with the port.
fn address(hop: &str) -> Option<IpAddr> {
    let address = hop
        .parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|it| it.ip()))
        .or_else(|_| hop.trim_start_matches('[').trim_end_matches(']').parse());
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const STRANGER: &str = "198.51.100.9";

    fn caller(peer: &str, fields: &[&'static str]) -> String {
        let proxies = ["10.0.0.0/8", "2001:db8:ffff::/48"];
        let proxies = TrustedProxies(proxies.iter().map(|it| it.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_static(field));
        }
        proxies.caller(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        assert_eq!(caller(STRANGER, &["203.0.113.7"]), STRANGER);
        assert_eq!(caller("::ffff:198.51.100.9", &["203.0.113.7"]), STRANGER);
        assert_eq!(caller("10.0.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(caller("::ffff:10.0.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(caller("2001:db8:ffff::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(caller("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_the_caller_claims_stands_left_of_what_the_proxy_saw() {
        assert_eq!(caller("10.0.0.1", &["203.0.113.7, 198.51.100.9"]), STRANGER);
        assert_eq!(caller("10.0.0.1", &["203.0.113.7", "198.51.100.9"]), STRANGER);
        assert_eq!(
            caller("10.0.0.1", &["203.0.113.7,198.51.100.9 , 10.0.0.2"]),
            STRANGER
        );
        assert_eq!(
            caller("10.0.0.1", &["10.9.9.9, 198.51.100.9, 10.0.0.2"]),
            STRANGER
        );
        assert_eq!(caller("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn garbage_ends_the_search_at_the_last_good_hop() {
        assert_eq!(caller("10.0.0.1", &["203.0.113.7, nonsense"]), "10.0.0.1");
        assert_eq!(
            caller("10.0.0.1", &["203.0.113.7, unknown, 10.0.0.2"]),
            "10.0.0.2"
        );
        assert_eq!(caller("10.0.0.1", &["203.0.113.7, , 10.0.0.2"]), "10.0.0.2");
        assert_eq!(caller("10.0.0.1", &[""]), "10.0.0.1");
    }

    #[test]
    fn some_proxies_write_the_port() {
        assert_eq!(caller("10.0.0.1", &["198.51.100.9:4711"]), STRANGER);
        assert_eq!(caller("10.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(caller("10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
    }

    #[test]
    fn without_trusted_proxies_the_peer_is_the_caller() {
        let mut headers = HeaderMap::new();
        headers.append(X_FORWARDED_FOR, HeaderValue::from_static("203.0.113.7"));
        let peer = "127.0.0.1".parse().unwrap();
        assert_eq!(TrustedProxies::default().caller(peer, &headers), peer);
    }
}
