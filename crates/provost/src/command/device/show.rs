//! `provost device show`.

use super::DEVICES;
use super::class_listing::ClassListing;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Page, Show as As};
use provost_catalog::inventory::{CLASSES, Class, class};
use provost_catalog::rules::code;
use provost_domain::suggestion;
use serde_json::Value;

/// A class with more instances than this is only counted on the page of a device.
const INSTANCES_SHOWN: usize = 12;

/// Shows a device: what discovery knows of it, its client, and its hardware inventory.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Name or number of the device.
    #[arg(value_name = "NAME")]
    name: String,

    /// Only the instances of this inventory class, all of them, such as software.
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,

    #[command(flatten)]
    narrow: Narrow,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such device or class, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        if let Some(name) = &self.class {
            let class = class(name).ok_or_else(|| unknown_class(name))?;
            let list = instances(&connection, &self.name, class).map_err(|failure| DEVICES.with_nearest(&connection, &self.name, failure))?;
            let listing = Listing { name: class.properties[0].name, columns: ClassListing::of(class).columns().into(), nothing: "there are none" };
            context.output.list(&listing, &self.narrow.here(&listing, list)?)?;
            return Ok(Exit::Done);
        }
        self.narrow.refuse_without_list("with --class a device's inventory is a list: provost device show NAME --class software")?;
        let mut device = DEVICES.get(&connection, &self.name)?;
        let mut hardware = serde_json::Map::new();
        for class in CLASSES {
            let list = instances(&connection, &device["resource_id"].to_string(), class)?;
            hardware.insert(class.name.to_owned(), list["items"].clone());
        }
        device["hardware"] = Value::Object(hardware);
        context.output.object(&device, page);
        Ok(Exit::Done)
    }
}

/// All instances of one class.
fn instances(connection: &Connection, device: &str, class: &Class) -> Result<Value, Failure> {
    connection.list(&format!("{}/inventory/{}", DEVICES.item(device), class.name), &[], None)
}

fn unknown_class(name: &str) -> Failure {
    let names = || CLASSES.iter().map(|class| class.name);
    let all = names().collect::<Vec<_>>().join(", ");
    let fix = match suggestion::nearest(name, names()) {
        Some(meant) => format!("did you mean {meant}? the classes are {all}"),
        None => format!("the classes are {all}"),
    };
    Failure::new(code::NOT_FOUND, format!("there is no inventory class {name:?}"), "clients do not read such a class").fix(fix).exit(Exit::Usage)
}

fn page(device: &Value) -> Page {
    let mut page = Page::new(device["name"].as_str().unwrap_or_default())
        .fact("Name", device, "name", As::Plain)
        .fact("Number", device, "resource_id", As::Plain)
        .fact("DNS name", device, "dns_name", As::Plain)
        .fact("Domain", device, "domain", As::Plain)
        .fact("Operating system", device, "operating_system", As::Plain)
        .fact("IP addresses", device, "ip_addresses", As::Plain)
        .fact("Subnets", device, "ip_subnets", As::Plain)
        .fact("MAC addresses", device, "mac_addresses", As::Plain)
        .fact("Client", device, "client_version", As::Plain)
        .fact("Identifier", device, "client.smsid", As::Plain)
        .fact("Approval", device, "client.approval", As::Plain)
        .fact("Last seen", device, "last_seen_at", As::Ago)
        .fact("Heartbeat", device, "heartbeat_at", As::Ago)
        .fact("Discovered", device, "discovered_at", As::Ago)
        .fact("Created", device, "created_at", As::Ago)
        .fact("Inventory", device, "inventory.loaded_at", As::Ago)
        .fact("Obsolete", device, "obsolete", As::YesNo);
    for account in device["accounts"].as_array().into_iter().flatten() {
        page = page
            .fact("Account", account, "name", As::Plain)
            .fact("SID", account, "sid", As::Plain)
            .fact("Where", account, "distinguished_name", As::Plain)
            .fact("Disabled", account, "disabled", As::YesNo)
            .fact("Last logon", account, "last_logon_at", As::Ago);
    }
    for class in CLASSES {
        let rows = device["hardware"][class.name].as_array().map(Vec::as_slice).unwrap_or_default();
        let told = device["classes"].as_array().into_iter().flatten().find(|told| told["name"] == class.name);
        if let Some(reason) = told.and_then(|told| told["unavailable"].as_str()) {
            page = page.paragraph(class.title, format!("not available on this machine: {reason}"));
        } else if rows.len() > INSTANCES_SHOWN {
            let name = device["name"].as_str().unwrap_or_default();
            page = page.paragraph(class.title, format!("{} instances; see them: provost device show {name} --class {}", rows.len(), class.name));
        } else if let ([row], 0) = (rows, class.key_properties) {
            let facts = ClassListing::of(class).facts(row);
            page = page.section(class.title, Vec::new(), facts);
        } else if !rows.is_empty() {
            let (headings, rows) = ClassListing::of(class).table(rows);
            page = page.section(class.title, headings, rows);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_device_is_a_page() {
        let device = json!({
            "name": "WS01", "resource_id": 7, "ip_addresses": ["192.0.2.7", "2001:db8::7"], "client_version": "0.1.0",
            "client": { "smsid": "GUID:1", "approval": "approved" }, "obsolete": false,
            "classes": [{ "name": "firmware", "unavailable": "no access to the firmware's tables" }],
            "hardware": {
                "memory": [{ "total_physical_kib": 16_777_216, "total_swap_kib": 0, "huge_page_kib": null }],
                "volume": [{ "mount_point": "/", "device_id": "/dev/sda1", "file_system": "ext4", "size_kib": 52_428_800, "free_gib": 12, "read_only": 0 }],
                "software": (0..400).map(|n| json!({ "name": format!("package-{n}") })).collect::<Vec<_>>(),
            },
        });
        insta::assert_snapshot!(page(&device).text(None));
    }

    #[test]
    fn a_mistyped_class_is_answered_with_the_nearest() {
        assert!(unknown_class("sofware").fix.starts_with("did you mean software?"));
    }
}
