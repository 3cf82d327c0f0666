//! Everything that is known of one device but the rows of its inventory.

use super::named;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::operations::clients::list::Client;
use crate::operations::users::{RELATED_MAX, Related};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::views::directory_objects;
use provost_store::{StoreError, Tx, devices, inventory, views};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::ReadResource);

/// One device.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeviceDetail {
    /// Its number.
    pub resource_id: i64,
    /// Its name.
    pub name: String,
    /// NetBIOS name; empty when not known, as the other texts.
    pub netbios_name: String,
    /// Full name in DNS.
    pub dns_name: String,
    /// Domain or workgroup.
    pub domain: String,
    /// Operating system.
    pub operating_system: String,
    /// Version of its client.
    pub client_version: String,
    /// Identity of the machine itself.
    pub hardware_id: String,
    /// Whether a client is installed.
    pub client_installed: bool,
    /// Whether another record has taken its place.
    pub obsolete: bool,
    /// When the record was made.
    pub created_at: Time,
    /// When discovery last said anything of it.
    pub discovered_at: Time,
    /// When its client last sent a heartbeat.
    pub heartbeat_at: Option<Time>,
    /// When its client was last seen or heard of.
    pub last_seen_at: Option<Time>,
    /// IP addresses.
    pub ip_addresses: Vec<String>,
    /// Subnets.
    pub ip_subnets: Vec<String>,
    /// MAC addresses.
    pub mac_addresses: Vec<String>,
    /// Names in DNS.
    pub resource_names: Vec<String>,
    /// Discovery methods that saw it.
    pub agents: Vec<Seen>,
    /// Its accounts in directories.
    pub accounts: Vec<ComputerAccount>,
    /// Its client; null when it has none.
    pub client: Option<Client>,
    /// Which hardware inventory the site has of it; null when none.
    pub inventory: Option<Inventory>,
    /// What it has of each inventory class, in order.
    pub classes: Vec<Class>,
    /// Newest states that its client told, by topic.
    pub states: Vec<TopicState>,
}

/// A computer's account in a directory.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComputerAccount {
    /// Its security identifier: what it is known by.
    pub sid: String,
    /// `dns.domain\name$`.
    pub name: String,
    /// Where it is.
    pub distinguished_name: String,
    /// Whether it is disabled.
    pub disabled: bool,
    /// When it last logged on; up to two weeks behind the truth, null when never or not known.
    pub last_logon_at: Option<Time>,
    /// Extra attributes.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// The groups that it is in, also through others; at most 1000.
    pub groups: Vec<Related>,
}

impl ComputerAccount {
    fn of(tx: &mut Tx<'_>, listed: directory_objects::Listed) -> Result<Self, StoreError> {
        let object = listed.object;
        let groups = directory_objects::groups(tx, &object.sid, RELATED_MAX)?.into_iter().map(Related::from).collect();
        Ok(Self {
            name: object.name(),
            sid: object.sid.into_owned(),
            distinguished_name: object.distinguished_name.into_owned(),
            disabled: object.disabled,
            last_logon_at: object.last_logon_at.map(Time),
            attributes: object.attributes,
            groups,
        })
    }
}

/// A discovery method that saw a device.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Seen {
    /// The method.
    pub agent: String,
    /// Code of the site where it ran.
    pub site: String,
    /// When.
    pub at: Time,
}

/// Which hardware inventory the site has of a device.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Inventory {
    /// Digest of the whole inventory.
    pub digest: String,
    /// When the machine was read, by its own clock.
    pub collected_at: Time,
    /// When the last report was loaded.
    pub loaded_at: Time,
    /// When the last full report was loaded.
    pub full_at: Option<Time>,
    /// How many deltas were loaded since.
    pub delta_count: i64,
}

/// What a device has of one inventory class.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Class {
    /// Name of the class.
    pub name: String,
    /// Its name as people read it.
    pub title: String,
    /// Configuration Manager's class for the same facts.
    pub configmgr_class: String,
    /// How many instances.
    pub instances: i64,
    /// Why the machine cannot offer the class; null when it can.
    pub unavailable: Option<String>,
}

