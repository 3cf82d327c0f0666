//! What a domain controller says of another account's state, asked as one that may read the domain.

use crate::escape;
use crate::names;
use crate::search::Scope;
use crate::session::Session;
use provost_domain::Failure;
use provost_domain::accounts::AccountState;
use provost_domain::outcome::Outcome;
use std::ops::ControlFlow;

const ATTRIBUTES: &[&str] = &["userAccountControl", "msDS-User-Account-Control-Computed", "lockoutTime", "accountExpires"];

impl Session {
    /// The state of the account that signs in as `user`; none when this domain has no such account, or it may not be seen.
    ///
    /// # Errors
    /// [`Outcome::RefusedByRule`] when the name tells no account of this domain, [`Outcome::Broken`] when it tells several; else
    /// as [`Failure`] tells.
    pub async fn account_state(&mut self, user: &str) -> Result<Option<AccountState>, Failure> {
        let head = self.root().domain_dn.clone();
        let domain = escape::dns_domain(&head).unwrap_or_default();
        let principal = names::principal(user, &domain)?;
        let filter = match principal.rsplit_once('@') {
            Some((name, realm)) if realm.eq_ignore_ascii_case(&domain) => {
                let (name, principal) = (escape::filter_text(name), escape::filter_text(&principal));
                format!("(&(objectClass=user)(|(sAMAccountName={name})(userPrincipalName={principal})))")
            }
            _ => return Err(Failure::new(Outcome::RefusedByRule, "choose", format!("{principal} is of another domain than {domain}"))),
        };
        let mut found = Vec::new();
        let take = |entry: crate::Entry| {
            found.push(entry.dn);
            if found.len() > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        self.search(&head, Scope::Subtree, &filter, &["objectClass"], take).await?;
        let dn = match found.as_slice() {
            [] => return Ok(None),
            [dn] => dn.clone(),
            [one, other, ..] => return Err(Failure::new(Outcome::Broken, "read", format!("{principal} may be {one} or {other}"))),
        };
        // What is computed comes of the object itself only (MS-ADTS §3.1.1.4.5).
        let Some(entry) = self.read(&dn, ATTRIBUTES).await? else { return Ok(None) };
        let number = |name: &str| entry.number(name);
        Ok(Some(AccountState {
            control: number("userAccountControl"),
            computed: number("msDS-User-Account-Control-Computed"),
            locked_at: number("lockoutTime"),
            expires: number("accountExpires"),
        }))
    }
}
