//! Which domain controllers are asked, in which order, and the way to one.

use crate::place::Place;
use crate::resolver::{Resolver, Service};
use crate::vanished;
use crate::within::within;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// Most domain controllers that are tried.
const CONTROLLERS_MAX: usize = 8;
/// Most addresses of one that are tried.
const ADDRESSES_MAX: usize = 4;
/// Longest wait for a connection to one address.
const CONNECT: Duration = Duration::from_secs(4);

/// A domain controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Controller {
    /// Its DNS name; its certificate, or its Kerberos service, is for it.
    pub(crate) name: String,
    /// Another port than the protocol's.
    pub(crate) port: Option<u16>,
}

impl Controller {
    /// Reads `name` or `name:port`.
    fn parse(text: &str) -> Self {
        match text.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') => match port.parse() {
                Ok(port) => Self { name: name.to_lowercase(), port: Some(port) },
                Err(_) => Self { name: text.to_lowercase(), port: None },
            },
            _ => Self { name: text.to_lowercase(), port: None },
        }
    }

    /// Connects to the first of its addresses that answers.
    pub(crate) async fn connect(&self, resolver: &Resolver, port: u16) -> Result<TcpStream, Failure> {
        let port = self.port.unwrap_or(port);
        let mut failed = Failure::new(Outcome::Unreachable, "resolve", format!("{} has no address", self.name));
        for address in resolver.addresses(&self.name).await?.into_iter().take(ADDRESSES_MAX) {
            let address = SocketAddr::new(address, port);
            let connected = within(CONNECT, Outcome::Unreachable, "connect", async {
                let failed = |error| Failure::new(Outcome::Unreachable, "connect", format!("{address}: {error}"));
                let stream = TcpStream::connect(address).await.map_err(failed)?;
                vanished::watch(&stream).map_err(failed)?;
                Ok(stream)
            })
            .await;
            match connected {
                Ok(stream) => {
                    // Requests are small, and each waits for its answer.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(failure) => failed = failure,
            }
        }
        Err(failed)
    }
}

/// `name` or `name:port`.
impl fmt::Display for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// The domain controllers of a place that are still to be asked, in their order. Those that are passed over count among the most
/// that are tried.
pub(crate) async fn of(place: &Place, resolver: &Resolver) -> Result<Vec<Controller>, Failure> {
    let mut found = all(place, resolver).await?;
    found.retain(|controller| !place.passed_over.contains(&controller.to_string()));
    found.truncate(CONTROLLERS_MAX.saturating_sub(place.passed_over.len()));
    if found.is_empty() { Err(Failure::new(Outcome::Unreachable, "resolve", "there is no other domain controller to ask")) } else { Ok(found) }
}

/// The domain controllers that a place names, else those of its site, then all of the domain (MS-ADTS §6.3.2.3).
async fn all(place: &Place, resolver: &Resolver) -> Result<Vec<Controller>, Failure> {
    if !place.hosts.is_empty() {
        return Ok(place.hosts.iter().map(|host| Controller::parse(host)).collect());
    }
    let (services, failed) = services(resolver, &service_names("_ldap", &place.dns_domain, place.ad_site.as_deref())).await;
    let mut found: Vec<Controller> = Vec::new();
    for service in services {
        let controller = Controller { name: service.host, port: None };
        if !found.contains(&controller) {
            found.push(controller);
        }
    }
    let outside = leave_out_others(&mut found, &place.dns_domain);
    match failed {
        Some(failure) if found.is_empty() => Err(failure),
        _ if found.is_empty() && !outside.is_empty() => {
            let why = format!("DNS names only hosts outside of {} as its domain controllers: {}", place.dns_domain, outside.join(", "));
            Err(Failure::new(Outcome::Unreachable, "resolve", why))
        }
        _ if found.is_empty() => {
            let why = format!("DNS knows no domain controller of {}: there is no _ldap._tcp.dc._msdcs.{}", place.dns_domain, place.dns_domain);
            Err(Failure::new(Outcome::Unreachable, "resolve", why))
        }
        _ => Ok(found),
    }
}

