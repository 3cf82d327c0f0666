//! An error as people read it, in four parts: what was attempted, its cause, the state that is left, and the fix.

use crate::exit::Exit;
use serde_json::{Value, json};
use std::fmt;
use std::ops::Deref;

/// Why a command failed. Secrets are never part of it. Small, because every command may return one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Box<Parts>);

/// The parts of a [`Failure`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Number of the rule; `provost explain` tells more.
    pub code: u16,
    /// What was attempted, and that it failed.
    pub what: String,
    /// Why.
    pub cause: String,
    /// What is done and what is not.
    pub state: String,
    /// What to do, with a command to paste.
    pub fix: String,
    /// Lines of a file with a caret below what is wrong; empty when no file is to blame.
    pub excerpt: String,
    /// How the process ends.
    pub exit: Exit,
}

impl Deref for Failure {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Failure {
    /// A failure that ends with [`Exit::Failed`].
    pub fn new(code: u16, what: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self(Box::new(Parts {
            code,
            what: what.into(),
            cause: cause.to_string(),
            state: "nothing was changed".to_owned(),
            fix: format!("provost explain PV{code:04}"),
            excerpt: String::new(),
            exit: Exit::Failed,
        }))
    }

    /// With another state than "nothing was changed".
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.0.state = state.into();
        self
    }

    /// With a better fix than reading the rule.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.0.fix = fix.into();
        self
    }

    /// With the lines of a file.
    #[must_use]
    pub fn excerpt(mut self, excerpt: String) -> Self {
        self.0.excerpt = excerpt;
        self
    }

    /// With another end.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.0.exit = exit;
        self
    }

    /// From the error document of the API.
    pub fn from_api(status: u16, document: &Value) -> Self {
        let error = &document["error"];
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let code = error["code"].as_str().and_then(|c| c.strip_prefix("PV")?.parse().ok());
        let exit = match status {
            401 | 403 => Exit::NotAllowed,
            _ => Exit::Failed,
        };
        let mut failure = Self::new(code.unwrap_or(provost_catalog::rules::code::BUG), text("message"), text("cause")).exit(exit);
        let parts = &mut *failure.0;
        if parts.what.is_empty() {
            parts.what = format!("the site answered with HTTP status {status}");
        }
        for (part, name) in [(&mut parts.state, "state"), (&mut parts.fix, "fix")] {
            let told = text(name);
            if !told.is_empty() {
                *part = told;
            }
        }
        failure
    }

    /// Its name, such as `PV1008`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("PV{:04}", self.code)
    }

    /// In the form of an error, for what is done and will not do.
    #[must_use]
    pub fn as_warning(&self) -> String {
        let mut text = String::new();
        let _ = self.lines("warning", &mut text);
        text
    }

    /// As the API writes errors.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut error = json!({ "code": self.name(), "message": self.what, "cause": self.cause, "state": self.state, "fix": self.fix });
        if !self.excerpt.is_empty() {
            error["excerpt"] = json!(self.excerpt);
        }
        json!({ "apiVersion": crate::output::API_VERSION, "error": error })
    }
}

impl Parts {
    fn lines(&self, sign: &str, f: &mut impl fmt::Write) -> fmt::Result {
        writeln!(f, "{sign}[PV{:04}]: {}", self.code, self.what)?;
        for line in self.excerpt.lines() {
            writeln!(f, "  {line}")?;
        }
        for (name, text) in [("cause", &self.cause), ("state", &self.state), ("fix", &self.fix)] {
            for (n, line) in text.lines().enumerate() {
                writeln!(f, "  {:<5}  {line}", if n == 0 { name } else { "" })?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Failure {
    /// The four parts, each beginning on a line of its own; a part that is empty is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines("error", f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_parts() {
        let failure = Failure::new(1008, "cannot listen on 127.0.0.1:8443", "the address is in use").fix("provost up --listen 127.0.0.1:9443");
        insta::assert_snapshot!(failure, @r"
        error[PV1008]: cannot listen on 127.0.0.1:8443
          cause  the address is in use
          state  nothing was changed
          fix    provost up --listen 127.0.0.1:9443
        ");
    }

    #[test]
    fn an_answer_of_the_api_keeps_its_parts() {
        let document = json!({ "error": { "code": "PV5005", "message": "m", "cause": "c", "state": "s", "fix": "f", "link": "" } });
        let failure = Failure::from_api(403, &document);
        assert_eq!((failure.code, failure.exit), (5005, Exit::NotAllowed));
        assert_eq!(failure.document()["error"]["state"], "s");
    }
}
