//! One bound account: what it is for, whether it holds what it needs and nothing more, and what it was used for.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::timeline::{Lane, Span};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::document::Time;
use crate::operations::accounts::show::AccountDetail;
use crate::operations::bindings::list::{self, Binding};
use crate::operations::bindings::show::{self, Finding, Whole};
use crate::operations::bindings::{remove, set};
use crate::operations::uses::list::Used;
use crate::operations::verifications::Task;
use crate::operations::{accounts, uses, verifications};
use crate::request::{Form, Path, Query};
use askama::Template;
use provost_catalog::accounts::PrincipalKind;
use provost_domain::shell_word;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    task: Option<i64>,
}

/// Something that was done to a binding.
struct Change {
    at: Time,
    what: String,
    by: String,
}

#[derive(Template)]
#[template(path = "binding.html")]
struct Page {
    shell: Shell,
    sentence: String,
    binding: Binding,
    detail: AccountDetail,
    findings: Vec<Finding>,
    /// Bindings of the same account for the same object, in order; the list that this one has a place in.
    list: Vec<Binding>,
    /// What else the principal is bound as.
    others: Vec<Binding>,
    changes: Vec<Change>,
    span: Span,
    lane: Lane,
    uses: Vec<Used>,
    task: Option<Task>,
    same_as: Markup,
}

/// The command's words for one binding.
pub fn named(binding: &Binding) -> String {
    format!("{} --for {}", shell_word(&binding.name), binding.kind)
}

/// A kind of principal, in words.
pub fn principal(id: &str) -> &str {
    PrincipalKind::ALL.iter().find(|kind| kind.id() == id).map_or(id, |kind| kind.words())
}

/// Shows it.
pub async fn show(visit: Visit, Path(binding_id): Path<i64>, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let Whole { binding, mut findings, uses: newest } = show::ask(&site, &caller, binding_id).await?;
    let detail = accounts::show::ask(&site, &caller, binding.kind.clone()).await?;
    let request = list::Request { kind: Some(binding.kind.clone()), on: Some(binding.on.clone()), name: None };
    let list = list::ask(&site, &caller, request).await?.items;
    let request = list::Request { kind: None, on: None, name: Some(binding.name.clone()) };
    let mut others = list::ask(&site, &caller, request).await?.items;
    others.retain(|other| other.binding_id != binding_id);
    let request = uses::list::Request { limit: Some(super::uses::DRAWN_MAX), binding_id: Some(binding_id), ..Default::default() };
    let drawn = uses::list::ask(&site, &caller, request).await?;
    let span = Span::before(shell.now, super::uses::DEFAULT_SPAN);
    let lane = Lane::of_binding(&binding, &drawn.items, drawn.next.is_some(), &span, shell.now);
    findings.sort_by_key(rank);
    let task = match asked.task {
        Some(task) => verifications::show::ask(&site, &caller, task).await.ok(),
        None => None,
    };
    let sentence = sentence(&binding, &findings, &shell);
    let changes = changes(&binding, &findings);
    let same_as = markup::same_as(&format!("provost account show {}", named(&binding)), &format!("GET /api/v1/bindings/{binding_id}"));
    page(&Page { shell, sentence, binding, detail, findings, list, others, changes, span, lane, uses: newest, task, same_as })
}

/// What needs somebody comes first, what is as it should be last.
fn rank(finding: &Finding) -> u8 {
    match finding.verdict.as_deref() {
        Some("fail") if finding.waiver.is_none() => 0,
        Some("fail") => 1,
        Some("unknown") => 2,
        None => 3,
        Some("unsupported") => 4,
        Some("pass") => 5,
        Some(_) => 6,
    }
}

/// What its checks come to, in one sentence.
fn sentence(binding: &Binding, findings: &[Finding], shell: &Shell) -> String {
    let Some(checked) = binding.checked_at else {
        return "It was not checked yet, so nothing is proved. It is used meanwhile.".to_owned();
    };
    let when = checked.0.relative_to(shell.now);
    let waived = findings.iter().filter(|finding| rank(finding) == 1).count();
    let unseen = binding.checks.unknown + binding.checks.unsupported;
    let failed = binding.checks.fail.saturating_sub(waived);
    match binding.standing.as_str() {
        "proved" => format!("Everything that concerns it was seen to be as it should, {when}."),
        "blocked" if failed == 1 => format!("A check failed, {when}. It is not used until that passes, or until somebody answers for it."),
        "blocked" => format!("{failed} checks failed, {when}. It is not used until they pass, or until somebody answers for them."),
        _ => {
            let mut why = Vec::new();
            if unseen > 0 {
                why.push(format!("{unseen} of {} checks could not see what they ask", findings.len()));
            }
            if waived > 0 {
                why.push(format!("{waived} failed, and somebody answers for that"));
            }
            if why.is_empty() {
                why.push("what was seen before no longer counts".to_owned());
            }
            format!("It is used, and not proved: {}. Checked {when}.", why.join("; "))
        }
    }
}

