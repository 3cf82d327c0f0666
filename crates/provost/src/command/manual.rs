//! `provost manual`.

use super::CommandLine;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use clap::CommandFactory;
use provost_catalog::rules::code;
use serde_json::json;
use std::path::PathBuf;

/// Writes man pages, one for each command, into a folder.
///
/// For man: provost manual ~/.local/share/man/man1
#[derive(Debug, clap::Args)]
pub struct Manual {
    /// The folder; made when it is not there. Pages of the same names are written over.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Manual {
    /// Does it.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let shown = self.folder.display().to_string();
        let unwritable = |error| {
            Failure::new(code::CONFIG_WRONG_VALUE, format!("cannot write man pages to {shown}"), error)
                .state("some of them may be there")
                .fix("name a folder that you may write to: provost manual DIR")
        };
        std::fs::create_dir_all(&self.folder).and_then(|()| clap_mangen::generate_to(CommandLine::command(), &self.folder)).map_err(unwritable)?;
        context.output.object(&json!({ "folder": shown }), |written| Page::new(&shown).fact("Written to", written, "folder", As::Plain));
        context.output.note(&format!("next: man {}", self.folder.join("provost.1").display()));
        Ok(Exit::Done)
    }
}
