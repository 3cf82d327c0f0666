//! The logins that bound accounts have in the site database.

use crate::broker::{Broker, endpoint_name};
use crate::database_endpoint::role_of;
use provost_catalog::accounts::PrincipalKind;
use provost_domain::accounts::verification::Standing;
use provost_store::StoreError;
use provost_store::accounts::bindings;
use provost_store::database::Login;
use provost_store::vault::{SecretId, VaultError};

impl Broker {
    /// Gives each bound account that reaches the site database its login where the server has none, or one with an earlier
    /// password: a restored site may have come to another server, and its roles want to sign in before accounts are checked
    /// again. What a login that is there may do is left as it is. Gives what was done: the login, or why it could not be made,
    /// which keeps the others from nothing. The embedded database has none.
    ///
    /// # Errors
    /// As [`StoreError`] tells: what is bound could not be read, or what was made could not be entered in the ledger.
    pub fn make_logins(&self, actor: &str) -> Result<Vec<Result<String, String>>, StoreError> {
        let mut made = Vec::new();
        if !self.database().has_logins() {
            return Ok(made);
        }
        let local = |kind| kind == PrincipalKind::LocalDatabaseAccount;
        for binding in self.read(bindings::list)?.iter().filter(|b| local(b.principal_kind) && b.standing != Standing::Blocked) {
            let (Some(secret), Some((_, principal))) = (binding.secret, role_of(binding)) else { continue };
            let name = endpoint_name(binding);
            let opened = self.read(|tx| match self.opener().open(tx, secret) {
                Err(VaultError::Store(error)) => Err(error),
                other => Ok(other),
            })?;
            let done = opened.map_err(|error| format!("PV{}: {error}", error.code())).and_then(|(version, password)| {
                let login = Login { name: &name, password: &password, secret, version };
                self.database().make_login(principal, &login).map_err(|error| error.to_string())
            });
            match done {
                Ok(false) => {}
                Ok(true) => {
                    self.enter_login("account.make-login", &name, actor)?;
                    made.push(Ok(name));
                }
                Err(error) => made.push(Err(format!("{name}: {error}"))),
            }
        }
        Ok(made)
    }

    /// Takes away the database logins of accounts whose binding is gone; `kept` are the secrets of those that are not. Gives
    /// their names. The embedded database has none.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn drop_logins_but(&self, kept: &[SecretId]) -> Result<Vec<String>, StoreError> {
        if self.database().has_logins() { self.database().drop_logins_but(kept) } else { Ok(Vec::new()) }
    }
}
