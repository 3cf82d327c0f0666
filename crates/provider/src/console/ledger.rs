//! The ledger, newest first, and whether it is as it was written.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, assets, page};
use crate::document::List;
use crate::operations::ledger::list::{self, Entry, Request};
use crate::operations::ledger::verification::{self, VerificationDocument};
use crate::request::Query;
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "ledger.html")]
struct Page {
    shell: Shell,
    sentence: String,
    verification: VerificationDocument,
    list: List<Entry>,
    shown: String,
    next: Option<String>,
    same_as: Markup,
}

impl Page {
    fn short(&self, hash: &str) -> String {
        hash.chars().take(8).chain(['…']).collect()
    }

    /// An object; a client's identity is cut and copied whole.
    fn object(&self, entry: &Entry) -> Markup {
        if entry.object.starts_with("GUID:") {
            markup::copied_as(entry.object.chars().take(13).chain(['…']).collect::<String>(), &entry.object)
        } else {
            markup::mono(&entry.object)
        }
    }

    /// Detail as words: `B7-0113, registered → approved`.
    fn detail(&self, entry: &Entry) -> String {
        let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), shortened);
        let Value::Object(fields) = &entry.detail else { return word(&entry.detail) };
        let mut parts: Vec<String> = fields.get("name").map(word).into_iter().collect();
        if let (Some(before), Some(after)) = (fields.get("before"), fields.get("after")) {
            parts.push(format!("{} → {}", word(before), word(after)));
        }
        // A digest is there to be checked, not to be read.
        let said = |value: &Value| !value.is_null() && value.as_str() != Some("");
        let others = fields.iter().filter(|(name, value)| said(value) && !["name", "before", "after", "key_sha256"].contains(&name.as_str()));
        parts.extend(others.map(|(name, value)| format!("{} {}", name.replace('_', " "), word(value))));
        parts.join(", ")
    }
}

/// A text, or the beginning of one that is a digest: that is there to be compared, not to be read.
fn shortened(text: &str) -> String {
    let digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digest { format!("{}…", &text[..12]) } else { text.to_owned() }
}

/// Shows it.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let verification = verification::ask(&site, &caller).await?;
    let list = list::ask(&site, &caller, Request { after: asked.after.clone(), order: Some("newest".to_owned()), ..Default::default() }).await?;
    let entries = markup::counted(verification.entries, "entry", "entries");
    let sentence = if verification.intact {
        format!("{entries} checked just now: none was changed, none is missing, none was moved, and the end is there.")
    } else {
        format!("{entries} checked just now: {}. Keep a copy of the database and the key folder before anything else.", verification.reason)
    };
    let next = list.next.as_deref().map(|next| markup::address("/ledger", &[("after", Some(next))]));
    let shown =
        format!("{} of {} shown, newest first", markup::thousands(i64::try_from(list.items.len()).unwrap_or(0)), markup::thousands(verification.entries));
    let same_as =
        markup::same_as("provost ledger list", &markup::address("GET /api/v1/ledger", &[("order", Some("newest")), ("after", asked.after.as_deref())]));
    page(&Page { shell, sentence, verification, list, shown, next, same_as })
}
