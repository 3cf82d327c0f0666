//! Servers that the site connects to, and which domains it trusts: what people enter, not secrets.

use crate::database::{Row, StoreError, Tx};
use crate::lists::{texts_from_column, texts_to_column};
use provost_domain::SiteCode;
use provost_domain::accounts::Trust;

/// The SMTP server for alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port; 587 is usual.
    pub port: u16,
    /// Whether it asks for sign-in.
    pub authenticates: bool,
    /// Certificates of the only authorities that are trusted for it, in PEM; without, the well-known ones.
    pub ca_pem: Option<String>,
    /// The address that mail comes from.
    pub sender: String,
}

/// The proxy server of a site system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyServer {
    /// Id of the account that passes it.
    pub kind: String,
    /// The site system.
    pub object: String,
    /// Its name or address.
    pub host: String,
    /// Its port; 3128 is usual.
    pub port: u16,
    /// Whether it asks for sign-in.
    pub authenticates: bool,
    /// Hosts that the account must reach, `host` or `host:port`.
    pub allowed: Vec<String>,
    /// A host that it must not reach; checks try it.
    pub forbidden_host: String,
    /// Certificates of the only authorities that are trusted for the hosts behind it, in PEM; without, the well-known ones.
    pub ca_pem: Option<String>,
}

/// How a domain stands to the site's forest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainTrust {
    /// The domain's DNS name.
    pub domain: String,
    /// Its forest.
    pub forest: String,
    /// The trust.
    pub trust: Trust,
}

fn port(row: &Row, column: usize) -> Result<u16, StoreError> {
    u16::try_from(row.integer(column)?).map_err(|_| StoreError::corrupt("reading a server", "a port is none"))
}

/// The SMTP server; none when none is set.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn mail_server(tx: &mut Tx<'_>) -> Result<Option<MailServer>, StoreError> {
    let row = tx.query("SELECT host, port, authenticates, ca_pem, sender FROM mail_server ORDER BY site LIMIT 1", &[])?;
    let read = |row: &Row| {
        Ok(MailServer {
            host: row.text(0)?.to_owned(),
            port: port(row, 1)?,
            authenticates: row.boolean(2)?,
            ca_pem: row.optional_text(3)?.map(str::to_owned),
            sender: row.text(4)?.to_owned(),
        })
    };
    row.first().map(read).transpose()
}

/// Sets the SMTP server.
///
/// # Errors
/// As [`mail_server`].
pub fn set_mail_server(tx: &mut Tx<'_>, site: SiteCode, server: &MailServer) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mail_server (site, host, port, authenticates, ca_pem, sender) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (site) DO UPDATE SET host = excluded.host, port = excluded.port, authenticates = excluded.authenticates, ca_pem = excluded.ca_pem, sender = excluded.sender",
        &[
            site.as_str().into(),
            (&server.host).into(),
            i64::from(server.port).into(),
            server.authenticates.into(),
            server.ca_pem.as_deref().into(),
            (&server.sender).into(),
        ],
    )?;
    Ok(())
}

/// Forgets the SMTP server; tells whether there was one.
///
/// # Errors
/// As [`mail_server`].
pub fn remove_mail_server(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM mail_server", &[])? > 0)
}

/// Every proxy server, by account and site system.
///
/// # Errors
/// As [`mail_server`].
pub fn proxy_servers(tx: &mut Tx<'_>) -> Result<Vec<ProxyServer>, StoreError> {
    let rows = tx.query("SELECT kind, object, host, port, authenticates, allowed, forbidden_host, ca_pem FROM proxy_server ORDER BY kind, object", &[])?;
    rows.iter()
        .map(|row| {
            Ok(ProxyServer {
                kind: row.text(0)?.to_owned(),
                object: row.text(1)?.to_owned(),
                host: row.text(2)?.to_owned(),
                port: port(row, 3)?,
                authenticates: row.boolean(4)?,
                allowed: texts_from_column(row.text(5)?)?,
                forbidden_host: row.text(6)?.to_owned(),
                ca_pem: row.optional_text(7)?.map(str::to_owned),
            })
        })
        .collect()
}

/// The proxy server that an account passes for a site system.
///
/// # Errors
/// As [`mail_server`].
pub fn proxy_server(tx: &mut Tx<'_>, kind: &str, object: &str) -> Result<Option<ProxyServer>, StoreError> {
    Ok(proxy_servers(tx)?.into_iter().find(|server| server.kind == kind && server.object == object))
}

/// Sets a proxy server.
///
/// # Errors
/// As [`mail_server`].
pub fn set_proxy_server(tx: &mut Tx<'_>, server: &ProxyServer) -> Result<(), StoreError> {
    let allowed = texts_to_column(&server.allowed);
    tx.execute(
        "INSERT INTO proxy_server (kind, object, host, port, authenticates, allowed, forbidden_host, ca_pem) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (kind, object) DO UPDATE SET host = excluded.host, port = excluded.port, authenticates = excluded.authenticates,
             allowed = excluded.allowed, forbidden_host = excluded.forbidden_host, ca_pem = excluded.ca_pem",
        &[
            (&server.kind).into(),
            (&server.object).into(),
            (&server.host).into(),
            i64::from(server.port).into(),
            server.authenticates.into(),
            (&allowed).into(),
            (&server.forbidden_host).into(),
            server.ca_pem.as_deref().into(),
        ],
    )?;
    Ok(())
}

/// Forgets a proxy server; tells whether there was one.
///
/// # Errors
/// As [`mail_server`].
pub fn remove_proxy_server(tx: &mut Tx<'_>, kind: &str, object: &str) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM proxy_server WHERE kind = $1 AND object = $2", &[kind.into(), object.into()])? > 0)
}

/// What is known of trust, by domain.
///
/// # Errors
/// As [`mail_server`].
pub fn trusts(tx: &mut Tx<'_>) -> Result<Vec<DomainTrust>, StoreError> {
    let rows = tx.query("SELECT domain, forest, trust FROM domain_trust ORDER BY domain", &[])?;
    rows.iter()
        .map(|row| {
            let trust = Trust::from_id(row.text(2)?).ok_or_else(|| StoreError::corrupt("reading trusts", "a trust is none"))?;
            Ok(DomainTrust { domain: row.text(0)?.to_owned(), forest: row.text(1)?.to_owned(), trust })
        })
        .collect()
}

/// Enters how a domain stands to the site's forest.
///
/// # Errors
/// As [`mail_server`].
pub fn set_trust(tx: &mut Tx<'_>, trust: &DomainTrust) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO domain_trust (domain, forest, trust) VALUES ($1, $2, $3) ON CONFLICT (domain) DO UPDATE SET forest = excluded.forest, trust = excluded.trust",
        &[(&trust.domain).into(), (&trust.forest).into(), trust.trust.id().into()],
    )?;
    Ok(())
}

/// Forgets what is known of a domain; tells whether something was.
///
/// # Errors
/// As [`mail_server`].
pub fn remove_trust(tx: &mut Tx<'_>, domain: &str) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM domain_trust WHERE domain = $1", &[domain.into()])? > 0)
}
