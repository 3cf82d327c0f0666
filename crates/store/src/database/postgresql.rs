//! PostgreSQL: a server, each principal a login of its own.

pub(super) mod accounts;
mod address;
mod array;
pub(super) mod departure;
mod failure;
mod owner;
mod principals;
mod scram;
mod tls;
mod transaction;
pub(super) mod transfer;
mod value;

use super::error::StoreError;
use crate::keys::{KeyFolder, Secret};
use ::postgres::{Client, Statement};
use failure::classified;
use provost_catalog::database::Principal;
use provost_domain::SiteCode;
use std::collections::HashMap;

pub(super) use address::Address;
pub(super) use owner::prepare;
pub(super) use transaction::Open;

/// The schema that holds everything of a site; nothing lies in `public`.
const SCHEMA: &str = "provost";

/// A connection as one principal.
pub(super) struct Postgresql {
    /// There until it is dropped.
    client: Option<Client>,
    statements: HashMap<Box<str>, Statement>,
    /// Whether the server ended the last transaction to let another one go on: running it again is what it asks for.
    again: bool,
}

impl Postgresql {
    /// Signs in as the principal's login, with the password of the key folder.
    pub(super) fn connect(address: &Address, site: SiteCode, principal: Principal, keys: &KeyFolder) -> Result<Self, StoreError> {
        let login = principals::login(site, principal.definition());
        let attempt = || format!("signing in at {address}");
        let name = principals::password_file(principal.definition());
        let password = match keys.read(&name) {
            Ok(Some(password)) => password,
            Ok(None) => return Err(StoreError::denied(attempt(), format!("{} is missing", keys.path(&name).display())).seen_by(&login)),
            Err(error) => return Err(StoreError::denied(attempt(), error.to_string()).seen_by(&login)),
        };
        let client = address.connect(&attempt(), &login, Some(&password))?;
        Ok(Self { client: Some(client), statements: HashMap::new(), again: false })
    }

    /// Signs in as the login of an account.
    pub(super) fn connect_as(address: &Address, login: &str, password: &Secret) -> Result<Self, StoreError> {
        let client = address.connect(&format!("signing in at {address}"), login, Some(password))?;
        Ok(Self { client: Some(client), statements: HashMap::new(), again: false })
    }

    /// Begins a transaction.
    pub(super) fn begin(&mut self, writes: bool) -> Result<Open<'_>, StoreError> {
        self.again = false;
        Open::begin(self, writes)
    }

    /// Whether the connection is lost.
    pub(super) fn is_lost(&self) -> bool {
        self.client.as_ref().is_none_or(Client::is_closed)
    }

    /// Whether the last transaction should run again.
    pub(super) const fn asks_again(&self) -> bool {
        self.again
    }
}

impl Drop for Postgresql {
    /// The client waits for its own end, which is not allowed on a thread that runs asynchronous tasks; and nobody knows
    /// where the last clone of a pool is dropped.
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            let closed = std::thread::Builder::new().name("postgresql-close".to_owned()).spawn(move || drop(client)).map(std::thread::JoinHandle::join);
            if !matches!(closed, Ok(Ok(()))) {
                tracing::warn!("a connection to PostgreSQL could not be closed in order");
            }
        }
    }
}
