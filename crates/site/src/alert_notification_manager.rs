//! Alert notification manager: what rules look for becomes alerts, and alerts become mail.
//!
//! A pass first looks, then sends. What follows from a look (alerts opened, counted and closed, the mail about them, and
//! how far status messages were looked at) is written in one transaction: after a crash at any point the next pass sees
//! either all of it or none, and nobody is told twice or not at all.
//!
//! A mail is sent and then recorded as sent. After a crash between the two it is sent again, with the same Message-ID,
//! which is made from its key; mail systems take the second for the first. Sending before recording is the choice: an
//! alert that comes twice is better than one that never comes.

mod look;
mod sending;

use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_domain::alerts::{Alert, Event, decide, mails};
use provost_domain::{SiteCode, Timestamp};
use provost_runtime::{Component, Failure, Pass};
use provost_store::{Connection, StoreError, alerts};
use std::sync::Arc;
use std::time::Duration;

/// How long closed alerts and settled mail are kept, in days; as long as status messages.
const KEPT_DAYS: i64 = 30;
/// How often old alerts and mail are removed, in seconds.
const FORGET_SECONDS: i64 = 24 * 3600;

/// A mail on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMail {
    /// Address that it comes from.
    pub sender: String,
    /// Address that it goes to.
    pub recipient: String,
    /// Subject line.
    pub heading: String,
    /// Text, with plain line ends.
    pub body: String,
    /// Unique, and the same when the mail is sent again: the Message-ID is made from it. Letters, digits, dots, hyphens.
    pub message_key: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// What became of a mail that was handed to [`Post`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostResult {
    /// The mail server took it.
    Ok,
    /// Not now.
    Later {
        /// Why, in words, without secrets.
        outcome: String,
    },
    /// Not this mail, however often it is tried.
    Never {
        /// Why, in words, without secrets.
        outcome: String,
    },
}

/// Sends one mail, and returns when the mail server has taken or refused it or a time is over. Handed in, because it signs
/// in as an account and only the broker does that.
pub type Post = Arc<dyn Fn(&OutgoingMail) -> PostResult + Send + Sync>;

/// The component.
pub struct AlertNotificationManager {
    surroundings: Surroundings,
    connection: Connection,
    site: SiteCode,
    post: Post,
    looking: look::Looking,
    sending: sending::Sending,
    forgotten_at: Option<Timestamp>,
}

impl AlertNotificationManager {
    /// With its own connection, and a way to send mail.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection, site: SiteCode, post: Post) -> Self {
        Self {
            surroundings: surroundings.clone(),
            connection,
            site,
            post,
            looking: look::Looking::default(),
            sending: sending::Sending::default(),
            forgotten_at: None,
        }
    }

    /// Looks once, and writes what follows.
    fn look(&mut self) -> Result<Pass, StoreError> {
        let now = self.surroundings.clock.now();
        let Some(seen) = self.looking.look(&mut self.connection, now)? else { return Ok(Pass::Idle) };
        let look::Seen { rules, looks, open, cursors, gone, more } = seen;
        let decision = decide(&rules, looks, open, now);
        if !decision.opened.is_empty() || !decision.changed.is_empty() || !cursors.is_empty() || !gone.is_empty() {
            let site = self.site;
            self.connection.write(|tx| {
                alerts::save(tx, &decision.changed)?;
                let mut told: Vec<(Event, Alert)> = decision.told.clone();
                told.extend(alerts::open(tx, &decision.opened, now)?.into_iter().map(|alert| (Event::Opened, alert)));
                alerts::mails::enqueue(tx, &mails(site, &rules, &told, now), now)?;
                for (record_id, rules) in &cursors {
                    alerts::set_cursors(tx, rules, *record_id)?;
                }
                alerts::forget_cursors(tx, &gone)
            })?;
        }
        Ok(if more { Pass::More } else { Pass::Idle })
    }

    fn forget_old(&mut self) -> Result<(), StoreError> {
        let now = self.surroundings.clock.now();
        if self.forgotten_at.is_some_and(|at| now.seconds_since(at) < FORGET_SECONDS) {
            return Ok(());
        }
        let before = now.plus_seconds(-KEPT_DAYS * 24 * 3600);
        self.connection.write(|tx| {
            alerts::mails::forget_settled(tx, before)?;
            alerts::forget_closed(tx, before)
        })?;
        self.forgotten_at = Some(now);
        Ok(())
    }
}

impl Component for AlertNotificationManager {
    fn name(&self) -> ComponentName {
        ComponentName::AlertNotificationManager
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let looked = self.look().map_err(|e| Failure::new("looking for what people want to be told of", e))?;
        let sent = self.sending.send(&self.surroundings, &mut self.connection, &self.post).map_err(|e| Failure::new("sending mail about alerts", e))?;
        if looked == Pass::More || sent == Pass::More {
            return Ok(Pass::More);
        }
        self.forget_old().map_err(|e| Failure::new("removing old alerts", e))?;
        Ok(Pass::Idle)
    }
}
