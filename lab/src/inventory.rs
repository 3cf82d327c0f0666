//! Made-up inventories of a realistic size: machines that draw their packages from one distribution. And whether a site has
//! their rows.

use crate::random::Seeded;
use crate::site::Site;
use provost_catalog::inventory::{CLASSES, class};
use provost_domain::Timestamp;
use provost_domain::inventory::{ClassReport, Content, Extent, Report, Value, digest};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

/// How many packages the made-up distribution has.
pub const POPULATION: u64 = 20_000;

fn text(value: String) -> Value<'static> {
    Value::Text(Cow::Owned(value))
}

/// Name, version and architecture of a package: its key.
fn package_key(number: u64) -> [Value<'static>; 3] {
    let version = format!("{}:{}.{}.{}-{}+deb12u{}", number % 3, number % 9, number % 23, number % 7, number % 4, number % 5);
    [text(format!("libexample-{number:05}-common")), text(version), text("amd64".to_owned())]
}

fn package(number: u64, machine: u64, generation: u64) -> Vec<Value<'static>> {
    let mut row = package_key(number).to_vec();
    row.extend([
        text(format!("Example packaging team {} <packages-{}@lists.example.test>", number % 97, number % 97)),
        text(format!("shared files of the example library number {number}, which some programs of this distribution need at run time")),
        text(format!("libexample-{number:05}")),
        text(["libs", "admin", "net", "utils", "python"][(number % 5) as usize].to_owned()),
        text(format!("https://www.example.test/projects/libexample-{number:05}/")),
        Value::Integer((number * 37 % 90_000) as i64),
        Value::Integer(1_700_000_000 + (machine * 86_400 + generation) as i64),
    ]);
    row
}

/// A full inventory of one machine. Another `generation` of the same machine has other packages: about half of them
/// stay, with another installation time.
#[must_use]
pub fn full(machine: u64, generation: u64, packages: usize) -> Report<'static> {
    let mut random = Seeded::new(machine * 1_000_003);
    let mut chosen = BTreeSet::new();
    while chosen.len() < packages / 2 {
        chosen.insert(random.below(POPULATION));
    }
    let mut random = Seeded::new(machine * 1_000_003 + generation + 1);
    while chosen.len() < packages {
        chosen.insert(random.below(POPULATION));
    }
    let mut classes = Vec::new();
    for definition in CLASSES {
        let content = match definition.name {
            "software" => Content::Instances { rows: chosen.iter().flat_map(|n| package(*n, machine, generation)).collect(), removed: Vec::new() },
            "computer_system" => {
                let mut row = vec![Value::Null; definition.properties.len()];
                row[0] = text(format!("pc-{machine:05}"));
                row[2] = text("Example Computers".to_owned());
                row[3] = text(format!("Model {}", machine % 12));
                row[4] = text(format!("SN{machine:08}-{generation}"));
                Content::Instances { rows: row, removed: Vec::new() }
            }
            "network_adapter" => {
                let mut row = vec![Value::Null; definition.properties.len()];
                row[0] = text("eth0".to_owned());
                row[1] = text(format!("02:00:00:{:02X}:{:02X}:{:02X}", machine >> 16 & 255, machine >> 8 & 255, machine & 255));
                Content::Instances { rows: row, removed: Vec::new() }
            }
            _ => Content::Unavailable { reason: Cow::Borrowed("a made-up machine") },
        };
        classes.push(ClassReport { class: class(definition.name).unwrap_or(definition), content });
    }
    let digest = digest(&classes);
    Report { extent: Extent::Full, digest, collected_at: Timestamp::from_micros(1_795_000_000_000_000 + generation as i64), classes }
}

/// How many rows of a report the site does not have exactly so for a device, or has beside them.
///
/// # Errors
/// When the site does not answer.
pub fn wrong_rows(site: &Site, device: &str, report: &Report<'_>) -> io::Result<usize> {
    let mut wrong = 0;
    for class in &report.classes {
        let Content::Instances { rows, .. } = &class.content else { continue };
        let answer = site.api("GET", &format!("/api/v1/devices/{device}/inventory/{}?limit=10000", class.class.name), &Json::Null)?;
        let body: Json = serde_json::from_slice(&answer.body)?;
        let none = Vec::new();
        let items = body["items"].as_array().unwrap_or(&none);
        let expected: Vec<Json> = rows
            .chunks_exact(class.class.properties.len())
            .map(|row| Json::Object(class.class.properties.iter().zip(row).map(|(p, v)| (p.name.to_owned(), plain(v))).collect()))
            .collect();
        wrong += expected.iter().filter(|row| !items.contains(row)).count() + items.len().saturating_sub(expected.len());
    }
    Ok(wrong)
}

fn plain(value: &Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => json!(text),
        Value::Integer(number) => json!(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_of_the_stated_size_and_parses() {
        let bytes = provost_wire::client::inventory::encode(&full(7, 0, 400));
        assert!((150_000..190_000).contains(&bytes.len()), "{} bytes", bytes.len());
        assert!(provost_wire::client::inventory::parse(&bytes).is_ok());
        assert_ne!(full(7, 0, 400).digest, full(7, 1, 400).digest);
        assert_ne!(full(7, 0, 400).digest, full(8, 0, 400).digest);
    }
}
