//! `provost verify waive`.

use crate::command::account::binding::Which;
use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Answers for a failed check until a date: the account is used meanwhile, and shown as not proved.
#[derive(Debug, clap::Args)]
pub struct Waive {
    /// The account.
    #[arg(value_name = "NAME")]
    name: String,

    /// Id of the check, as provost account show prints it.
    #[arg(value_name = "CHECK")]
    check: String,

    /// As which account it is bound, where it is bound as several.
    #[arg(long = "for", value_name = "KIND")]
    kind: Option<String>,

    /// Until when, within a year: a date such as 2026-12-31.
    #[arg(long, value_name = "DATE")]
    until: String,

    /// Why; at least ten characters.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Waive {
    /// Does it.
    ///
    /// # Errors
    /// When the account is not bound, when the rules of waivers forbid it, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let binding = Which { name: self.name.clone(), kind: self.kind.clone(), on: None }.one(&connection)?;
        let path = format!("/api/v1/bindings/{}/waivers/{}", binding["binding_id"], escaped(&self.check));
        let answer = connection.put(&path, &json!({ "reason": self.reason, "until": self.until }))?;
        let told = format!("{}: {} waived until {}", self.name, self.check, self.until);
        context.output.object(&answer, |_| Page::new(&self.name).told("Check", &self.check, &told));
        Ok(Exit::Done)
    }
}
