//! Questions and answers on one connection, whatever they are about.

use crate::channel::{self, Ending, Entries, Line};
use crate::entry::Entry;
use crate::refusal::{failure, of_request, result};
use crate::search::Scope;
use bytes::BytesMut;
use ldap3::controls::RawControl;
use ldap3::{Ldap, LdapError, LdapResult, Mod, ResultEntry, SearchStream};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::time::Duration;

/// Longest wait for the next part of an answer. A domain controller works at most two minutes on a page. One that is gone is noticed
/// long before (`vanished`).
const ANSWER: Duration = Duration::from_secs(130);
/// Longest wait for an answer to "are you there".
const ALIVE: Duration = Duration::from_secs(5);
const STEP: &str = "read";

/// A part of what a search gives.
pub(crate) enum Part {
    /// Whole messages, an entry in each.
    Entries(BytesMut),
    /// Something else, such as a reference.
    Other(ResultEntry),
}

/// A connection that is signed in.
pub(crate) struct Connection {
    ldap: Ldap,
    ending: Ending,
    /// What the search that goes on finds.
    entries: Entries,
    /// Whether an answer may still be under way that nobody waits for any more, or the connection is gone.
    dead: bool,
}

impl Connection {
    /// Over this line.
    pub(crate) async fn over(line: Line) -> Result<Self, Failure> {
        let (ldap, ending, entries) = channel::join(line).await?;
        Ok(Self { ldap, ending, entries, dead: false })
    }

    /// One object; none when it is not there, or may not be seen.
    pub(crate) async fn read(&mut self, controls: Vec<RawControl>, dn: &str, attributes: &[&str]) -> Result<Option<Entry>, Failure> {
        let (entries, answer) = self.ask(controls, dn, Scope::Base, "(objectClass=*)", attributes).await?;
        match answer.rc {
            result::SUCCESS => Ok(entries.into_iter().next()),
            result::NO_SUCH_OBJECT => Ok(None),
            code => Err(failure(of_request(code), "read", code, &answer.text)),
        }
    }

    /// One search without pages, for answers that are bounded by their kind.
    pub(crate) async fn ask(
        &mut self,
        controls: Vec<RawControl>,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
    ) -> Result<(Vec<Entry>, LdapResult), Failure> {
        self.check_open()?;
        self.entries.ask_for(false);
        let asked = self.ldap.with_controls(controls).search(base, scope.wire(), filter, attributes.to_vec());
        let answered = tokio::time::timeout(ANSWER, asked).await;
        let found = self.answered(STEP, answered)?;
        let entries = found.0.into_iter().filter(|item| !item.is_ref() && !item.is_intermediate());
        Ok((entries.map(|item| Entry::read(item.0)).collect::<Result<_, _>>()?, found.1))
    }

    /// Begins a search whose entries are taken as they come, with [`Connection::part`] until it gives none.
    pub(crate) async fn stream<'a>(
        &mut self,
        controls: Vec<RawControl>,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&'a str],
    ) -> Result<SearchStream<'a, &'a str, Vec<&'a str>>, Failure> {
        self.check_open()?;
        self.entries.ask_for(true);
        let asked = self.ldap.with_controls(controls).streaming_search(base, scope.wire(), filter, attributes.to_vec());
        let answered = tokio::time::timeout(ANSWER, asked).await;
        let stream = self.answered(STEP, answered)?;
        // Until its end is told: what is broken off before leaves entries under way.
        self.dead = true;
        Ok(stream)
    }

    /// Waits for the next part of what a search gives, so long and no longer. None after the last.
    pub(crate) async fn part<'a>(&mut self, step: &'static str, stream: &mut SearchStream<'a, &'a str, Vec<&'a str>>) -> Result<Option<Part>, Failure> {
        let part = async {
            tokio::select! {
                biased;
                chunk = self.entries.next() => Ok(Some(Part::Entries(chunk))),
                item = stream.next() => item.map(|item| item.map(Part::Other)),
            }
        };
        let answered = tokio::time::timeout(ANSWER, part).await;
        let part = self.answered(step, answered)?;
        self.dead = part.is_some();
        self.entries.ask_for(self.dead);
        Ok(part)
    }

    /// Entries that came before the end, once [`Connection::part`] told the end.
    pub(crate) fn left(&mut self) -> Option<BytesMut> {
        self.entries.ready()
    }

    /// Whether the domain controller still answers on this connection.
    pub async fn is_alive(&mut self) -> bool {
        if self.dead {
            return false;
        }
        let asked = tokio::time::timeout(ALIVE, self.ldap.search("", ldap3::Scope::Base, "(objectClass=*)", vec!["currentTime"])).await;
        self.dead = !matches!(asked, Ok(Ok(found)) if found.1.rc == result::SUCCESS);
        !self.dead
    }

    /// Adds an object.
    pub(crate) async fn add(&mut self, step: &'static str, dn: &str, attributes: Vec<(&str, Vec<String>)>) -> Result<LdapResult, Failure> {
        self.check_open()?;
        let attributes = attributes.into_iter().map(|(name, values)| (name.to_owned(), values.into_iter().collect())).collect();
        let answered = tokio::time::timeout(ANSWER, self.ldap.add(dn, attributes)).await;
        self.answered(step, answered)
    }

    /// Gives attributes these values; none takes an attribute away.
    pub(crate) async fn set(&mut self, step: &'static str, dn: &str, attributes: Vec<(&str, Vec<String>)>) -> Result<LdapResult, Failure> {
        self.check_open()?;
        let changes = attributes.into_iter().map(|(name, values)| Mod::Replace(name.to_owned(), values.into_iter().collect())).collect();
        let answered = tokio::time::timeout(ANSWER, self.ldap.modify(dn, changes)).await;
        self.answered(step, answered)
    }

    /// Removes an object that has none below it.
    pub(crate) async fn remove(&mut self, step: &'static str, dn: &str) -> Result<LdapResult, Failure> {
        self.check_open()?;
        let answered = tokio::time::timeout(ANSWER, self.ldap.delete(dn)).await;
        self.answered(step, answered)
    }

    fn check_open(&self) -> Result<(), Failure> {
        match (self.dead, self.ending.get()) {
            (false, None) => Ok(()),
            (_, Some(failure)) => Err(failure),
            (true, None) => Err(Failure::new(Outcome::Broken, "open", "this connection failed before")),
        }
    }

    /// What it means that `ldap3` could not ask, or that no answer came.
    fn answered<T>(&mut self, step: &'static str, answered: Result<ldap3::result::Result<T>, tokio::time::error::Elapsed>) -> Result<T, Failure> {
        match answered {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(LdapError::FilterParsing)) => Err(Failure::new(Outcome::RefusedByRule, step, "the filter is not of the form that LDAP has")),
            Ok(Err(error)) => {
                let why = self.ending.get().unwrap_or_else(|| Failure::new(Outcome::Broken, step, error));
                Err(self.give_up(Failure::new(why.outcome, step, why.detail)))
            }
            Err(_) => Err(self.give_up(Failure::new(Outcome::Broken, step, format!("no answer within {} s", ANSWER.as_secs())))),
        }
    }

    /// Ends the use of a connection whose server cannot be believed.
    pub(crate) fn give_up(&mut self, failure: Failure) -> Failure {
        self.dead = true;
        failure
    }
}
