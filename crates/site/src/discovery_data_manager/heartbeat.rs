//! Heartbeats into device records.

use super::records::Records;
use crate::intake::{Message, Rejected};
use provost_catalog::inboxes;
use provost_catalog::rules::code;
use provost_domain::discovery::{Agent, Array, Ddr, Scalar};
use provost_domain::{SiteCode, SmsId, Timestamp};
use provost_store::{Connection, StoreError, clients, intake};
use provost_wire::client::heartbeat::{self, Heartbeat};

/// What became of a batch.
pub(super) struct Outcome {
    /// Messages that can never be loaded.
    pub rejected: Vec<Rejected>,
    /// Whether client rows changed.
    pub clients_changed: bool,
}

/// Loads heartbeats in one transaction.
pub(super) fn load(connection: &mut Connection, messages: &[Message], site: SiteCode, now: Timestamp) -> Result<Outcome, StoreError> {
    let mut malformed = Vec::new();
    let mut parsed: Vec<(usize, &Message, SmsId, Heartbeat)> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        match message.client().and_then(|client| Ok((client, heartbeat::parse(&message.body).map_err(|e| e.to_string())?))) {
            Ok((client, heartbeat)) => parsed.push((index, message, client, heartbeat)),
            Err(reason) => malformed.push(Rejected { index, reason }),
        }
    }
    connection.write(|tx| {
        let ids: Vec<_> = parsed.iter().map(|(_, message, ..)| message.envelope.id).collect();
        let mut loaded = intake::loaded(tx, &ids)?;
        let senders: Vec<SmsId> = parsed.iter().map(|(_, _, client, _)| *client).collect();
        let known = clients::names(tx, &senders)?;
        let mut records = Records::read(tx, &senders)?;
        let mut outcome = Outcome { rejected: malformed.clone(), clients_changed: false };
        let mut fresh = Vec::new();
        let mut moved = Vec::new();
        for (index, message, client, heartbeat) in &parsed {
            if !loaded.insert(message.envelope.id) {
                continue;
            }
            // A person forgot the client while its heartbeat was on the way: the record must not come back by it.
            let Some(names) = known.get(client) else {
                fresh.push(message.envelope.id);
                continue;
            };
            let resource = match records.merge(tx, &ddr(*client, heartbeat, site, message.envelope.received_at))? {
                Ok(resource) => resource,
                Err(no_name) => {
                    outcome.rejected.push(Rejected { index: *index, reason: format!("PV{}: {no_name}", code::DISCOVERY_NO_NAME) });
                    continue;
                }
            };
            fresh.push(message.envelope.id);
            let now_named = clients::Names {
                resource_id: Some(resource),
                netbios_name: heartbeat.netbios_name.clone(),
                dns_name: heartbeat.dns_name.clone(),
                client_version: heartbeat.client_version.clone(),
                hardware_id: heartbeat.hardware_id.clone(),
            };
            if *names != now_named {
                moved.push((*client, names.resource_id != Some(resource), now_named));
            }
        }
        if !moved.is_empty() {
            let version = clients::next_version(tx)?;
            for (client, other_device, names) in &moved {
                clients::set_names(tx, *client, names, *other_device, version)?;
            }
            outcome.clients_changed = true;
        }
        intake::record(tx, &inboxes::DISCOVERY, &fresh, now)?;
        Ok(outcome)
    })
}

/// The discovery record of a heartbeat. A client whose clock is ahead is believed only up to the moment its message
/// arrived.
fn ddr(client: SmsId, heartbeat: &Heartbeat, site: SiteCode, received_at: Timestamp) -> Ddr {
    let Heartbeat { netbios_name, dns_name, domain, operating_system, client_version, hardware_id, ip_addresses, ip_subnets, mac_addresses, at } = heartbeat;
    let mut ddr = Ddr::new(Agent::Heartbeat, site, (*at).min(received_at));
    ddr.smsid = Some(client);
    ddr.netbios_name = Some(Scalar::sure(netbios_name));
    ddr.dns_name = Some(Scalar::sure(dns_name));
    ddr.domain = Some(Scalar::sure(domain));
    ddr.operating_system = Some(Scalar::sure(operating_system));
    ddr.client_version = Some(Scalar::sure(client_version));
    ddr.hardware_id = Some(Scalar::sure(hardware_id));
    ddr.mac_addresses = Some(Array::all(mac_addresses.clone()));
    ddr.ip_addresses = Some(Array::all(ip_addresses.clone()));
    ddr.ip_subnets = Some(Array::all(ip_subnets.clone()));
    ddr.resource_names = Some(Array::all(vec![dns_name.clone()]));
    ddr
}
