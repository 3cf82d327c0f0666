//! One account, signed in.

use crate::foreign::{Cache, Refusal, Terminated};
use crate::guide;
use crate::refusal;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

const STEP: &str = "sign in";

/// One account, signed in: its tickets lie in a cache of their own in memory, and are destroyed when this and the last
/// [`crate::Initiator`] of it go. Many may live beside one another, in any number of threads; clones are the same.
#[derive(Clone)]
pub struct Credential {
    cache: Arc<Cache>,
}

impl Credential {
    /// Signs `principal` (`name@REALM`) in by its password. Blocks. Asks a domain controller once, so that a wrong
    /// password counts once towards a lock-out.
    ///
    /// # Errors
    /// [`Outcome::WrongPassword`], [`Outcome::LockedOrDisabled`] (or expired: Kerberos does not tell), [`Outcome::Expired`] for the
    /// account, [`Outcome::MustChangePassword`] when its password has expired or must be changed first,
    /// [`Outcome::NoSuchAccount`], [`Outcome::ClockSkew`], [`Outcome::Unreachable`]; [`Outcome::RefusedByRule`] when a name
    /// or password cannot be said in Kerberos; else as [`Failure`] tells.
    pub fn with_password(principal: &str, password: &[u8]) -> Result<Self, Failure> {
        check_principal(principal)?;
        let password = Terminated::copy(password)
            .filter(|_| !password.is_empty())
            .ok_or_else(|| Failure::new(Outcome::RefusedByRule, STEP, "Kerberos has no way to say an empty password, or one with a zero byte"))?;
        guide::find_realm_of(principal)?;
        Self::of(guide::follow(|| Cache::with_password(principal, &password))?)
    }

    /// Signs `principal` (`name@REALM`, `COMPUTER$@REALM`) in by its key in a keytab. Blocks.
    ///
    /// # Errors
    /// As [`Credential::with_password`]; [`Outcome::RefusedByRule`] when the keytab cannot be read or has no key for it,
    /// [`Outcome::WrongPassword`] when its key is no longer the account's.
    pub fn with_keytab(principal: &str, keytab: &Path) -> Result<Self, Failure> {
        check_principal(principal)?;
        // The library tells a keytab that is missing apart from one that may not be read by words alone.
        std::fs::File::open(keytab).map_err(|e| Failure::new(Outcome::RefusedByRule, STEP, format!("{}: {e}", keytab.display())))?;
        let name = [b"FILE:", keytab.as_os_str().as_bytes()].concat();
        let name = CString::new(name).map_err(|e| Failure::new(Outcome::RefusedByRule, STEP, e))?;
        guide::find_realm_of(principal)?;
        Self::of(guide::follow(|| Cache::with_keytab(principal, &name))?)
    }

    pub(crate) fn cache(&self) -> &Arc<Cache> {
        &self.cache
    }

    fn of(cache: Result<Cache, Refusal>) -> Result<Self, Failure> {
        cache.map(|cache| Self { cache: Arc::new(cache) }).map_err(|said| refusal::of_client(STEP, &said))
    }
}

/// A name without a realm would get the default one, and mean somebody else elsewhere.
pub(crate) fn check_principal(principal: &str) -> Result<(), Failure> {
    let whole = principal.rsplit_once('@').is_some_and(|(name, realm)| !name.is_empty() && !realm.is_empty());
    if whole && !principal.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Failure::new(Outcome::RefusedByRule, STEP, format!("\"{principal}\" is no name@REALM")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kerberos_cannot_say_is_refused_before_anything_is_asked() {
        for principal in ["", "ada", "@CORP.EXAMPLE.TEST", "ada@", "a\0da@CORP.EXAMPLE.TEST", "a\nda@CORP.EXAMPLE.TEST"] {
            assert_eq!(Credential::with_password(principal, b"x").err().expect("a refusal").outcome, Outcome::RefusedByRule, "{principal:?}");
        }
        for password in [&b""[..], b"a\0b"] {
            assert_eq!(Credential::with_password("ada@CORP.EXAMPLE.TEST", password).err().expect("a refusal").outcome, Outcome::RefusedByRule);
        }
    }
}
