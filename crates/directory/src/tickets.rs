//! Tickets of who signs in, without a directory.

use crate::gssapi;
use crate::names;
use crate::place::{Place, SignIn};
use provost_domain::Failure;
use provost_kerberos::Credential;
use provost_store::keys::Secret;

/// Signs in to the place's domain with Kerberos. A password that is wrong counts towards a lock-out.
///
/// # Errors
/// [`provost_domain::outcome::Outcome::RefusedByRule`] when the name tells no realm; else as [`Credential::with_password`] and
/// [`Credential::with_keytab`].
pub async fn get(place: &Place, sign_in: SignIn<'_>) -> Result<Credential, Failure> {
    match sign_in {
        SignIn::Password(credential) => {
            let principal = names::principal(credential.user, &place.dns_domain)?;
            let password = Secret::new(credential.password.expose().to_vec());
            gssapi::blocking(move || Credential::with_password(&principal, password.expose())).await
        }
        SignIn::ComputerAccount { principal, keytab } => {
            let (principal, keytab) = (principal.to_owned(), keytab.to_owned());
            gssapi::blocking(move || Credential::with_keytab(&principal, &keytab)).await
        }
    }
}
