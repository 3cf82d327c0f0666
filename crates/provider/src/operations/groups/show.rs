//! One group, whole.

use super::list::GroupKind;
use crate::access::{Access, Caller};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::operations::accounts::{AdviceDocument, RightAtPlace, Word};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::groups::{self, GROUPS, Group, TYPE};
use provost_domain::suggestion;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// One group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupDetail {
    /// As in the list.
    #[serde(flatten)]
    pub group: GroupKind,
    /// What kind of group it is.
    pub group_type: String,
    /// Who is in it.
    pub members: Vec<Word>,
    /// What its members may do.
    pub grants: Vec<RightAtPlace>,
    /// What others may do at the same places.
    pub others: Vec<OthersRight>,
    /// What becomes of it when its reason is gone.
    pub removal: Word,
    /// How the hardened profile differs; empty when it does not.
    pub hardened: String,
    /// What people should know.
    pub advice: Vec<AdviceDocument>,
    /// Sentences of the seed that it honours, by id.
    pub seed: Vec<String>,
}

/// A right of somebody else.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OthersRight {
    /// Whose.
    pub to: String,
    /// What.
    #[serde(flatten)]
    pub right: RightAtPlace,
}

impl GroupDetail {
    /// As it is called at a site.
    #[must_use]
    pub fn at(group: &Group, site_code: &str) -> Self {
        // Without `..`: a new field must be shown, or left out knowingly.
        let Group {
            kind: _,
            id: _,
            name: _,
            purpose: _,
            place: _,
            created: _,
            maintained_by: _,
            members,
            grants,
            others,
            removal,
            reserved: _,
            hardened,
            advice,
            seed,
        } = group;
        let mut sentences: Vec<String> = seed.iter().map(|(_, sentence)| (*sentence).to_owned()).collect();
        sentences.sort_unstable();
        sentences.dedup();
        Self {
            group: GroupKind::at(group, site_code),
            group_type: TYPE.to_owned(),
            members: members.iter().map(|member| Word::of(member.id(), member.words())).collect(),
            grants: grants.iter().map(RightAtPlace::from).collect(),
            others: others.iter().map(|other| OthersRight { to: other.to.to_owned(), right: RightAtPlace::from(&other.held) }).collect(),
            removal: Word::of(removal.id(), removal.words()),
            hardened: (*hardened).to_owned(),
            advice: advice.iter().map(AdviceDocument::from).collect(),
            seed: sentences,
        }
    }
}

/// Asks. A group is named by its id, or by its name.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<GroupDetail, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let facts = work.site.status().facts();
        let code = facts.code.as_str();
        let by_name = || GROUPS.iter().copied().find(|group| group.name.replace("<sitecode>", code).eq_ignore_ascii_case(&name));
        groups::group(&name).or_else(by_name).map(|group| GroupDetail::at(group, code)).ok_or_else(|| {
            let error = ApiError::not_found("group", &name, "provost group kinds");
            match suggestion::nearest(&name, GROUPS.iter().map(|group| group.id)) {
                Some(near) => error.fix(format!("did you mean {near}? provost group explain {near}")),
                None => error,
            }
        })
    })
    .await
}

/// Explains a group: where it is, who is in it, what it grants, and what becomes of it.
#[utoipa::path(get, path = "/api/v1/groups/{name}", operation_id = "group_explain", tag = "identities", params(("name" = String, Path, description = "Its id or its name")),
    responses((status = 200, description = "The group", body = One<GroupDetail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<GroupDetail>>, ApiError> {
    ask(&site, &caller, name).await.map(|group| Json(One::new(group)))
}
