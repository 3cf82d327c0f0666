//! People of a directory: who they are and whether they may. The directory says both, in a ticket for this site's own
//! service: whoever comes with a ticket has it from their domain, and for whoever comes with a password one is fetched
//! here, so that a false domain controller, which has not the service's key, cannot vouch for anybody.

use super::{SessionDocument, refuse_too_many};
use crate::error::ApiError;
use crate::site::{Acted, Work};
use crate::tickets::Tickets;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::Failure;
use provost_domain::accounts::name::{AccountName, Form};
use provost_domain::outcome::Outcome;
use provost_kerberos::{Accepted, Acceptor, Credential, Initiator, Mechanism};
use provost_sd::Sid;
use provost_store::keys::Secret;
use provost_store::people::{self, SessionLimits};
use serde_json::json;

const REFUSED: &str = "the sign-in was refused";

/// Whether a name is of a directory, and no person's of this site.
pub fn is_of_directory(name: &str) -> bool {
    name.contains(['\\', '@'])
}

/// What tickets are checked with.
pub fn tickets(work: &Work) -> Result<&Tickets, ApiError> {
    work.site.tickets().ok_or_else(|| {
        ApiError::new(StatusCode::UNAUTHORIZED, code::DIRECTORY_SIGN_IN_OFF, REFUSED, "this site has no keytab to check tickets with")
            .fix("sign in as an administrative user of the site, or set keytab in provost.toml and start the site again")
    })
}

/// Signs in by a password, which goes to the domain and to nobody else.
pub fn by_password(work: &Work, name: &str, password: &Secret) -> Result<SessionDocument, ApiError> {
    let tickets = tickets(work)?;
    let principal = principal(work, name)?;
    let tried = principal.to_lowercase();
    refuse_too_many(work, Some(&tried))?;
    let proved = Credential::with_password(&principal, password.expose()).and_then(|credential| {
        let token = Initiator::new(&credential, &tickets.service, Mechanism::Spnego)?.step(None)?.token.unwrap_or_default();
        Ok(token)
    });
    let token = proved.map_err(|failure| {
        tracing::warn!(component = "provider", origin = work.caller.origin(), %failure, "a sign-in of a directory's");
        if failure.outcome.is_about_the_account() && work.site.attempts().failed(Some(&tried), work.caller.origin(), work.now()) {
            let detail = json!({ "why": "too many wrong passwords" });
            // That it could not be entered is in the log; the refusal stands.
            let _ = work.act("session.hold", |_| Ok(Acted { answer: (), object: tried.clone(), detail: detail.clone() }));
        }
        refused_password(&failure)
    })?;
    let (session, _) = by_ticket(work, &token, "password, by the directory")?;
    work.site.attempts().succeeded(&tried);
    Ok(session)
}

/// Signs in by a ticket; with what the browser is to be told in return.
pub fn by_ticket(work: &Work, token: &[u8], how: &str) -> Result<(SessionDocument, Option<Vec<u8>>), ApiError> {
    let tickets = tickets(work)?;
    let taken = Acceptor::new(&tickets.keytab, None).and_then(|mut acceptor| acceptor.step(token));
    let accepted = taken.map_err(|failure| {
        tracing::warn!(component = "provider", origin = work.caller.origin(), %failure, "a ticket was not taken");
        ApiError::new(StatusCode::UNAUTHORIZED, code::TICKET_REFUSED, REFUSED, format!("the ticket was not taken: {failure}"))
            .fix("open the console by its full name and try again, or sign in with a password")
    })?;
    admit(work, accepted, how)
}

