//! People of a directory: who they are and whether they may. The directory says both, in a ticket for this site's own
//! service: whoever comes with a ticket has it from their domain, and for whoever comes with a password one is fetched
//! here, so that a false domain controller, which has not the service's key, cannot vouch for anybody.

use super::{SessionDocument, refuse_too_many, too_many};
use crate::access::WhyRefused;
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
use provost_store::accounts::bindings;
use provost_store::keys::Secret;
use provost_store::people::{self, SessionLimits};
use provost_store::{StoreError, Tx, forests, servers};
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

/// Signs in by a password, which goes to the domain and to nobody else, and only when this site has to do with that domain:
/// whoever asks here is not known yet, and must not choose whom this site asks.
pub fn by_password(work: &Work, name: &str, password: &Secret) -> Result<SessionDocument, ApiError> {
    let tickets = tickets(work)?;
    let attempts = work.site.attempts();
    refuse_too_many(work, None)?;
    let principal = principal(work, name).inspect_err(|_| failed(work, None, false))?;
    let tried = principal.to_lowercase();
    refuse_too_many(work, Some(&tried))?;
    let no_business = no_business(work, &tried)?;
    let passed_on = attempts.pass_on(&tried, work.now()).map_err(too_many)?;
    let proved = match no_business {
        Some(why) => Err(Failure::new(Outcome::WrongPassword, "choose", why)),
        None => Credential::with_password(&principal, password.expose())
            .and_then(|credential| Ok(Initiator::new(&credential, &tickets.service, Mechanism::Spnego)?.step(None)?.token.unwrap_or_default())),
    };
    let token = proved.map_err(|failure| {
        tracing::warn!(component = "provider", origin = work.caller.origin(), %failure, "a sign-in of a directory's");
        // Whatever is not told counts alike: else it could be told apart by trying.
        let wrong = is_hidden(failure.outcome);
        if !wrong {
            attempts.not_wrong(&tried, passed_on);
        }
        refused(work, WhyRefused::of(failure.outcome), &tried, no_business.is_some());
        failed(work, failure.outcome.is_about_the_account().then_some(tried.as_str()), wrong && passed_on.is_last);
        if wrong && !matches!(failure.outcome, Outcome::WrongPassword | Outcome::NoSuchAccount) {
            enter_reason(work, &tried, &failure);
        }
        refused_password(&failure)
    })?;
    attempts.not_wrong(&tried, passed_on);
    let (session, _) = by_ticket(work, &token, "password, by the directory").inspect_err(|_| failed(work, None, false))?;
    attempts.succeeded(&tried);
    Ok(session)
}

/// Counts a sign-in that failed, and enters when the next one has to wait.
fn failed(work: &Work, tried: Option<&str>, holds: bool) {
    let held = work.site.attempts().failed(tried, work.caller.origin(), work.now());
    if held || holds {
        let (object, detail) = (tried.unwrap_or_default(), json!({ "why": "too many wrong passwords" }));
        // That it could not be entered is in the log; the refusal stands.
        let _ = work.act("session.hold", |_| Ok(Acted { answer: (), object: object.to_owned(), detail: detail.clone() }));
    }
}

/// Has administrators told by a status message. A name that the directory was not asked for is whatever was typed.
fn refused(work: &Work, why: WhyRefused, account: &str, was_not_asked: bool) {
    work.site.refusals().note(if was_not_asked { WhyRefused::Nobody } else { why }, account, work.caller.origin());
    work.site.tell_refusals();
}

/// Enters for administrators what is not told to who asks. How often anybody may ask is bounded.
fn enter_reason(work: &Work, tried: &str, failure: &Failure) {
    let detail = json!({ "why": failure.outcome.id(), "detail": failure.to_string() });
    // That it could not be entered is in the log; the refusal stands.
    let _ = work.act("session.refuse", |_| Ok(Acted { answer: (), object: tried.to_owned(), detail: detail.clone() }));
}

