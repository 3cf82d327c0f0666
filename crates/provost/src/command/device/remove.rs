//! `provost device remove`.

use super::DEVICES;
use crate::command::confirmation::confirm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Removes a device with its inventory. A client that still runs there makes a new record at its next heartbeat.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Name or number of the device.
    #[arg(value_name = "NAME")]
    name: String,

    /// Goes on without asking; needed where there is no terminal.
    #[arg(long)]
    yes: bool,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When it was not confirmed, when there is no such device, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        confirm(context, self.yes, &format!("Removal of device {}", self.name), &self.name)?;
        let answer = connection.delete(&DEVICES.item(&self.name)).map_err(|failure| DEVICES.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| Page::new(&self.name).told("Device", &self.name, &format!("{}: removed", self.name)));
        Ok(Exit::Done)
    }
}
