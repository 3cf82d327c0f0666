//! Searches, page by page. Entries are handed on as they come; no more than one page is ever held.

use crate::connection::Part;
use crate::control;
use crate::entry::Entry;
use crate::message;
use crate::refusal::{failure, of_request, result};
use crate::session::Session;
use ldap3::controls::RawControl;
use ldap3::{LdapResult, parse_refs};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::ops::ControlFlow;

/// Entries of a page: what Active Directory gives at most without being told otherwise.
const PAGE: i64 = 1000;
/// Entries of a page that may have a range of values each.
const PAGE_OF_LISTS: i64 = 200;
/// Most entries of one search: more than Active Directory advises for a domain.
const ENTRIES_MAX: u64 = 20_000_000;
/// Most pages without an entry, one after another.
const EMPTY_PAGES_MAX: u32 = 100;
/// Most references that are kept.
const REFERENCES_MAX: usize = 100;
const STEP: &str = "search";

/// How far below the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The base alone.
    Base,
    /// What is right below it.
    OneLevel,
    /// It and everything below.
    Subtree,
}

impl Scope {
    pub(crate) const fn wire(self) -> ldap3::Scope {
        match self {
            Self::Base => ldap3::Scope::Base,
            Self::OneLevel => ldap3::Scope::OneLevel,
            Self::Subtree => ldap3::Scope::Subtree,
        }
    }
}

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything that may be read was handed on.
    Complete,
    /// Whoever took the entries wanted no more.
    Stopped,
    /// The base is not there, or this account may not see it: a directory does not tell which, so nothing may be concluded
    /// of what was below it.
    NoSuchBase,
}

/// A server that holds another part. It is never followed here: whoever wants that part asks for a connection of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The host, in lower case; empty when the server left it to us.
    pub host: String,
    /// The base to search there.
    pub dn: String,
}

impl Reference {
    /// Reads `ldap://host/dn` (RFC 4516), with or without what follows the name.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let rest = url.split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case("ldap") || scheme.eq_ignore_ascii_case("ldaps"))?.1;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit_once(':').map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host });
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let dn = decoded(path.split('?').next()?)?;
        host.chars().all(plain).then(|| Self { host: host.to_lowercase(), dn })
    }

    /// Whether the host is in one of these domains: no other may be connected to on a server's word.
    #[must_use]
    pub fn is_in<'a>(&self, mut domains: impl Iterator<Item = &'a str>) -> bool {
        domains.any(|domain| {
            let domain = domain.to_lowercase();
            self.host == domain || self.host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.'))
        })
    }
}

