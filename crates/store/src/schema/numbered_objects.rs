//! From schemas 7 to 9 to 10: what was found of an object has a number of its own, by which it is kept, and no longer says what
//! others do: its SID is its key's, and the method has a short id. The older tables are set aside under names of their own, read
//! once, and dropped; a backup of an older schema is taken in the same way.

use super::ddl::{Dialect, statements};
use super::definition::{Definition, Keeping, blob, integer, null, text};
use super::directory_tables;
use super::narrow_objects::{Older, domains_of, half_of, number_of, objects_of};
use super::numbered_sids::older_table;
use provost_catalog::database::Table;
use provost_domain::discovery::{Method, ObjectKind};

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
    let mut steps: Vec<String> =
        ["directory_object_by_kind_and_domain_and_account_name", "directory_state_by_resource_id"].map(|index| format!("DROP INDEX {index}")).into();
    steps.extend(tables.iter().map(|table| format!("ALTER TABLE {} RENAME TO {}{ASIDE}", table.name, table.name)));
    steps.extend(tables.iter().flat_map(|table| statements(table, dialect)));
    steps.extend(taken_over(dialect));
    steps
}

/// Writes what the older tables hold into those of this schema, and drops them.
pub(super) fn taken_over(dialect: Dialect) -> Vec<String> {
    let table = "directory_object_9 o";
    vec![
        domains_of(table, "o.sid_key"),
        objects_by_age(table, "o.sid_key", dialect),
        format!(
            "INSERT INTO directory_state (sid_key, number, digest, resource_id, limited, discovered_at)
             SELECT s.sid_key, o.number, {}, s.resource_id, s.limited, s.discovered_at FROM directory_state_9 s JOIN directory_object o ON o.sid_key = s.sid_key",
            half_of("s.digest")
        ),
        "DROP TABLE directory_object_9".to_owned(),
        "DROP TABLE directory_state_9".to_owned(),
    ]
}

/// Takes over what was found of objects from `table`, an older one called `o` with what is joined to it, where `key` is the key of a
/// row's SID: numbered in the order in which they were found. An older row names the method as records do.
pub(super) fn objects_by_age(table: &str, key: &str, dialect: Dialect) -> String {
    let of_kind = [(ObjectKind::Computer, Method::System), (ObjectKind::User, Method::User), (ObjectKind::Group, Method::Group)];
    let by_kind = number_of("o.kind", &of_kind.map(|(kind, method)| (kind.id(), method.number())));
    let agents: String =
        (Method::ALL.into_iter()).filter_map(|method| method.agent().map(|agent| format!(" WHEN '{}' THEN {}", agent.name(), method.number()))).collect();
    let number = format!("(SELECT COALESCE(MAX(number), 0) FROM directory_object) + row_number() OVER (ORDER BY o.created_at, {key})");
    objects_of(&Older { table, key, number: &number, method: &format!("CASE o.agent{agents} ELSE {by_kind} END") }, dialect)
}
