//! The SMTP server, and what waits for it.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::{Site, Stop};
use axum::Json;
use axum::extract::State;
use provost_store::alerts::mails;
use provost_store::{Tx, servers};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// The SMTP server.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it asks for sign-in; the account for that is bound as `smtp-server-connection`.
    pub authenticates: bool,
    /// The address that mail comes from.
    pub sender: String,
    /// Certificates of the only authorities that are trusted for it, in PEM; null for the well-known ones.
    pub ca_pem: Option<String>,
    /// How many mails wait.
    pub mails_waiting: i64,
    /// When the oldest of these was written.
    pub oldest_at: Option<Time>,
    /// When the next of these is tried.
    pub next_at: Option<Time>,
    /// Why one of these was not sent before.
    pub trouble: Option<String>,
}

/// The server with what waits.
pub(super) fn document(tx: &mut Tx<'_>) -> Result<MailServer, Stop> {
    let server = servers::mail_server(tx)?.ok_or_else(|| super::unset("there is no SMTP server to show"))?;
    let waiting = mails::waiting(tx)?;
    Ok(MailServer {
        host: server.host,
        port: server.port,
        authenticates: server.authenticates,
        sender: server.sender,
        ca_pem: server.ca_pem,
        mails_waiting: waiting.mails,
        oldest_at: waiting.oldest.map(Time),
        next_at: waiting.next_at.map(Time),
        trouble: waiting.trouble,
    })
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<MailServer, ApiError> {
    site.perform(caller, REQUIRES, move |work| work.read(document)).await
}

/// Shows the SMTP server for alerts, and what waits for it.
#[utoipa::path(get, path = "/api/v1/mail-server", operation_id = "mail_server_show", tag = "mail",
    responses((status = 200, description = "The server", body = One<MailServer>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<MailServer>>, ApiError> {
    ask(&site, &caller).await.map(|server| Json(One::new(server)))
}
