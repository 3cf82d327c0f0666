//! What rules find.

use provost_domain::Timestamp;
use provost_domain::alerts::{Alert, AlertRule, Cause, Look, RuleName, Source};
use provost_store::alerts::rules::Set;
use provost_store::alerts::{self, NumberedMessage};
use provost_store::{Connection, StoreError, Tx};
use std::collections::BTreeMap;

/// Most status messages of one look.
const MESSAGES_MAX: usize = 1000;
/// How often clients are looked at, in seconds: all of them are, and hours count.
const CLIENTS_SECONDS: i64 = 300;

/// What a look saw.
pub(super) struct Seen {
    /// Every rule.
    pub rules: Vec<AlertRule>,
    /// What rules found.
    pub looks: Vec<Look>,
    /// The alerts that are open.
    pub open: Vec<Alert>,
    /// How far rules have looked now: number of a status message, and the rules that came so far.
    pub cursors: Vec<(i64, Vec<RuleName>)>,
    /// Rules that have a cursor and are gone.
    pub gone: Vec<RuleName>,
    /// Whether more status messages wait.
    pub more: bool,
}

/// Looks, and remembers when it looked at clients.
#[derive(Default)]
pub(super) struct Looking {
    clients_at: Option<Timestamp>,
    /// The rules of the last look at clients: another rule is not kept waiting.
    clients_for: Vec<AlertRule>,
}

impl Looking {
    /// Looks; none when there is nothing to look for.
    pub fn look(&mut self, connection: &mut Connection, now: Timestamp) -> Result<Option<Seen>, StoreError> {
        let (clients_at, clients_for) = (self.clients_at, std::mem::take(&mut self.clients_for));
        let looked = connection.read(|tx| {
            let set = alerts::rules::list(tx)?;
            let (open, cursors) = (alerts::still_open(tx)?, alerts::cursors(tx)?);
            if set.is_empty() && open.is_empty() && cursors.is_empty() {
                return Ok(None);
            }
            let rules: Vec<AlertRule> = set.iter().map(|set| set.rule.clone()).collect();
            let rested = clients_at.is_none_or(|at| !(0..CLIENTS_SECONDS).contains(&now.seconds_since(at)));
            let gone = cursors.keys().filter(|name| !set.iter().any(|set| set.rule.name == **name && is_about_messages(set))).cloned().collect();
            let mut seen = Seen { rules, looks: Vec::new(), open, cursors: Vec::new(), gone, more: false };
            look_at_messages(tx, &set, &cursors, &mut seen)?;
            look_at_components(tx, now, &mut seen)?;
            let clients = rested || clients_for != seen.rules;
            if clients {
                look_at_clients(tx, now, &mut seen)?;
            }
            Ok(Some((seen, clients)))
        })?;
        let Some((seen, clients)) = looked else { return Ok(None) };
        self.clients_for.clone_from(&seen.rules);
        self.clients_at = if clients { Some(now) } else { clients_at };
        Ok(Some(seen))
    }
}

const fn is_about_messages(set: &Set) -> bool {
    matches!(set.rule.source, Source::StatusMessage(_))
}

/// Looks at the next status messages. Rules that are off come along, so that nobody is told of the past when one is turned on.
fn look_at_messages(tx: &mut Tx<'_>, set: &[Set], cursors: &BTreeMap<RuleName, i64>, seen: &mut Seen) -> Result<(), StoreError> {
    let mut at: Vec<(&Set, i64)> = Vec::new();
    for rule in set.iter().filter(|set| is_about_messages(set)) {
        let cursor = match cursors.get(&rule.rule.name) {
            Some(cursor) => *cursor,
            // A new rule looks at what came since it was set.
            None => alerts::last_message_before(tx, rule.created_at)?,
        };
        at.push((rule, cursor));
    }
    let Some(first) = at.iter().map(|(_, cursor)| *cursor).min() else { return Ok(()) };
    let messages = alerts::messages_after(tx, first, MESSAGES_MAX)?;
    seen.more = messages.len() == MESSAGES_MAX;
    let last = messages.last().map_or(first, |message| message.record_id);
    let mut moved: BTreeMap<i64, Vec<RuleName>> = BTreeMap::new();
    for (rule, cursor) in at {
        let reached = cursor.max(last);
        if cursors.get(&rule.rule.name) != Some(&reached) {
            moved.entry(reached).or_default().push(rule.rule.name.clone());
        }
        if rule.rule.enabled {
            seen.looks.push(Look { rule: rule.rule.name.clone(), causes: causes(rule, cursor, &messages), complete: !seen.more });
        }
    }
    seen.cursors = moved.into_iter().collect();
    Ok(())
}

fn causes(set: &Set, cursor: i64, messages: &[NumberedMessage]) -> Vec<Cause> {
    let Source::StatusMessage(wanted) = &set.rule.source else { return Vec::new() };
    let new = |found: &&NumberedMessage| found.record_id > cursor && found.received_at >= set.created_at && wanted.include(&found.message);
    messages.iter().filter(new).map(|found| Cause::of_message(&found.message)).collect()
}

fn look_at_components(tx: &mut Tx<'_>, now: Timestamp, seen: &mut Seen) -> Result<(), StoreError> {
    let mut failing = None;
    for rule in seen.rules.iter().filter(|rule| rule.enabled) {
        let Source::ComponentFailing(wanted) = &rule.source else { continue };
        let failing = match &mut failing {
            Some(failing) => failing,
            none => none.insert(alerts::failing_components(tx)?),
        };
        let causes = failing
            .iter()
            .filter(|found| wanted.component.as_ref().is_none_or(|component| *component == found.component))
            .filter(|found| now.seconds_since(found.since) >= i64::from(wanted.minutes) * 60)
            .map(|found| Cause::of_component(&found.component, found.since, &found.reason));
        seen.looks.push(Look { rule: rule.name.clone(), causes: causes.collect(), complete: true });
    }
    Ok(())
}

fn look_at_clients(tx: &mut Tx<'_>, now: Timestamp, seen: &mut Seen) -> Result<(), StoreError> {
    let before = |hours: u32| now.plus_seconds(-i64::from(hours) * 3600);
    let rules: Vec<(&RuleName, u32)> = seen
        .rules
        .iter()
        .filter(|rule| rule.enabled)
        .filter_map(|rule| match &rule.source {
            Source::ClientSilent(wanted) => Some((&rule.name, wanted.hours)),
            Source::StatusMessage(_) | Source::ComponentFailing(_) => None,
        })
        .collect();
    let Some(fewest) = rules.iter().map(|(_, hours)| *hours).min() else { return Ok(()) };
    let silent = alerts::silent_clients(tx, before(fewest))?;
    for (name, hours) in rules {
        let causes = silent.iter().filter(|client| client.seen_at < before(hours));
        let causes = causes.map(|client| Cause::of_client(client.smsid, &client.name, client.seen_at)).collect();
        seen.looks.push(Look { rule: name.clone(), causes, complete: true });
    }
    Ok(())
}
