//! Making a link that signs a person in once.

use super::not_found;
use crate::access::{Access, Caller, OWNER, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::people;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AdministrativeUser, Operation::Modify);

/// How long a link may be used.
const LINK_SECONDS: i64 = 600;

/// A link. This is the only time that it is told. No `Debug`: it is a secret.
#[derive(Clone, Serialize, ToSchema)]
pub struct Link {
    /// Address to open in a browser.
    pub url: String,
    /// Until when it may be used, once.
    pub expires_at: Time,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Link, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let name = super::name(&name)?;
        let console = work.site.status().facts().console_url.clone();
        work.act("person.welcome", |tx| {
            let known = people::find_person(tx, &name)?.is_some();
            // The owner of the site's data is somebody before anybody was added.
            let made = !known && name.as_str() == OWNER && matches!(work.caller, Caller::Owner { .. }) && people::create_person(tx, &name, OWNER, work.now())?;
            if !known && !made {
                return Err(not_found(&name).into());
            }
            let expires_at = work.now().plus_seconds(LINK_SECONDS);
            let token = people::create_sign_in_link(tx, &name, work.now(), expires_at)?;
            let answer = Link { url: format!("{console}/welcome/{}", token.expose()), expires_at: expires_at.into() };
            Ok(Acted { answer, object: name.to_string(), detail: json!({ "expires_at": expires_at.to_string() }) })
        })
    })
    .await
}

/// Makes a link that signs a person in to the console once, within 10 minutes. For `owner`, whoever owns the site's data needs to add nobody first.
#[utoipa::path(post, path = "/api/v1/people/{name}/welcome", operation_id = "person_welcome", tag = "people", params(("name" = String, Path, description = "Their name")),
    responses((status = 200, description = "The link, told this once", body = One<Link>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Link>>, ApiError> {
    ask(&site, &caller, name).await.map(|link| Json(One::new(link)))
}
