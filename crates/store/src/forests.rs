//! Forests with their domains, Active Directory sites and subnets: those that people added, and what discovery found.

use crate::database::{Row, StoreError, Tx};
use crate::lists::{texts_from_column, texts_to_column};
use provost_domain::Timestamp;
use std::collections::HashMap;

/// A forest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forest {
    /// DNS name of its root domain, in lower case.
    pub forest: String,
    /// Domain controllers to ask; those of its DNS records when none is named.
    pub hosts: Vec<String>,
    /// Certificates of the only authorities that are trusted, in PEM: then it is read by LDAPS.
    pub ca_pem: Option<String>,
    /// Whether forest discovery reads it.
    pub discovers: bool,
    /// Who added it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last read; none when it never was.
    pub discovered_at: Option<Timestamp>,
}

/// A domain of a forest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its DNS name.
    pub domain: String,
    /// Its short name.
    pub netbios_name: String,
    /// Its SID.
    pub sid: String,
    /// Its functional level (MS-ADTS §6.1.4.3): 7 is Windows Server 2016.
    pub functional_level: i64,
    /// When it was last found.
    pub discovered_at: Timestamp,
}

/// An Active Directory site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdSite {
    /// Its name.
    pub ad_site: String,
    /// What somebody wrote about it.
    pub description: String,
    /// When it was last found.
    pub discovered_at: Timestamp,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdSubnet {
    /// `10.1.2.0/24`.
    pub subnet: String,
    /// The site that it belongs to; empty when to none.
    pub ad_site: String,
    /// What somebody wrote about it.
    pub description: String,
    /// When it was last found.
    pub discovered_at: Timestamp,
}

/// What a forest consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Its domains.
    pub domains: Vec<Domain>,
    /// Its sites.
    pub sites: Vec<AdSite>,
    /// Its subnets.
    pub subnets: Vec<AdSubnet>,
}

const COLUMNS: &str = "forest, hosts, ca_pem, discovers, created_by, created_at, discovered_at";

fn stored(row: &Row) -> Result<Forest, StoreError> {
    Ok(Forest {
        forest: row.text(0)?.to_owned(),
        hosts: texts_from_column(row.text(1)?)?,
        ca_pem: row.optional_text(2)?.map(str::to_owned),
        discovers: row.boolean(3)?,
        created_by: row.text(4)?.to_owned(),
        created_at: row.timestamp(5)?,
        discovered_at: row.optional_timestamp(6)?,
    })
}

/// Every forest, by name.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Forest>, StoreError> {
    tx.query(&format!("SELECT {COLUMNS} FROM forest ORDER BY forest"), &[])?.iter().map(stored).collect()
}

/// The forest of this name.
///
/// # Errors
/// As [`list`].
pub fn find(tx: &mut Tx<'_>, forest: &str) -> Result<Option<Forest>, StoreError> {
    tx.query_optional(&format!("SELECT {COLUMNS} FROM forest WHERE forest = $1"), &[forest.into()])?.as_ref().map(stored).transpose()
}

/// Adds a forest; false when there is one of this name.
///
/// # Errors
/// As [`list`].
pub fn add(tx: &mut Tx<'_>, forest: &Forest) -> Result<bool, StoreError> {
    let hosts = texts_to_column(&forest.hosts);
    let added = tx.execute(
        &format!("INSERT INTO forest ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (forest) DO NOTHING"),
        &[
            (&forest.forest).into(),
            (&hosts).into(),
            forest.ca_pem.as_deref().into(),
            forest.discovers.into(),
            (&forest.created_by).into(),
            forest.created_at.into(),
            forest.discovered_at.into(),
        ],
    )?;
    Ok(added > 0)
}

/// Forgets a forest with what it consists of; tells whether it was there. Boundaries stay.
///
/// # Errors
/// As [`list`].
pub fn remove(tx: &mut Tx<'_>, forest: &str) -> Result<bool, StoreError> {
    for table in ["forest_domain", "forest_site", "forest_subnet", "forest_publishing", "withdrawal_object", "withdrawal_look"] {
        tx.execute(&format!("DELETE FROM {table} WHERE forest = $1"), &[forest.into()])?;
    }
    Ok(tx.execute("DELETE FROM forest WHERE forest = $1", &[forest.into()])? > 0)
}