/// Why a name is not asked for: its domain is none that this site has to do with, or it is an account of the site's own,
/// which nobody but the site signs in as, and whose wrong passwords would stop the site's work.
fn no_business(work: &Work, tried: &str) -> Result<Option<&'static str>, ApiError> {
    let name = AccountName::parse(tried).map_err(|refusal| ApiError::bug("reading a principal's name", &refusal.cause))?;
    let domain = name.domain().to_lowercase();
    let own = work.site.domain();
    work.read(|tx| {
        if !own.eq_ignore_ascii_case(&domain) && !is_entered(tx, &domain)? {
            return Ok(Some("this site has nothing to do with that domain: provost trust add, or provost forest add"));
        }
        let bound = bindings::list(tx)?.iter().any(|binding| binding.name.may_be(&name));
        Ok(bound.then_some("it is an account that the site itself signs in with"))
    })
}

/// Whether somebody entered the domain, or discovery found it in a forest that somebody entered.
fn is_entered(tx: &mut Tx<'_>, domain: &str) -> Result<bool, StoreError> {
    let is = |name: &str| name.eq_ignore_ascii_case(domain);
    if servers::trusts(tx)?.iter().any(|known| is(&known.domain) || is(&known.forest)) {
        return Ok(true);
    }
    for forest in forests::list(tx)? {
        if is(&forest.forest) || forests::network(tx, &forest.forest)?.domains.iter().any(|known| is(&known.domain)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Signs in by a ticket; with what the browser is to be told in return.
pub fn by_ticket(work: &Work, token: &[u8], how: &str) -> Result<(SessionDocument, Option<Vec<u8>>), ApiError> {
    let tickets = tickets(work)?;
    let taken = Acceptor::new(&tickets.keytab, None).and_then(|mut acceptor| acceptor.step(token));
    let accepted = taken.map_err(|failure| {
        tracing::warn!(component = "provider", origin = work.caller.origin(), %failure, "a ticket was not taken");
        refused(work, WhyRefused::Ticket, "", false);
        ApiError::new(StatusCode::UNAUTHORIZED, code::TICKET_REFUSED, REFUSED, format!("the ticket was not taken: {failure}"))
            .fix("open the console by its full name and try again, or sign in with a password")
    })?;
    admit(work, accepted, how)
}

fn admit(work: &Work, accepted: Accepted, how: &str) -> Result<(SessionDocument, Option<Vec<u8>>), ApiError> {
    let Accepted { token, client, membership } = accepted;
    let not_taken = |cause: String| ApiError::new(StatusCode::UNAUTHORIZED, code::TICKET_REFUSED, REFUSED, cause);
    let Some(client) = client else { return Err(not_taken("the ticket needs another exchange, which this site does not hold".to_owned())) };
    let Some(membership) = membership else { return Err(not_taken(format!("the domain of {client} does not say in its ticket who that is"))) };
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
        let (token, session) = people::create_directory_session(tx, &person, &admin, work.caller.origin(), work.now(), SessionLimits::OF_DIRECTORY)?;
        let answer = SessionDocument { name: person.clone(), token: token.expose().to_owned(), expires_at: session.expires_at.into() };
        let detail = json!({ "by": how, "sid": membership.user.to_string(), "let_in_as": admin.name, "expires_at": session.expires_at.to_string() });
        Ok((person.clone(), Acted { answer, object: person.clone(), detail }))
    });
    let session = session.inspect_err(|error| {
        if error.code == code::NOT_ADMINISTRATIVE {
            refused(work, WhyRefused::NotAdministrative, &person, false);
        }
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

/// Whether what the directory said is kept from who asks: whether an account exists, and in which state it is, could be found out
/// by trying. No domain controller is known to say it of the right password only.
const fn is_hidden(outcome: Outcome) -> bool {
    outcome.is_about_the_account() && !matches!(outcome, Outcome::RefusedByRule)
}

/// What is told of a refusal.
fn refused_password(failure: &Failure) -> ApiError {
    let (status, number, cause, fix) = match failure.outcome {
        outcome if is_hidden(outcome) => {
            let cause = "name or password is wrong, or the account may not sign in now: which is not said".to_owned();
            let fix = "try again with the domain's password; an administrator finds the reason in the ledger and the log of the site";
            (StatusCode::UNAUTHORIZED, code::WRONG_PASSWORD, cause, fix)
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
