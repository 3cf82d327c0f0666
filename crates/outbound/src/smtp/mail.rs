//! One mail.

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use provost_domain::Failure;
use provost_domain::Timestamp;
use provost_domain::outcome::Outcome;
use std::time::{Duration, UNIX_EPOCH};

/// Longest subject, in characters; RFC 5322 §2.1.1 lets a line have 998.
const SUBJECT_MAX: usize = 200;

/// A mail to one recipient, as plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Whose it is, an address.
    pub from: String,
    /// Who gets it, an address.
    pub to: String,
    /// What it is about; line breaks in it become spaces.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// Its name in the world, without brackets: the same mail sent twice has the same.
    pub message_id: String,
    /// When it was written.
    pub date: Timestamp,
}

impl Mail {
    /// Envelope and bytes.
    pub(super) fn written(&self) -> Result<(Envelope, Vec<u8>), Failure> {
        let wrong = |what: String| Failure::new(Outcome::RefusedByRule, "write", what);
        let (from, to) = (address(&self.from)?, address(&self.to)?);
        let subject: String = self.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SUBJECT_MAX).collect();
        let id: String = self.message_id.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect();
        let since = Duration::from_micros(u64::try_from(self.date.as_micros()).unwrap_or(0));
        let message = Message::builder()
            .from(Mailbox::new(Some("Provost".to_owned()), from))
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(UNIX_EPOCH + since)
            .message_id(Some(format!("<{id}>")))
            .header(ContentType::TEXT_PLAIN)
            .body(self.body.clone())
            .map_err(|e| wrong(e.to_string()))?;
        Ok((message.envelope().clone(), message.formatted()))
    }
}

/// An address, understood.
pub(super) fn address(text: &str) -> Result<Address, Failure> {
    text.parse().map_err(|e| Failure::new(Outcome::RefusedByRule, "write", format!("\"{text}\" is not an address: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            from: "alerts@corp.example.test".to_owned(),
            to: "ada@corp.example.test".to_owned(),
            subject: "A component fails".to_owned(),
            body: "line one\n.\nline three ü\n".to_owned(),
            message_id: "1.2@lab".to_owned(),
            date: Timestamp::from_micros(1_795_445_413_000_000),
        }
    }

    #[test]
    fn nobody_writes_headers_by_way_of_a_subject_or_an_address() {
        let wicked = Mail { subject: "hello\r\nBcc: everybody@corp.example.test\r\n\r\nbody".to_owned(), message_id: "a>\r\nX: y".to_owned(), ..mail() };
        let (envelope, bytes) = wicked.written().expect("a mail");
        let text = String::from_utf8(bytes).expect("a text");
        let headers = text.split("\r\n\r\n").next().expect("headers");
        assert!(!headers.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X:")), "{headers}");
        assert_eq!(envelope.to().len(), 1);
        for address in ["ada", "ada@b\r\nRCPT TO:<eve@x.test>", "a b@c.test", "", "<ada@corp.example.test>"] {
            assert!(Mail { to: address.to_owned(), ..mail() }.written().is_err(), "{address:?}");
        }
    }

    #[test]
    fn a_mail_says_what_it_is() {
        let (_, bytes) = mail().written().expect("a mail");
        let text = String::from_utf8(bytes).expect("a text");
        for part in
            ["From: Provost <alerts@corp.example.test>", "To: ada@corp.example.test", "Subject: A component fails", "Message-ID: <1.2@lab>", "text/plain"]
        {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}
