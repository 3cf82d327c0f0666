//! `provost account uses`.

use super::binding::Which;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};
use serde_json::{Value, json};

/// Lists what accounts were used for, newest first: when, as whom, where, and how it ended.
#[derive(Debug, clap::Args)]
pub struct Uses {
    /// Only this account's.
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "use_id",
    columns: columns(&[
        column("when", "at").shown(Show::Ago),
        column("account", "account"),
        column("use", "operation"),
        column("target", "target"),
        column("outcome", "outcome"),
        column("detail", "detail"),
        column("microseconds", "microseconds").shown(Show::Number).wide(),
        column("number", "use_id").shown(Show::Number).wide(),
    ]),
    nothing: "no account was used yet",
};

impl Uses {
    /// Does it.
    ///
    /// # Errors
    /// When the account is not bound, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let list = match &self.name {
            None => self.narrow.on_site(&connection, "/api/v1/uses", &[], Some(self.limit))?,
            Some(name) => {
                let mut items: Vec<Value> = Vec::new();
                for binding in (Which { name: name.clone(), kind: None, on: None }).all(&connection)? {
                    let id = binding["binding_id"].to_string();
                    let list = self.narrow.on_site(&connection, "/api/v1/uses", &[("binding_id", Some(id))], Some(self.limit))?;
                    items.extend(list.document()["items"].as_array().cloned().unwrap_or_default());
                }
                // The first of all are among the first of each.
                items.sort_by_key(|item| std::cmp::Reverse(item["use_id"].as_i64()));
                let mut list = self.narrow.sorted_here(&LISTING, json!({ "items": items, "next": null }))?;
                if let Some(items) = list.document_mut()["items"].as_array_mut() {
                    items.truncate(self.limit);
                }
                list
            }
        };
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
