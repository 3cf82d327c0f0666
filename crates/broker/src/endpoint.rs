//! What a connection can be made to.

use provost_domain::Failure;
use provost_domain::accounts::resolution::Target;
use provost_domain::accounts::{AccountState, Trust};
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use std::future::Future;

/// A server that sessions are opened at. One implementation for each protocol.
pub trait Endpoint: Sync {
    /// What an open connection is.
    type Session: Send + 'static;

    /// What a binding for it belongs to, as `provost_domain::accounts::scope` writes it.
    fn object(&self) -> &str;

    /// As the ledger and people name it, such as `smtp://mail01:587`.
    fn address(&self) -> String;

    /// The name whose domain decides on trust.
    fn host(&self) -> &str;

    /// Whether it asks for sign-in.
    fn authenticates(&self) -> bool;

    /// Opens a connection: as somebody, or without sign-in.
    fn open(&self, credential: Option<Credential<'_>>) -> impl Future<Output = Result<Self::Session, Failure>> + Send;

    /// Opens a connection as the computer account of the role that connects. Protocols that have no such thing here say so.
    fn open_as_computer(&self) -> impl Future<Output = Result<Self::Session, Failure>> + Send {
        std::future::ready(Err(Failure::new(Outcome::RefusedByRule, "choose", "there is no way to sign in as a computer account here")))
    }

    /// The name of that computer account, when this machine has its key: `CM01$@CORP.EXAMPLE.TEST`.
    fn computer(&self) -> Option<&str> {
        None
    }

    /// What the server says of another account's state; none where servers tell nothing of the kind, or the account is not
    /// seen.
    fn account_state(_session: &mut Self::Session, _user: &str) -> impl Future<Output = Result<Option<AccountState>, Failure>> + Send {
        std::future::ready(Ok(None))
    }

    /// Whether a connection that waited can still be used.
    fn is_alive(session: &mut Self::Session) -> impl Future<Output = bool> + Send;

    /// What resolution is told.
    fn target(&self, trust: Trust) -> Target {
        Target { trust, authenticates: self.authenticates(), not_as_local_system: true }
    }
}
