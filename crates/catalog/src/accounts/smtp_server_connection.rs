//! SMTP Server Connection Account: sends mail, and nothing else.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::SmtpServerConnection,
    id: "smtp-server-connection",
    title: "SMTP Server Connection Account",
    display_name: "SMTP Server Connection Account",
    purpose: "Lets the site server send alerts as mail when the SMTP server requires authentication.",
    used_by: &[Use::SendAlertMail],
    held_per: Scope::Site,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::DomainUser, PrincipalKind::ServiceUser],
    default: DefaultIdentity::Unauthenticated,
    mandatory_when: &[Situation::MailServerAuthenticates],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::SendMail, Place::MailServer, "smtp-01")],
    requires_when: &[],
    forbids: &[held(Right::MoreThanNeeded, Place::MailServer, "smtp-02")],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[],
    seed: &[("purpose", "smtp-01"), ("mandatory_when", "smtp-01")],
};
