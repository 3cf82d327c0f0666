//! `provost boundary show`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};

/// Shows a boundary.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its number; see provost boundary list.
    #[arg(value_name = "ID")]
    id: i64,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such boundary, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let boundary = context.connect()?.get(&format!("/api/v1/boundaries/{}", self.id))?;
        context.output.object(&boundary, |boundary| {
            Page::new(boundary["boundary_id"].to_string())
                .fact("Name", boundary, "name", As::Plain)
                .fact("Number", boundary, "boundary_id", As::Plain)
                .fact("Kind", boundary, "kind", As::Plain)
                .fact("Value", boundary, "value", As::Plain)
                .fact("Description", boundary, "description", As::Plain)
                .fact("Created by", boundary, "created_by", As::Plain)
                .fact("Created", boundary, "created_at", As::Ago)
        });
        Ok(Exit::Done)
    }
}
