//! `provost site run`.

use crate::command::site_settings::SiteSettings;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::running::foreground::{self, Wanted};
use std::path::PathBuf;

/// Runs the site on this machine, in the foreground, without a client of its own.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// File that is written, whole, once everything is ready: the addresses, as JSON.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// Starts a site again that was uninstalled. Publishing stays off.
    #[arg(long)]
    reinstall: bool,

    #[command(flatten)]
    settings: SiteSettings,
}

impl Run {
    /// Does it.
    ///
    /// # Errors
    /// When the settings are wrong, or when the site cannot be started.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let flags = self.settings.flags();
        foreground::run(context, &Wanted { flags: &flags, ready_file: self.ready_file.as_deref(), for_person: false, reinstall: self.reinstall })
    }
}
