//! What is bound for a use at an object, and what resolution needs to know of the site: read in one transaction.

use provost_catalog::accounts::Use;
use provost_catalog::roles::SiteType;
use provost_domain::accounts::Trust;
use provost_domain::accounts::resolution::{Candidate, SiteFacts, Switches};
use provost_domain::accounts::trust::of_host;
use provost_domain::accounts::verification::Standing;
use provost_store::accounts::{Binding, bindings};
use provost_store::{StoreError, Tx, publishing, servers, settings};

/// What was read.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The bindings, in order.
    pub bindings: Vec<Binding>,
    /// The same, as resolution sees them.
    pub candidates: Vec<Candidate>,
    /// How the target stands to the site's forest.
    pub trust: Trust,
    /// The site.
    pub site: SiteFacts,
}

impl Bound {
    /// Names of those that a failed check blocks.
    pub(crate) fn blocked(&self) -> Vec<String> {
        self.bindings.iter().filter(|binding| binding.standing == Standing::Blocked).map(|binding| binding.name.to_string()).collect()
    }
}

/// Reads what is bound for `operation` at `object`, and the trust of `host`.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn bound_for(tx: &mut Tx<'_>, operation: Use, object: &str, host: &str, own_domain: &str) -> Result<Bound, StoreError> {
    let bindings = bindings::of(tx, operation.account().kind, object)?;
    let candidates = bindings
        .iter()
        .map(|binding| Candidate { binding_id: binding.binding_id, principal_kind: binding.principal_kind, blocked: binding.standing == Standing::Blocked })
        .collect();
    let known = servers::trusts(tx)?;
    let trust = of_host(host, own_domain, known.iter().map(|known| (known.domain.as_str(), known.trust)));
    Ok(Bound { bindings, candidates, trust, site: SiteFacts { site_type: SiteType::Primary, switched_on: switches(tx, operation, object)? } })
}

/// What somebody switched on: for the site, and publishing for each forest of its own.
pub(crate) fn switches(tx: &mut Tx<'_>, operation: Use, object: &str) -> Result<Switches, StoreError> {
    let allowed = publishing::allowed(tx, operation, object)?;
    let mut switches = Switches::default();
    for operation in Use::ALL.iter().copied().filter(|operation| allowed.iter().any(|id| id == operation.id())) {
        switches = switches.with(operation);
    }
    switches.push_as_site_server = allowed.iter().any(|id| id == settings::PUSH_AS_SITE_SERVER);
    Ok(switches)
}
