//! Discovery records: heartbeats of clients into device records, and what directories say.

use super::directory;
use super::records::Records;
use crate::intake::{Loader, Message, Rejected, sender};
use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_catalog::rules::code;
use provost_domain::discovery::{Agent, Array, Ddr, Scalar};
use provost_domain::{SiteCode, SmsId, Timestamp};
use provost_runtime::Bells;
use provost_store::{Connection, StoreError, Tx, clients, intake};
use provost_wire::client::heartbeat::{self, Heartbeat};
use provost_wire::envelope::{Envelope, Kind};
use std::ops::Range;

/// One discovery record, or many of one directory.
pub(super) enum Record {
    Heartbeat(SmsId, Box<Heartbeat>),
    /// Where in [`DiscoveryRecords::reports`] it lies as in the inbox: read, it takes several times the room, and it is read when
    /// it is loaded.
    Directory(Range<usize>),
}

/// Loads discovery records.
pub(super) struct DiscoveryRecords<'c> {
    pub connection: &'c mut Connection,
    pub reports: &'c mut Vec<u8>,
    pub bells: &'c Bells,
    pub site: SiteCode,
    pub now: Timestamp,
}

impl Loader for DiscoveryRecords<'_> {
    type Content = Record;

    fn parse(&mut self, envelope: &Envelope, body: &[u8]) -> Result<Self::Content, String> {
        if envelope.kind == Kind::Directory {
            let from = self.reports.len();
            self.reports.extend_from_slice(body);
            return Ok(Record::Directory(from..self.reports.len()));
        }
        Ok(Record::Heartbeat(sender(envelope)?, Box::new(heartbeat::parse(body).map_err(|e| e.to_string())?)))
    }

    fn load(&mut self, messages: &[Message<Self::Content>]) -> Result<Vec<Rejected>, StoreError> {
        let (site, now) = (self.site, self.now);
        let Self { connection, reports, .. } = self;
        let (rejected, clients_changed) = connection.write(|tx| load(tx, messages, reports, site, now))?;
        if clients_changed {
            self.bells.ring(ComponentName::PolicyProvider);
            self.bells.ring(ComponentName::ManagementPoint);
        }
        Ok(rejected)
    }
}

/// What can never be loaded, and whether client rows changed.
fn load(tx: &mut Tx<'_>, messages: &[Message<Record>], bytes: &[u8], site: SiteCode, now: Timestamp) -> Result<(Vec<Rejected>, bool), StoreError> {
    let ids: Vec<_> = messages.iter().map(|message| message.envelope.id).collect();
    let mut loaded = intake::loaded(tx, &ids)?;
    let client = |message: &Message<Record>| match &message.content {
        Record::Heartbeat(client, _) => Some(*client),
        Record::Directory(_) => None,
    };
    let senders: Vec<SmsId> = messages.iter().filter_map(client).collect();
    let known = clients::names(tx, &senders)?;
    let mut records = Records::read(tx, &senders)?;
    let (mut fresh, mut rejected, mut moved, mut reports) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (index, Message { envelope, content }) in messages.iter().enumerate() {
        if !loaded.insert(envelope.id) {
            continue;
        }
        let (client, heartbeat) = match content {
            Record::Heartbeat(client, heartbeat) => (client, heartbeat),
            Record::Directory(report) => {
                reports.push((index, envelope, report.clone()));
                continue;
            }
        };
        // A person forgot the client while its heartbeat was on the way: the record must not come back by it.
        let Some(names) = known.get(client) else {
            fresh.push(envelope.id);
            continue;
        };
        let resource = match records.merge(tx, &ddr(*client, heartbeat, site, envelope.received_at))? {
            Ok(resource) => resource,
            Err(no_name) => {
                rejected.push(Rejected { index, reason: format!("PV{}: {no_name}", code::DISCOVERY_NO_NAME) });
                continue;
            }
        };
        fresh.push(envelope.id);
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
    // Afterwards, for the records of clients are kept at hand, and these change the same devices.
    for (index, envelope, report) in reports {
        let loaded = match provost_wire::directory::parse(bytes.get(report).unwrap_or_default()) {
            Ok(read) => directory::load(tx, &read, site, envelope.received_at)?,
            Err(error) => Err(format!("PV{}: {error}", code::DISCOVERY_RECORD_FOREIGN)),
        };
        match loaded {
            Ok(()) => fresh.push(envelope.id),
            Err(reason) => rejected.push(Rejected { index, reason }),
        }
    }
    if !moved.is_empty() {
        let version = clients::next_version(tx)?;
        for (client, other_device, names) in &moved {
            clients::set_names(tx, *client, names, *other_device, version)?;
        }
    }
    intake::record(tx, &inboxes::DISCOVERY, &fresh, now)?;
    Ok((rejected, !moved.is_empty()))
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
