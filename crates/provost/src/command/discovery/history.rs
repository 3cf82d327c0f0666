//! `provost discovery history`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};
use serde_json::Value;

/// Lists runs of discovery methods, the newest first, with what was blocked and which right is missing.
#[derive(Debug, clap::Args)]
pub struct History {
    /// Of this method only.
    #[arg(value_name = "METHOD", value_parser = ["ad-system", "ad-user", "ad-group", "ad-forest"])]
    method: Option<String>,

    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,

    #[command(flatten)]
    narrow: Narrow,
}

/// How runs are listed.
pub const LISTING: Listing = Listing {
    name: "run_id",
    columns: columns(&[
        column("run", "run_id").shown(Show::Number),
        column("method", "method"),
        column("at", "target"),
        column("kind", "kind"),
        column("started", "started_at").shown(Show::Ago),
        column("found", "found").shown(Show::Number),
        column("new", "new").shown(Show::Number),
        column("changed", "changed").shown(Show::Number),
        column("blocked", "blocked_count").shown(Show::Number),
        column("outcome", "outcome"),
        column("account", "account").wide(),
        column("controller", "domain_controller").wide(),
        column("read", "read").shown(Show::Number).wide(),
        column("left-out", "left_out").shown(Show::Number).wide(),
        column("by", "requested_by").wide(),
        column("detail", "detail").wide(),
    ]),
    nothing: "nothing was discovered yet: provost discovery run METHOD --wait",
};

/// With the number of what was blocked in each run.
pub fn counted(list: &mut Value) {
    for run in list["items"].as_array_mut().into_iter().flatten() {
        run["blocked_count"] = run["blocked"].as_array().map_or(0, Vec::len).into();
    }
}

impl History {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let mut list = self.narrow.on_site(&context.connect()?, "/api/v1/discovery-runs", &[("method", self.method.clone())], Some(self.limit))?;
        counted(list.document_mut());
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
