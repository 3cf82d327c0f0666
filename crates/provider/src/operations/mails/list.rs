//! Mail, newest first, page by page.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::narrowing::{self, Asked};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::alerts::mails::{self, Queued};
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
    /// Words that all must hold; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `created`, `state` or `recipient`; with `-` before it, greatest first. Newest first when not given.
    pub sort: Option<String>,
}

/// One mail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Mail {
    /// Its number, counting up.
    pub mail_id: i64,
    /// The alert it is about, the first one when it is about several; null for a test.
    pub alert_id: Option<i64>,
    /// The Message-ID is made from it, so it can be found in the mail server's log.
    pub message_key: String,
    /// To whom.
    pub recipient: String,
    /// Subject line.
    pub heading: String,
    /// `waiting`, `sent` or `given-up`.
    pub state: String,
    /// When it was written.
    pub created_at: Time,
    /// When it is tried next; null when it is not.
    pub next_at: Option<Time>,
    /// How often it was tried.
    pub attempts: i64,
    /// When the SMTP server took it.
    pub sent_at: Option<Time>,
    /// When it was given up.
    pub given_up_at: Option<Time>,
    /// Why it was not sent the last time.
    pub trouble: Option<String>,
}

impl From<Queued> for Mail {
    fn from(mail: Queued) -> Self {
        let state = match (mail.sent_at, mail.given_up_at) {
            (Some(_), _) => "sent",
            (None, Some(_)) => "given-up",
            (None, None) => "waiting",
        };
        Self {
            mail_id: mail.mail_id,
            alert_id: (!mail.is_test()).then_some(mail.alert_id),
            message_key: mail.message_key,
            recipient: mail.recipient,
            heading: mail.heading,
            state: state.to_owned(),
            created_at: mail.created_at.into(),
            next_at: mail.next_at.map(Time),
            attempts: mail.attempts,
            sent_at: mail.sent_at.map(Time),
            given_up_at: mail.given_up_at.map(Time),
            trouble: mail.trouble,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Mail>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let asked = Asked { filter: request.filter.as_deref(), sort: request.sort.as_deref(), after: request.after.as_deref(), limit: request.limit };
        let page = asked.page(&mails::FIELDS, false, work.now())?;
        work.read(|tx| {
            let found = mails::page(tx, &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            Ok(List::page(found.items.into_iter().map(Mail::from).collect(), next, None))
        })
    })
    .await
}

/// Lists mail about alerts, newest first.
#[utoipa::path(get, path = "/api/v1/mails", operation_id = "mail_list", tag = "mail", params(Request),
    responses((status = 200, description = "A page of mails", body = List<Mail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Mail>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
