//! State system: state messages into rows, and the continuity of each client's serial numbers.

use crate::intake::{Bounds, Intake, Loader, Message, Rejected, sender};
use crate::status_writer::Raised;
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_catalog::rules::code;
use provost_domain::state::{Continuity, StateMessage, continuity};
use provost_domain::status::Severity;
use provost_domain::{SmsId, Timestamp};
use provost_runtime::{Bells, Clock, Component, Failure, Pass};
use provost_store::state::{self, Arrived, Stream};
use provost_store::{Connection, StoreError, Tx, clients, intake};
use provost_wire::client::state::{State, StateReport, parse};
use provost_wire::envelope::Envelope;
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

const BOUNDS: Bounds = Bounds { files: 256, messages: 1000, bytes: 8 << 20 };

/// The component.
pub struct StateSystem {
    intake: Intake,
    connection: Connection,
    status: crate::StatusWriter,
    clock: Clock,
    bells: Bells,
}

impl StateSystem {
    /// With its own connection.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection) -> Self {
        Self {
            intake: surroundings.intake(&inboxes::STATE, BOUNDS),
            connection,
            status: surroundings.status.clone(),
            clock: surroundings.clock.clone(),
            bells: surroundings.bells.clone(),
        }
    }
}

impl Component for StateSystem {
    fn name(&self) -> ComponentName {
        ComponentName::StateSystem
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let Self { intake, connection, status, clock, bells } = self;
        let pass = intake.pass(&mut Reports { connection, status, bells, now: clock.now() })?;
        if pass == Pass::Idle {
            self.intake.forget_old(&mut self.connection)?;
        }
        Ok(pass)
    }
}

struct Reports<'c> {
    connection: &'c mut Connection,
    status: &'c crate::StatusWriter,
    bells: &'c Bells,
    now: Timestamp,
}

impl Loader for Reports<'_> {
    type Content = (SmsId, StateReport);

    fn parse(&mut self, envelope: &Envelope, body: &[u8]) -> Result<Self::Content, String> {
        Ok((sender(envelope)?, parse(body).map_err(|e| e.to_string())?))
    }

    fn load(&mut self, messages: &[Message<Self::Content>]) -> Result<Vec<Rejected>, StoreError> {
        let now = self.now;
        let (raised, wishes) = self.connection.write(|tx| load(tx, messages, now))?;
        self.status.raise(ComponentName::StateSystem, raised);
        if wishes {
            self.bells.ring(ComponentName::PolicyProvider);
        }
        Ok(Vec::new())
    }
}

/// What to tell people, and whether the site wishes for a resync that it did not wish for before, or no longer.
fn load(tx: &mut Tx<'_>, messages: &[Message<(SmsId, StateReport)>], now: Timestamp) -> Result<(Vec<Raised>, bool), StoreError> {
    let ids: Vec<_> = messages.iter().map(|message| message.envelope.id).collect();
    let mut loaded = intake::loaded(tx, &ids)?;
    let senders: HashSet<SmsId> = messages.iter().map(|message| message.content.0).collect();
    let senders: Vec<SmsId> = senders.into_iter().collect();
    let known = clients::names(tx, &senders)?;
    let before = state::streams(tx, &senders)?;
    let mut streams: BTreeMap<SmsId, Stream> = before.iter().map(|(smsid, stream)| (*smsid, *stream)).collect();
    let (mut fresh, mut arrived, mut raised) = (Vec::new(), Vec::new(), Vec::new());
    for Message { envelope, content: (client, report) } in messages {
        if !loaded.insert(envelope.id) {
            continue;
        }
        fresh.push(envelope.id);
        // A person forgot the client while its message was on the way.
        if !known.contains_key(client) {
            continue;
        }
        let stream = streams.entry(*client).or_default();
        if let Some(missing) = follow(stream, report) {
            raised.push(Raised::new(code::STATE_GAP, Severity::Warning, [client.to_string(), missing.to_string()]));
        }
        let received_at = envelope.received_at;
        arrived.extend(report.messages.iter().map(|state| Arrived { smsid: *client, received_at, resync: report.resync, state: domain_message(state) }));
    }
    state::put(tx, &arrived)?;
    let changed: Vec<(SmsId, Stream)> = streams.iter().filter(|(smsid, stream)| before.get(smsid) != Some(stream)).map(|(k, v)| (*k, *v)).collect();
    state::put_streams(tx, &changed)?;
    let mut wishes = false;
    for (smsid, stream) in &changed {
        if before.get(smsid).is_some_and(|b| b.resync_wanted) != stream.resync_wanted {
            clients::set_state_resync(tx, *smsid, stream.resync_wanted)?;
            wishes = true;
        }
    }
    intake::record(tx, &inboxes::STATE, &fresh, now)?;
    Ok((raised, wishes))
}

/// Follows a report's serial numbers; gives how many are missing when that is news.
fn follow(stream: &mut Stream, report: &StateReport) -> Option<i64> {
    if report.resync {
        // All states are here, and numbering goes on from the highest of them.
        let last_serial = report.messages.last().map(|state| state.serial).or(stream.last_serial);
        *stream = Stream { last_serial, missing: 0, resync_wanted: false };
        return None;
    }
    let mut missing_now = 0;
    for State { serial, .. } in &report.messages {
        match continuity(stream.last_serial, *serial) {
            Continuity::Old => continue,
            Continuity::Next => {}
            Continuity::Gap { missing } => missing_now += missing,
        }
        stream.last_serial = Some(*serial);
    }
    if missing_now == 0 {
        return None;
    }
    stream.missing = stream.missing.saturating_add(missing_now);
    let news = !stream.resync_wanted;
    stream.resync_wanted = true;
    news.then_some(missing_now)
}

fn domain_message(state: &State) -> StateMessage {
    let State { serial, topic_type, topic_id, state_id, at, parameters } = state.clone();
    StateMessage { serial, topic_type, topic_id, state_id, at, parameters }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(resync: bool, serials: &[i64]) -> StateReport {
        let state =
            |serial: &i64| State { serial: *serial, topic_type: 800, topic_id: String::new(), state_id: 400, at: Timestamp::default(), parameters: Vec::new() };
        StateReport { resync, messages: serials.iter().map(state).collect() }
    }

    #[test]
    fn any_number_is_accepted_as_the_first() {
        let mut stream = Stream::default();
        assert_eq!(follow(&mut stream, &report(false, &[7, 8])), None);
        assert_eq!(stream, Stream { last_serial: Some(8), missing: 0, resync_wanted: false });
    }

    #[test]
    fn a_gap_is_news_once_until_a_resync_closes_it() {
        let mut stream = Stream { last_serial: Some(3), missing: 0, resync_wanted: false };
        assert_eq!(follow(&mut stream, &report(false, &[4, 7])), Some(2));
        assert_eq!(stream, Stream { last_serial: Some(7), missing: 2, resync_wanted: true });
        assert_eq!(follow(&mut stream, &report(false, &[9])), None, "it was asked for already");
        assert_eq!(stream.missing, 3);
        assert_eq!(follow(&mut stream, &report(false, &[5])), None, "an old number neither fills the gap nor opens one");
        assert_eq!(stream, Stream { last_serial: Some(9), missing: 3, resync_wanted: true });
        assert_eq!(follow(&mut stream, &report(true, &[2, 4])), None);
        assert_eq!(stream, Stream { last_serial: Some(4), missing: 0, resync_wanted: false });
        assert_eq!(follow(&mut stream, &report(false, &[5])), None);
    }
}
