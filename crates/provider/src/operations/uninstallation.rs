//! Uninstalling the site: what it put where, whether that can go, and its end.

pub mod end;
pub mod look;
pub mod show;

use crate::document::Time;
use provost_store::accounts::bindings;
use provost_store::publishing::{self, ForestPublishing};
use provost_store::views::clients;
use provost_store::withdrawal::{self, Look};
use provost_store::{StoreError, Tx};
use serde::Serialize;
use utoipa::ToSchema;

/// What the site put where, as far as its database tells.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Uninstallation {
    /// The site's code.
    #[schema(example = "LAB")]
    pub site: String,
    /// Forests that it publishes to, or where something of it may be.
    pub forests: Vec<PublishedForest>,
    /// Accounts that are bound.
    pub accounts: Vec<BoundAccount>,
    /// Clients that are registered, this machine's own among them.
    pub clients: i64,
    /// Forests whose schema was extended by the site; that is never undone.
    pub extended_forests: Vec<String>,
}

/// A forest that the site publishes to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublishedForest {
    /// DNS name of its root domain.
    #[schema(example = "corp.example.test")]
    pub forest: String,
    /// Whether publishing is switched on for it.
    pub on: bool,
    /// Whether something of the site may be there.
    pub standing: bool,
    /// When it was last looked whether that can go; null while nobody looked since it was asked for.
    pub looked_at: Option<Time>,
    /// `removable`, or what is in the way: `lacks-right`, `no-container`, or the outcome of signing in.
    pub outcome: String,
    /// More of it: which right is missing on what.
    pub detail: String,
    /// As whom it was looked; empty when nobody was let in.
    pub account: String,
    /// The domain controller that was asked.
    pub domain_controller: String,
    /// Distinguished name of the container.
    pub container: String,
    /// The site's objects there. Where the directory was not read, those that the site wrote.
    pub objects: Vec<PublishedObject>,
}

/// An object of the site in a directory.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublishedObject {
    /// Its distinguished name.
    #[schema(example = "CN=SMS-Site-LAB,CN=System Management,CN=System,DC=corp,DC=example,DC=test")]
    pub dn: String,
    /// What is missing to delete it; empty when nothing is.
    pub missing: String,
}

/// An account that is bound.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BoundAccount {
    /// Who.
    pub name: String,
    /// As which account, by id.
    pub kind: String,
    /// For what.
    pub on: String,
    /// Whether its password is kept, sealed, in the site's database.
    pub kept: bool,
}

impl Uninstallation {
    pub(super) fn of(tx: &mut Tx<'_>, site: &str) -> Result<Self, StoreError> {
        let looks = withdrawal::list(tx)?;
        let known = publishing::list(tx)?;
        let extended = known.iter().filter(|one| one.schema.as_ref().is_some_and(|task| task.outcome == publishing::EXTENDED));
        let extended_forests = extended.map(|one| one.forest.clone()).collect();
        let forests = known.into_iter().filter(|one| one.standing || one.wanted).map(|one| PublishedForest::of(one, &looks)).collect();
        let bound = bindings::list(tx)?.into_iter().map(|binding| BoundAccount {
            name: binding.name.to_string(),
            kind: binding.kind.definition().id.to_owned(),
            on: binding.object,
            kept: binding.secret.is_some(),
        });
        Ok(Self { site: site.to_owned(), forests, accounts: bound.collect(), clients: clients::count(tx, None, &[])?, extended_forests })
    }
}

impl PublishedForest {
    fn of(known: ForestPublishing, looks: &[Look]) -> Self {
        let seen = looks.iter().find(|look| look.forest == known.forest).and_then(|look| look.seen.clone());
        let looked_at = seen.as_ref().map(|seen| Time(seen.done_at));
        let seen = seen.unwrap_or_default();
        Self {
            forest: known.forest,
            on: known.wanted,
            standing: known.standing,
            looked_at,
            outcome: seen.outcome,
            detail: seen.detail,
            account: seen.account,
            domain_controller: seen.domain_controller,
            container: if seen.container.is_empty() { known.result.container } else { seen.container },
            objects: seen.objects.into_iter().map(|object| PublishedObject { dn: object.dn, missing: object.missing }).collect(),
        }
    }
}
