//! From schemas 10 and 11 to 12: what was found of an object says in numbers what the same few words said of all of them, its GUID
//! is kept as bytes, its domain beside what its SID begins with, and half a digest tells its states apart. The older table is set
//! aside under a name of its own, read once, and dropped; a backup of an older schema is taken in the same way.

use super::ddl::{Dialect, statements};
use super::definition::{Definition, Keeping, integer, null, text};
use super::directory_tables;
use super::numbered_sids::older_table;
use provost_catalog::database::Table;
use provost_domain::discovery::{GroupScope, Method, ObjectKind};

/// What the older table is called while it is set aside.
pub(super) const ASIDE: &str = "_11";

/// Bytes of a digest that are kept.
const DIGEST_BYTES: usize = 16;

/// The table of schemas 10 and 11.
pub(super) fn older() -> Vec<Definition> {
    vec![older_table(
        "directory_object_11",
        Keeping::ByNumber,
        1,
        vec![
            integer("number"),
            integer("sid_key"),
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
            text("method"),
            integer("created_at"),
        ],
    )]
}

/// Brings a database of schemas 10 and 11 to this table.
pub(super) fn upgrade(dialect: Dialect) -> Vec<String> {
    let mut steps = vec![
        "DROP INDEX directory_object_by_kind_and_domain_and_account_name".to_owned(),
        format!("ALTER TABLE directory_object RENAME TO directory_object{ASIDE}"),
    ];
    let changed = |table: &Definition| table.table == Some(Table::DirectoryObject);
    steps.extend(directory_tables::objects().iter().filter(|table| changed(table)).flat_map(|table| statements(table, dialect)));
    steps.extend(taken_over(dialect));
    steps
}

/// Writes what the older table holds into that of this schema, and drops it.
pub(super) fn taken_over(dialect: Dialect) -> Vec<String> {
    let table = "directory_object_11 o";
    vec![
        domains_of(table, "o.sid_key"),
        objects_of(&Older { table, key: "o.sid_key", number: "o.number", method: &number_of("o.method", &Method::ALL.map(|m| (m.id(), m.number()))) }, dialect),
        "DROP TABLE directory_object_11".to_owned(),
        format!("UPDATE directory_state SET digest = {} WHERE length(digest) > {DIGEST_BYTES}", half_of("digest")),
    ]
}

/// Where objects are taken over from: SQL.
pub(super) struct Older<'a> {
    /// An older table, called `o`, with what is joined to it.
    pub table: &'a str,
    /// The key of a row's SID.
    pub key: &'a str,
    /// The number that it gets.
    pub number: &'a str,
    /// The number of the method that found it.
    pub method: &'a str,
}

/// The statement that takes over what was found of objects.
pub(super) fn objects_of(from: &Older<'_>, dialect: Dialect) -> String {
    let Older { table, key, number, method } = from;
    let kind = number_of("o.kind", &ObjectKind::ALL.map(|kind| (kind.id(), kind.number())));
    let scope = number_of("o.scope", &GroupScope::ALL.map(|scope| (scope.id(), scope.number())));
    let guid = match dialect {
        Dialect::Sqlite => "CASE WHEN length(unhex(o.guid, '-')) = 16 THEN unhex(o.guid, '-') ELSE x'' END",
        Dialect::Postgresql => {
            "CASE WHEN o.guid ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN decode(replace(o.guid, '-', ''), 'hex') ELSE '\\x'::bytea END"
        }
    };
    format!(
        "INSERT INTO directory_object (number, sid_key, kind, guid, account_name, distinguished_name, display_name, principal_name, mail, dns_name,
             operating_system, scope, disabled, last_logon_at, password_set_at, attributes, method, created_at)
         SELECT {number}, {key}, {kind}, {guid}, o.account_name, o.distinguished_name, o.display_name, o.principal_name, o.mail, o.dns_name,
             o.operating_system, {scope}, o.disabled, o.last_logon_at, o.password_set_at, CASE o.attributes WHEN '{{}}' THEN '' ELSE o.attributes END,
             {method}, o.created_at
         FROM {table}"
    )
}

/// The statement that keeps, beside what SIDs begin with, of which domain the objects of `table`, called `o`, are.
pub(super) fn domains_of(table: &str, key: &str) -> String {
    format!(
        "UPDATE sid_beginning SET domain = COALESCE((SELECT MIN(o.domain) FROM {table} WHERE ({key} >> 32) = sid_beginning.number), '')
         WHERE domain = ''"
    )
}

/// The half of an older digest that is kept.
pub(super) fn half_of(digest: &str) -> String {
    format!("substr({digest}, 1, {DIGEST_BYTES})")
}

/// The number of what one of these words says; 0 of any other.
pub(super) fn number_of(column: &str, words: &[(&str, i64)]) -> String {
    let cases: String = words.iter().map(|(word, number)| format!(" WHEN '{word}' THEN {number}")).collect();
    format!("CASE {column}{cases} ELSE 0 END")
}
