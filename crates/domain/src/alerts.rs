//! Alerts: what people want to be told of, when they are told, and how often mail is tried.
//!
//! A rule looks at one source. What it finds has a subject, and an alert is the pair of rule and subject: while it is
//! open, the same finding is counted and not mailed again, but for a reminder each day. It closes when its cause is over,
//! and that is mailed too. A look that opens, reminds of or closes many alerts at once makes one mail of them.

mod address;
mod alert;
mod mail;
mod retry;
mod rule;

pub use address::Address;
pub use alert::{Alert, Cause, Decision, Look, QUIET_SECONDS, REMINDER_SECONDS, decide};
pub use mail::{Event, LISTED_MAX, MAILS_OF_A_LOOK_MAX, Mail, mails, test_mail};
pub use retry::{GIVEN_UP_SECONDS, Retry, WAIT_LONGEST_SECONDS, after_failure};
pub use rule::{AlertRule, ClientSilent, ComponentFailing, Invalid, RECIPIENTS_MAX, RuleName, Source, StatusMessages};
