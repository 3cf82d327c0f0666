//! Setting an alert rule.

use super::list::AlertRule;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::alerts::{AlertRule as Rule, ClientSilent, ComponentFailing, Source, StatusMessages};
use provost_domain::status::Severity;
use provost_store::alerts::rules::{self, Set};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AlertSubscription, Operation::Create);

/// Minutes that a component fails before it is told, when nobody says how many.
const MINUTES: u32 = 10;
/// Hours that a client is silent before it is told, when nobody says how many.
const HOURS: u32 = 24;

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Its name: 1 to 64 letters a-z, digits, dots, hyphens and underscores, a letter or digit first.
    pub name: String,
    /// Where it looks: `status-message`, `component-failing` or `client-silent`.
    #[schema(example = "client-silent")]
    pub on: String,
    /// Status messages: `information`, `warning` or `error`, this bad at least; `error` when left out.
    pub severity: Option<String>,
    /// Status messages and components: of this component only, by id; of all when left out.
    pub component: Option<String>,
    /// Status messages: with this number only; with any when left out.
    pub number: Option<i32>,
    /// Components: failing for so many minutes at least, 0 to 10080; 10 when left out.
    pub minutes: Option<u32>,
    /// Clients: silent for longer than so many hours, 1 to 8760; 24 when left out.
    pub hours: Option<u32>,
    /// Addresses of 1 to 20 recipients.
    pub recipients: Vec<String>,
    /// Whether it looks; yes when left out.
    pub enabled: Option<bool>,
}

impl Request {
    /// What it looks for; a part of another source's condition is refused, for it would be without effect.
    fn source(&self) -> Result<Source, String> {
        let Self { on, severity, component, number, minutes, hours, .. } = self;
        let unused = |parts: &[(&str, bool)]| match parts.iter().find(|(_, said)| *said) {
            Some((part, _)) => Err(format!("{part} has no meaning for {on}")),
            None => Ok(()),
        };
        match on.as_str() {
            "status-message" => {
                unused(&[("minutes", minutes.is_some()), ("hours", hours.is_some())])?;
                let word = severity.as_deref().unwrap_or(Severity::Error.word());
                let severity = Severity::from_word(word).ok_or("a severity is information, warning or error")?;
                Ok(Source::StatusMessage(StatusMessages { severity, component: component.clone(), number: *number }))
            }
            "component-failing" => {
                unused(&[("severity", severity.is_some()), ("number", number.is_some()), ("hours", hours.is_some())])?;
                Ok(Source::ComponentFailing(ComponentFailing { component: component.clone(), minutes: minutes.unwrap_or(MINUTES) }))
            }
            "client-silent" => {
                let parts =
                    [("severity", severity.is_some()), ("component", component.is_some()), ("number", number.is_some()), ("minutes", minutes.is_some())];
                unused(&parts)?;
                Ok(Source::ClientSilent(ClientSilent { hours: hours.unwrap_or(HOURS) }))
            }
            _ => Err(format!("a rule looks on one of {}", Source::IDS.join(", "))),
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<AlertRule, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let what = "the alert rule was not set";
            let wrong = |status, cause: String| ApiError::new(status, code::ALERT_RULE_INVALID, what, cause).fix("provost alert rule add --help");
            let source = request.source().map_err(|cause| wrong(StatusCode::BAD_REQUEST, cause))?;
            let rule = Rule::new(&request.name, source, &request.recipients, request.enabled.unwrap_or(true));
            let rule = rule.map_err(|invalid| super::refused(what, &invalid))?;
            work.act("alert-rule.add", |tx| {
                let (by, at) = (work.caller.name(), work.now());
                if !rules::insert(tx, &rule, by, at)? {
                    let error = wrong(StatusCode::CONFLICT, format!("there is an alert rule {}", rule.name));
                    return Err(error.fix(format!("choose another name, or: provost alert rule remove {}", rule.name)).into());
                }
                let answer = AlertRule::from(Set { rule: rule.clone(), created_at: at, created_by: by.to_owned() });
                let detail = json!({ "on": answer.on, "words": answer.words, "recipients": answer.recipients, "enabled": answer.enabled });
                Ok(Acted { answer, object: rule.name.to_string(), detail })
            })
        })
        .await?;
    site.alerts_changed();
    Ok(done)
}

/// Sets an alert rule. It looks at what happens from now on.
#[utoipa::path(post, path = "/api/v1/alert-rules", operation_id = "alert_rule_add", tag = "alerts", request_body = inline(Request),
    responses((status = 200, description = "The rule", body = One<AlertRule>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<AlertRule>>, ApiError> {
    ask(&site, &caller, request).await.map(|rule| Json(One::new(rule)))
}
