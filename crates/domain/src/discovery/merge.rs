//! What a record is after a discovery record was merged into it.

use super::record::{Agent, Array, Ddr, Device, Scalar};
use std::collections::BTreeSet;
use std::fmt;

/// What became of a discovery record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// The record that follows.
    Device(Box<Device>),
    /// The same method said something newer before; nothing changes.
    Stale,
}

/// No name can be formed: neither a NetBIOS name, nor a name in DNS, nor an IP address, nor a MAC address is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoName;

impl fmt::Display for NoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no name can be formed: the record has no NetBIOS name, no name in DNS, no IP address and no MAC address")
    }
}

impl std::error::Error for NoName {}

/// Merges `ddr` into `known`, or makes a new record from it.
///
/// # Errors
/// When no name can be formed; then nothing may be kept.
pub fn merge(known: Option<&Device>, ddr: &Ddr) -> Result<Merged, NoName> {
    let Ddr {
        agent,
        site,
        at,
        smsid,
        netbios_name,
        dns_name,
        domain,
        operating_system,
        client_version,
        hardware_id,
        mac_addresses,
        ip_addresses,
        ip_subnets,
        resource_names,
    } = ddr;
    let seen = known.and_then(|device| device.agents.get(&(*agent, *site)).copied());
    if !agent.always_counts() && seen.is_some_and(|seen| *at < seen) {
        return Ok(Merged::Stale);
    }
    let mut device = known.cloned().unwrap_or_else(|| Device { created_at: *at, discovered_at: *at, ..Device::default() });
    if smsid.is_some() {
        device.smsid = *smsid;
    }
    set(&mut device.netbios_name, netbios_name.as_ref());
    device.netbios_name = device.netbios_name.to_uppercase();
    set(&mut device.dns_name, dns_name.as_ref());
    set(&mut device.domain, domain.as_ref());
    set(&mut device.operating_system, operating_system.as_ref());
    set(&mut device.client_version, client_version.as_ref());
    set(&mut device.hardware_id, hardware_id.as_ref());
    extend(&mut device.mac_addresses, mac_addresses.as_ref(), &|text| text.to_uppercase());
    extend(&mut device.ip_addresses, ip_addresses.as_ref(), &str::to_owned);
    extend(&mut device.ip_subnets, ip_subnets.as_ref(), &str::to_owned);
    extend(&mut device.resource_names, resource_names.as_ref(), &str::to_owned);
    device.client_installed |= agent.proves_client();
    device.agents.insert((*agent, *site), seen.map_or(*at, |seen| seen.max(*at)));
    device.discovered_at = device.discovered_at.max(*at);
    if *agent == Agent::Heartbeat {
        device.heartbeat_at = Some(device.heartbeat_at.map_or(*at, |before| before.max(*at)));
    }
    device.name = form_name(&device)?;
    Ok(Merged::Device(Box::new(device)))
}

fn set(known: &mut String, said: Option<&Scalar>) {
    let Some(Scalar { value, low_confidence }) = said else { return };
    if !value.is_empty() && (!low_confidence || known.is_empty()) {
        value.clone_into(known);
    }
}

fn extend(known: &mut BTreeSet<String>, said: Option<&Array>, form: &dyn Fn(&str) -> String) {
    if let Some(Array { values, replaces }) = said {
        if *replaces {
            known.clear();
        }
        known.extend(values.iter().filter(|v| !v.is_empty()).map(|v| form(v)));
    }
}

/// What a device is called: its NetBIOS name, else a name in DNS, else an IP address, else a MAC address; of several
/// the first in order.
///
/// # Errors
/// When it has none of them.
pub fn form_name(device: &Device) -> Result<String, NoName> {
    let netbios = Some(&device.netbios_name).filter(|name| !name.is_empty());
    netbios.or_else(|| device.resource_names.first()).or_else(|| device.ip_addresses.first()).or_else(|| device.mac_addresses.first()).cloned().ok_or(NoName)
}
