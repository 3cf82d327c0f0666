//! Bindings: which principal is bound as which account, for what.

pub mod add;
pub mod list;
pub mod remove;
pub mod set;
pub mod show;

use crate::error::ApiError;
use crate::site::{Site, Stop};
use axum::http::StatusCode;
use provost_catalog::accounts::{Account, PrincipalKind, account};
use provost_catalog::components::ComponentName;
use provost_domain::accounts::{Refusal, Trust, meant};
use provost_store::accounts::{Binding, bindings};
use provost_store::vault::{Sealed, VaultError};
use provost_store::{Tx, servers};

/// The account with this id, or the one that is meant in the refusal.
pub(crate) fn kind(id: &str) -> Result<&'static Account, ApiError> {
    account(id).ok_or_else(|| {
        let error = ApiError::not_found("account", id, "provost account kinds");
        match meant(id) {
            Some(meant) => error.fix(format!("did you mean {meant}? see all: provost account kinds")),
            None => error,
        }
    })
}

/// A kind of principal by its id.
fn principal_kind(id: Option<&str>) -> Result<Option<PrincipalKind>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    let known = || PrincipalKind::ALL.iter().map(|kind| kind.id()).collect::<Vec<_>>().join(", ");
    let found = PrincipalKind::ALL.iter().copied().find(|kind| kind.id() == id);
    found.map(Some).ok_or_else(|| ApiError::malformed(format!("{id:?} is no kind of principal"), format!("the kinds are {}", known())))
}

/// The binding with this number.
fn by_id(tx: &mut Tx<'_>, binding_id: i64) -> Result<Binding, Stop> {
    let found = bindings::by_id(tx, binding_id)?;
    found.ok_or_else(|| {
        let error = ApiError::new(
            StatusCode::NOT_FOUND,
            provost_catalog::rules::code::ACCOUNT_NOT_BOUND,
            format!("there is no binding {binding_id}"),
            "it was removed, or never made",
        );
        error.fix("see what is bound: provost account list").into()
    })
}

/// How an object stands to the site's forest: a forest or a computer by its domain, everything else is the site's own.
pub(crate) fn trust_of(tx: &mut Tx<'_>, site: &Site, account: &Account, object: &str) -> Result<Trust, Stop> {
    use provost_catalog::accounts::Scope;
    let host = match account.held_per {
        Scope::Forest | Scope::SiteSystem | Scope::ExchangeServer | Scope::SourceHierarchy | Scope::Proxy => object.to_owned(),
        Scope::Role => object.rsplit_once('@').map_or(object, |(_, host)| host).to_owned(),
        Scope::DiscoveryLocation => domain_of(object),
        Scope::Hierarchy | Scope::Site | Scope::Package | Scope::TaskSequenceStep | Scope::ClientSettings => return Ok(Trust::SameForest),
    };
    let known = servers::trusts(tx)?;
    let own = site.domain();
    Ok(provost_domain::accounts::trust::of_host(&host, &own, known.iter().map(|known| (known.domain.as_str(), known.trust))))
}

/// `OU=x,DC=corp,DC=test` is in `corp.test`.
fn domain_of(location: &str) -> String {
    let labels =
        location.split(',').filter_map(|part| part.trim().get(..3).filter(|start| start.eq_ignore_ascii_case("DC=")).map(|_| part.trim()[3..].to_owned()));
    labels.collect::<Vec<_>>().join(".")
}

/// A refusal of the rules, as an answer.
pub(crate) fn refused(what: impl Into<String>, refusal: Refusal) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, refusal.code, what, refusal.cause).fix(refusal.fix)
}

/// A refusal of the vault, as an answer.
pub(crate) fn vault_refused(what: &str, error: VaultError) -> Stop {
    match error {
        VaultError::Store(error) => Stop::Store(error),
        conflict @ VaultError::Conflict { .. } => ApiError::new(StatusCode::CONFLICT, conflict.code(), what, conflict.to_string()).into(),
        other => ApiError::new(StatusCode::SERVICE_UNAVAILABLE, other.code(), what, other.to_string()).into(),
    }
}

impl Site {
    /// Remembers a password that was sealed, and has the account checked.
    fn sealed(&self, sealed: Option<Sealed>) {
        if let Some(sealed) = sealed
            && let Err(error) = self.sealer().committed(sealed)
        {
            tracing::error!(component = "provider", %error, "the newest version of a password could not be remembered beside its key");
        }
        self.account_changed();
    }

    /// Wakes who checks accounts.
    pub(crate) fn account_changed(&self) {
        self.bells().ring(ComponentName::AccountManager);
    }
}
