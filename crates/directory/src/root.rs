//! What a domain controller says of itself (MS-ADTS §3.1.1.3.2).

use crate::entry::Entry;
use crate::escape;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// Attributes that are read.
pub(crate) const ATTRIBUTES: &[&str] = &[
    "defaultNamingContext",
    "rootDomainNamingContext",
    "configurationNamingContext",
    "schemaNamingContext",
    "dnsHostName",
    "dsServiceName",
    "serverName",
    "highestCommittedUSN",
    "currentTime",
    "supportedCapabilities",
    "vendorName",
    "vendorVersion",
];
/// How Samba's `vendorName` begins; Active Directory has none.
const SAMBA: &str = "Samba";

/// What every domain controller says that it can (MS-ADTS §3.1.1.3.4.3): be Active Directory.
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// A domain controller, as it answered when the session was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootDse {
    /// Its domain, as distinguished name.
    pub domain_dn: String,
    /// The forest's root domain.
    pub forest_root_dn: String,
    /// What all domains of the forest share: sites, subnets, partitions.
    pub configuration_dn: String,
    /// Classes and attributes.
    pub schema_dn: String,
    /// Its DNS name.
    pub host: String,
    /// Its own object in the configuration.
    pub service_dn: String,
    /// The Active Directory site that it is in.
    pub ad_site: Option<String>,
    /// The number of its latest change.
    pub highest_usn: u64,
    /// Which database those numbers count the changes of; a restored one has another. None when it may not be read.
    pub invocation_id: Option<[u8; 16]>,
    /// Its clock, as generalized time.
    pub time: Option<String>,
    /// Whether it gives values of an attribute range by range, as Active Directory does.
    pub ranges: bool,
    /// The version, where it is Samba: what mends something there is done with other tools.
    pub samba: Option<String>,
}

impl RootDse {
    /// Reads what was answered; the invocation id is another question.
    ///
    /// # Errors
    /// [`Outcome::Broken`] when it is no answer of a domain controller.
    pub fn read(entry: &Entry) -> Result<Self, Failure> {
        let text = |name: &str| {
            let missing = || Failure::new(Outcome::Broken, "root", format!("the server says no {name}: it is no domain controller of Active Directory"));
            entry.text(name).map(ToOwned::to_owned).ok_or_else(missing)
        };
        let domain_dn = text("defaultNamingContext")?;
        Ok(Self {
            forest_root_dn: text("rootDomainNamingContext")?,
            configuration_dn: text("configurationNamingContext")?,
            schema_dn: text("schemaNamingContext")?,
            host: text("dnsHostName")?.to_lowercase(),
            service_dn: text("dsServiceName")?,
            // CN=DC1,CN=Servers,CN=Berlin,CN=Sites,CN=Configuration,...
            ad_site: entry.text("serverName").and_then(escape::parts).and_then(|parts| parts.into_iter().nth(2)).map(|part| part.value),
            highest_usn: text("highestCommittedUSN")?.parse().map_err(|_| Failure::new(Outcome::Broken, "root", "highestCommittedUSN is no number"))?,
            invocation_id: None,
            ranges: entry.texts("supportedCapabilities").any(|capability| capability == ACTIVE_DIRECTORY),
            time: entry.text("currentTime").map(ToOwned::to_owned),
            samba: entry.text("vendorName").filter(|name| name.starts_with(SAMBA)).map(|_| entry.text("vendorVersion").unwrap_or_default().to_owned()),
            domain_dn,
        })
    }

    /// The DNS name of its domain.
    #[must_use]
    pub fn dns_domain(&self) -> Option<String> {
        escape::dns_domain(&self.domain_dn)
    }

    /// The DNS name of its forest.
    #[must_use]
    pub fn dns_forest(&self) -> Option<String> {
        escape::dns_domain(&self.forest_root_dn)
    }
}
