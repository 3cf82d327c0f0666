//! The site database, as a role that reaches it.

use crate::endpoint::Endpoint;
use provost_catalog::database::Principal;
use provost_catalog::roles::{ROLES, Role};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use provost_store::accounts::Binding;
use provost_store::{Connection, Database, StoreError};

/// The site database as one role's principal.
pub struct DatabaseEndpoint {
    database: Database,
    principal: Principal,
    object: String,
    host: String,
}

/// The role that works with an account and reaches the database, and as which principal.
pub(crate) fn role_of(binding: &Binding) -> Option<(&'static Role, Principal)> {
    ROLES.iter().filter(|role| role.accounts.contains(&binding.kind)).find_map(|role| Some((*role, role.principal?)))
}

impl DatabaseEndpoint {
    /// For `role` on the computer `host`.
    #[must_use]
    pub fn new(database: &Database, principal: Principal, role: &str, host: &str) -> Self {
        let host = host.to_lowercase();
        Self { database: database.clone(), principal, object: format!("{role}@{host}"), host }
    }
}

impl Endpoint for DatabaseEndpoint {
    type Session = Connection;

    fn object(&self) -> &str {
        &self.object
    }

    fn address(&self) -> String {
        format!("the site database of {} as {}", self.database.site(), self.object)
    }

    fn host(&self) -> &str {
        &self.host
    }

    fn authenticates(&self) -> bool {
        true
    }

    async fn open(&self, credential: Option<Credential<'_>>) -> Result<Connection, Failure> {
        let Some(credential) = credential else {
            return Err(Failure::new(Outcome::RefusedByRule, "choose", "nobody reaches the site database without signing in"));
        };
        if !self.database.has_logins() {
            let detail = format!("the embedded database has no logins: provost account remove '{}', or move the site to PostgreSQL", credential.user);
            return Err(Failure::new(Outcome::RefusedByRule, "choose", detail));
        }
        // The client of the database blocks; the credential is borrowed, so this thread waits.
        tokio::task::block_in_place(|| self.database.connect_as(self.principal, credential.user, credential.password)).map_err(|error| failure(&error))
    }

    /// The role's own principal: on PostgreSQL a login that the site keeps for that computer, in the embedded database its
    /// authorizer.
    async fn open_as_computer(&self) -> Result<Connection, Failure> {
        let (database, principal) = (self.database.clone(), self.principal);
        match tokio::task::spawn_blocking(move || database.connect(principal)).await {
            Ok(connected) => connected.map_err(|error| failure(&error)),
            Err(panic) => Err(Failure::new(Outcome::Broken, "connect", panic)),
        }
    }

    async fn is_alive(session: &mut Connection) -> bool {
        tokio::task::block_in_place(|| session.read(|_| Ok(()))).is_ok()
    }
}

fn failure(error: &StoreError) -> Failure {
    let text = error.to_string();
    let outcome = match error {
        StoreError::Denied(_) if text.contains("password") || text.contains("does not exist") => Outcome::WrongPassword,
        StoreError::Denied(_) if text.contains("not permitted to log in") => Outcome::Disabled,
        StoreError::Denied(_) => Outcome::LacksRight,
        StoreError::Unavailable(_) if text.contains("certificate") => Outcome::CertificateNotTrusted,
        StoreError::Unavailable(_) => Outcome::Unreachable,
        _ => Outcome::Broken,
    };
    Failure::new(outcome, "sign in", text)
}
