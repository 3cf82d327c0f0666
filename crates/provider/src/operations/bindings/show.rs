//! One binding: what it needs, what its checks saw, how it was used.

use super::list::{Binding, documents};
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::operations::accounts::Word;
use crate::operations::uses::list::Used;
use crate::request::Path;
use crate::site::{Site, Stop};
use axum::Json;
use axum::extract::State;
use provost_catalog::accounts::PrincipalKind;
use provost_domain::accounts::Trust;
use provost_domain::accounts::resolution::Target;
use provost_domain::accounts::verification::{self, Check};
use provost_store::accounts::{Binding as Stored, checks, uses};
use provost_store::{Tx, settings};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// Newest uses that a binding's page shows.
const USES: usize = 20;

/// One binding with all that is known of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Whole {
    /// The binding.
    #[serde(flatten)]
    pub binding: Binding,
    /// Its checks, each with its newest verdict.
    pub findings: Vec<Finding>,
    /// Its newest uses.
    pub uses: Vec<Used>,
}

/// One check of a binding.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Finding {
    /// Id of the check.
    #[schema(example = "needs:send-mail@mail-server")]
    pub check: String,
    /// What it asks.
    pub asks: String,
    /// `pass`, `fail`, `unknown`, `unsupported` or `not-applicable`; null when it was never carried out.
    pub verdict: Option<String>,
    /// What was seen.
    pub evidence: String,
    /// What mends it, where that is known.
    pub mending: Vec<Remedy>,
    /// When.
    pub at: Option<Time>,
    /// The mildest profile that asks it.
    pub profile: String,
    /// Sentence of the seed that it comes from; empty when this house says so.
    pub seed: String,
    /// Who answers for its failure until when; null when nobody does.
    pub waiver: Option<Waiver>,
}

/// One thing to do about what a check found, with one system's tools. Another one that does the same is for another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Remedy {
    /// What it does, as an order.
    #[schema(example = "take it away")]
    pub does: String,
    /// Where its commands are typed: `windows` or `samba`.
    pub tools: Word,
    /// The commands, one after the other, each as it is pasted.
    pub commands: Vec<String>,
    /// How many more there are, which are told once these were done.
    pub more: usize,
    /// What is to be known before; empty for nothing.
    pub remark: String,
}

impl From<&verification::Remedy> for Remedy {
    fn from(remedy: &verification::Remedy) -> Self {
        Self {
            does: remedy.does.clone(),
            tools: Word::of(remedy.tools.id(), remedy.tools.words()),
            commands: remedy.commands.clone(),
            more: remedy.more,
            remark: remedy.remark.clone(),
        }
    }
}

/// A waiver.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Waiver {
    /// Why.
    pub reason: String,
    /// Who granted it.
    pub granted_by: String,
    /// Since when.
    pub granted_at: Time,
    /// Until when.
    pub ends_at: Time,
}

/// The checks of a binding, each with what is known.
pub(crate) fn findings(tx: &mut Tx<'_>, stored: &Stored) -> Result<Vec<Finding>, Stop> {
    let profile = settings::profile(tx)?;
    let known = checks::findings(tx, Some(stored.binding_id))?.remove(&stored.binding_id).unwrap_or_default();
    let waivers = checks::waivers(tx, Some(stored.binding_id))?.remove(&stored.binding_id).unwrap_or_default();
    let kind: PrincipalKind = stored.principal_kind;
    let target = Target { trust: Trust::SameForest, authenticates: true, not_as_local_system: true };
    let all: Vec<Check> = verification::checks(stored.kind.definition(), profile, kind, target);
    let document = |check: &Check| {
        let id = check.id();
        let found = known.iter().find(|found| found.check_id == id);
        Finding {
            asks: check.words(),
            verdict: found.map(|found| found.verdict.id().to_owned()),
            evidence: found.map_or_else(String::new, |found| found.evidence.clone()),
            mending: found.map_or_else(Vec::new, |found| found.mending.iter().map(Remedy::from).collect()),
            at: found.map(|found| found.at.into()),
            profile: check.profile.id().to_owned(),
            seed: check.seed.to_owned(),
            waiver: waivers.iter().find(|waiver| waiver.check_id == id).map(|waiver| Waiver {
                reason: waiver.reason.clone(),
                granted_by: waiver.granted_by.clone(),
                granted_at: waiver.granted_at.into(),
                ends_at: waiver.ends_at.into(),
            }),
            check: id,
        }
    };
    Ok(all.iter().map(document).collect())
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, binding_id: i64) -> Result<Whole, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let stored = super::by_id(tx, binding_id)?;
            let findings = findings(tx, &stored)?;
            let uses = uses::newest(tx, Some(binding_id), i64::MAX, USES)?.into_iter().map(Used::from).collect();
            let mut documents = documents(tx, &[stored])?;
            let binding = documents.pop().ok_or_else(|| ApiError::not_found("binding", &binding_id.to_string(), "provost account list"))?;
            Ok(Whole { binding, findings, uses })
        })
    })
    .await
}

/// Shows a binding.
#[utoipa::path(get, path = "/api/v1/bindings/{binding_id}", operation_id = "binding_show", tag = "bindings",
    params(("binding_id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The binding", body = One<Whole>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(binding_id): Path<i64>) -> Result<Json<One<Whole>>, ApiError> {
    ask(&site, &caller, binding_id).await.map(|whole| Json(One::new(whole)))
}
