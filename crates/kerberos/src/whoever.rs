//! Who somebody is to their domain now, as their ticket would say, without their password and without them.

use crate::acceptor::Acceptor;
use crate::credential::{Credential, check_principal};
use crate::foreign::{self, Name, SecurityContext, Side};
use crate::guide;
use crate::membership::Membership;
use crate::refusal;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::path::Path;

const STEP: &str = "ask who that is now";

/// Why it is not known who somebody is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTold {
    /// The domain gives no ticket of theirs: they are locked, disabled, expired, or no longer there.
    Refused(Failure),
    /// The domain could not be asked, or its answer is of no use.
    Unknown(Failure),
}

/// Asks the domain of `computer`, whose key is in `keytab`, for what a ticket of `user` (`ada@CORP.EXAMPLE.TEST`) to that computer
/// says, and checks it with that key, as if they had come with it (MS-SFU, S4U2Self). It can be shown to nobody else. Blocks.
///
/// # Errors
/// As [`NotTold`] tells.
pub fn membership_now(keytab: &Path, computer: &str, user: &str) -> Result<Membership, NotTold> {
    let unknown = |said| NotTold::Unknown(refusal::of_client(STEP, &said));
    check_principal(user).map_err(NotTold::Unknown)?;
    let credential = Credential::with_keytab(computer, keytab).map_err(NotTold::Unknown)?;
    let own = foreign::Credential::initiator(credential.cache().name()).map_err(NotTold::Unknown)?.map_err(unknown)?;
    let user = Name::principal(user).map_err(NotTold::Unknown)?.map_err(unknown)?;
    let theirs = guide::follow(|| Ok(own.for_itself_of(&user))).map_err(NotTold::Unknown)?.map_err(|said| {
        let failure = refusal::of_client(STEP, &said);
        // The computer itself was let in a moment ago, so what is refused now is refused of them. Samba says no more than that
        // its policy forbids it (KDC_ERR_POLICY).
        let of_them = failure.outcome.is_about_the_account() && failure.outcome != Outcome::RefusedByRule;
        if of_them { NotTold::Refused(failure) } else { NotTold::Unknown(failure) }
    })?;
    let target = Name::principal(computer).map_err(NotTold::Unknown)?.map_err(unknown)?;
    let mut context = SecurityContext::new().map_err(NotTold::Unknown)?;
    let token = context.initiate(&theirs, &target, Side::Kerberos, None).map_err(unknown)?.token;
    let accepted = Acceptor::new(keytab, None).and_then(|mut acceptor| acceptor.step(&token)).map_err(NotTold::Unknown)?;
    accepted.membership.ok_or_else(|| NotTold::Unknown(Failure::new(Outcome::Broken, STEP, "the domain does not say in its ticket who that is")))
}
