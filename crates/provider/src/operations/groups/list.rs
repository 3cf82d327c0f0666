//! All groups.

use crate::access::{Access, Caller};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::operations::accounts::Word;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::groups::{GROUPS, Group};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// One group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupKind {
    /// Its id.
    #[schema(example = "sms-admins")]
    pub id: String,
    /// Its name at this site.
    #[schema(example = "SMS Admins")]
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// The computers that have it.
    pub place: Word,
    /// When it is made.
    pub created: Word,
    /// Who keeps its members.
    pub maintained_by: Word,
    /// Whether it is made and not used.
    pub reserved: bool,
}

impl GroupKind {
    /// As it is called at a site.
    pub fn at(group: &Group, site_code: &str) -> Self {
        Self {
            id: group.id.to_owned(),
            name: group.name.replace("<sitecode>", site_code),
            purpose: group.purpose.to_owned(),
            place: Word::of(group.place.id(), group.place.words()),
            created: Word::of(group.created.id(), group.created.words()),
            maintained_by: Word::of(group.maintained_by.id(), group.maintained_by.words()),
            reserved: group.reserved,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<GroupKind>, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let facts = work.site.status().facts();
        Ok(List::whole(GROUPS.iter().map(|group| GroupKind::at(group, facts.code.as_str())).collect()))
    })
    .await
}

/// Lists the Windows groups.
#[utoipa::path(get, path = "/api/v1/groups", operation_id = "group_kinds", tag = "identities",
    responses((status = 200, description = "The groups", body = List<GroupKind>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<GroupKind>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
