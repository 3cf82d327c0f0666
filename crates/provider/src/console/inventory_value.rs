//! Values of inventory properties as people read them: units from the end of the property's name.

use super::markup::{self, Markup};
use crate::document::Time;
use crate::operations::devices::inventory::Instance;
use provost_catalog::inventory::{Class, Property, Type};
use provost_domain::Timestamp;
use serde_json::Value;

/// Properties that are true or false, kept as 1 and 0.
const YES_OR_NO: [&str; 2] = ["removable", "read_only"];

/// A longer text may not fit its column.
const LONG_BYTES: usize = 40;

/// A column's heading.
pub struct Title {
    /// What stands there.
    pub text: &'static str,
    /// Whether the column holds numbers.
    pub number: bool,
}

/// One value.
pub struct Cell {
    /// What stands there.
    pub text: Markup,
    /// All of it, when it may be too long for its column; empty otherwise.
    pub whole: String,
    /// Whether it is a number.
    pub number: bool,
}

/// A class with some of its instances.
pub struct Shown {
    /// Name of the class.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// How many instances there are.
    pub instances: i64,
    /// Headings.
    pub titles: Vec<Title>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Shown {
    /// Of a class and some instances.
    pub fn of(class: &'static Class, instances: i64, items: &[Instance], now: Timestamp) -> Self {
        Self {
            name: class.name,
            title: class.title,
            instances,
            titles: class.properties.iter().map(|property| Title { text: property.title, number: is_number(property) }).collect(),
            rows: items
                .iter()
                .map(|item| {
                    class
                        .properties
                        .iter()
                        .zip(&item.0)
                        .map(|(property, (_, value))| Cell {
                            text: value_of(property, value, now),
                            whole: value.as_str().filter(|text| text.len() > LONG_BYTES).unwrap_or_default().to_owned(),
                            number: is_number(property),
                        })
                        .collect()
                })
                .collect(),
        }
    }

    /// How many rows are shown.
    pub fn shown(&self) -> i64 {
        i64::try_from(self.rows.len()).unwrap_or(i64::MAX)
    }

    /// The only instance as facts: name and value of each property that the machine has.
    pub fn facts(class: &'static Class, item: &Instance, now: Timestamp) -> Vec<(&'static str, Markup)> {
        class.properties.iter().zip(&item.0).map(|(property, (_, value))| (property.title, value_of(property, value, now))).collect()
    }
}

fn is_number(property: &Property) -> bool {
    property.ty == Type::Integer && !property.name.ends_with("_unix") && !YES_OR_NO.contains(&property.name)
}

fn value_of(property: &Property, value: &Value, now: Timestamp) -> Markup {
    match value {
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or(0);
            let name = property.name;
            if name.ends_with("_unix") {
                return markup::at(&Time(Timestamp::default().plus_seconds(number)), now);
            }
            if YES_OR_NO.contains(&name) {
                return markup::plain(if number == 0 { "no" } else { "yes" });
            }
            markup::plain(&if name.ends_with("_kib") {
                markup::bytes(number.saturating_mul(1024))
            } else if name.ends_with("_gib") {
                format!("{} GiB", markup::thousands(number))
            } else {
                markup::thousands(number)
            })
        }
        Value::String(text) if text.is_empty() => markup::faint("empty"),
        Value::String(text) if text.starts_with("https://") || text.starts_with("http://") => markup::outside_link(text),
        Value::String(text) => markup::plain(text),
        _ => markup::faint("not known"),
    }
}
