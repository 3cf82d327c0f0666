//! Sending a test mail.

use super::super::mails::list::Mail;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_domain::alerts::{Address, Invalid, test_mail};
use provost_runtime::random;
use provost_store::alerts::mails;
use provost_store::servers;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Address that the mail goes to.
    pub recipient: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Mail, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let what = "no test was sent";
            let recipient: Address = request.recipient.parse().map_err(|invalid: Invalid| ApiError::malformed(what, invalid.to_string()))?;
            let random = format!("{:032x}", u128::from_be_bytes(random::bytes()));
            let mail = test_mail(work.site.status().facts().code, &recipient, work.caller.name(), work.now(), &random);
            work.act("mail.test", |tx| {
                servers::mail_server(tx)?.ok_or_else(|| super::unset(what))?;
                mails::enqueue(tx, std::slice::from_ref(&mail), work.now())?;
                let queued = mails::by_key(tx, &mail.message_key)?.ok_or_else(|| ApiError::bug(what, &"the mail that was enqueued is not there"))?;
                Ok(Acted { answer: Mail::from(queued), object: recipient.to_string(), detail: json!({ "message_key": mail.message_key }) })
            })
        })
        .await?;
    site.alerts_changed();
    Ok(done)
}

/// Sends a test mail, once: it is enqueued when this is answered, and soon it says what became of it.
#[utoipa::path(post, path = "/api/v1/mail-server/test", operation_id = "mail_server_test", tag = "mail", request_body = inline(Request),
    responses((status = 200, description = "The mail", body = One<Mail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Mail>>, ApiError> {
    ask(&site, &caller, request).await.map(|mail| Json(One::new(mail)))
}
