//! From schemas 7 to 9 to 10: what was found of an object has a number of its own, by which it is kept, and no longer says what
//! others do: its SID is its key's, and the method has a short id. The older tables are set aside under names of their own, read
//! once, and dropped; a backup of an older schema is taken in the same way.

use super::ddl::{Dialect, statements};
use super::definition::{Definition, Keeping, blob, integer, null, text};
use super::directory_tables;
use super::numbered_sids::older_table;
use provost_catalog::database::Table;

/// What the older tables are called while they are set aside.
pub(super) const ASIDE: &str = "_9";

/// The tables of schemas 7 to 9.
pub(super) fn older() -> Vec<Definition> {
    vec![
        older_table(
            "directory_object_9",
            Keeping::ByNumber,
            1,
            vec![
                integer("sid_key"),
                text("sid"),
                text("kind"),
                text("guid"),
                text("domain"),
                text("account_name"),
                text("distinguished_name"),
                text("display_name"),
                text("principal_name"),
                text("mail"),
                text("dns_name"),
                text("operating_system"),
                text("scope"),
                integer("disabled"),
                null(integer("last_logon_at")),
                null(integer("password_set_at")),
                text("attributes"),
                text("agent"),
                integer("created_at"),
            ],
        ),
        older_table(
            "directory_state_9",
            Keeping::ByNumber,
            1,
            vec![integer("sid_key"), blob("digest"), null(integer("resource_id")), integer("limited"), integer("discovered_at")],
        ),
    ]
}

/// Brings a database of schemas 7 to 9 to these tables.
pub(super) fn upgrade(dialect: Dialect) -> Vec<String> {
    let changed = |table: &Definition| matches!(table.table, Some(Table::DirectoryObject | Table::DirectoryState));
    let tables: Vec<Definition> = directory_tables::objects().into_iter().filter(changed).collect();
    let mut steps = Vec::new();
    for table in &tables {
        steps.extend(table.indexes.iter().map(|index| format!("DROP INDEX {}", index.name(table.name))));
        steps.push(format!("ALTER TABLE {} RENAME TO {}{ASIDE}", table.name, table.name));
    }
    steps.extend(tables.iter().flat_map(|table| statements(table, dialect)));
    steps.extend(taken_over());
    steps
}

/// Writes what the older tables hold into those of this schema, and drops them.
pub(super) fn taken_over() -> Vec<String> {
    vec![
        objects_of("directory_object_9 o", "o.sid_key"),
        "INSERT INTO directory_state (sid_key, number, digest, resource_id, limited, discovered_at)
         SELECT s.sid_key, o.number, s.digest, s.resource_id, s.limited, s.discovered_at FROM directory_state_9 s JOIN directory_object o ON o.sid_key = s.sid_key"
            .to_owned(),
        "DROP TABLE directory_object_9".to_owned(),
        "DROP TABLE directory_state_9".to_owned(),
    ]
}

/// Takes over what was found of objects from `o`, an older table with what is joined to it, where `key` is the key of a row's SID.
/// An older row names the method as records do.
pub(super) fn objects_of(older: &str, key: &str) -> String {
    format!(
        "INSERT INTO directory_object (number, sid_key, kind, guid, domain, account_name, distinguished_name, display_name, principal_name, mail, dns_name,
             operating_system, scope, disabled, last_logon_at, password_set_at, attributes, method, created_at)
         SELECT (SELECT COALESCE(MAX(number), 0) FROM directory_object) + row_number() OVER (ORDER BY o.created_at, {key}), {key}, o.kind, o.guid, o.domain,
             o.account_name, o.distinguished_name, o.display_name, o.principal_name, o.mail, o.dns_name, o.operating_system, o.scope, o.disabled,
             o.last_logon_at, o.password_set_at, o.attributes,
             CASE o.agent WHEN 'SMS_AD_SYSTEM_DISCOVERY_AGENT' THEN 'ad-system' WHEN 'SMS_AD_USER_DISCOVERY_AGENT' THEN 'ad-user'
                 WHEN 'SMS_AD_SECURITY_GROUP_DISCOVERY_AGENT' THEN 'ad-group'
                 ELSE CASE o.kind WHEN 'computer' THEN 'ad-system' WHEN 'user' THEN 'ad-user' ELSE 'ad-group' END END,
             o.created_at
         FROM {older}"
    )
}
