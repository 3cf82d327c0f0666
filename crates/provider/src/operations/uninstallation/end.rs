//! The end of a site: it stops, and does not start again by itself.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::ending::{Ending, Left};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_store::{publishing, withdrawal};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Delete);

/// Objects that the ledger names one by one; the answer names all.
const NAMED_MAX: usize = 500;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Forests in which what the site published stays.
    #[serde(default)]
    pub leave: Vec<String>,
    /// Whether the site's data goes too. It goes when `provost site uninstall` ends on the site's machine.
    #[serde(default)]
    pub delete_data: bool,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Ending, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let Request { leave, delete_data } = request;
        let leave: Vec<String> = leave.iter().map(|forest| forest.to_lowercase()).collect();
        let site = work.site.status().facts().code;
        let ending = work.act("site.uninstall", |tx| {
            let (known, looks) = (publishing::list(tx)?, withdrawal::list(tx)?);
            if let Some(unknown) = leave.iter().find(|forest| known.iter().all(|one| one.forest != **forest)) {
                return Err(ApiError::not_found("forest that the site publishes to", unknown, "provost forest list").into());
            }
            let mut left = Vec::new();
            for one in known.into_iter().filter(|one| one.standing || one.wanted) {
                if !leave.contains(&one.forest) {
                    let cause = format!("publishing to {} is on, or what was published there was not removed yet", one.forest);
                    let error = ApiError::new(StatusCode::CONFLICT, code::UNINSTALL_BLOCKED, "the site was not uninstalled", cause);
                    return Err(error.fix(format!("provost forest publish off {0} --wait\nor: provost site uninstall --leave {0}", one.forest)).into());
                }
                publishing::switch(tx, &one.forest, false, work.caller.name(), work.now())?;
                publishing::forget(tx, &one.forest)?;
                let seen = looks.iter().find(|look| look.forest == one.forest).and_then(|look| look.seen.as_ref());
                if one.standing {
                    left.push(Left {
                        container: seen.map(|seen| seen.container.clone()).filter(|container| !container.is_empty()).unwrap_or(one.result.container),
                        objects: seen.map(|seen| seen.objects.iter().map(|object| object.dn.clone()).collect()).unwrap_or_default(),
                        forest: one.forest,
                    });
                }
            }
            let named: Vec<_> = (left.iter())
                .map(|left| json!({ "forest": left.forest, "count": left.objects.len(), "objects": left.objects.iter().take(NAMED_MAX).collect::<Vec<_>>() }))
                .collect();
            let answer = Ending { site, at: work.now(), by: work.caller.name().to_owned(), delete_data, left };
            Ok(Acted { answer, object: site.to_string(), detail: json!({ "delete_data": delete_data, "left": named }) })
        })?;
        work.site.uninstalled(&ending).map_err(|error| {
            let what = "the site does not stop: that it was uninstalled could not be written to its data folder";
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, code::DATA_FOLDER_UNUSABLE, what, error.to_string())
                .state("what it published is gone; the site still runs, and publishes nothing")
                .fix("make room or set the folder's rights right, then: provost site uninstall")
        })?;
        Ok(ending)
    })
    .await
}

/// Ends the site: it stops, and starts again only when somebody says so. Refused while something that it published stands in a
/// forest that is not among those to leave. What is outside of its reach then (logins at a database server, its data) goes by
/// `provost site uninstall` on its machine.
#[utoipa::path(post, path = "/api/v1/uninstallation", operation_id = "site_uninstall", tag = "site", request_body = inline(Request),
    responses((status = 200, description = "It stops", body = One<Ending>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Ending>>, ApiError> {
    ask(&site, &caller, request).await.map(|ending| Json(One::new(ending)))
}
