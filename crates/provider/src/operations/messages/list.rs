//! Status messages, newest first, page by page.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::narrowing::{self, Asked};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::rules;
use provost_domain::SmsId;
use provost_domain::status::Severity;
use provost_store::views::messages::{self, Filter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::StatusMessage, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items of the page, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// `information`, `warning` or `error`, or several of them with commas between.
    pub severity: Option<String>,
    /// Id of the component that reports.
    pub component: Option<String>,
    /// Name of the machine that it runs on.
    pub system: Option<String>,
    /// Identity of the client that sent them.
    pub client: Option<String>,
    /// Number of the message, such as `PV4001`.
    pub number: Option<String>,
    /// Words that all must hold; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `at`, `severity` or `component`; with `-` before it, greatest first. Newest first when not given.
    pub sort: Option<String>,
}

/// One status message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Message {
    /// Its number in the site, counting up.
    pub record_id: i64,
    /// When, by the sender's clock.
    pub at: Time,
    /// When the site took it.
    pub received_at: Time,
    /// `information`, `warning` or `error`.
    pub severity: String,
    /// Number of the message; `provost explain` tells more.
    #[schema(example = "PV4001")]
    pub number: String,
    /// Component that reports, by id.
    pub component: String,
    /// Machine that it runs on.
    pub system: String,
    /// Identity of the client that sent it; null for the site's own components.
    pub smsid: Option<String>,
    /// What it says.
    pub text: String,
    /// Insertion strings.
    pub insertions: Vec<String>,
}

impl From<messages::Listed> for Message {
    fn from(message: messages::Listed) -> Self {
        let title = u16::try_from(message.number).ok().and_then(rules::rule).map(|rule| rule.title);
        let insertions = message.insertions.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("; ");
        let text = match (title, insertions.is_empty()) {
            (Some(title), true) => title.to_owned(),
            (Some(title), false) => format!("{title}: {insertions}"),
            (None, _) => insertions,
        };
        Self {
            record_id: message.record_id,
            at: message.at.into(),
            received_at: message.received_at.into(),
            severity: message.severity.word().to_owned(),
            number: format!("PV{:04}", message.number),
            component: message.component,
            system: message.system,
            smsid: message.smsid.map(|smsid| smsid.to_string()),
            text,
            insertions: message.insertions,
        }
    }
}

fn filter(request: &Request) -> Result<Filter, ApiError> {
    let wrong = |cause: String| ApiError::malformed("the messages cannot be listed", cause);
    let text = |value: &Option<String>| value.clone().filter(|v| !v.is_empty() && !v.contains('\0'));
    let severities = request.severity.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
    Ok(Filter {
        severities: severities
            .map(|word| Severity::from_word(word).ok_or_else(|| wrong(format!("{word:?} is none of information, warning, error"))))
            .collect::<Result<_, _>>()?,
        component: text(&request.component),
        system: text(&request.system),
        smsid: match text(&request.client) {
            None => None,
            Some(client) => Some(client.parse::<SmsId>().map_err(|e| wrong(e.to_string()))?),
        },
        number: match text(&request.number) {
            None => None,
            Some(number) => {
                Some(number.trim_start_matches("PV").parse::<u16>().map(i64::from).map_err(|_| wrong(format!("{number:?} is no number such as PV4001")))?)
            }
        },
        since: None,
    })
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Message>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let filter = filter(&request)?;
        let asked = Asked { filter: request.filter.as_deref(), sort: request.sort.as_deref(), after: request.after.as_deref(), limit: request.limit };
        let page = asked.page(&messages::FIELDS, false, work.now())?;
        work.read(|tx| {
            let found = messages::list(tx, &filter, &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            Ok(List::page(found.items.into_iter().map(Message::from).collect(), next, None))
        })
    })
    .await
}

/// Lists status messages, newest first.
#[utoipa::path(get, path = "/api/v1/messages", operation_id = "message_list", tag = "messages", params(Request),
    responses((status = 200, description = "A page of messages", body = List<Message>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Message>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
