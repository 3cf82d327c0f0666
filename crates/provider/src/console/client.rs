//! One client, and what can be decided about it.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::error::ApiError;
use crate::operations::clients::show::ClientDetail;
use crate::operations::clients::{approve, block, remove, request_inventory, show, unblock};
use crate::operations::messages;
use crate::operations::messages::list::Message;
use crate::request::Path;
use askama::Template;

/// Newest messages that are shown.
const MESSAGES_MAX: usize = 10;

struct Action {
    verb: &'static str,
    name: &'static str,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "client.html")]
struct Page {
    shell: Shell,
    sentence: String,
    detail: ClientDetail,
    actions: Vec<Action>,
    messages: Vec<Message>,
    same_as: Markup,
}

/// Shows it.
pub async fn show(visit: Visit, Path(name): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let detail = show::ask(&site, &caller, name).await?;
    let request = messages::list::Request { limit: Some(MESSAGES_MAX), client: Some(detail.client.smsid.clone()), ..Default::default() };
    let messages = messages::list::ask(&site, &caller, request).await?.items;
    let sentence = match detail.client.approval.as_str() {
        "registered" => {
            "It waits for approval and is given nothing until then. Compare the public key with the one that provost-client status shows on the machine."
                .to_owned()
        }
        "blocked" => "It is blocked: nothing is given to it, nothing is taken from it.".to_owned(),
        _ => match detail.client.last_seen_at {
            Some(at) => format!("It is approved and was last seen {}.", at.0.relative_to(shell.now)),
            None => "It is approved and was not seen since.".to_owned(),
        },
    };
    let actions = actions(&detail.client.approval).into_iter().map(|(verb, name, class)| Action { verb, name, class }).collect();
    let same_as = markup::same_as(&format!("provost client show {}", detail.client.smsid), &format!("GET /api/v1/clients/{}", detail.client.smsid));
    page(&Page { shell, sentence, detail, actions, messages, same_as })
}

/// What can be done with a client in a state: verb, name of the button, its look.
fn actions(approval: &str) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut actions = match approval {
        "registered" => vec![("approve", "Approve", "first"), ("block", "Block", "danger")],
        "approved" => vec![("request-full-inventory", "Ask for full inventory", ""), ("block", "Block", "danger")],
        _ => vec![("unblock", "Lift the block", "first")],
    };
    actions.push(("remove", "Remove", "danger"));
    actions
}

/// What a decision means, for the page that asks whether it is meant.
struct Decision {
    verb: &'static str,
    title: &'static str,
    button: &'static str,
    dangerous: bool,
    consequences: &'static [&'static str],
    done: &'static str,
}

const DECISIONS: &[Decision] = &[
    Decision {
        verb: "approve",
        title: "Approve",
        button: "Approve this client",
        dangerous: false,
        consequences: &[
            "It is given its policy.",
            "Its inventory, states and messages are taken.",
            "Whoever holds its private key is trusted as this machine. Compare the public key with the one that provost-client status shows on the machine.",
        ],
        done: "approve",
    },
    Decision {
        verb: "block",
        title: "Block",
        button: "Block this client",
        dangerous: true,
        consequences: &[
            "Nothing is given to it and nothing is taken from it, from the next request on.",
            "What the site knows of its device stays.",
            "It stays blocked, whatever token it comes with, until a person lifts that.",
        ],
        done: "block",
    },
    Decision {
        verb: "unblock",
        title: "Lift the block of",
        button: "Lift the block",
        dangerous: false,
        consequences: &["It is registered again and waits for approval; that is a decision of its own."],
        done: "unblock",
    },
    Decision {
        verb: "request-full-inventory",
        title: "Ask for a full hardware inventory of",
        button: "Ask for it",
        dangerous: false,
        consequences: &["The client reads its machine anew and sends everything, not only what changed, after its next poll."],
        done: "request-full-inventory",
    },
    Decision {
        verb: "remove",
        title: "Remove client",
        button: "Remove this client",
        dangerous: true,
        consequences: &[
            "Its key, certificate, approval and states are forgotten.",
            "Its device record and inventory stay.",
            "If it still runs, it may register again; it is not approved then. To keep it out, block it instead.",
        ],
        done: "remove-client",
    },
];

fn decision(verb: &str) -> Result<&'static Decision, ApiError> {
    DECISIONS.iter().find(|decision| decision.verb == verb).ok_or_else(|| ApiError::not_found("decision", verb, "provost client list"))
}

/// Asks whether a decision is meant.
pub async fn confirm(visit: Visit, Path((name, verb)): Path<(String, String)>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let decision = decision(&verb)?;
    let client = show::ask(&site, &caller, name).await?.client;
    let command = match decision.verb {
        "request-full-inventory" => "inventory",
        verb => verb,
    };
    let call = if verb == "remove" { format!("DELETE /api/v1/clients/{}", client.smsid) } else { format!("POST /api/v1/clients/{}/{verb}", client.smsid) };
    let facts = vec![
        ("Client", markup::plain(&client.name)),
        ("State", markup::approval(&client.approval)),
        ("Identifier", markup::copied(&client.smsid)),
        ("Registered", markup::plain(&format!("{} from {}", client.registered_at.0.relative_to(shell.now), client.registered_from))),
        ("Public key SHA-256", markup::copied(&client.key_sha256)),
    ];
    page(&ConfirmPage {
        shell,
        title: format!("{} {}", decision.title, client.name),
        consequences: decision.consequences.iter().map(|text| (*text).to_owned()).collect(),
        facts,
        action: format!("/clients/{}/{verb}", client.smsid),
        button: decision.button,
        dangerous: decision.dangerous,
        back: format!("/clients/{}", client.smsid),
        back_name: client.name.clone(),
        same_as: markup::same_as(&format!("provost client {command} {}", client.smsid), &call),
    })
}

/// Decides.
pub async fn decide(visit: Visit, Path((name, verb)): Path<(String, String)>) -> Answer {
    let Visit { site, caller, .. } = visit;
    let decision = decision(&verb)?;
    let after = match decision.verb {
        "approve" => approve::ask(&site, &caller, name).await.map(|client| format!("/clients/{}", client.smsid))?,
        "block" => block::ask(&site, &caller, name).await.map(|client| format!("/clients/{}", client.smsid))?,
        "unblock" => unblock::ask(&site, &caller, name).await.map(|client| format!("/clients/{}", client.smsid))?,
        "remove" => remove::ask(&site, &caller, name).await.map(|_| "/clients".to_owned())?,
        _ => request_inventory::ask(&site, &caller, name).await.map(|done| format!("/clients/{}", done.object))?,
    };
    Ok(see(&markup::address(&after, &[("done", Some(decision.done))])))
}
