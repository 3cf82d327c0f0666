//! The client's states (configmgr.md §2.5): each change gets the next serial number, written down before it is sent.

use crate::folder::Folder;
use crate::identity::{Identity, Settings};
use crate::queue::Queue;
use provost_domain::Timestamp;
use provost_runtime::random;
use provost_wire::client::state::{State, StateReport};
use provost_wire::envelope::Kind;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::path::Path;

const FILE: &str = "states.json";

/// Topic type of client deployment; states 400 installed, 700 assigned to its site.
pub const CLIENT_DEPLOYMENT: i32 = 800;
/// Topic type of client health; states 1 well, 2 not.
pub const CLIENT_HEALTH: i32 = 1300;

/// All states that the client has and the last serial number that it gave out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct States {
    /// Last serial number.
    pub last_serial: i64,
    /// The newest state of each topic.
    pub current: Vec<State>,
}

impl States {
    /// The kept states; none when there are none yet.
    ///
    /// # Errors
    /// When they cannot be read or are damaged.
    pub fn load(folder: &Folder) -> Result<Self, String> {
        match folder.read(FILE).map_err(|e| format!("cannot read the states: {e}"))? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|e| format!("{FILE} is damaged: {e}")),
            None => Ok(Self::default()),
        }
    }

    /// Sets a topic's state and gives the message to send; `None` when it is in that state already.
    pub fn set(&mut self, topic_type: i32, topic_id: &str, state_id: i32, parameters: Vec<String>, at: Timestamp) -> Option<State> {
        let known = self.current.iter().position(|s| s.topic_type == topic_type && s.topic_id == topic_id);
        if known.is_some_and(|i| self.current[i].state_id == state_id && self.current[i].parameters == parameters) {
            return None;
        }
        self.last_serial += 1;
        let state = State { serial: self.last_serial, topic_type, topic_id: topic_id.to_owned(), state_id, at, parameters };
        match known {
            Some(index) => self.current[index] = state.clone(),
            None => self.current.push(state.clone()),
        }
        Some(state)
    }

    /// All states under new serial numbers, as an answer to a resync.
    fn renumbered(&mut self) -> Vec<State> {
        for state in &mut self.current {
            self.last_serial += 1;
            state.serial = self.last_serial;
        }
        self.current.clone()
    }

    /// Writes the serial numbers down first, then queues the messages: a crash in between leaves a gap, which the site
    /// notices and asks about; the other order could give one number to two messages, which nobody would notice.
    fn keep_and_queue(&self, folder: &Folder, queue: &Queue, report: &StateReport, at: Timestamp) -> Result<(), String> {
        let bytes = serde_json::to_vec(self).map_err(|e| e.to_string())?;
        folder.write(FILE, &bytes).map_err(|e| format!("cannot keep the states: {e}"))?;
        let body = serde_json::to_vec(report).map_err(|e| e.to_string())?;
        queue.push(Kind::State, random::message_id(at), &body).map_err(|e| format!("cannot queue state messages: {e}"))
    }
}

/// Queues what is new in the client's states. `clock_is_right` and the like come later; today: installed, assigned, well.
///
/// # Errors
/// When nothing can be kept.
pub fn report(folder: &Folder, queue: &Queue, settings: &Settings, at: Timestamp) -> Result<(), String> {
    let mut states = States::load(folder)?;
    let messages: Vec<State> = [
        states.set(CLIENT_DEPLOYMENT, "install", 400, vec![crate::VERSION.to_owned()], at),
        states.set(CLIENT_DEPLOYMENT, "assign", 700, vec![settings.site.to_string()], at),
        states.set(CLIENT_HEALTH, "", 1, Vec::new(), at),
    ]
    .into_iter()
    .flatten()
    .collect();
    if messages.is_empty() { Ok(()) } else { states.keep_and_queue(folder, queue, &StateReport { resync: false, messages }, at) }
}

/// Queues every state again, because the site misses some.
///
/// # Errors
/// When nothing can be kept.
pub fn resync(folder: &Folder, queue: &Queue, at: Timestamp) -> Result<(), String> {
    let mut states = States::load(folder)?;
    let messages = states.renumbered();
    states.keep_and_queue(folder, queue, &StateReport { resync: true, messages }, at)
}

/// How the client stands, for `provost-client status`.
///
/// # Errors
/// When the folder is not a client's.
pub fn summary(data: &Path, json: bool) -> Result<String, String> {
    let missing = |e: &dyn std::fmt::Display| format!("{} is not a client's data folder: {e}", data.display());
    let settings: Settings = std::fs::read(data.join("client.json")).map_err(|e| missing(&e)).and_then(|b| serde_json::from_slice(&b).map_err(|e| missing(&e)))?;
    let folder = Folder::open(data).map_err(|e| missing(&e))?;
    let waiting = Queue::open(data).and_then(|q| q.waiting()).map_err(|e| missing(&e))?.len();
    let done: crate::schedule::Done = crate::main_loop::load_done(&folder);
    let certified = Identity::certificate(&folder).is_some();
    let policy = crate::policy::load(&folder, settings.policy_key.as_ref(), settings.site, settings.client).map(|(policy, _)| policy.version);
    let time = |at: Option<Timestamp>| at.map(|t| t.to_string());
    if json {
        let document = serde_json::json!({
            "apiVersion": "provost/v1", "client": settings.client, "site": settings.site, "management_point": settings.management_point,
            "certified": certified, "policy_version": policy, "messages_waiting": waiting, "last_policy_poll": time(done.policy_poll),
            "last_heartbeat": time(done.heartbeat), "last_hardware_inventory": time(done.hardware_inventory),
        });
        return Ok(format!("{document}\n"));
    }
    let never = || "never".to_owned();
    let mut text = String::new();
    let rows = [
        ("client", settings.client.to_string()),
        ("site", settings.site.to_string()),
        ("management point", settings.management_point.clone()),
        ("certificate", if certified { "issued" } else { "none yet" }.to_owned()),
        ("policy", policy.map_or_else(|| "none yet".to_owned(), |v| format!("version {v}"))),
        ("messages waiting", waiting.to_string()),
        ("last policy poll", time(done.policy_poll).unwrap_or_else(never)),
        ("last heartbeat", time(done.heartbeat).unwrap_or_else(never)),
        ("last inventory", time(done.hardware_inventory).unwrap_or_else(never)),
    ];
    for (name, value) in rows {
        let _ = writeln!(text, "{name:<18} {value}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_count_up_and_a_state_is_sent_once() {
        let at = Timestamp::from_micros(1);
        let mut states = States::default();
        assert_eq!(states.set(800, "a", 100, vec![], at).map(|s| s.serial), Some(1));
        assert_eq!(states.set(800, "a", 100, vec![], at), None);
        assert_eq!(states.set(800, "a", 400, vec![], at).map(|s| s.serial), Some(2));
        assert_eq!(states.set(800, "b", 400, vec![], at).map(|s| s.serial), Some(3));
        let all = states.renumbered();
        assert_eq!(all.iter().map(|s| (s.topic_id.as_str(), s.serial)).collect::<Vec<_>>(), [("a", 4), ("b", 5)]);
    }
}
