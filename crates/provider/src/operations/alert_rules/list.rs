//! Every alert rule.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_domain::alerts::{ClientSilent, ComponentFailing, Source, StatusMessages};
use provost_store::alerts::rules::{self, Set};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AlertSubscription, Operation::Read);

/// One alert rule. Of the fields of a condition those of its source are set, the others null.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlertRule {
    /// Its name.
    pub name: String,
    /// Where it looks: `status-message`, `component-failing` or `client-silent`.
    pub on: String,
    /// Status messages: this bad at least.
    pub severity: Option<String>,
    /// Status messages and components: of this component only, by id.
    pub component: Option<String>,
    /// Status messages: with this number only.
    pub number: Option<i32>,
    /// Components: failing for so many minutes at least.
    pub minutes: Option<u32>,
    /// Clients: silent for longer than so many hours.
    pub hours: Option<u32>,
    /// What it looks for, in words.
    pub words: String,
    /// Who is told.
    pub recipients: Vec<String>,
    /// Whether it looks.
    pub enabled: bool,
    /// When it was set.
    pub created_at: Time,
    /// By whom.
    pub created_by: String,
}

impl From<Set> for AlertRule {
    fn from(Set { rule, created_at, created_by }: Set) -> Self {
        let mut document = Self {
            name: rule.name.to_string(),
            on: rule.source.id().to_owned(),
            severity: None,
            component: None,
            number: None,
            minutes: None,
            hours: None,
            words: rule.source.to_string(),
            recipients: rule.recipients.iter().map(ToString::to_string).collect(),
            enabled: rule.enabled,
            created_at: created_at.into(),
            created_by,
        };
        match rule.source {
            Source::StatusMessage(StatusMessages { severity, component, number }) => {
                (document.severity, document.component, document.number) = (Some(severity.word().to_owned()), component, number);
            }
            Source::ComponentFailing(ComponentFailing { component, minutes }) => (document.component, document.minutes) = (component, Some(minutes)),
            Source::ClientSilent(ClientSilent { hours }) => document.hours = Some(hours),
        }
        document
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<AlertRule>, ApiError> {
    site.perform(caller, REQUIRES, move |work| work.read(|tx| Ok(List::whole(rules::list(tx)?.into_iter().map(AlertRule::from).collect())))).await
}

/// Lists alert rules.
#[utoipa::path(get, path = "/api/v1/alert-rules", operation_id = "alert_rule_list", tag = "alerts",
    responses((status = 200, description = "The rules", body = List<AlertRule>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<AlertRule>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
