//! Waivers: somebody answers for a failed check until a date.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, binding, page, see};
use crate::error::ApiError;
use crate::operations::bindings::list::Binding;
use crate::operations::bindings::show::{self, Finding};
use crate::operations::waivers::{end, grant};
use crate::request::{Form, Path, Query};
use askama::Template;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::accounts::verification::WAIVER_REASON_MIN;
use provost_domain::shell_word;
use serde::Deserialize;

/// Days that a waiver lasts when nobody says how many.
const DAYS: i64 = 90;
/// Days that it may last at most.
const DAYS_MAX: i64 = 365;

/// What the address holds.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    check: String,
}

/// What the form holds.
#[derive(Deserialize)]
pub struct Grant {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    until: String,
}

#[derive(Template)]
#[template(path = "waiver.html")]
struct Page {
    shell: Shell,
    binding: Binding,
    finding: Finding,
    reason: String,
    until: String,
    first: String,
    last: String,
    refused: Refused,
    action: String,
    same_as: Markup,
}

/// The date of a point in time.
fn date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// Path of what is done about a check.
pub fn path(binding_id: i64, act: &str, check: &str) -> String {
    markup::address(&format!("/bindings/{binding_id}/{act}"), &[("check", Some(check))])
}

async fn found(visit: &Visit, binding_id: i64, check: &str) -> Result<(Binding, Finding), ApiError> {
    let whole = show::ask(&visit.site, &visit.caller, binding_id).await?;
    let finding = whole.findings.into_iter().find(|finding| finding.check == check);
    let command = format!("provost account show {}", binding::named(&whole.binding));
    finding.map(|finding| (whole.binding, finding)).ok_or_else(|| ApiError::not_found("check", check, &command))
}

/// Shows the form.
pub async fn form(visit: Visit, Path(binding_id): Path<i64>, Query(asked): Query<Asked>) -> Answer {
    let until = date(visit.shell.now.plus_seconds(DAYS * 86_400));
    waiver_page(visit, binding_id, asked.check, Grant { reason: String::new(), until }, Refused::default()).await
}

async fn waiver_page(visit: Visit, binding_id: i64, check: String, typed: Grant, refused: Refused) -> Answer {
    let (binding, finding) = found(&visit, binding_id, &check).await?;
    let shell = visit.shell;
    let days = |days: i64| date(shell.now.plus_seconds(days * 86_400));
    let command = format!("provost verify waive {} {check} --for {} --until DATE --reason TEXT", shell_word(&binding.name), binding.kind);
    let call = format!("PUT /api/v1/bindings/{binding_id}/waivers/{}", markup::address_part(&check));
    let status = refused.status();
    let mut response = page(&Page {
        first: days(1),
        last: days(DAYS_MAX),
        action: path(binding_id, "waive", &check),
        same_as: markup::same_as(&command, &call),
        reason: typed.reason,
        until: typed.until,
        shell,
        binding,
        finding,
        refused,
    })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Grants it.
pub async fn grant(visit: Visit, Path(binding_id): Path<i64>, Query(asked): Query<Asked>, Form(form): Form<Grant>) -> Answer {
    let request = grant::Request { reason: form.reason.clone(), until: form.until.trim().to_owned() };
    match grant::ask(&visit.site, &visit.caller, binding_id, asked.check.clone(), request).await {
        Ok(_) => Ok(see(&format!("/bindings/{binding_id}?done=waive"))),
        Err(error) if error.status == StatusCode::NOT_FOUND => Err(error.into()),
        Err(error) => {
            // One rule speaks of both fields; a reason that is long enough leaves the date, or the check itself.
            let short = form.reason.trim().chars().count() < WAIVER_REASON_MIN;
            let field = if short { "reason" } else { "until" };
            let refused = Refused::because(error, &[(code::WAIVER_INVALID, field), (code::REQUEST_MALFORMED, "until")]);
            waiver_page(visit, binding_id, asked.check, form, refused).await
        }
    }
}

/// Asks whether a waiver is to be taken back.
pub async fn confirm_end(visit: Visit, Path(binding_id): Path<i64>, Query(asked): Query<Asked>) -> Answer {
    let (binding, finding) = found(&visit, binding_id, &asked.check).await?;
    let shell = visit.shell;
    let facts = match &finding.waiver {
        Some(waiver) => vec![
            ("Check", markup::plain(&finding.asks)),
            ("Reason", markup::plain(&waiver.reason)),
            ("Granted", markup::plain(&format!("by {}, {}", waiver.granted_by, waiver.granted_at.0.relative_to(shell.now)))),
            ("Ends", markup::at(&waiver.ends_at, shell.now)),
        ],
        None => vec![("Check", markup::plain(&finding.asks))],
    };
    page(&ConfirmPage {
        title: format!("Take back a waiver of {}", binding.name),
        consequences: vec!["The failed check counts again, from now on.".to_owned(), "Unless it passes, the account is blocked and not used.".to_owned()],
        facts,
        action: path(binding_id, "unwaive", &asked.check),
        button: "Take it back",
        dangerous: true,
        back: format!("/bindings/{binding_id}"),
        back_name: binding.name.clone(),
        same_as: markup::same_as(
            &format!("provost verify unwaive {} {} --for {}", shell_word(&binding.name), asked.check, binding.kind),
            &format!("DELETE /api/v1/bindings/{binding_id}/waivers/{}", markup::address_part(&asked.check)),
        ),
        shell,
    })
}

/// Takes it back.
pub async fn end(visit: Visit, Path(binding_id): Path<i64>, Query(asked): Query<Asked>) -> Answer {
    end::ask(&visit.site, &visit.caller, binding_id, asked.check).await?;
    Ok(see(&format!("/bindings/{binding_id}?done=unwaive")))
}