/// Percent signs decoded (RFC 3986 §2.1).
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        bytes.push(if byte == b'%' { u8::try_from(digit(rest.next())? << 4 | digit(rest.next())?).ok()? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Entries that were handed on.
    pub entries: u64,
    /// Pages that were read.
    pub pages: u32,
    /// Servers that hold other parts.
    pub references: Vec<Reference>,
    /// How it ended.
    pub ended: Ended,
}

impl Session {
    /// Searches, and hands each entry on as it comes, until there are no more or `on_entry` breaks.
    ///
    /// # Errors
    /// As [`Failure`] tells, with how far it came; what was handed on before stays valid. After a failure the session is no longer
    /// alive, unless the filter was none.
    pub async fn search(
        &mut self,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
        on_entry: impl FnMut(Entry) -> ControlFlow<()> + Send,
    ) -> Result<Found, Failure> {
        self.search_with(&[], base, scope, filter, attributes, on_entry).await
    }

    /// As [`Session::search`], with deleted objects as well, as far as the account may see them: their `isDeleted` is set.
    ///
    /// # Errors
    /// As [`Session::search`].
    pub async fn search_deleted_too(
        &mut self,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
        on_entry: impl FnMut(Entry) -> ControlFlow<()> + Send,
    ) -> Result<Found, Failure> {
        self.search_with(&[control::show_deleted()], base, scope, filter, attributes, on_entry).await
    }

    pub(crate) async fn search_with(
        &mut self,
        controls: &[RawControl],
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
        mut on_entry: impl FnMut(Entry) -> ControlFlow<()> + Send,
    ) -> Result<Found, Failure> {
        let mut found = Found { entries: 0, pages: 0, references: Vec::new(), ended: Ended::Complete };
        let (mut cookie, mut empty) = (Vec::new(), 0);
        let size = if attributes.iter().any(|attribute| attribute.contains(";range=")) { PAGE_OF_LISTS } else { PAGE };
        loop {
            let before = found.entries;
            let mut with = controls.to_vec();
            with.push(control::page(size, &cookie));
            let page = self.page(with, base, scope, filter, attributes, &mut found, &mut on_entry).await;
            let answer = page.map_err(|failure| progress(failure, &found))?;
            found.pages += 1;
            match answer.rc {
                result::SUCCESS => {}
                result::NO_SUCH_OBJECT => {
                    found.ended = Ended::NoSuchBase;
                    return Ok(found);
                }
                result::REFERRAL => {
                    let held = answer.refs.first().map_or("another server", String::as_str);
                    let why = format!("\"{base}\" is held by {held}, and no server's word is followed: name a domain controller of its domain");
                    return Err(Failure::new(Outcome::RefusedByRule, STEP, why));
                }
                code => return Err(progress(failure(of_request(code), STEP, code, &answer.text), &found)),
            }
            if found.ended == Ended::Stopped {
                return Ok(found);
            }
            let unanswered = || progress(Failure::new(Outcome::Broken, STEP, "the server does not say whether there are more pages"), &found);
            cookie = control::next_page(&answer).ok_or_else(unanswered)?;
            empty = if found.entries == before { empty + 1 } else { 0 };
            if cookie.is_empty() {
                return Ok(found);
            }
            if found.entries > ENTRIES_MAX || empty > EMPTY_PAGES_MAX {
                return Err(self.connection.give_up(progress(Failure::new(Outcome::Broken, STEP, "pages without end"), &found)));
            }
        }
    }

    /// Reads one page. Once `on_entry` breaks, the rest of the page is read and left.
    #[expect(clippy::too_many_arguments, reason = "a search has as many parts; they are handed through once")]
    async fn page(
        &mut self,
        controls: Vec<RawControl>,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
        found: &mut Found,
        on_entry: &mut (impl FnMut(Entry) -> ControlFlow<()> + Send),
    ) -> Result<LdapResult, Failure> {
        let mut stream = self.connection.stream(controls, base, scope, filter, attributes).await?;
        let id = i64::from(stream.ldap_handle().last_id());
        loop {
            match self.connection.part(STEP, &mut stream).await {
                Ok(Some(Part::Entries(chunk))) => hand_on(&chunk, id, found, on_entry)?,
                Ok(Some(Part::Other(item))) if item.is_ref() => {
                    let room = REFERENCES_MAX.saturating_sub(found.references.len());
                    found.references.extend(parse_refs(item.0).iter().filter_map(|url| Reference::parse(url)).take(room));
                }
                Ok(Some(Part::Other(_))) => {}
                end => {
                    while let Some(chunk) = self.connection.left() {
                        hand_on(&chunk, id, found, on_entry)?;
                    }
                    end?;
                    return Ok(stream.finish().await);
                }
            }
        }
    }
}

/// Hands on the entries of whole messages, until nobody wants more.
fn hand_on(mut chunk: &[u8], id: i64, found: &mut Found, on_entry: &mut impl FnMut(Entry) -> ControlFlow<()>) -> Result<(), Failure> {
    while found.ended == Ended::Complete
        && let Some(length) = message::whole(chunk)?
    {
        let (message, rest) = chunk.split_at(length);
        chunk = rest;
        let (of, entry) = Entry::of_message(message)?;
        if of != id {
            continue;
        }
        found.entries += 1;
        if on_entry(entry).is_break() {
            found.ended = Ended::Stopped;
        }
    }
    Ok(())
}

/// With how far a search came.
fn progress(failure: Failure, found: &Found) -> Failure {
    if found.entries == 0 {
        return failure;
    }
    Failure::new(failure.outcome, failure.step, format!("after {} entries in {} whole pages: {}", found.entries, found.pages, failure.detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_foreign_hosts_are_known_as_such() {
        let of = |url: &str| Reference::parse(url);
        let dns = of("ldap://DomainDnsZones.corp.example.test/DC=DomainDnsZones,DC=corp,DC=example,DC=test").expect("a reference");
        assert_eq!(dns.host, "domaindnszones.corp.example.test");
        assert_eq!(dns.dn, "DC=DomainDnsZones,DC=corp,DC=example,DC=test");
        assert_eq!(of("ldap://dc2:389/OU=a%20b%2C??sub").expect("a reference").dn, "OU=a b,");
        assert_eq!(of("ldap:///DC=a").expect("a reference").host, "");
        assert_eq!(of("http://dc2/DC=a"), None);
        assert_eq!(of("ldap://user:x@evil/DC=a"), None);
        assert_eq!(of("ldap://dc2/%f"), None);
        assert!(dns.is_in(["corp.example.test"].into_iter()));
        assert!(!of("ldap://notcorp.example.test/DC=a").expect("a reference").is_in(["corp.example.test"].into_iter()));
        assert!(!of("ldap:///DC=a").expect("a reference").is_in(["corp.example.test"].into_iter()));
    }
}
