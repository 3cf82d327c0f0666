//! `provost inbox show`.

use crate::command::named::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};

const INBOXES: Named = Named { path: "/api/v1/inboxes", field: "name", list_command: "provost inbox list" };

/// Shows an inbox: its owner, what waits in it, and the files that could not be read with the reason of each.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Name of the inbox.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such inbox, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let inbox = INBOXES.get(&context.connect()?, &self.name)?;
        context.output.object(&inbox, |inbox| {
            let text = |value: &serde_json::Value, field: &str| value[field].as_str().unwrap_or_default().to_owned();
            let page = Page::new(text(inbox, "name"))
                .fact("Name", inbox, "name", As::Plain)
                .fact("Meaning", inbox, "meaning", As::Plain)
                .fact("Folder", inbox, "folder", As::Plain)
                .fact("Owner", inbox, "owner", As::Plain)
                .fact("Waiting", inbox, "waiting_files", As::Plain)
                .fact("Size", inbox, "waiting_bytes", As::Bytes)
                .fact("Oldest", inbox, "oldest_at", As::Ago)
                .fact("Bad files", inbox, "bad_files", As::Plain)
                .fact("Bad folder", inbox, "bad_folder", As::Plain);
            match inbox["bad"].as_array() {
                Some(bad) if !bad.is_empty() => {
                    let rows = bad.iter().map(|file| vec![text(file, "name"), text(file, "reason")]).collect();
                    page.section("Files that could not be read", vec!["FILE".to_owned(), "REASON".to_owned()], rows)
                }
                _ => page,
            }
        });
        Ok(Exit::Done)
    }
}
