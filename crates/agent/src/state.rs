//! The client's states (configmgr.md §2.5): each change gets the next serial number, written down before it is sent.

use crate::folder::Folder;
use crate::identity::Settings;
use crate::queue::Queue;
use provost_domain::Timestamp;
use provost_runtime::random;
use provost_wire::client::state::{State, StateReport};
use provost_wire::envelope::Kind;
use serde::{Deserialize, Serialize};

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
        let id = random::message_id(at);
        let queued = if report.resync { queue.push_superseding(Kind::State, id, &body) } else { queue.push(Kind::State, id, &body) };
        queued.map_err(|e| format!("cannot queue state messages: {e}"))
    }
}

/// Queues what is new in the client's states: installed, assigned to its site, well.
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

/// Queues every state again, because the site misses some. They say all that waiting state messages say.
///
/// # Errors
/// When nothing can be kept.
pub fn resync(folder: &Folder, queue: &Queue, at: Timestamp) -> Result<(), String> {
    let mut states = States::load(folder)?;
    let messages = states.renumbered();
    if messages.is_empty() {
        return Ok(());
    }
    states.keep_and_queue(folder, queue, &StateReport { resync: true, messages }, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_domain::SmsId;

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

    fn settings() -> Settings {
        Settings {
            client: SmsId::from_random([1; 16]),
            site: "LAB".parse().expect("a code"),
            management_point: "mp:1".to_owned(),
            policy_key: None,
            certificate_not_after: None,
            token_shown: None,
        }
    }

    fn reports(queue: &Queue) -> Vec<StateReport> {
        let waiting = queue.waiting().expect("it reads");
        waiting.iter().map(|m| provost_wire::client::state::parse(&queue.body(m).expect("it reads")).expect("the site takes it")).collect()
    }

    #[test]
    fn the_first_report_says_installed_assigned_and_well_and_the_next_says_nothing() {
        let place = tempfile::tempdir().expect("a folder");
        let (folder, queue) = (Folder::open(place.path()).expect("it opens"), Queue::open(place.path()).expect("it opens"));
        report(&folder, &queue, &settings(), Timestamp::from_micros(1)).expect("it is queued");
        report(&folder, &queue, &settings(), Timestamp::from_micros(2)).expect("nothing to queue");
        let [first] = &reports(&queue)[..] else { panic!("one report") };
        let said: Vec<_> = first.messages.iter().map(|m| (m.serial, m.topic_type, m.state_id)).collect();
        assert_eq!(said, [(1, 800, 400), (2, 800, 700), (3, 1300, 1)]);
    }

    #[test]
    fn a_resync_says_all_under_new_numbers_in_the_place_of_what_waits() {
        let place = tempfile::tempdir().expect("a folder");
        let (folder, queue) = (Folder::open(place.path()).expect("it opens"), Queue::open(place.path()).expect("it opens"));
        resync(&folder, &queue, Timestamp::from_micros(1)).expect("there is nothing to say");
        assert!(reports(&queue).is_empty());
        report(&folder, &queue, &settings(), Timestamp::from_micros(1)).expect("it is queued");
        resync(&folder, &queue, Timestamp::from_micros(2)).expect("it is queued");
        let [only] = &reports(&queue)[..] else { panic!("one report") };
        assert!(only.resync);
        assert_eq!(only.messages.iter().map(|m| m.serial).collect::<Vec<_>>(), [4, 5, 6]);
    }

    #[test]
    fn a_number_is_never_given_twice_even_when_its_message_could_not_be_queued() {
        let place = tempfile::tempdir().expect("a folder");
        let (folder, queue) = (Folder::open(place.path()).expect("it opens"), Queue::open(place.path()).expect("it opens"));
        std::fs::remove_dir_all(place.path().join("queue")).expect("the queue's folder goes away");
        assert!(report(&folder, &queue, &settings(), Timestamp::from_micros(1)).is_err());
        let queue = Queue::open(place.path()).expect("it opens again");
        resync(&folder, &queue, Timestamp::from_micros(2)).expect("it is queued");
        assert_eq!(reports(&queue)[0].messages.iter().map(|m| m.serial).collect::<Vec<_>>(), [4, 5, 6]);
    }
}
