//! Firmware (SMBIOS type 0 as the kernel shows it; UEFI variables).

use super::{Read, dmi, text};
use std::path::Path;

/// The global variable that says whether only signed code boots (UEFI specification §3.3).
const SECURE_BOOT: &str = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// One row.
pub fn read(root: &Path) -> Read {
    let (vendor, version, date) = (dmi::field(root, "bios_vendor"), dmi::field(root, "bios_version"), dmi::field(root, "bios_date"));
    let uefi = root.join("sys/firmware/efi").is_dir();
    if vendor.is_empty() && version.is_empty() && date.is_empty() && !uefi {
        return Err(match std::fs::read(root.join("sys/class/dmi/id/bios_vendor")) {
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => format!("the SMBIOS tables cannot be read: {error}"),
            _ => "this machine shows no SMBIOS tables and no UEFI".to_owned(),
        });
    }
    // The variable's value follows four bytes of attributes.
    let secure_boot = match std::fs::read(root.join(SECURE_BOOT)).ok().and_then(|bytes| bytes.get(4).copied()) {
        Some(1) => "on",
        Some(_) => "off",
        None => "",
    };
    Ok(vec![text(vendor), text(version), text(date), text(if uefi { "UEFI" } else { "BIOS" }), text(secure_boot)])
}
