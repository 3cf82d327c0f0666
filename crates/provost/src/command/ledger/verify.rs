//! `provost ledger verify`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};

/// Verifies the ledger's chain: finds an entry that was changed, is missing, was reordered, or was cut off at the end.
///
/// Ends with 5 when it finds something.
#[derive(Debug, clap::Args)]
pub struct Verify;

impl Verify {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let verification = context.connect()?.get("/api/v1/ledger/verification")?;
        context.output.object(&verification, |v| {
            let text = |finding: &serde_json::Value, field: &str| finding[field].as_str().unwrap_or_default().to_owned();
            let findings: Vec<Vec<String>> =
                v["findings"].as_array().into_iter().flatten().map(|f| vec![text(f, "code"), f["seq"].to_string(), text(f, "text")]).collect();
            let page = Page::new(v["result"].as_str().unwrap_or_default())
                .fact("Result", v, "result", As::Plain)
                .fact("Entries", v, "entries", As::Plain)
                .fact("First bad entry", v, "first_bad_seq", As::Plain)
                .fact("Reason", v, "reason", As::Plain)
                .fact("Head", v, "head_hash", As::Plain)
                .fact("Checked", v, "checked_at", As::Ago);
            if findings.is_empty() { page } else { page.section("Findings", ["RULE", "ENTRY", "WHAT"].map(str::to_owned).to_vec(), findings) }
        });
        // Only a clear yes counts as intact.
        Ok(if verification["intact"].as_bool() == Some(true) { Exit::Done } else { Exit::Findings })
    }
}
