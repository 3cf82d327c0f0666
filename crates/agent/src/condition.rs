//! What the client waits for, kept where `provost-client status` finds it; nothing while all is well.

use crate::folder::Folder;
use provost_domain::Timestamp;
use serde::{Deserialize, Serialize};

const FILE: &str = "condition.json";

/// What keeps the client from its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Since when.
    pub since: Timestamp,
    /// What, for people; never a secret.
    pub problem: String,
}

/// The condition that was left; none while all is well.
#[must_use]
pub fn read(folder: &Folder) -> Option<Condition> {
    serde_json::from_slice(&folder.read(FILE).ok()??).ok()
}

/// Leaves a problem. That it cannot be written is no new problem.
pub fn set(folder: &Folder, problem: &str, since: Timestamp) {
    let condition = Condition { since, problem: problem.to_owned() };
    if let Ok(bytes) = serde_json::to_vec(&condition) {
        let _ = folder.write(FILE, &bytes);
    }
}

/// All is well.
pub fn clear(folder: &Folder) {
    let _ = folder.remove(FILE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_stays_until_all_is_well() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(place.path()).expect("it opens");
        assert_eq!(read(&folder), None);
        set(&folder, "PV3004: not approved", Timestamp::from_micros(7));
        assert_eq!(read(&folder), Some(Condition { since: Timestamp::from_micros(7), problem: "PV3004: not approved".to_owned() }));
        clear(&folder);
        clear(&folder);
        assert_eq!(read(&folder), None);
    }
}
