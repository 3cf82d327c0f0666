//! Made-up inventories of a realistic size: machines that draw their packages from one distribution.

use crate::random::Seeded;
use provost_catalog::inventory::{CLASSES, class};
use provost_domain::Timestamp;
use provost_domain::inventory::{ClassReport, Content, Extent, Report, Value, digest};
use std::borrow::Cow;
use std::collections::BTreeSet;

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
