//! `provost up`.

use super::site_settings::SiteSettings;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::running::foreground::{self, Wanted};
use std::path::PathBuf;

/// Runs a whole site on this machine, in the foreground, and manages this machine with it.
///
/// Makes the site on the first run and continues it on every later one. Ctrl-C stops everything cleanly.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// File that is written, whole, once everything is ready: the addresses, as JSON.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// Starts a site again that was uninstalled. Publishing stays off.
    #[arg(long)]
    reinstall: bool,

    #[command(flatten)]
    settings: SiteSettings,
}

impl Up {
    /// Does it.
    ///
    /// # Errors
    /// When the settings are wrong, or when the site cannot be started.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let flags = self.settings.flags();
        foreground::run(context, &Wanted { flags: &flags, ready_file: self.ready_file.as_deref(), for_person: true, reinstall: self.reinstall })
    }
}
