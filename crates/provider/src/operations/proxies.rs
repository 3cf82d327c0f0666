//! Proxy servers of site systems.

pub mod list;
pub mod remove;
pub mod set;

use crate::error::ApiError;
use crate::site::Site;
use provost_catalog::accounts::{Account, Reach};
use provost_domain::accounts::scope;

/// The account with this id, which must be one that passes proxies, and the site system in its one written form.
fn place(site: &Site, kind: &str, object: &str) -> Result<(&'static Account, String), ApiError> {
    let account = super::bindings::kind(kind)?;
    if !account.used_by.iter().any(|operation| operation.reaches() == Reach::Proxy) {
        let error = ApiError::malformed(format!("the {} passes no proxy", account.title), "only proxy server accounts do");
        return Err(error.fix("asset-intelligence-proxy, exchange-connector-proxy, software-update-point-proxy"));
    }
    let object =
        scope::object(account, Some(object), site.status().facts().code).map_err(|refusal| super::bindings::refused("the proxy was not changed", refusal))?;
    Ok((account, object))
}
