//! All kinds of account.

use super::Word;
use crate::access::{Access, Caller};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::accounts::{ACCOUNTS, Account};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// One kind of account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountKind {
    /// Its id.
    #[schema(example = "network-access")]
    pub kind: String,
    /// The seed's name of it.
    pub title: String,
    /// What Configuration Manager's *Accounts* node calls it.
    pub display_name: String,
    /// What it is for.
    pub purpose: String,
    /// What one binding belongs to.
    pub held_per: Word,
    /// How many there may be for one of these.
    pub cardinality: String,
    /// Who acts when nobody is bound.
    pub default_identity: Word,
    /// How many situations make it mandatory.
    pub mandatory_situations: i64,
    /// Whether its use is off until somebody asks for it, because it is dangerous.
    pub off_until_asked: bool,
}

impl From<&Account> for AccountKind {
    fn from(account: &Account) -> Self {
        Self {
            kind: account.id.to_owned(),
            title: account.title.to_owned(),
            display_name: account.display_name.to_owned(),
            purpose: account.purpose.to_owned(),
            held_per: Word::of(account.held_per.id(), account.held_per.words()),
            cardinality: account.cardinality.to_string(),
            default_identity: Word::of(account.default.id(), account.default.words()),
            mandatory_situations: i64::try_from(account.mandatory_when.len()).unwrap_or(i64::MAX),
            off_until_asked: account.off_until_asked,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<AccountKind>, ApiError> {
    site.perform(caller, REQUIRES, |_| Ok(List::whole(ACCOUNTS.iter().map(|account| AccountKind::from(*account)).collect()))).await
}

/// Lists the kinds of account.
#[utoipa::path(get, path = "/api/v1/accounts", operation_id = "account_kinds", tag = "identities",
    responses((status = 200, description = "The kinds", body = List<AccountKind>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<AccountKind>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
