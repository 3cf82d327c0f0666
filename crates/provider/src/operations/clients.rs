//! Clients: agents that are installed on devices and have a key of their own.

pub mod approve;
pub mod block;
pub mod list;
pub mod remove;
pub mod request_inventory;
pub mod show;
pub mod unblock;

use crate::access::{Access, Caller};
use crate::error::ApiError;
use crate::site::{Acted, Site, Stop};
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::{Approval, SmsId};
use provost_store::{Tx, clients, views};
use serde_json::json;

/// The client that a person names: by identity, or by a name that only one client has.
fn named(tx: &mut Tx<'_>, name: &str) -> Result<clients::Client, Stop> {
    let not_found = || ApiError::not_found("client", name, "provost client list");
    let smsid = match name.to_ascii_uppercase().parse::<SmsId>() {
        Ok(smsid) => smsid,
        Err(_) => match views::clients::called(tx, name)?.as_slice() {
            [] => return Err(not_found().into()),
            [only] => *only,
            several => {
                let identities: Vec<String> = several.iter().map(SmsId::to_string).collect();
                let cause = format!("several clients are called so: {}", identities.join(", "));
                let error = ApiError::new(StatusCode::CONFLICT, code::NAME_AMBIGUOUS, format!("{name} does not name one client"), cause);
                return Err(error.fix(format!("name it by its identity: provost client show {}", several[0])).into());
            }
        },
    };
    Ok(clients::find(tx, smsid)?.ok_or_else(not_found)?)
}

/// One decision about a client.
struct Decision {
    /// Name of the act in the ledger.
    act: &'static str,
    /// What the client must be.
    from: &'static [Approval],
    /// What it is afterwards.
    to: Approval,
    /// What to do when it is something else.
    otherwise: &'static str,
}

/// Decides about a client. Deciding again what is so already is no error: it is entered once more, with who did it.
async fn decide(site: &Site, caller: &Caller, requires: Access, name: String, decision: &'static Decision) -> Result<list::Client, ApiError> {
    let done = site
        .perform(caller, requires, move |work| {
            work.act(decision.act, |tx| {
                let client = named(tx, &name)?;
                let before = client.approval;
                if before != decision.to && !decision.from.contains(&before) {
                    let cause = format!("{} is {}", client.smsid, before.word());
                    let error = ApiError::new(StatusCode::CONFLICT, code::CLIENT_STATE, format!("{name} was not {}", decision.to.word()), cause);
                    return Err(error.fix(decision.otherwise.replace("NAME", &name)).into());
                }
                clients::set_approval(tx, client.smsid, decision.to, work.caller.name(), work.now())?;
                let after = views::clients::find(tx, client.smsid)?.ok_or_else(|| ApiError::not_found("client", &name, "provost client list"))?;
                let detail = json!({ "name": after.name, "before": before.word(), "after": decision.to.word(), "key_sha256": after.key_digest });
                Ok(Acted { answer: list::Client::from(after), object: client.smsid.to_string(), detail })
            })
        })
        .await?;
    site.client_changed();
    Ok(done)
}
