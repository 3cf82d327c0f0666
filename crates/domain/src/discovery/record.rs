//! What discovery says, and what the site keeps.

use crate::{SiteCode, SmsId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A discovery method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Agent {
    /// The client tells of itself at intervals.
    Heartbeat,
    /// The client registered.
    ClientRegistration,
    /// A directory has an account of the computer.
    ActiveDirectorySystem,
    /// A directory has the user.
    ActiveDirectoryUser,
    /// A directory has the computer, or a user, in a group.
    ActiveDirectoryGroup,
}

impl Agent {
    /// Every method.
    pub const ALL: [Agent; 5] =
        [Agent::Heartbeat, Agent::ClientRegistration, Agent::ActiveDirectorySystem, Agent::ActiveDirectoryUser, Agent::ActiveDirectoryGroup];

    /// Its name in a device's agent trail; Configuration Manager's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Heartbeat => "Heartbeat Discovery",
            Self::ClientRegistration => "MP_ClientRegistration",
            Self::ActiveDirectorySystem => "SMS_AD_SYSTEM_DISCOVERY_AGENT",
            Self::ActiveDirectoryUser => "SMS_AD_USER_DISCOVERY_AGENT",
            Self::ActiveDirectoryGroup => "SMS_AD_SECURITY_GROUP_DISCOVERY_AGENT",
        }
    }

    /// The method with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.name() == name)
    }

    /// Whether its data counts even when it is older than what the same method said before.
    #[must_use]
    pub const fn always_counts(self) -> bool {
        matches!(self, Self::Heartbeat)
    }

    /// Whether only an installed client can say this.
    #[must_use]
    pub const fn proves_client(self) -> bool {
        matches!(self, Self::Heartbeat | Self::ClientRegistration)
    }
}

/// A property that has one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The value; an empty one says nothing.
    pub value: String,
    /// Whether it only fills a property that has no value yet.
    pub low_confidence: bool,
}

impl Scalar {
    /// A value that replaces what was known.
    pub fn sure(value: impl Into<String>) -> Self {
        Self { value: value.into(), low_confidence: false }
    }

    /// A value that only fills a gap.
    pub fn low_confidence(value: impl Into<String>) -> Self {
        Self { value: value.into(), low_confidence: true }
    }
}

/// A property that has any number of values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Array {
    /// The values; empty ones are left out.
    pub values: Vec<String>,
    /// Whether they replace what was known; otherwise they are added to it.
    pub replaces: bool,
}

impl Array {
    /// Values that replace what was known.
    #[must_use]
    pub const fn all(values: Vec<String>) -> Self {
        Self { values, replaces: true }
    }

    /// Values that are added to what was known.
    #[must_use]
    pub const fn more(values: Vec<String>) -> Self {
        Self { values, replaces: false }
    }
}

/// A data discovery record: what one method says of one computer at one time. `None` and an array that is `None` say
/// nothing; they leave alone what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ddr {
    /// The method.
    pub agent: Agent,
    /// The site where it ran.
    pub site: SiteCode,
    /// When it looked.
    pub at: Timestamp,
    /// The client's identity, when it has one.
    pub smsid: Option<SmsId>,
    /// NetBIOS name; a key.
    pub netbios_name: Option<Scalar>,
    /// Full name in DNS.
    pub dns_name: Option<Scalar>,
    /// Domain or workgroup.
    pub domain: Option<Scalar>,
    /// Operating system name and version.
    pub operating_system: Option<Scalar>,
    /// Version of the client.
    pub client_version: Option<Scalar>,
    /// Hardware id.
    pub hardware_id: Option<Scalar>,
    /// MAC addresses; a key.
    pub mac_addresses: Option<Array>,
    /// IP addresses.
    pub ip_addresses: Option<Array>,
    /// Subnets.
    pub ip_subnets: Option<Array>,
    /// Names in DNS.
    pub resource_names: Option<Array>,
}

/// A value that can tell one computer from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// NetBIOS name, upper case.
    NetbiosName(String),
    /// MAC address, upper case.
    MacAddress(String),
}

impl Ddr {
    /// A record that says nothing yet.
    #[must_use]
    pub const fn new(agent: Agent, site: SiteCode, at: Timestamp) -> Self {
        Self {
            agent,
            site,
            at,
            smsid: None,
            netbios_name: None,
            dns_name: None,
            domain: None,
            operating_system: None,
            client_version: None,
            hardware_id: None,
            mac_addresses: None,
            ip_addresses: None,
            ip_subnets: None,
            resource_names: None,
        }
    }

    /// Its key values, each once.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<Key> {
        let name = self.netbios_name.iter().filter(|n| !n.value.is_empty()).map(|n| Key::NetbiosName(n.value.to_uppercase()));
        let addresses = self.mac_addresses.iter().flat_map(|a| &a.values).filter(|a| !a.is_empty()).map(|a| Key::MacAddress(a.to_uppercase()));
        name.chain(addresses).collect()
    }
}

/// What the site knows of a computer. Unknown texts are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The client's identity, when it has one.
    pub smsid: Option<SmsId>,
    /// What it is called; formed by [`super::form_name`].
    pub name: String,
    /// NetBIOS name, upper case.
    pub netbios_name: String,
    /// Full name in DNS.
    pub dns_name: String,
    /// Domain or workgroup.
    pub domain: String,
    /// Operating system name and version.
    pub operating_system: String,
    /// Version of the client.
    pub client_version: String,
    /// Hardware id.
    pub hardware_id: String,
    /// Whether a client is installed.
    pub client_installed: bool,
    /// Whether another record took its place.
    pub obsolete: bool,
    /// MAC addresses, upper case.
    pub mac_addresses: BTreeSet<String>,
    /// IP addresses.
    pub ip_addresses: BTreeSet<String>,
    /// Subnets.
    pub ip_subnets: BTreeSet<String>,
    /// Names in DNS.
    pub resource_names: BTreeSet<String>,
    /// When each method at each site last said something: the agent trail.
    pub agents: BTreeMap<(Agent, SiteCode), Timestamp>,
    /// When the record was made.
    pub created_at: Timestamp,
    /// When any method last said something.
    pub discovered_at: Timestamp,
    /// When the last heartbeat was made.
    pub heartbeat_at: Option<Timestamp>,
}

impl Device {
    /// Whether the record has this key value.
    #[must_use]
    pub fn has_key(&self, key: &Key) -> bool {
        match key {
            Key::NetbiosName(name) => !name.is_empty() && self.netbios_name == *name,
            Key::MacAddress(address) => self.mac_addresses.contains(address),
        }
    }
}
