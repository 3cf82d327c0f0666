//! What the firmware says of the machine (SMBIOS, DMTF DSP0134), as the kernel shows it below /sys/class/dmi/id.

use super::line;
use std::path::Path;

/// What makers leave in a field that they did not fill: it says nothing, and is the same on thousands of machines.
const PLACEHOLDERS: &[&str] = &[
    "0",
    "00000000",
    "123456789",
    "1234567890",
    "chassis serial number",
    "default string",
    "empty",
    "invalid",
    "n/a",
    "na",
    "none",
    "not applicable",
    "not available",
    "not specified",
    "o.e.m.",
    "oem",
    "system manufacturer",
    "system product name",
    "system serial number",
    "system version",
    "to be filled by o.e.m.",
    "type1productconfigid",
    "undefined",
    "unknown",
    "xxxxxxxx",
];

/// A field, such as `sys_vendor`; empty when the machine does not tell it, this user may not read it, or it says nothing.
pub fn field(root: &Path, name: &str) -> String {
    let value = line(root, &format!("sys/class/dmi/id/{name}"));
    let said = value.to_lowercase();
    if PLACEHOLDERS.contains(&said.as_str()) || said.chars().all(|c| c == '.' || c == '-' || c == ' ') { String::new() } else { value }
}
