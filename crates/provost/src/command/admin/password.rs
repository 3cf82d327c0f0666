//! `provost admin password`.

use super::PEOPLE;
use crate::command::password::PasswordSource;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Sets a person's password. It is typed, or read from a file; it is never an argument.
#[derive(Debug, clap::Args)]
pub struct Password {
    /// Name of the person.
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    source: PasswordSource,
}

impl Password {
    /// Does it.
    ///
    /// # Errors
    /// When the password cannot be read or is too weak, when there is no such person, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let password = self.source.read(context, &format!("new password for {}: ", self.name), true)?;
        let path = format!("{}/password", PEOPLE.item(&self.name));
        let answer = connection.put(&path, &json!({ "password": password })).map_err(|failure| PEOPLE.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| Page::new(&self.name).told("Administrative user", &self.name, &format!("{}: password set", self.name)));
        Ok(Exit::Done)
    }
}
