//! Where a domain is asked for tickets.

use crate::controllers::{service_names, services};
use crate::place::Place;
use crate::resolver::Resolver;
use crate::within::within;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::net::SocketAddr;
use std::time::Duration;

/// Most hosts whose addresses are looked up.
const HOSTS_MAX: usize = 8;
/// Most addresses of one.
const ADDRESSES_MAX: usize = 4;
/// Longest search.
const FIND: Duration = Duration::from_secs(20);
const SERVICE: &str = "_kerberos";
const STEP: &str = "resolve";

/// The addresses, the nearest first.
pub(crate) async fn find(place: &Place, resolver: &Resolver) -> Result<Vec<SocketAddr>, Failure> {
    within(FIND, Outcome::Unreachable, STEP, find_within(place, resolver)).await
}

async fn find_within(place: &Place, resolver: &Resolver) -> Result<Vec<SocketAddr>, Failure> {
    let domain = &place.dns_domain;
    let (mut found, mut failed) = services(resolver, &service_names(SERVICE, domain, place.ad_site.as_deref())).await;
    if found.is_empty() && failed.is_none() {
        (found, failed) = services(resolver, &[format!("{SERVICE}._tcp.{domain}")]).await;
    }
    let mut hosts: Vec<(String, u16)> = Vec::new();
    for service in found {
        let host = (service.host, service.port);
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    let mut addresses = Vec::new();
    for (host, port) in hosts.into_iter().take(HOSTS_MAX) {
        match resolver.addresses(&host).await {
            Ok(all) => addresses.extend(all.into_iter().take(ADDRESSES_MAX).map(|address| SocketAddr::new(address, port))),
            Err(failure) => failed = Some(failure),
        }
    }
    match failed {
        _ if !addresses.is_empty() => Ok(addresses),
        Some(failure) => Err(failure),
        None => {
            let why = format!("DNS knows nobody who gives tickets of {domain}: there is no {SERVICE}._tcp.dc._msdcs.{domain} and no {SERVICE}._tcp.{domain}");
            Err(Failure::new(Outcome::Unreachable, STEP, why))
        }
    }
}
