//! Alerts, newest first, page by page.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::narrowing::{self, Asked};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::alerts;
use provost_store::alerts::mails::{self, Counts};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Alert, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items of the page, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Only alerts that are open; all when not given.
    pub open: Option<bool>,
    /// Words that all must hold; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `opened`, `rule` or `times`; with `-` before it, greatest first. Newest first when not given.
    pub sort: Option<String>,
}

/// One alert.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Alert {
    /// Its number, counting up.
    pub alert_id: i64,
    /// The rule that opened it.
    pub rule: String,
    /// What it is about: with the rule it tells one alert from another.
    pub subject: String,
    /// What is the matter, as found last.
    pub words: String,
    /// When it was opened.
    pub opened_at: Time,
    /// When its cause was last found new.
    pub last_at: Time,
    /// How often its cause happened; 1 for a state that lasts.
    pub occurrences: i64,
    /// When it was last put into a mail.
    pub mailed_at: Time,
    /// When it was closed; null while it is open.
    pub closed_at: Option<Time>,
    /// How many of its mails the SMTP server took. Of many alerts at once one mail is made, which counts for the first.
    pub mails_sent: i64,
    /// How many of its mails wait.
    pub mails_waiting: i64,
    /// How many of its mails were given up.
    pub mails_given_up: i64,
}

impl Alert {
    fn new(alert: provost_domain::alerts::Alert, counts: Counts) -> Self {
        Self {
            alert_id: alert.alert_id,
            rule: alert.rule.to_string(),
            subject: alert.subject,
            words: alert.words,
            opened_at: alert.opened_at.into(),
            last_at: alert.last_at.into(),
            occurrences: alert.occurrences,
            mailed_at: alert.mailed_at.into(),
            closed_at: alert.closed_at.map(Time),
            mails_sent: counts.sent,
            mails_waiting: counts.waiting,
            mails_given_up: counts.given_up,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Alert>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let asked = Asked { filter: request.filter.as_deref(), sort: request.sort.as_deref(), after: request.after.as_deref(), limit: request.limit };
        let page = asked.page(&alerts::FIELDS, false, work.now())?;
        work.read(|tx| {
            let found = alerts::page(tx, request.open.unwrap_or_default(), &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            let numbers: Vec<i64> = found.items.iter().map(|alert| alert.alert_id).collect();
            let counts = mails::counts(tx, &numbers)?;
            let items = found.items.into_iter().map(|alert| {
                let counts = counts.get(&alert.alert_id).copied().unwrap_or_default();
                Alert::new(alert, counts)
            });
            Ok(List::page(items.collect(), next, None))
        })
    })
    .await
}

/// Lists alerts, newest first.
#[utoipa::path(get, path = "/api/v1/alerts", operation_id = "alert_list", tag = "alerts", params(Request),
    responses((status = 200, description = "A page of alerts", body = List<Alert>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Alert>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
