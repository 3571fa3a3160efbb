//! Where webhooks may go: nowhere inside (SSRF). The address that somebody writes down is looked at when it is written, and
//! every address that its name stands for when a connection is made, which is then made to that very address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use super::Failure;

/// The port of https.
const HTTPS: u16 = 443;
/// Below it are the services of the system: mail, names, files.
const FIRST_FREE_PORT: u16 = 1024;

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be read, or has parts that it may not have.
    Malformed,
    /// It is not https.
    NotHttps,
    /// It leads inside, or to a port of the system.
    NotPublic,
}

/// Where to send, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name or the address, without brackets.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// What `Host` says.
    pub(super) authority: String,
    /// Path and query.
    pub(super) path: String,
    /// Whether it is https; http goes to this machine alone, and only where the agency has said so.
    pub(super) is_https: bool,
}

/// Reads an address. `local` allows http to this very machine, for demonstrations and tests.
///
/// # Errors
/// What is wrong with it.
pub fn check(address: &str, local: bool) -> Result<Target, Fault> {
    let url = Url::parse(address).map_err(|_| Fault::Malformed)?;
    let is_https = match url.scheme() {
        "https" => true,
        "http" if local => false,
        _ => return Err(Fault::NotHttps),
    };
    let has_more = !url.username().is_empty() || url.password().is_some() || url.fragment().is_some();
    let (Some(host), false) = (url.host(), has_more) else {
        return Err(Fault::Malformed);
    };
    let port = url.port_or_known_default().ok_or(Fault::Malformed)?;
    let is_system_port = port < FIRST_FREE_PORT && port != HTTPS;
    let is_ours = |ip: IpAddr| is_allowed(ip, is_https, local);
    // The library reads all the spellings of an address: octal, hexadecimal, one number.
    let is_inside = match host {
        Host::Ipv4(ip) => !is_ours(ip.into()),
        Host::Ipv6(ip) => !is_ours(ip.into()),
        Host::Domain(name) => is_inner_name(name) && !local,
    };
    if is_inside || is_system_port {
        return Err(Fault::NotPublic);
    }
    let name = match host {
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
        Host::Domain(name) => name.to_owned(),
    };
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Ok(Target {
        authority: url
            .port()
            .map_or_else(|| host.to_string(), |port| format!("{host}:{port}")),
        host: name,
        port,
        path,
        is_https,
    })
}

/// Names that no public name server knows (RFC 6761, RFC 6762, RFC 8375, RFC 9476).
fn is_inner_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    !name.contains('.')
        || ["localhost", "local", "internal", "home.arpa", "alt", "onion"]
            .iter()
            .any(|inner| {
                name.rsplit_once(inner)
                    .is_some_and(|(rest, after)| after.is_empty() && rest.ends_with('.'))
            })
}

/// The addresses that a name stands for, if webhooks may go to all of them. One that leads inside is enough to refuse: which
/// one is taken would otherwise be chance.
///
/// # Errors
/// `Address` when one leads inside.
pub(super) fn all_allowed(
    found: Vec<SocketAddr>,
    target: &Target,
    local: bool,
) -> Result<Vec<SocketAddr>, Failure> {
    if found.is_empty() {
        Err(Failure::Name)
    } else if found.iter().all(|it| is_allowed(it.ip(), target.is_https, local)) {
        Ok(found)
    } else {
        Err(Failure::Address)
    }
}

fn is_allowed(ip: IpAddr, is_https: bool, local: bool) -> bool {
    match (local && ip.is_loopback(), is_https) {
        (is_this_machine, true) => is_this_machine || is_public(ip),
        (is_this_machine, false) => is_this_machine,
    }
}

