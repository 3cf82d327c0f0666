//! The computer: names, maker, model (SMBIOS type 1 and 3 as the kernel shows them).

use super::{Read, dmi, integer, line, text};
use crate::names::names;
use std::path::Path;

/// Kinds of chassis by their SMBIOS number (DMTF DSP0134 §7.4.1).
const CHASSIS: &[(&str, &str)] = &[
    ("1", "Other"),
    ("3", "Desktop"),
    ("4", "Low profile desktop"),
    ("5", "Pizza box"),
    ("6", "Mini tower"),
    ("7", "Tower"),
    ("8", "Portable"),
    ("9", "Laptop"),
    ("10", "Notebook"),
    ("11", "Hand held"),
    ("13", "All in one"),
    ("14", "Sub notebook"),
    ("15", "Space-saving"),
    ("16", "Lunch box"),
    ("17", "Main server chassis"),
    ("23", "Rack mount chassis"),
    ("24", "Sealed-case PC"),
    ("28", "Blade"),
    ("29", "Blade enclosure"),
    ("30", "Tablet"),
    ("31", "Convertible"),
    ("32", "Detachable"),
    ("33", "IoT gateway"),
    ("34", "Embedded PC"),
    ("35", "Mini PC"),
    ("36", "Stick PC"),
];

/// One row.
pub fn read(root: &Path) -> Read {
    let names = names(root);
    let chassis = dmi::field(root, "chassis_type");
    let chassis = CHASSIS.iter().find(|(number, _)| *number == chassis).map_or(String::new(), |(_, name)| (*name).to_owned());
    Ok(vec![
        text(names.dns),
        text(names.domain),
        text(dmi::field(root, "sys_vendor")),
        text(dmi::field(root, "product_name")),
        text(dmi::field(root, "product_serial")),
        text(chassis),
        integer(logical_processors(root)),
        integer(super::memory::kib(root, "MemTotal")),
        text(hypervisor(root)),
    ])
}

fn logical_processors(root: &Path) -> Option<i64> {
    let count = std::fs::read_to_string(root.join("proc/cpuinfo")).ok()?.lines().filter(|l| l.starts_with("processor")).count();
    i64::try_from(count).ok().filter(|n| *n > 0)
}

/// The hypervisor, `yes` when there is one without a name, `no` when the processor shows none; empty when not known.
fn hypervisor(root: &Path) -> String {
    let named = line(root, "sys/hypervisor/type");
    if !named.is_empty() {
        return named;
    }
    let Ok(cpuinfo) = std::fs::read_to_string(root.join("proc/cpuinfo")) else { return String::new() };
    match cpuinfo.lines().find(|l| l.starts_with("flags")) {
        Some(flags) => if flags.split_whitespace().any(|f| f == "hypervisor") { "yes" } else { "no" }.to_owned(),
        None => String::new(),
    }
}
