//! A binding that is named on the command line: by its principal, and where that has several, by what it is for.

use crate::connection::{Connection, escaped};
use crate::exit::Exit;
use crate::failure::Failure;
use provost_catalog::accounts::account;
use provost_catalog::rules::code;
use provost_domain::accounts::meant;
use serde_json::Value;

/// Which binding is meant.
#[derive(Clone, Debug, clap::Args)]
pub struct Which {
    /// The account, as `provost account list` shows it.
    #[arg(value_name = "NAME")]
    pub name: String,

    /// As which account it is bound, where it is bound as several.
    #[arg(long = "for", value_name = "KIND")]
    pub kind: Option<String>,

    /// For what it is bound, where it is bound for several.
    #[arg(long, value_name = "OBJECT")]
    pub on: Option<String>,
}

impl Which {
    /// All bindings that are meant.
    ///
    /// # Errors
    /// When there is none, or when the site cannot be asked.
    pub fn all(&self, connection: &Connection) -> Result<Vec<Value>, Failure> {
        let mut query = format!("name={}", escaped(&self.name));
        for (field, value) in [("kind", &self.kind), ("on", &self.on)] {
            if let Some(value) = value {
                query = format!("{query}&{field}={}", escaped(value));
            }
        }
        let found = connection.get(&format!("/api/v1/bindings?{query}"))?;
        let items = found["items"].as_array().cloned().unwrap_or_default();
        if items.is_empty() {
            let no_kind = self.kind.as_deref().filter(|kind| account(kind).is_none());
            let (cause, fix) = match no_kind {
                Some(kind) => {
                    let meant = meant(kind).map(|meant| format!("did you mean --for {meant}?\n")).unwrap_or_default();
                    (format!("there is no kind of account {kind:?}"), format!("{meant}see all: provost account kinds"))
                }
                None => ("no binding has this name".to_owned(), "see what is bound: provost account list".to_owned()),
            };
            return Err(Failure::new(code::ACCOUNT_NOT_BOUND, format!("{} is not bound", self.name), cause).fix(fix));
        }
        Ok(items)
    }

    /// The one binding that is meant.
    ///
    /// # Errors
    /// As [`Which::all`]; when several are meant.
    pub fn one(&self, connection: &Connection) -> Result<Value, Failure> {
        let mut items = self.all(connection)?;
        if items.len() > 1 {
            let named = |item: &Value| format!("--for {} --on {}", text(item, "kind"), text(item, "on"));
            let which: Vec<String> = items.iter().map(named).collect();
            let failure = Failure::new(code::NAME_AMBIGUOUS, format!("{} is bound more than once", self.name), format!("bound: {}", which.join("; ")));
            return Err(failure.fix(format!("say which one: {}", which[0])).exit(Exit::Usage));
        }
        Ok(items.remove(0))
    }
}

/// Path of a binding.
pub fn path(binding: &Value) -> String {
    format!("/api/v1/bindings/{}", binding["binding_id"])
}

/// A text of a document; empty when it is none.
pub fn text<'a>(document: &'a Value, field: &str) -> &'a str {
    document[field].as_str().unwrap_or_default()
}