fn admit(work: &Work, accepted: Accepted, how: &str) -> Result<(SessionDocument, Option<Vec<u8>>), ApiError> {
    let Accepted { token, client, membership } = accepted;
    let refused = |cause: String| ApiError::new(StatusCode::UNAUTHORIZED, code::TICKET_REFUSED, REFUSED, cause);
    let Some(client) = client else { return Err(refused("the ticket needs another exchange, which this site does not hold".to_owned())) };
    let Some(membership) = membership else { return Err(refused(format!("the domain of {client} does not say in its ticket who that is"))) };
    let realm = client.rsplit_once('@').map(|(_, realm)| realm.to_lowercase()).unwrap_or_default();
    let person = format!("{realm}\\{}", membership.name);
    let session = work.act_as_found("session.begin", |tx| {
        let holds = |sid: &str| sid.parse::<Sid>().is_ok_and(|sid| membership.is_or_is_in(&sid));
        let admin = people::admitted_by(tx, holds)?.ok_or_else(|| {
            tracing::warn!(component = "provider", origin = work.caller.origin(), person, sid = %membership.user, "is known and not an administrative user");
            let cause = format!("{person} is known, and neither they nor a group that they are in is an administrative user of this site");
            ApiError::new(StatusCode::FORBIDDEN, code::NOT_ADMINISTRATIVE, REFUSED, cause)
                .fix(format!("have an administrator add them: provost admin add '{person}'"))
        })?;
        people::delete_expired_sessions(tx, work.now(), SessionLimits::DEFAULT)?;
        let (token, session) = people::create_directory_session(tx, &person, &admin, work.caller.origin(), work.now(), SessionLimits::DEFAULT)?;
        let answer = SessionDocument { name: person.clone(), token: token.expose().to_owned(), expires_at: session.expires_at.into() };
        let detail = json!({ "by": how, "sid": membership.user.to_string(), "let_in_as": admin.name, "expires_at": session.expires_at.to_string() });
        Ok((person.clone(), Acted { answer, object: person.clone(), detail }))
    })?;
    Ok((session, token))
}

/// The principal of a name as it was typed.
fn principal(work: &Work, name: &str) -> Result<String, ApiError> {
    let malformed = |cause: &str| {
        ApiError::new(StatusCode::UNAUTHORIZED, code::WRONG_PASSWORD, REFUSED, cause).fix("write the name as user@dns.domain, as in ada@corp.example.com")
    };
    let parsed = AccountName::parse(name).map_err(|refusal| malformed(&refusal.cause))?;
    if let Some(principal) = parsed.principal() {
        return Ok(principal);
    }
    // The short name of this site's own domain is by custom, and by default, the first label.
    let own = work.site.domain();
    match own.split('.').next() {
        Some(label) if parsed.form() == Form::ShortDomain && own.contains('.') && label.eq_ignore_ascii_case(parsed.domain()) => {
            Ok(format!("{}@{}", parsed.user(), own.to_uppercase()))
        }
        _ => Err(malformed("the name does not tell the DNS name of its domain")),
    }
}

/// What is told of a refusal. Whether a name exists is not: it could be found out by trying.
fn refused_password(failure: &Failure) -> ApiError {
    let (status, number, cause, fix) = match failure.outcome {
        Outcome::WrongPassword | Outcome::NoSuchAccount => {
            (StatusCode::UNAUTHORIZED, code::WRONG_PASSWORD, "name or password is wrong".to_owned(), "try again; the password is that of the domain")
        }
        Outcome::Locked | Outcome::Disabled => (
            StatusCode::UNAUTHORIZED,
            code::SIGN_IN_LOCKED,
            "the directory says that the account is locked or disabled".to_owned(),
            "have it unlocked or enabled in the directory",
        ),
        Outcome::Expired => {
            (StatusCode::UNAUTHORIZED, code::SIGN_IN_EXPIRED, "the directory says that the account has expired".to_owned(), "have it renewed in the directory")
        }
        Outcome::MustChangePassword => {
            let cause = "the directory wants the password changed first".to_owned();
            (StatusCode::UNAUTHORIZED, code::SIGN_IN_MUST_CHANGE, cause, "change it where you sign in to your computer, then try again")
        }
        Outcome::ClockSkew => {
            let cause = "the clocks of this site and of the domain differ by more than five minutes".to_owned();
            (StatusCode::SERVICE_UNAVAILABLE, code::SIGN_IN_CLOCK_SKEW, cause, "set the clock of the site server right")
        }
        Outcome::Unreachable => {
            (StatusCode::SERVICE_UNAVAILABLE, code::TARGET_UNREACHABLE, failure.to_string(), "make a domain controller reachable from the site server")
        }
        _ => (StatusCode::SERVICE_UNAVAILABLE, code::DIRECTORY_SIGN_IN_OFF, failure.to_string(), "provost explain PV5015"),
    };
    ApiError::new(status, number, REFUSED, cause).fix(fix)
}
