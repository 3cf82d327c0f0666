//! `provost config check`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use crate::settings::Settings;
use serde_json::json;

/// Checks provost.toml in the data folder: unknown keys and wrong values are shown with their lines.
#[derive(Debug, clap::Args)]
pub struct Check;

impl Check {
    /// Does it.
    ///
    /// # Errors
    /// When the file cannot be read or anything in it is wrong.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let folder = context.data_folder()?;
        let settings = Settings::read(&folder, &[])?;
        let set = settings.all().iter().filter(|s| s.source == crate::settings::Source::File).count();
        let file = folder.settings();
        let result = if file.exists() { "right" } else { "there is no such file; every setting has its default" };
        let document = json!({ "file": file.display().to_string(), "exists": file.exists(), "keys_set": set, "result": result });
        context.output.object(&document, |d| {
            Page::new(file.display().to_string()).fact("File", d, "file", As::Plain).fact("Keys set", d, "keys_set", As::Plain).fact(
                "Result",
                d,
                "result",
                As::Plain,
            )
        });
        Ok(Exit::Done)
    }
}
