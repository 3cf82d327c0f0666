//! Every table of the site database. Times are microseconds since 1970 in UTC; digests are SHA-256 in hexadecimal, or as
//! 32 bytes where there are many.
//!
//! There are no foreign keys: components load what clients sent in the order in which it arrives, each as a principal that
//! does not see the others' tables.

use super::VERSION_TABLE;
use super::definition::{Column, Definition, Keeping, blob, integer, null, text};
use crate::database::ColumnType;
use provost_catalog::database::Table;
use provost_catalog::inventory::{CLASSES, Class, SOFTWARE, Type};

/// Every table, each derived from the catalog or written here once.
#[must_use]
pub fn tables() -> Vec<Definition> {
    let mut tables = site();
    tables.extend(devices());
    tables.extend(clients());
    tables.extend(inventory());
    tables.extend(messages());
    tables.extend(people());
    tables.extend(super::account_tables::tables());
    tables.extend(super::directory_tables::tables());
    tables.extend(super::publishing_tables::tables());
    tables.extend(super::withdrawal_tables::tables());
    tables
}

fn site() -> Vec<Definition> {
    use Keeping::{ByKey, ByNumber};
    vec![
        Definition {
            table: None,
            name: VERSION_TABLE,
            columns: vec![integer("version"), integer("applied_at"), text("program")],
            key_columns: 1,
            keeping: ByNumber,
            unique: Vec::new(),
            indexes: Vec::new(),
        },
        Definition::new(Table::Site, "site", ByKey, 1, &[text("code"), text("name"), integer("created_at")]),
        Definition::new(Table::Setting, "setting", ByKey, 1, &[text("name"), text("value")]),
        Definition::new(Table::ChangeCounter, "change_counter", ByKey, 1, &[text("name"), integer("value")]),
        Definition::new(
            Table::ComponentState,
            "component_state",
            ByKey,
            1,
            &[text("component"), text("state"), integer("since"), text("reason"), integer("passes")],
        ),
        Definition::new(
            Table::Ledger,
            "ledger",
            ByNumber,
            1,
            &[integer("seq"), integer("at"), text("actor"), text("origin"), text("act"), text("object"), text("detail"), text("previous"), text("hash")],
        ),
    ]
}

fn devices() -> Vec<Definition> {
    use Keeping::{ByKey, ByNewNumber};
    vec![
        Definition::new(
            Table::Device,
            "device",
            ByNewNumber,
            1,
            &[
                integer("resource_id"),
                null(text("smsid")),
                text("name"),
                text("netbios_name"),
                text("dns_name"),
                text("domain"),
                text("operating_system"),
                text("client_version"),
                text("hardware_id"),
                integer("client_installed"),
                integer("obsolete"),
                integer("created_at"),
                integer("discovered_at"),
                null(integer("heartbeat_at")),
            ],
        )
        .unique(&["smsid"])
        .index(&["name"])
        .index(&["netbios_name"]),
        device_values(),
        Definition::new(Table::DeviceAgent, "device_agent", ByKey, 3, &[integer("resource_id"), text("agent"), text("site"), integer("at")]),
    ]
}

/// Array properties; devices are looked up by one of them.
pub(super) fn device_values() -> Definition {
    Definition::new(Table::DeviceValue, "device_value", Keeping::ByKey, 3, &[integer("resource_id"), text("property"), text("value")])
        .index_where(&["value"], "property = 'mac_address'")
}

fn clients() -> Vec<Definition> {
    use Keeping::{ByArrival, ByKey};
    vec![
        Definition::new(
            Table::Client,
            "client",
            ByArrival,
            1,
            &[
                text("smsid"),
                null(integer("resource_id")),
                text("public_key"),
                null(text("certificate_pem")),
                null(text("certificate_digest")),
                null(integer("certificate_not_after")),
                text("approval"),
                null(text("approved_by")),
                null(integer("approved_at")),
                integer("registered_at"),
                text("registered_from"),
                text("netbios_name"),
                text("dns_name"),
                text("client_version"),
                text("hardware_id"),
                null(text("inventory_digest")),
                integer("state_resync"),
                integer("full_inventory"),
                null(text("policy_id")),
                integer("row_version"),
            ],
        )
        .unique(&["public_key"])
        .unique(&["certificate_digest"])
        .index(&["row_version"])
        .index(&["resource_id"])
        .index(&["hardware_id"])
        .index(&["netbios_name"]),
        Definition::new(Table::ClientPresence, "client_presence", ByKey, 1, &[text("smsid"), integer("seen_at")]),
        Definition::new(
            Table::ApprovalToken,
            "approval_token",
            ByKey,
            1,
            &[text("digest"), text("created_by"), integer("created_at"), integer("expires_at"), null(integer("used_at")), null(text("used_by"))],
        ),
        Definition::new(
            Table::Policy,
            "policy",
            ByArrival,
            1,
            &[text("policy_id"), integer("version"), text("content_digest"), text("payload"), text("signature"), integer("issued_at")],
        ),
    ]
}

