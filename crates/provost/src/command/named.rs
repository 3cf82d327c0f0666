//! Things asked for by name: when there is none of that name, the nearest one is offered.

use crate::connection::{Connection, escaped};
use crate::failure::Failure;
use provost_catalog::rules::code;
use provost_domain::suggestion;
use serde_json::Value;

/// Most names that are looked through for the nearest.
const NAMES_MAX: usize = 2000;

/// A list of the API whose items are asked for by name.
pub struct Named {
    /// Path of the list.
    pub path: &'static str,
    /// Field of an item with its name.
    pub field: &'static str,
    /// The command that shows the list.
    pub list_command: &'static str,
}

impl Named {
    /// Path of one item.
    #[must_use]
    pub fn item(&self, name: &str) -> String {
        format!("{}/{}", self.path, escaped(name))
    }

    /// The item's document.
    ///
    /// # Errors
    /// When there is none, with the nearest name; or when the site cannot be asked.
    pub fn get(&self, connection: &Connection, name: &str) -> Result<Value, Failure> {
        connection.get(&self.item(name)).map_err(|failure| self.with_nearest(connection, name, failure))
    }

    /// A failure that speaks of a thing that is not there, with the nearest name.
    pub fn with_nearest(&self, connection: &Connection, name: &str, failure: Failure) -> Failure {
        if failure.code != code::NOT_FOUND {
            return failure;
        }
        let look = format!("see all: {}", self.list_command);
        let Ok(all) = connection.list(self.path, &[], Some(NAMES_MAX)) else { return failure.fix(look) };
        let names = all["items"].as_array().into_iter().flatten().filter_map(|item| item[self.field].as_str());
        match suggestion::nearest(name, names) {
            Some(meant) => failure.fix(format!("did you mean {meant}?\n{look}")),
            None => failure.fix(look),
        }
    }
}
