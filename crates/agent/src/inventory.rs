//! Hardware inventory: each class is read from the machine itself, in a file of its own.
//!
//! A reader gets the root of the file system to read, so that tests can show it another machine. What a machine cannot
//! offer is *unavailable* with the reason; a value that it does not tell is null.

pub mod computer_system;
pub mod cycle;
pub mod disk;
mod dmi;
pub mod firmware;
#[cfg(target_os = "linux")]
mod kernel_addresses;
pub mod memory;
pub mod network_adapter;
pub mod operating_system;
pub mod processor;
pub mod service;
pub mod software;
pub mod volume;

use crate::short::cut;
use provost_catalog::inventory::{CLASSES, Class, INSTANCES_MAX, KEY_BYTES_MAX, TEXT_BYTES_MAX, Type};
use provost_domain::inventory::{ClassReport, Content, Value};
use std::borrow::Cow;
use std::path::Path;

/// Rows one after another, in the order of the class's properties; or why there are none.
pub type Read = Result<Vec<Value<'static>>, String>;

/// A text, or null when it is empty.
#[must_use]
pub fn text(value: impl Into<String>) -> Value<'static> {
    let value: String = value.into();
    if value.is_empty() { Value::Null } else { Value::Text(Cow::Owned(value)) }
}

/// A number, or null when it is not known.
#[must_use]
pub fn integer(value: Option<i64>) -> Value<'static> {
    value.map_or(Value::Null, Value::Integer)
}

/// The first line of a small file, trimmed; empty when it cannot be read.
#[must_use]
pub fn line(root: &Path, file: &str) -> String {
    std::fs::read_to_string(root.join(file)).map(|text| text.lines().next().unwrap_or_default().trim().to_owned()).unwrap_or_default()
}

/// Reads every class of the machine below `root`.
#[must_use]
pub fn collect(root: &Path) -> Vec<ClassReport<'static>> {
    CLASSES
        .iter()
        .map(|class| {
            let read = match class.name {
                _ if !cfg!(target_os = "linux") => Err(format!("this version of the client does not read {} machines", std::env::consts::OS)),
                "computer_system" => computer_system::read(root),
                "operating_system" => operating_system::read(root),
                "processor" => processor::read(root),
                "memory" => memory::read(root),
                "disk" => disk::read(root),
                "volume" => volume::read(root),
                "network_adapter" => network_adapter::read(root),
                "firmware" => firmware::read(root),
                "software" => software::read(root),
                "service" => service::read(root),
                other => Err(format!("this client does not know how to read {other}")),
            };
            let content = match read {
                Ok(rows) => Content::Instances { rows: orderly(class, rows), removed: Vec::new() },
                Err(reason) => {
                    let mut reason = Cow::Owned(reason);
                    hold(&mut reason, TEXT_BYTES_MAX);
                    Content::Unavailable { reason }
                }
            };
            ClassReport { class, content }
        })
        .collect()
}

/// Sorts rows by key, keeps the first of equal keys, and holds values to the catalog's bounds.
fn orderly(class: &Class, mut values: Vec<Value<'static>>) -> Vec<Value<'static>> {
    let (width, keys) = (class.properties.len(), class.key_properties);
    for (index, value) in values.iter_mut().enumerate() {
        let is_key = index % width < keys;
        match (class.properties[index % width].ty, &mut *value) {
            (Type::Text, Value::Text(text)) => hold(text, if is_key { KEY_BYTES_MAX } else { TEXT_BYTES_MAX }),
            (Type::Integer, Value::Text(_)) | (Type::Text, Value::Integer(_)) => *value = Value::Null,
            _ => {}
        }
        // A key is never null: an instance without a name is called by the empty text.
        if is_key && *value == Value::Null {
            *value = Value::Text(Cow::Borrowed(""));
        }
    }
    if keys == 0 {
        values.truncate(width);
        return values;
    }
    let mut rows: Vec<&[Value<'static>]> = values.chunks_exact(width).collect();
    rows.sort_by(|a, b| a[..keys].cmp(&b[..keys]));
    rows.dedup_by(|a, b| a[..keys] == b[..keys]);
    rows.truncate(INSTANCES_MAX);
    rows.concat()
}

/// Holds a text to at most so many bytes, without breaking a character, and to characters that every database keeps.
fn hold(text: &mut Cow<'static, str>, bytes_max: usize) {
    if text.len() > bytes_max || text.contains('\0') {
        let mut kept = text.replace('\0', "\u{fffd}");
        cut(&mut kept, bytes_max);
        *text = Cow::Owned(kept);
    }
}

#[cfg(test)]
mod tests;
