//! What became of one mail.

use super::list::Mail;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::alerts::mails;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Alert, Operation::Read);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, mail_id: i64) -> Result<Mail, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let found = mails::by_id(tx, mail_id)?;
            found.map(Mail::from).ok_or_else(|| ApiError::not_found("mail", &mail_id.to_string(), "provost mail list").into())
        })
    })
    .await
}

/// Shows what became of one mail.
#[utoipa::path(get, path = "/api/v1/mails/{mail_id}", operation_id = "mail_show", tag = "mail",
    params(("mail_id" = i64, Path, description = "The mail's number")),
    responses((status = 200, description = "The mail", body = One<Mail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(mail_id): Path<i64>) -> Result<Json<One<Mail>>, ApiError> {
    ask(&site, &caller, mail_id).await.map(|mail| Json(One::new(mail)))
}
