//! `provost account set`.

use super::binding::{Which, path, text};
use super::shown;
use crate::command::password::PasswordSource;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::accounts::{Change, account};
use serde_json::json;

/// Replaces the password of a bound account, or moves it in its list.
#[derive(Debug, clap::Args)]
pub struct Set {
    #[command(flatten)]
    which: Which,

    /// Moves it to this place of its list, from 1, and leaves its password.
    #[arg(long, value_name = "N")]
    order: Option<u32>,

    #[command(flatten)]
    source: PasswordSource,
}

impl Set {
    /// Does it.
    ///
    /// # Errors
    /// When it is not bound, when somebody else replaced the password meanwhile, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        self.source.check()?;
        let connection = context.connect()?;
        let binding = self.which.one(&connection)?;
        if self.order.is_none() && account(text(&binding, "kind")).is_some_and(|account| account.change_by == Change::ReplaceThenRetire) {
            context.output.note("note: whoever holds the old password locks this account out; a new account, then retiring this one, does not");
        }
        let password = match (self.order, self.source.is_given()) {
            (Some(_), false) => None,
            _ => Some(self.source.read(context, &format!("new password of {}: ", self.which.name), false)?),
        };
        let expected = if password.is_some() { binding["secret"]["version"].clone() } else { serde_json::Value::Null };
        let body = json!({ "password": password, "expected_version": expected, "position": self.order });
        let changed = connection.put(&path(&binding), &body)?;
        context.output.object(&changed, shown);
        Ok(Exit::Done)
    }
}