fn inventory() -> Vec<Definition> {
    use Keeping::{ByKey, ByNewNumber, ByNumber};
    let mut product = vec![integer("software_id"), blob("digest")];
    product.extend(properties(&SOFTWARE).filter(|column| !SOFTWARE_PER_INSTALLATION.contains(&column.name)));
    let mut tables = vec![
        Definition::new(
            Table::InventoryState,
            "inventory_state",
            ByNumber,
            1,
            &[
                integer("resource_id"),
                text("smsid"),
                text("digest"),
                integer("collected_at"),
                integer("loaded_at"),
                null(integer("full_at")),
                integer("delta_count"),
            ],
        )
        .index(&["smsid"]),
        Definition::new(Table::InventoryUnavailable, "inventory_unavailable", ByKey, 2, &[integer("resource_id"), text("class"), text("reason")]),
        Definition::new(Table::Software, "software", ByNewNumber, 1, &product).unique(&["digest"]).index(&["name"]),
    ];
    tables.extend(CLASSES.iter().map(class_table));
    tables
}

fn class_table(class: &Class) -> Definition {
    if *class == SOFTWARE {
        let mut columns = vec![integer("resource_id"), integer("software_id")];
        columns.extend(properties(class).filter(|column| SOFTWARE_PER_INSTALLATION.contains(&column.name)));
        return Definition::new(Table::InventoryClasses, class.table, Keeping::ByKey, 2, &columns).index(&["software_id"]);
    }
    let mut columns = vec![integer("resource_id")];
    columns.extend(properties(class));
    let keeping = if class.key_properties == 0 { Keeping::ByNumber } else { Keeping::ByKey };
    Definition::new(Table::InventoryClasses, class.table, keeping, 1 + class.key_properties, &columns)
}

fn messages() -> Vec<Definition> {
    use Keeping::{ByKey, ByNewNumber};
    vec![
        Definition::new(Table::Intake, "intake", ByKey, 1, &[blob("message_id"), text("inbox"), integer("loaded_at")]).index(&["loaded_at"]),
        Definition::new(
            Table::StateMessage,
            "state_message",
            ByKey,
            3,
            &[
                text("smsid"),
                integer("topic_type"),
                text("topic_id"),
                integer("state_id"),
                integer("serial"),
                integer("at"),
                text("parameters"),
                integer("received_at"),
            ],
        ),
        Definition::new(Table::StateStream, "state_stream", ByKey, 1, &[text("smsid"), integer("last_serial"), integer("missing"), integer("resync_wanted")]),
        Definition::new(
            Table::StatusMessage,
            "status_message",
            ByNewNumber,
            1,
            &[
                integer("record_id"),
                blob("message_id"),
                integer("ordinal"),
                integer("number"),
                text("severity"),
                text("component"),
                text("system"),
                null(text("smsid")),
                integer("at"),
                integer("received_at"),
                text("insertions"),
            ],
        )
        .unique(&["message_id", "ordinal"])
        .index(&["at"])
        .index(&["severity", "record_id"])
        .index(&["component", "record_id"]),
    ]
}

fn people() -> Vec<Definition> {
    use Keeping::ByKey;
    vec![
        Definition::new(
            Table::Person,
            "person",
            ByKey,
            1,
            &[text("name"), null(text("password_hash")), integer("created_at"), text("created_by"), integer("disabled")],
        ),
        Definition::new(
            Table::Session,
            "session",
            ByKey,
            1,
            &[text("token_digest"), text("person"), text("origin"), integer("created_at"), integer("expires_at"), integer("last_used_at")],
        )
        .index(&["person"]),
        Definition::new(
            Table::SignInLink,
            "sign_in_link",
            ByKey,
            1,
            &[text("token_digest"), text("person"), integer("created_at"), integer("expires_at"), null(integer("used_at"))],
        )
        .index(&["person"]),
    ]
}

/// Properties of installed software that belong to the installation; the others belong to the product and are kept once
/// for all machines that have it.
pub const SOFTWARE_PER_INSTALLATION: &[&str] = &["installed_kib", "installed_at_unix"];

/// A column for each property of a class; only key properties are known of every machine.
fn properties(class: &Class) -> impl Iterator<Item = Column> {
    class.properties.iter().enumerate().map(|(i, of)| {
        let ty = match of.ty {
            Type::Text => ColumnType::Text,
            Type::Integer => ColumnType::Integer,
        };
        Column { name: of.name, ty, null: i >= class.key_properties, since: None }
    })
}
