//! From schema 6 to 7: what discovery found, from tables by SIDs as texts into tables by numbers of SIDs. The older tables are
//! set aside under names of their own, read once, and dropped; a backup of an older schema is taken in the same way.

use super::ddl::{Dialect, statements};
use super::definition::{Column, Definition, Keeping, blob, integer, null, text};
use super::directory_tables;
use super::narrow_objects::{domains_of, half_of};
use super::numbered_objects::objects_by_age;

/// What the older tables are called while they are set aside.
pub(super) const ASIDE: &str = "_6";

/// The tables of schemas 3 to 6.
pub(super) fn older() -> Vec<Definition> {
    vec![
        older_table(
            "directory_object_6",
            Keeping::ByArrival,
            1,
            vec![
                text("sid"),
                text("kind"),
                null(integer("resource_id")),
                text("guid"),
                text("domain"),
                text("account_name"),
                text("distinguished_name"),
                integer("limited"),
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
                blob("digest"),
                text("agent"),
                integer("created_at"),
                integer("discovered_at"),
            ],
        ),
        older_table(
            "membership_6",
            Keeping::ByKey,
            2,
            vec![text("group_sid"), text("member_sid"), integer("security"), text("group_name"), integer("by_primary")],
        ),
    ]
}

/// A table that is only read once.
pub(super) fn older_table(name: &'static str, keeping: Keeping, key_columns: usize, columns: Vec<Column>) -> Definition {
    Definition { table: None, name, columns, key_columns, keeping, unique: Vec::new(), indexes: Vec::new() }
}

/// Brings a database of schemas 3 to 6 to these tables.
pub(super) fn upgrade(dialect: Dialect) -> Vec<String> {
    let mut steps = Vec::new();
    for index in ["directory_object_by_kind_and_domain_and_account_name", "directory_object_by_resource_id", "membership_by_member_sid"] {
        steps.push(format!("DROP INDEX {index}"));
    }
    for table in ["directory_object", "membership"] {
        steps.push(format!("ALTER TABLE {table} RENAME TO {table}{ASIDE}"));
    }
    steps.extend(directory_tables::objects().iter().flat_map(|table| statements(table, dialect)));
    steps.extend(taken_over(dialect));
    steps
}

/// Writes what the older tables hold into those of this schema, which are empty or hold nothing of the same, and drops them.
pub(super) fn taken_over(dialect: Dialect) -> Vec<String> {
    let number = match dialect {
        Dialect::Sqlite => "INTEGER",
        Dialect::Postgresql => "BIGINT",
    };
    let beginning = |sid: &str| format!("rtrim({sid}, '0123456789')");
    let last = |sid: &str| {
        let digits = format!("length({sid}) - length({})", beginning(sid));
        format!("CASE WHEN {digits} BETWEEN 1 AND 10 THEN CAST(substr({sid}, length({}) + 1) AS {number}) ELSE -1 END", beginning(sid))
    };
    let key = |of: &str, sid: &str| format!("({of}.number * 4294967296 + {})", last(sid));
    let begins = |of: &str, sid: &str| format!("JOIN sid_beginning {of} ON {of}.beginning = {} AND {} BETWEEN 0 AND 4294967295", beginning(sid), last(sid));
    let object = key("b", "o.sid");
    let (group, member) = (key("g", "m.group_sid"), key("s", "m.member_sid"));
    let (of_object, of_group, of_member) = (begins("b", "o.sid"), begins("g", "m.group_sid"), begins("s", "m.member_sid"));
    let objects = format!("directory_object_6 o {of_object}");
    vec![
        format!(
            "INSERT INTO sid_beginning (number, beginning)
             SELECT (SELECT COALESCE(MAX(number), 0) FROM sid_beginning) + row_number() OVER (ORDER BY a.beginning), a.beginning FROM (
                 SELECT DISTINCT {} AS beginning FROM (
                     SELECT sid FROM directory_object_6 UNION SELECT group_sid FROM membership_6 UNION SELECT member_sid FROM membership_6
                 ) AS sids
             ) AS a WHERE a.beginning NOT IN (SELECT beginning FROM sid_beginning)",
            beginning("sid")
        ),
        domains_of(&objects, &object),
        objects_by_age(&objects, &object, dialect),
        format!(
            "INSERT INTO directory_state (sid_key, number, digest, resource_id, limited, discovered_at)
             SELECT d.sid_key, d.number, {}, o.resource_id, o.limited, o.discovered_at FROM {objects} JOIN directory_object d ON d.sid_key = {object}",
            half_of("o.digest")
        ),
        format!("INSERT INTO membership (group_key, member_key, by_primary) SELECT {group}, {member}, m.by_primary FROM membership_6 m {of_group} {of_member}"),
        format!(
            "INSERT INTO group_name (group_key, name, security) SELECT {group}, max(m.group_name), max(m.security) FROM membership_6 m {of_group}
             WHERE NOT EXISTS (SELECT 1 FROM directory_object_6 o WHERE o.sid = m.group_sid) GROUP BY g.number, m.group_sid"
        ),
        "DROP TABLE directory_object_6".to_owned(),
        "DROP TABLE membership_6".to_owned(),
    ]
}