/// The hosts of several names one after the other, and what was wrong with the last name that was not answered.
pub(crate) async fn services(resolver: &Resolver, names: &[String]) -> (Vec<Service>, Option<Failure>) {
    let (mut found, mut failed) = (Vec::new(), None);
    for name in names {
        match resolver.services(name).await {
            Ok(services) => found.extend(services),
            Err(failure) => failed = Some(failure),
        }
    }
    (found, failed)
}

/// Takes out, and gives, the hosts that are not of the domain: whoever answers for DNS must not send a password elsewhere.
fn leave_out_others(found: &mut Vec<Controller>, domain: &str) -> Vec<String> {
    found.extract_if(.., |controller| !is_of(&controller.name, domain)).map(|controller| controller.name).collect()
}

/// Whether a host's name is one of the domain.
pub(crate) fn is_of(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_lowercase(), domain.trim_end_matches('.').to_lowercase());
    host.strip_suffix(&domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// What a service of the domain's controllers is called in DNS: of those of a site, then of all (MS-ADTS §6.3.2.3).
pub(crate) fn service_names(service: &str, domain: &str, site: Option<&str>) -> Vec<String> {
    let site = site.filter(|site| !site.is_empty()).map(|site| format!("{service}._tcp.{site}._sites.dc._msdcs.{domain}"));
    site.into_iter().chain([format!("{service}._tcp.dc._msdcs.{domain}")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_asked_before_the_domain() {
        let names = service_names("_ldap", "corp.example.test", Some("Berlin"));
        assert_eq!(names, ["_ldap._tcp.Berlin._sites.dc._msdcs.corp.example.test", "_ldap._tcp.dc._msdcs.corp.example.test"]);
        assert_eq!(service_names("_kerberos", "corp.example.test", Some("")), ["_kerberos._tcp.dc._msdcs.corp.example.test"]);
    }

    #[test]
    fn dns_leads_to_hosts_of_the_domain_only() {
        let named = |names: &[&str]| names.iter().map(|name| Controller::parse(name)).collect::<Vec<_>>();
        let mut found = named(&["dc1.corp.example.test", "dc.evil.test", "evilcorp.example.test", "corp.example.test", "dc.b.corp.example.test", "dc1"]);
        let outside = leave_out_others(&mut found, "CORP.example.test.");
        assert_eq!(outside, ["dc.evil.test", "evilcorp.example.test", "dc1"]);
        assert_eq!(found, named(&["dc1.corp.example.test", "corp.example.test", "dc.b.corp.example.test"]));
    }

    #[tokio::test]
    async fn whoever_was_lost_is_not_asked_again_and_the_number_of_those_that_are_tried_is_bounded() {
        let hosts = (0..10).map(|n| format!("DC{n}.corp:3636")).chain(["dc0.corp".to_owned()]).collect();
        let place = |passed_over: &[&str]| Place { hosts, passed_over: passed_over.iter().map(|name| (*name).to_owned()).collect(), ..Place::default() };
        let mut place = place(&["dc0.corp:3636", "dc2.corp:3636"]);
        let resolver = Resolver::new(&[SocketAddr::from(([127, 0, 0, 1], 53))]).expect("a resolver");
        let names = |found: Vec<Controller>| found.iter().map(ToString::to_string).collect::<Vec<_>>();
        let next = names(of(&place, &resolver).await.expect("others"));
        assert_eq!(next, [1, 3, 4, 5, 6, 7].map(|n| format!("dc{n}.corp:3636")), "the nearest first, and eight with those that were lost");
        place.passed_over.extend(next);
        let failure = of(&place, &resolver).await.expect_err("eight were asked");
        assert!(failure.outcome == Outcome::Unreachable && failure.detail.contains("no other domain controller"), "{failure}");
    }

    #[test]
    fn a_host_may_have_a_port() {
        assert_eq!(Controller::parse("DC1.corp"), Controller { name: "dc1.corp".to_owned(), port: None });
        assert_eq!(Controller::parse("dc1.corp:3636"), Controller { name: "dc1.corp".to_owned(), port: Some(3636) });
        assert_eq!(Controller::parse("2001:db8::1"), Controller { name: "2001:db8::1".to_owned(), port: None });
    }
}
