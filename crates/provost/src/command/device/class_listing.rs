//! Instances of an inventory class as people read them: headings and units come from the class's definition.

use crate::output::{Column, Show as As, cell};
use provost_catalog::inventory::{Class, Property, Type};
use provost_domain::Timestamp;
use provost_runtime::Clock;
use serde_json::Value;

/// How one class is shown.
pub struct ClassListing {
    class: &'static Class,
}

impl ClassListing {
    /// Of this class.
    #[must_use]
    pub const fn of(class: &'static Class) -> Self {
        Self { class }
    }

    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        self.class.properties.iter().map(|p| crate::output::column(p.name, p.name).shown(form(p))).collect()
    }

    /// A machine's one instance as pairs of title and value; what is not known is left out.
    #[must_use]
    pub fn facts(&self, row: &Value) -> Vec<Vec<String>> {
        let now = Clock::system().now();
        let known = self.class.properties.iter().filter(|p| !row[p.name].is_null() && row[p.name] != "");
        known.map(|p| vec![p.title.to_owned(), shown(p, &row[p.name], now)]).collect()
    }

    /// Headings and rows; a column that is empty in every row is left out.
    #[must_use]
    pub fn table(&self, rows: &[Value]) -> (Vec<String>, Vec<Vec<String>>) {
        let now = Clock::system().now();
        let used: Vec<&Property> = self.class.properties.iter().filter(|p| rows.iter().any(|row| !row[p.name].is_null() && row[p.name] != "")).collect();
        let headings = used.iter().map(|p| p.title.to_uppercase()).collect();
        (headings, rows.iter().map(|row| used.iter().map(|p| shown(p, &row[p.name], now)).collect()).collect())
    }
}

/// How people read a property: its name ends with its unit.
fn form(property: &Property) -> As {
    match (property.ty, property.name) {
        (Type::Integer, name) if name.ends_with("_kib") => As::Kibibytes,
        (Type::Integer, name) if name.ends_with("_unix") => As::UnixAgo,
        (Type::Integer, "removable" | "read_only") => As::YesNo,
        (Type::Integer, _) => As::Number,
        _ => As::Plain,
    }
}

/// Longest value in a table of a page, in characters.
const VALUE_CHARACTERS_MAX: usize = 80;

fn shown(property: &Property, value: &Value, now: Timestamp) -> String {
    let text = cell::shown(value, form(property), now);
    if text.chars().count() <= VALUE_CHARACTERS_MAX {
        return text;
    }
    text.chars().take(VALUE_CHARACTERS_MAX - 1).chain(['…']).collect()
}
