//! What each component is doing.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::components::COMPONENTS;
use provost_catalog::rules::code;
use provost_store::views;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// One component.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Component {
    /// Its id; status messages and logs use it.
    #[schema(example = "inventory-data-loader")]
    pub name: String,
    /// Its name as people read it.
    pub title: String,
    /// Configuration Manager's name of the same thread.
    pub configmgr_name: String,
    /// What it does.
    pub purpose: String,
    /// File that its log lines go to.
    pub log_file: String,
    /// `running`, `failing`, `stopped`, or `unknown` when it never reported.
    pub state: String,
    /// Since when.
    pub since: Option<Time>,
    /// Why it fails; empty when it does not.
    pub reason: String,
    /// Passes since the site started.
    pub passes: i64,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<Component>, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let rows = match work.read(|tx| Ok(views::components::list(tx)?)) {
            // That the database is away is what people look for here: those of this process have told it.
            Err(error) if error.code == code::DATABASE_UNAVAILABLE => Vec::new(),
            rows => rows?,
        };
        let states = work.site.status().components_over(rows);
        let components = COMPONENTS.iter().filter(|component| component.runs_in_this_version).map(|component| {
            let state = states.iter().find(|state| state.component == component.id);
            Component {
                name: component.id.to_owned(),
                title: component.title.to_owned(),
                configmgr_name: component.configmgr_name.to_owned(),
                purpose: component.purpose.to_owned(),
                log_file: component.log_file.to_owned(),
                state: state.map_or("unknown", |state| &state.state).to_owned(),
                since: state.map(|state| state.since.into()),
                reason: state.map(|state| state.reason.clone()).unwrap_or_default(),
                passes: state.map_or(0, |state| state.passes),
            }
        });
        Ok(List::whole(components.collect()))
    })
    .await
}

/// Lists the components of the site and what each is doing.
#[utoipa::path(get, path = "/api/v1/components", operation_id = "component_list", tag = "site",
    responses((status = 200, description = "The components", body = List<Component>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<Component>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
