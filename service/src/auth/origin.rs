//! Where a sign-in comes from.

use std::fmt;
use std::net::IpAddr;

use crate::input::Secret;

/// Longest name of a device that is kept, in characters.
const DEVICE_NAME: usize = 200;

/// Where a sign-in comes from: what its owner may know the device by.
#[derive(Clone, Default)]
pub struct Origin {
    /// Address of the caller, as the proxies that are trusted tell it.
    pub address: Option<IpAddr>,
    /// What the caller's program calls itself (`User-Agent`).
    pub user_agent: Option<String>,
    /// The token by which the device is known, if the caller has sent one as a cookie.
    pub device: Option<Secret>,
}

/// Addresses are personal data.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origin(***)")
    }
}

impl Origin {
    /// The name of the device, without what does not print.
    pub fn device_name(&self) -> Option<String> {
        let name: String = self
            .user_agent
            .as_deref()?
            .chars()
            .filter(|c| !c.is_control())
            .take(DEVICE_NAME)
            .collect();
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }

    /// `loopback`, `private`, or the network of the address (24 bits of IPv4, 48 of IPv6): enough to tell a stranger
    /// from oneself, not enough to find a person.
    pub fn address_class(&self) -> Option<String> {
        Some(match self.address?.to_canonical() {
            ip if ip.is_loopback() => "loopback".to_owned(),
            IpAddr::V4(ip) if ip.is_private() || ip.is_link_local() => "private".to_owned(),
            IpAddr::V6(ip) if ip.is_unique_local() || ip.is_unicast_link_local() => "private".to_owned(),
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(ip) => {
                let [a, b, c, ..] = ip.segments();
                format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn class(address: &str) -> String {
        let origin = Origin {
            address: Some(address.parse().unwrap()),
            ..Origin::default()
        };
        origin.address_class().unwrap()
    }

    #[test]
    fn an_address_is_kept_as_its_network() {
        assert_eq!(class("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(class("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(class("2001:db8:1:2::77"), "2001:db8:1::/48");
        assert_eq!(class("10.1.2.3"), "private");
        assert_eq!(class("fd00::1"), "private");
        assert_eq!(class("fe80::1"), "private");
        assert_eq!(class("127.0.0.1"), "loopback");
        assert_eq!(class("::1"), "loopback");
    }

    #[test]
    fn a_device_name_prints() {
        let name = |text: &str| {
            let origin = Origin {
                user_agent: Some(text.to_owned()),
                ..Origin::default()
            };
            origin.device_name()
        };
        assert_eq!(name("curl/8\u{1b}[31m").as_deref(), Some("curl/8[31m"));
        assert_eq!(name("  \t "), None);
        assert_eq!(name(&"x".repeat(500)).unwrap().len(), 200);
    }
}