/// What a forest consists of, by name.
///
/// # Errors
/// As [`list`].
pub fn network(tx: &mut Tx<'_>, forest: &str) -> Result<Network, StoreError> {
    let sql = "SELECT domain, netbios_name, sid, functional_level, discovered_at FROM forest_domain WHERE forest = $1 ORDER BY domain";
    let domains = tx.query(sql, &[forest.into()])?;
    let sites = tx.query("SELECT ad_site, description, discovered_at FROM forest_site WHERE forest = $1 ORDER BY ad_site", &[forest.into()])?;
    let sql = "SELECT subnet, ad_site, description, discovered_at FROM forest_subnet WHERE forest = $1 ORDER BY subnet";
    let subnets = tx.query(sql, &[forest.into()])?;
    let text = |row: &Row, column| row.text(column).map(str::to_owned);
    Ok(Network {
        domains: (domains.iter())
            .map(|row| {
                let (domain, netbios_name, sid) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
                Ok(Domain { domain, netbios_name, sid, functional_level: row.integer(3)?, discovered_at: row.timestamp(4)? })
            })
            .collect::<Result<_, StoreError>>()?,
        sites: (sites.iter())
            .map(|row| Ok(AdSite { ad_site: text(row, 0)?, description: text(row, 1)?, discovered_at: row.timestamp(2)? }))
            .collect::<Result<_, StoreError>>()?,
        subnets: (subnets.iter())
            .map(|row| Ok(AdSubnet { subnet: text(row, 0)?, ad_site: text(row, 1)?, description: text(row, 2)?, discovered_at: row.timestamp(3)? }))
            .collect::<Result<_, StoreError>>()?,
    })
}

/// What a look at a forest changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Domains, sites and subnets that were not known.
    pub added: i64,
    /// Those that were known otherwise.
    pub changed: i64,
}

/// Keeps what forest discovery found. What it did not find stays as it was: it may have been out of sight.
///
/// # Errors
/// As [`list`].
pub fn keep(tx: &mut Tx<'_>, forest: &str, found: &Network, at: Timestamp) -> Result<Difference, StoreError> {
    let before = network(tx, forest)?;
    let domains: HashMap<&str, &Domain> = before.domains.iter().map(|known| (known.domain.as_str(), known)).collect();
    let sites: HashMap<&str, &AdSite> = before.sites.iter().map(|known| (known.ad_site.as_str(), known)).collect();
    let subnets: HashMap<&str, &AdSubnet> = before.subnets.iter().map(|known| (known.subnet.as_str(), known)).collect();
    let mut difference = Difference::default();
    let mut count = |known: Option<bool>| match known {
        None => difference.added += 1,
        Some(same) => difference.changed += i64::from(!same),
    };
    for one in &found.domains {
        let known = domains.get(one.domain.as_str());
        // What could not be read, or is told by another domain's controllers only, stays as it was.
        let sid = known.filter(|_| one.sid.is_empty()).map_or(&one.sid, |known| &known.sid);
        let level = known.filter(|_| one.functional_level == 0).map_or(one.functional_level, |known| known.functional_level);
        count(known.map(|known| known.netbios_name == one.netbios_name && known.sid == *sid && known.functional_level == level));
        tx.execute(
            "INSERT INTO forest_domain (forest, domain, netbios_name, sid, functional_level, discovered_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (forest, domain) DO UPDATE SET netbios_name = excluded.netbios_name, sid = excluded.sid,
                 functional_level = excluded.functional_level, discovered_at = excluded.discovered_at",
            &[forest.into(), (&one.domain).into(), (&one.netbios_name).into(), sid.into(), level.into(), at.into()],
        )?;
    }
    for one in &found.sites {
        count(sites.get(one.ad_site.as_str()).map(|known| known.description == one.description));
        tx.execute(
            "INSERT INTO forest_site (forest, ad_site, description, discovered_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (forest, ad_site) DO UPDATE SET description = excluded.description, discovered_at = excluded.discovered_at",
            &[forest.into(), (&one.ad_site).into(), (&one.description).into(), at.into()],
        )?;
    }
    for one in &found.subnets {
        let same = |known: &&AdSubnet| known.ad_site == one.ad_site && known.description == one.description;
        count(subnets.get(one.subnet.as_str()).map(same));
        tx.execute(
            "INSERT INTO forest_subnet (forest, subnet, ad_site, description, discovered_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (forest, subnet) DO UPDATE SET ad_site = excluded.ad_site, description = excluded.description, discovered_at = excluded.discovered_at",
            &[forest.into(), (&one.subnet).into(), (&one.ad_site).into(), (&one.description).into(), at.into()],
        )?;
    }
    tx.execute("UPDATE forest SET discovered_at = $1 WHERE forest = $2", &[at.into(), forest.into()])?;
    Ok(difference)
}