/// The newest state of one topic.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TopicState {
    /// Topic type, such as 800 for client deployment.
    pub topic_type: i64,
    /// What the topic is about; empty when the type says it all.
    pub topic_id: String,
    /// State within the topic.
    pub state_id: i64,
    /// Serial number of the message.
    pub serial: i64,
    /// When it became so, by the client's clock.
    pub at: Time,
    /// When the site took it.
    pub received_at: Time,
    /// Parameters for people.
    pub parameters: Vec<String>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<DeviceDetail, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let number = named(tx, &name)?;
            let found = devices::find(tx, number)?.ok_or_else(|| ApiError::not_found("device", &name, "provost device list"))?;
            let device = found.device;
            let client = device.smsid.map(|smsid| views::clients::find(tx, smsid)).transpose()?.flatten();
            let seen = client.as_ref().and_then(|client| client.last_seen_at);
            let states = device.smsid.map(|smsid| views::states::of_client(tx, smsid)).transpose()?.unwrap_or_default();
            let accounts = directory_objects::of_device(tx, number)?.into_iter().map(|one| ComputerAccount::of(tx, one)).collect::<Result<_, _>>()?;
            let inventory = inventory::states(tx, &[number])?.remove(&number);
            let classes = views::inventory::amounts(tx, number)?;
            let texts = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>();
            Ok(DeviceDetail {
                resource_id: number.0,
                ip_addresses: texts(&device.ip_addresses),
                ip_subnets: texts(&device.ip_subnets),
                mac_addresses: texts(&device.mac_addresses),
                resource_names: texts(&device.resource_names),
                name: device.name,
                netbios_name: device.netbios_name,
                dns_name: device.dns_name,
                domain: device.domain,
                operating_system: device.operating_system,
                client_version: device.client_version,
                hardware_id: device.hardware_id,
                client_installed: device.client_installed,
                obsolete: device.obsolete,
                created_at: device.created_at.into(),
                discovered_at: device.discovered_at.into(),
                heartbeat_at: device.heartbeat_at.map(Time),
                last_seen_at: seen.max(device.heartbeat_at).map(Time),
                agents: device
                    .agents
                    .iter()
                    .map(|((agent, site), at)| Seen { agent: agent.name().to_owned(), site: site.to_string(), at: Time(*at) })
                    .collect(),
                accounts,
                client: client.map(Client::from),
                inventory: inventory.map(|state| Inventory {
                    digest: state.digest.to_string(),
                    collected_at: state.collected_at.into(),
                    loaded_at: state.loaded_at.into(),
                    full_at: state.full_at.map(Time),
                    delta_count: state.delta_count,
                }),
                classes: classes
                    .into_iter()
                    .map(|amount| Class {
                        name: amount.class.name.to_owned(),
                        title: amount.class.title.to_owned(),
                        configmgr_class: amount.class.configmgr_class.to_owned(),
                        instances: amount.instances,
                        unavailable: amount.unavailable,
                    })
                    .collect(),
                states: states
                    .into_iter()
                    .map(|state| TopicState {
                        topic_type: state.topic_type,
                        topic_id: state.topic_id,
                        state_id: state.state_id,
                        serial: state.serial,
                        at: state.at.into(),
                        received_at: state.received_at.into(),
                        parameters: state.parameters,
                    })
                    .collect(),
            })
        })
    })
    .await
}

/// Shows a device: facts, discovery, client, states, and how much of each inventory class there is.
#[utoipa::path(get, path = "/api/v1/devices/{name}", operation_id = "device_show", tag = "devices",
    params(("name" = String, Path, description = "Its number, or a name that only one device has")),
    responses((status = 200, description = "The device", body = One<DeviceDetail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<DeviceDetail>>, ApiError> {
    ask(&site, &caller, name).await.map(|device| Json(One::new(device)))
}
