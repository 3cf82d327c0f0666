//! What the owner of the data folder does past the provider, entered in the ledger.

use provost_catalog::database::Principal;
use provost_domain::Timestamp;
use provost_store::ledger::{Ledger, NewEntry};
use provost_store::{Database, StoreError};
use serde_json::Value;

/// Enters an act.
///
/// # Errors
/// When the ledger cannot be written: then the act is not to be done.
pub fn enter(database: &Database, ledger: &Ledger, at: Timestamp, act: &str, detail: &Value) -> Result<(), StoreError> {
    let origin = format!("command line, uid {}", rustix::process::geteuid().as_raw());
    let entry = database
        .connect(Principal::Provider)?
        .write(|tx| ledger.append(tx, &NewEntry { at, actor: "owner", origin: &origin, act, object: database.site().as_str(), detail }))?;
    if let Err(error) = ledger.committed(&entry) {
        tracing::warn!(%error, "how far the ledger went is not recorded");
    }
    Ok(())
}