/// Whether an address is one of the public Internet (IANA special-purpose registries, RFC 6890): not of this machine, of a
/// private or a provider's network, of a single link (where clouds keep their metadata), of a group, or of an older one in
/// disguise.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        // Shared by the customers of a provider (RFC 6598).
        || (a == 100 && (64..128).contains(&b))
        // Protocol assignments, and relays from 6to4.
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        // Benchmarks (RFC 2544).
        || (a == 198 && (b == 18 || b == 19))
        // Groups, the reserved rest, and everybody.
        || a >= 224;
    !is_special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // All that is public is in 2000::/3: IPv4 in its clothes (::ffff:0:0/96, 64:ff9b::/96), unique local addresses, links and
    // groups are not.
    let is_global = a & 0xe000 == 0x2000;
    let is_special =
        // Protocol assignments with Teredo among them, documentation, 6to4.
        (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    is_global && !is_special
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// How to write "inside" so that a guard does not notice (OWASP SSRF prevention).
    const INSIDE: &[&str] = &[
        "https://localhost/",
        "https://LOCALHOST/",
        "https://localhost./",
        "https://a.localhost/",
        "https://printer/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://127.255.255.254/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://017700000001/",
        "https://127.0.0.1./",
        "https://\u{ff11}27.0.0.1/",
        "https://127\u{3002}0.0.1/",
        "https://%31%32%37.0.0.1/",
        "https://0/",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0xa9fea9fe/",
        "https://100.64.0.1/",
        "https://100.127.255.255/",
        "https://192.0.0.192/",
        "https://192.0.2.1/",
        "https://192.88.99.1/",
        "https://198.18.0.1/",
        "https://198.51.100.1/",
        "https://203.0.113.1/",
        "https://224.0.0.1/",
        "https://239.255.255.255/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://[::]/",
        "https://[::1]/",
        "https://[0:0:0:0:0:0:0:1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "https://[fe80::1]/",
        "https://[fc00::1]/",
        "https://[fd00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[ff02::1]/",
        "https://[2001:db8::1]/",
        "https://[3fff::1]/",
        "https://[100::1]/",
        "https://[5f00::1]/",
        "https://example.com:22/",
        "https://example.com:25/",
        "https://example.com:80/",
        "https://example.com:0/",
    ];

    #[test]
    fn what_leads_inside_is_refused_however_it_is_spelled() {
        for address in INSIDE {
            assert_eq!(
                check(address, false).map(|it| it.host),
                Err(Fault::NotPublic),
                "{address}"
            );
        }
    }

    #[test]
    fn only_https_without_anything_else_is_taken() {
        for address in [
            "http://example.com/",
            "HTTP://example.com/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "gopher://example.com/",
            "data:,x",
            "javascript:1",
            "ws://example.com/",
        ] {
            assert_eq!(check(address, false), Err(Fault::NotHttps), "{address}");
        }
        for address in [
            "",
            "example.com",
            "//example.com/",
            "https://",
            "https:///",
            "https://user@example.com/",
            "https://user:pw@example.com/",
            "https://example.com@127.0.0.1/",
            "https://127.0.0.1#@example.com/",
            "https://example.com/#x",
            "https://exa mple.com/",
            "https://[::1/",
            "https://example.com:99999/",
            "https://256.0.0.1/",
            "https://0x.1.1.1.1.1/",
        ] {
            assert_eq!(check(address, false), Err(Fault::Malformed), "{address}");
        }
    }

    #[test]
    fn a_public_address_is_taken() {
        let target = check("https://hooks.example.com/in?key=1", false).unwrap();
        assert_eq!(
            (
                target.host.as_str(),
                target.port,
                target.path.as_str(),
                target.is_https
            ),
            ("hooks.example.com", 443, "/in?key=1", true)
        );
        assert_eq!(target.authority, "hooks.example.com");
        let target = check("https://Hooks.Example.com:8443", false).unwrap();
        assert_eq!(
            (target.authority.as_str(), target.path.as_str()),
            ("hooks.example.com:8443", "/")
        );
        for address in [
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
            "https://xn--mnchen-3ya.example.com/",
        ] {
            assert!(check(address, false).is_ok(), "{address}");
        }
    }

    /// A name that is public when it is written down and leads inside later (DNS rebinding), or to both.
    #[test]
    fn a_name_is_held_against_every_address_that_it_stands_for() {
        let target = check("https://hooks.example.com/", false).unwrap();
        let addresses = |all: &[&str]| {
            all.iter()
                .map(|ip| SocketAddr::new(ip.parse().unwrap(), 443))
                .collect::<Vec<_>>()
        };
        assert_eq!(all_allowed(addresses(&[]), &target, false), Err(Failure::Name));
        let public = addresses(&["8.8.8.8", "2606:4700::1111"]);
        assert_eq!(all_allowed(public.clone(), &target, false), Ok(public));
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "fd00::1",
            "fe80::1",
        ] {
            assert_eq!(
                all_allowed(addresses(&["8.8.8.8", inside]), &target, false),
                Err(Failure::Address),
                "{inside}"
            );
        }
    }

    #[test]
    fn where_it_is_allowed_http_goes_to_this_machine_and_no_further() {
        for address in [
            "http://127.0.0.1:8080/",
            "http://localhost:8080/",
            "http://[::1]:8080/",
            "https://127.0.0.1:8443/",
            "https://example.com/",
        ] {
            assert!(check(address, true).is_ok(), "{address}");
        }
        for address in [
            "http://10.0.0.1:8080/",
            "http://8.8.8.8:8080/",
            "https://10.0.0.1/",
            "http://169.254.169.254:8080/",
        ] {
            assert_eq!(check(address, true), Err(Fault::NotPublic), "{address}");
        }
        let target = check("http://example.com:8080/", true).unwrap();
        let public = vec![SocketAddr::new("8.8.8.8".parse().unwrap(), 8080)];
        assert_eq!(all_allowed(public, &target, true), Err(Failure::Address));
    }
}