/// What was done to it, newest first.
fn changes(binding: &Binding, findings: &[Finding]) -> Vec<Change> {
    let mut changes = vec![Change { at: binding.created_at, what: "bound".to_owned(), by: binding.created_by.clone() }];
    if let Some(secret) = &binding.secret {
        let what = format!("password sealed, version {}", secret.version);
        changes.push(Change { at: secret.sealed_at, what, by: secret.sealed_by.clone() });
    }
    if binding.changed_at != binding.created_at && binding.secret.as_ref().is_none_or(|secret| secret.sealed_at != binding.changed_at) {
        changes.push(Change { at: binding.changed_at, what: "changed".to_owned(), by: binding.changed_by.clone() });
    }
    if let Some(at) = binding.checked_at {
        changes.push(Change { at, what: format!("{} checks carried out", findings.iter().filter(|one| one.at.is_some()).count()), by: "site".to_owned() });
    }
    for (finding, waiver) in findings.iter().filter_map(|finding| Some((finding, finding.waiver.as_ref()?))) {
        changes.push(Change { at: waiver.granted_at, what: format!("waived: {}", finding.asks), by: waiver.granted_by.clone() });
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
    changes
}

/// Has it checked.
pub async fn verify(visit: Visit, Path(binding_id): Path<i64>) -> Answer {
    let Visit { site, caller, .. } = visit;
    let task = verifications::start::ask(&site, &caller, verifications::start::Request { binding_id: Some(binding_id) }).await?;
    Ok(see(&format!("/bindings/{binding_id}?task={}", task.task_id)))
}

/// Its place in its list.
#[derive(Deserialize)]
pub struct Place {
    position: u32,
}

/// Moves it within its list.
pub async fn place(visit: Visit, Path(binding_id): Path<i64>, Form(form): Form<Place>) -> Answer {
    let Visit { site, caller, .. } = visit;
    set::ask(&site, &caller, binding_id, set::Request { position: Some(form.position), ..Default::default() }).await?;
    Ok(see(&format!("/bindings/{binding_id}?done=place")))
}

/// Asks whether it is to be removed.
pub async fn confirm_removal(visit: Visit, Path(binding_id): Path<i64>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let binding = show::ask(&site, &caller, binding_id).await?.binding;
    let detail = accounts::show::ask(&site, &caller, binding.kind.clone()).await?;
    let request = list::Request { kind: Some(binding.kind.clone()), on: Some(binding.on.clone()), name: None };
    let left = list::ask(&site, &caller, request).await?.items.len().saturating_sub(1);
    let after = match left {
        0 => format!("Nobody is bound as {} for {} then. Who acts without: {}.", binding.title, binding.on, detail.account.default_identity.words),
        1 => format!("One account is left as {} for {}.", binding.title, binding.on),
        n => format!("{n} accounts are left as {} for {}.", binding.title, binding.on),
    };
    let mut consequences = vec![after];
    if binding.secret.is_some() {
        consequences.push("Its password is destroyed here. It stays what it is wherever the account comes from.".to_owned());
    }
    consequences.push("Sessions that are open end with their work; no new one is begun as it.".to_owned());
    consequences.push("What it was used for stays in the ledger.".to_owned());
    let facts = vec![
        ("Account", markup::mono(&binding.name)),
        ("Bound as", markup::plain(&binding.title)),
        ("For", markup::plain(&binding.on)),
        ("Last used", markup::at_or(binding.last_used_at.as_ref(), shell.now, "never")),
    ];
    let same_as = markup::same_as(&format!("provost account remove {}", named(&binding)), &format!("DELETE /api/v1/bindings/{binding_id}"));
    page(&ConfirmPage {
        shell,
        title: format!("Remove {}", binding.name),
        consequences,
        facts,
        action: format!("/bindings/{binding_id}/remove"),
        button: "Remove this account",
        dangerous: true,
        back: format!("/bindings/{binding_id}"),
        back_name: binding.name,
        same_as,
    })
}

/// Removes it.
pub async fn remove(visit: Visit, Path(binding_id): Path<i64>) -> Answer {
    let Visit { site, caller, .. } = visit;
    remove::ask(&site, &caller, binding_id).await?;
    Ok(see("/accounts?done=remove-binding"))
}
