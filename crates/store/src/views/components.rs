//! What the site's components are doing.

use crate::database::{StoreError, Tx};
use provost_domain::Timestamp;

/// One component's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The component's id.
    pub component: String,
    /// `running`, `failing` or `stopped`.
    pub state: String,
    /// Since when.
    pub since: Timestamp,
    /// Why it fails; empty when it does not.
    pub reason: String,
    /// How many passes it has done since the site started.
    pub passes: i64,
}

/// Every component that ever reported, by id.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<State>, StoreError> {
    let rows = tx.query("SELECT component, state, since, reason, passes FROM component_state ORDER BY component", &[])?;
    rows.iter()
        .map(|row| {
            Ok(State {
                component: row.text(0)?.to_owned(),
                state: row.text(1)?.to_owned(),
                since: row.timestamp(2)?,
                reason: row.text(3)?.to_owned(),
                passes: row.integer(4)?,
            })
        })
        .collect()
}
