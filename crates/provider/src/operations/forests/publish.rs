//! Switching publishing to a forest on or off, and how it stands.

use super::list::Forest;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::site::{Acted, Site, Stop, Work};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_store::publishing::{self, SchemaTask};
use provost_store::{StoreError, Tx, forests};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Forest, Operation::Modify);

/// What the site publishes in a forest.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Publishing {
    /// `off`, `not-allowed`, `waiting`, `published`, `failing` or `withdrawing`.
    #[schema(example = "published")]
    pub state: String,
    /// Who switched it last; empty when nobody did.
    pub changed_by: String,
    /// When.
    pub changed_at: Option<Time>,
    /// When it was last tried, since it was switched.
    pub tried_at: Option<Time>,
    /// When it was last as it ought to be.
    pub succeeded_at: Option<Time>,
    /// After a failure, when it is tried again.
    pub retry_at: Option<Time>,
    /// As whom; empty when nobody was let in.
    pub account: String,
    /// The domain controller that was written to.
    pub domain_controller: String,
    /// Distinguished name of the container.
    #[schema(example = "CN=System Management,CN=System,DC=corp,DC=example,DC=test")]
    pub container: String,
    /// Objects of the site that are there.
    pub objects: i64,
    /// `published`, `withdrawn`, or what failed: `lacks-right`, `no-container`, `no-schema`, or the outcome of signing in.
    pub outcome: String,
    /// More of it: where a right is missing, which on what.
    pub detail: String,
    /// The newest extension of its schema that somebody asked for.
    pub schema: Option<SchemaExtension>,
}

/// An extension of a forest's schema that somebody asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SchemaExtension {
    /// By whom it was asked for.
    pub asked_by: String,
    /// When.
    pub asked_at: Time,
    /// When it ended; null while it goes on.
    pub done_at: Option<Time>,
    /// `extended`, or what failed.
    pub outcome: String,
    /// More of it.
    pub detail: String,
}

impl From<SchemaTask> for SchemaExtension {
    fn from(task: SchemaTask) -> Self {
        let SchemaTask { asked_at, asked_by, done_at, outcome, detail } = task;
        Self { asked_by, asked_at: asked_at.into(), done_at: done_at.map(Time), outcome, detail }
    }
}

impl Publishing {
    pub(super) fn of(tx: &mut Tx<'_>, forest: &str) -> Result<Self, StoreError> {
        let allowed = publishing::is_allowed(tx)?;
        let Some(known) = publishing::find(tx, forest)? else { return Ok(Self { state: "off".to_owned(), ..Self::default() }) };
        let state = known.progress(allowed).state(known.wanted);
        let result = known.result;
        Ok(Self {
            state: state.id().to_owned(),
            changed_by: known.changed_by,
            changed_at: Some(known.changed_at.into()),
            tried_at: result.tried_at.map(Time),
            succeeded_at: result.succeeded_at.map(Time),
            retry_at: result.retry_at.map(Time),
            account: result.account,
            domain_controller: result.domain_controller,
            container: result.container,
            objects: result.objects,
            outcome: result.outcome,
            detail: result.detail,
            schema: known.schema.map(SchemaExtension::from),
        })
    }
}

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Whether the site publishes to the forest.
    pub on: bool,
    /// With off: forgets what is there without removing it, for a directory that is gone.
    #[serde(default)]
    pub forget: bool,
}

/// Refuses what needs that publishing is allowed at the site.
pub(super) fn check_allowed(tx: &mut Tx<'_>, what: &str) -> Result<(), Stop> {
    if publishing::is_allowed(tx)? {
        return Ok(());
    }
    let error = ApiError::new(StatusCode::CONFLICT, code::PUBLISHING_OFF, what, "publishing to directories is not allowed at this site");
    Err(error.fix("provost account allow publish-to-forest").into())
}

/// Does something to what is published in the forest `name`, and enters it with the account that will act.
pub(super) fn act_at(work: &Work, act: &str, name: &str, domain: &str, mut f: impl FnMut(&mut Tx<'_>, &str) -> Result<(), Stop>) -> Result<Forest, ApiError> {
    work.act(act, |tx| {
        let stored = forests::find(tx, &name.to_lowercase())?.ok_or_else(|| ApiError::not_found("forest", name, "provost forest list"))?;
        f(tx, &stored.forest)?;
        let object = stored.forest.clone();
        let answer = Forest::of(tx, stored, domain)?;
        Ok(Acted { detail: json!({ "account": answer.account }), answer, object })
    })
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String, request: Request) -> Result<Forest, ApiError> {
    let domain = site.domain();
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let Request { on, forget } = request;
            let what = format!("publishing to {name} was not switched {}", if on { "on" } else { "off" });
            if on && forget {
                return Err(ApiError::new(StatusCode::BAD_REQUEST, code::FOREST_INVALID, what, "what is published is not forgotten"));
            }
            let act = match (on, forget) {
                (true, _) => "forest.publish",
                (false, false) => "forest.withdraw",
                (false, true) => "forest.forget-published",
            };
            act_at(work, act, &name, &domain, |tx, forest| {
                if on {
                    check_allowed(tx, &what)?;
                }
                publishing::switch(tx, forest, on, work.caller.name(), work.now())?;
                if forget {
                    publishing::forget(tx, forest)?;
                }
                Ok(())
            })
        })
        .await?;
    site.truth_changed();
    Ok(done)
}

/// Switches publishing to a forest on or off. It is published, or taken away, right afterwards; the forest tells what became of it.
/// What is switched on again is tried at once.
#[utoipa::path(put, path = "/api/v1/forests/{forest}/publishing", operation_id = "forest_publish", tag = "forests", request_body = inline(Request),
    params(("forest" = String, Path, description = "DNS name of its root domain")),
    responses((status = 200, description = "The forest", body = One<Forest>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>, Body(request): Body<Request>) -> Result<Json<One<Forest>>, ApiError> {
    ask(&site, &caller, name, request).await.map(|forest| Json(One::new(forest)))
}
