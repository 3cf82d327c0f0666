//! One kind of account, whole.

use super::list::AccountKind;
use super::{AdviceDocument, RightAtPlace, RightWhen, Word};
use crate::access::{Access, Caller};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::accounts::{self, Account};
use provost_domain::accounts::meant;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// One kind of account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountDetail {
    /// As in the list.
    #[serde(flatten)]
    pub account: AccountKind,
    /// The operations that run under it; nothing else ever does.
    pub used_by: Vec<Word>,
    /// Who may be bound.
    pub accepts: Vec<Word>,
    /// When somebody must be bound.
    pub mandatory_when: Vec<Word>,
    /// In which order identities are tried.
    pub attempt: Word,
    /// What it must have.
    pub requires: Vec<RightAtPlace>,
    /// What it must have besides in certain situations.
    pub requires_when: Vec<RightWhen>,
    /// What it must not have.
    pub forbids: Vec<RightAtPlace>,
    /// Kinds that must not share its principal.
    pub never_doubles_as: Vec<Other>,
    /// How it is changed.
    pub change_by: Word,
    /// What people should know.
    pub advice: Vec<AdviceDocument>,
    /// Sentences of the seed that it honours, by id.
    pub seed: Vec<String>,
}

/// Another kind of account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Other {
    /// Its id.
    pub kind: String,
    /// Its name.
    pub title: String,
}

impl From<&Account> for AccountDetail {
    fn from(account: &Account) -> Self {
        // Without `..`: a new field must be shown, or left out knowingly.
        let Account {
            kind: _,
            id: _,
            title: _,
            display_name: _,
            purpose: _,
            used_by,
            held_per: _,
            cardinality: _,
            accepts,
            default: _,
            mandatory_when,
            attempt,
            requires,
            requires_when,
            forbids,
            never_doubles_as,
            change_by,
            off_until_asked: _,
            advice,
            seed,
        } = account;
        let mut sentences: Vec<String> = seed.iter().map(|(_, sentence)| (*sentence).to_owned()).collect();
        sentences.sort_unstable();
        sentences.dedup();
        Self {
            account: AccountKind::from(account),
            used_by: used_by.iter().map(|word| Word::of(word.id(), word.words())).collect(),
            accepts: accepts.iter().map(|word| Word::of(word.id(), word.words())).collect(),
            mandatory_when: mandatory_when.iter().map(|word| Word::of(word.id(), word.words())).collect(),
            attempt: Word::of(attempt.id(), attempt.words()),
            requires: requires.iter().map(RightAtPlace::from).collect(),
            requires_when: requires_when.iter().map(RightWhen::from).collect(),
            forbids: forbids.iter().map(RightAtPlace::from).collect(),
            never_doubles_as: never_doubles_as
                .iter()
                .map(|kind| kind.definition())
                .map(|other| Other { kind: other.id.to_owned(), title: other.title.to_owned() })
                .collect(),
            change_by: Word::of(change_by.id(), change_by.words()),
            advice: advice.iter().map(AdviceDocument::from).collect(),
            seed: sentences,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, kind: String) -> Result<AccountDetail, ApiError> {
    site.perform(caller, REQUIRES, move |_| {
        accounts::account(&kind).map(AccountDetail::from).ok_or_else(|| {
            let error = ApiError::not_found("kind of account", &kind, "provost account kinds");
            match meant(&kind) {
                Some(near) => error.fix(format!("did you mean {near}? provost account explain {near}")),
                None => error,
            }
        })
    })
    .await
}

/// Explains a kind of account: what it is for, who may be it, what it needs and what it must not have.
#[utoipa::path(get, path = "/api/v1/accounts/{kind}", operation_id = "account_explain", tag = "identities", params(("kind" = String, Path, description = "Its id")),
    responses((status = 200, description = "The kind", body = One<AccountDetail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(kind): Path<String>) -> Result<Json<One<AccountDetail>>, ApiError> {
    ask(&site, &caller, kind).await.map(|account| Json(One::new(account)))
}
