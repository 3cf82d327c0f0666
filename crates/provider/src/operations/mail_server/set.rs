//! Setting the SMTP server.

use super::show::{MailServer, document};
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_domain::alerts::Address;
use provost_store::servers;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Longest name of a host, in bytes.
const HOST_MAX: usize = 253;
/// Most certificates of authorities.
const AUTHORITIES_MAX: usize = 32;

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Its name or address; its certificate must be for that.
    pub host: String,
    /// Its port; 587 is usual.
    pub port: u16,
    /// Whether it asks for sign-in; yes when left out.
    pub authenticates: Option<bool>,
    /// The address that mail comes from.
    pub sender: String,
    /// Certificates of the only authorities to trust for it, in PEM; the well-known ones when left out.
    pub ca_pem: Option<String>,
}

impl Request {
    fn checked(&self) -> Result<servers::MailServer, String> {
        let Self { host, port, authenticates, sender, ca_pem } = self;
        let fits = (1..=HOST_MAX).contains(&host.len()) && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:_".contains(&b));
        if !fits {
            return Err("the host is no name or address of a server".to_owned());
        }
        if *port == 0 {
            return Err("no server listens on port 0; 587 is usual".to_owned());
        }
        let sender: Address = sender.parse().map_err(|invalid: provost_domain::alerts::Invalid| format!("the sender: {invalid}"))?;
        if let Some(pem) = ca_pem {
            let authorities: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes()).take(AUTHORITIES_MAX + 1).collect();
            if authorities.is_empty() || authorities.len() > AUTHORITIES_MAX || authorities.iter().any(Result::is_err) {
                return Err(format!("the authorities are not 1 to {AUTHORITIES_MAX} certificates in PEM"));
            }
        }
        let (host, authenticates) = (host.to_ascii_lowercase(), authenticates.unwrap_or(true));
        Ok(servers::MailServer { host, port: *port, authenticates, ca_pem: ca_pem.clone(), sender: sender.to_string() })
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<MailServer, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let server = request.checked().map_err(|cause| ApiError::malformed("the SMTP server was not set", cause).fix("provost mail set --help"))?;
            let code = work.site.status().facts().code;
            work.act("mail.set", |tx| {
                servers::set_mail_server(tx, code, &server)?;
                let object = format!("{}:{}", server.host, server.port);
                let detail = json!({ "sender": server.sender, "authenticates": server.authenticates, "own_authority": server.ca_pem.is_some() });
                Ok(Acted { answer: document(tx)?, object, detail })
            })
        })
        .await?;
    site.mail_server_changed();
    Ok(done)
}

/// Sets the SMTP server for alerts. Mail that waits is tried at once.
#[utoipa::path(put, path = "/api/v1/mail-server", operation_id = "mail_server_set", tag = "mail", request_body = inline(Request),
    responses((status = 200, description = "The server", body = One<MailServer>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<MailServer>>, ApiError> {
    ask(&site, &caller, request).await.map(|server| Json(One::new(server)))
}
