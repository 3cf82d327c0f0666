//! Status messages that a test knows again: each with a mark of its own, sent by hand and looked for in the database.

use crate::client::{Session, send};
use crate::exchange::Answer;
use crate::site::Site;
use provost_domain::status::Severity;
use provost_runtime::{Clock, random};
use provost_wire::client::status::{Status, StatusReport};
use provost_wire::envelope::Kind;
use serde_json::Value;
use std::io;

/// Messages of one test, told from others by the component that they name.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    component: &'static str,
}

impl Marks {
    /// Of a test.
    #[must_use]
    pub const fn of(component: &'static str) -> Self {
        Self { component }
    }

    /// A report of one message with a mark.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn report(self, mark: &str) -> io::Result<Vec<u8>> {
        let at = Clock::system().now();
        let message = Status { number: 500, severity: Severity::Information, component: self.component.to_owned(), at, insertions: vec![mark.to_owned()] };
        Ok(serde_json::to_vec(&StatusReport { messages: vec![message] })?)
    }

    /// Sends a mark once.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn send(self, session: &mut Session, mark: &str) -> io::Result<Answer> {
        send(session, random::message_id(Clock::system().now()), Kind::Status, &self.report(mark)?)
    }

    /// How often a mark is in the database.
    ///
    /// # Errors
    /// When the site does not answer with a list.
    pub fn times(self, site: &Site, mark: &str) -> io::Result<usize> {
        let answer = site.api("GET", &format!("/api/v1/messages?component={}&limit=500", self.component), &Value::Null)?;
        let messages: Value = serde_json::from_slice(&answer.body)?;
        let items = messages["items"].as_array().ok_or_else(|| io::Error::other(format!("no list: {}", answer.text())))?;
        Ok(items.iter().filter(|message| message["insertions"][0] == mark).count())
    }
}
