//! `provost verify unwaive`.

use crate::command::account::binding::Which;
use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Takes a waiver back: the failed check counts again.
#[derive(Debug, clap::Args)]
pub struct Unwaive {
    /// The account.
    #[arg(value_name = "NAME")]
    name: String,

    /// Id of the check, as provost account show prints it.
    #[arg(value_name = "CHECK")]
    check: String,

    /// As which account it is bound, where it is bound as several.
    #[arg(long = "for", value_name = "KIND")]
    kind: Option<String>,
}

impl Unwaive {
    /// Does it.
    ///
    /// # Errors
    /// When the account is not bound, when the rules of waivers forbid it, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let binding = Which { name: self.name.clone(), kind: self.kind.clone(), on: None }.one(&connection)?;
        let path = format!("/api/v1/bindings/{}/waivers/{}", binding["binding_id"], escaped(&self.check));
        let answer = connection.delete(&path)?;
        let told = format!("{}: {} no longer waived", self.name, self.check);
        context.output.object(&answer, |_| Page::new(&self.name).told("Check", &self.check, &told));
        Ok(Exit::Done)
    }
}
