//! Whether people of a directory who are signed in still may: their domain is asked again and again what a ticket of theirs would
//! say now. What is known is kept in memory; after a start of the site everybody is asked about anew.

use crate::error::ApiError;
use crate::site::{Acted, Site, Work};
use crate::tickets::Tickets;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::presence::{Due, Presence};
use provost_domain::{Digest, Failure, outcome::Outcome};
use provost_kerberos::{NotTold, membership_now};
use provost_sd::Sid;
use provost_store::people::{self, Session};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Sessions that are kept in memory, beyond which those go that nobody is asking about.
const REMEMBERED_MAX: usize = 1000;

/// What is known of whom, by session.
#[derive(Default)]
pub struct Presences(Mutex<HashMap<Digest, Arc<Mutex<Presence>>>>);

impl Presences {
    /// What is known; at first, that the directory let them in when the session began.
    fn of(&self, token: Digest, session: &Session) -> Arc<Mutex<Presence>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED_MAX {
            all.retain(|_, known| Arc::strong_count(known) > 1);
        }
        all.entry(token).or_insert_with(|| Arc::new(Mutex::new(Presence::confirmed(session.created_at)))).clone()
    }

    fn forget(&self, token: &Digest) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
    }
}

impl Site {
    /// Whether whoever a session is of still may; else it is ended. Blocks, on a domain controller: one asks for each session,
    /// and who comes meanwhile waits for the answer.
    pub(crate) fn still_may(&self, token: Digest, session: &Session) -> Result<bool, ApiError> {
        let (Some(admin), Some(tickets)) = (&session.let_in_as, self.tickets()) else {
            // People of the site are looked up with their session; without a keytab nobody of a directory was let in.
            return Ok(session.let_in_as.is_none());
        };
        let known = self.presences().of(token, session);
        let mut presence = known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock().now();
        let why = match presence.due(now) {
            Due::GoOn => return Ok(true),
            Due::End => "its domain could not be asked".to_owned(),
            Due::Ask => match ask(tickets, session, admin) {
                Ok(true) => {
                    *presence = Presence::confirmed(now);
                    return Ok(true);
                }
                Ok(false) => format!("neither {} nor a group that they are in is the administrative user who let them in", session.person),
                Err(NotTold::Refused(failure)) => failure.to_string(),
                Err(NotTold::Unknown(failure)) => {
                    tracing::warn!(component = "provider", person = session.person, %failure, "whether somebody of a directory still may was not told");
                    presence.unanswered_at = Some(now);
                    if presence.while_unanswered(now) == Due::GoOn {
                        return Ok(true);
                    }
                    format!("its domain could not be asked: {failure}")
                }
            },
        };
        self.end(token, session, &why)?;
        Ok(false)
    }

    /// Ends a session, and enters why.
    fn end(&self, token: Digest, session: &Session, why: &str) -> Result<(), ApiError> {
        tracing::warn!(component = "provider", person = session.person, why, "a session of somebody of a directory ended");
        let caller = super::Caller::Nobody { origin: session.origin.clone(), session_ended: true };
        Work { site: self.clone(), caller }.act_as(&session.person, "session.end", |tx| {
            people::delete_session(tx, &token)?;
            Ok(Acted { answer: (), object: session.person.clone(), detail: json!({ "why": why }) })
        })?;
        self.presences().forget(&token);
        Ok(())
    }
}

/// Asks the domain whether whoever a session is of is still the administrative user `admin`, or in it.
fn ask(tickets: &Tickets, session: &Session, admin: &str) -> Result<bool, NotTold> {
    let unknown = |why: &str| NotTold::Unknown(Failure::new(Outcome::RefusedByRule, "ask who that is now", why));
    let computer = tickets.computer.as_deref().ok_or_else(|| unknown("this machine's name has no domain, so it has no computer account to ask as"))?;
    let user = AccountName::parse(&session.person).ok().and_then(|name| name.principal()).ok_or_else(|| unknown("the person's name tells no principal"))?;
    let admin: Sid = admin.parse().map_err(|_| unknown("the administrative user has no security identifier"))?;
    Ok(membership_now(&tickets.keytab, computer, &user)?.is_or_is_in(&admin))
}
