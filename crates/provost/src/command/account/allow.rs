//! `provost account allow` and `provost account disallow`.

use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Page, Show, column, columns};
use serde_json::json;

/// Switches a dangerous use on, such as client push, or lists them.
#[derive(Debug, clap::Args)]
pub struct Allow {
    /// The use; all are listed when it is not given.
    #[arg(value_name = "USE", conflicts_with_all = ["filter", "sort"])]
    operation: Option<String>,

    #[command(flatten)]
    narrow: Narrow,
}

/// Switches a dangerous use off again.
#[derive(Debug, clap::Args)]
pub struct Disallow {
    /// The use.
    #[arg(value_name = "USE")]
    operation: String,
}

const LISTING: Listing = Listing {
    name: "use",
    columns: columns(&[column("use", "use"), column("allowed", "allowed").shown(Show::YesNo), column("what", "words")]),
    nothing: "there are no dangerous uses",
};

impl Allow {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such use, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.operation {
            Some(operation) => switch(context, operation, true),
            None => {
                let list = context.connect()?.get("/api/v1/allowed-uses")?;
                context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
                Ok(Exit::Done)
            }
        }
    }
}

impl Disallow {
    /// Does it.
    ///
    /// # Errors
    /// As [`Allow::run`].
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        switch(context, &self.operation, false)
    }
}

fn switch(context: &Context, operation: &str, allowed: bool) -> Result<Exit, Failure> {
    let answer = context.connect()?.put(&format!("/api/v1/allowed-uses/{}", escaped(operation)), &json!({ "allowed": allowed }))?;
    let told = format!("{operation}: {}", if allowed { "switched on" } else { "switched off" });
    context.output.object(&answer, |_| Page::new(operation).told("Use", operation, &told));
    Ok(Exit::Done)
}
