//! Users, groups and computers of directories as people list and find them, and who is in which group.

use super::{Conditions, Field, Fields, Found, Page, Source};
use crate::database::{Row, StoreError, Tx, Value};
use crate::discovery::sids;
use provost_domain::discovery::{DirectoryObject, GroupScope, Method, ObjectKind};
use provost_domain::filter::{Kind, Term};
use provost_domain::{ResourceId, Timestamp};

/// One object of a list, or all of what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What the directory says.
    pub object: DirectoryObject<'static>,
    /// A computer's device.
    pub resource_id: Option<ResourceId>,
    /// Name of the method that found it.
    pub agent: String,
    /// When it was first found.
    pub created_at: Timestamp,
    /// When it was last found.
    pub discovered_at: Timestamp,
}

const COLUMNS: &str = "b.beginning || (o.sid_key & 4294967295), o.kind, s.resource_id, o.guid, o.domain, o.account_name, o.distinguished_name, s.limited, o.display_name, o.principal_name, \
     o.mail, o.dns_name, o.operating_system, o.scope, o.disabled, o.last_logon_at, o.password_set_at, o.attributes, o.method, o.created_at, s.discovered_at";

/// What is found of each, what every look changes, and what its SID begins with.
const FROM: &str = "directory_object o JOIN directory_state s ON s.sid_key = o.sid_key AND s.number = o.number \
     JOIN sid_beginning b ON b.number = (o.sid_key >> 32)";

const SID: &str = "(b.beginning || (o.sid_key & 4294967295))";

fn listed(row: &Row) -> Result<Listed, StoreError> {
    let corrupt = |what: String| StoreError::corrupt("reading a directory's object", what);
    let text = |column| row.text(column).map(str::to_owned);
    let kind = row.text(1)?;
    let kind = ObjectKind::from_id(kind).ok_or_else(|| corrupt(format!("no object is {kind:?}")))?;
    let mut object = DirectoryObject::new(kind, text(0)?, text(4)?, text(5)?, text(6)?);
    object.guid = text(3)?.into();
    object.limited = row.boolean(7)?;
    object.display_name = text(8)?.into();
    object.principal_name = text(9)?.into();
    object.mail = text(10)?.into();
    object.dns_name = text(11)?.into();
    object.operating_system = text(12)?.into();
    object.scope = GroupScope::ALL.into_iter().find(|scope| row.text(13).is_ok_and(|id| id == scope.id()));
    object.disabled = row.boolean(14)?;
    object.last_logon_at = row.optional_timestamp(15)?;
    object.password_set_at = row.optional_timestamp(16)?;
    object.attributes = serde_json::from_str(row.text(17)?).map_err(|e| corrupt(e.to_string()))?;
    Ok(Listed {
        object,
        resource_id: row.optional_integer(2)?.map(ResourceId),
        agent: Method::from_id(row.text(18)?).and_then(Method::agent).ok_or_else(|| corrupt("no method finds objects".to_owned()))?.name().to_owned(),
        created_at: row.timestamp(19)?,
        discovered_at: row.timestamp(20)?,
    })
}

const NAME: &str = "(o.domain || '\\' || o.account_name)";

/// What users and groups are narrowed by.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("name", Kind::Text, NAME),
        Field::new("display-name", Kind::Text, "o.display_name"),
        Field::new("mail", Kind::Text, "o.mail"),
        Field::new("scope", Kind::Text, "o.scope"),
        Field::new("disabled", Kind::Truth, "o.disabled"),
        Field::new("found", Kind::Time, "s.discovered_at"),
        Field::new("sid", Kind::Text, SID),
        Field::new("where", Kind::Text, "o.distinguished_name"),
        Field::new("limited", Kind::Truth, "s.limited"),
    ],
    also: &[],
};

const OBJECTS: Source = Source { columns: COLUMNS, from: FROM, key: "s.sid_key", fields: FIELDS };

fn of_kind(kind: ObjectKind) -> Conditions {
    let mut all = Conditions::default();
    all.add("o.kind = {}", Value::Text(kind.id().to_owned()));
    all
}

/// A page of objects of a kind, sorted as it says.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn sorted(tx: &mut Tx<'_>, kind: ObjectKind, page: &Page) -> Result<Found<Listed>, StoreError> {
    OBJECTS.read(tx, of_kind(kind), false, page, listed)
}

/// Objects of a kind by domain and name that hold these words, after a domain, name and SID, at most `limit`.
///
/// # Errors
/// As [`sorted`].
pub fn list(tx: &mut Tx<'_>, kind: ObjectKind, terms: &[Term], after: Option<[&str; 3]>, limit: usize) -> Result<Vec<Listed>, StoreError> {
    let mut all = of_kind(kind);
    if let Some(after) = after {
        let [domain, name, sid] = after.map(|part| all.param(Value::Text(part.to_owned())));
        all.add_plain(&format!("(o.domain, o.account_name, {SID}) > ({domain}, {name}, {sid})"));
    }
    FIELDS.add_to(&mut all, terms);
    let sql = format!("SELECT {COLUMNS} FROM {FROM}{} ORDER BY o.domain, o.account_name, {SID} LIMIT ${}", all.sql(), all.limit_number());
    tx.query(&sql, &all.params_and_limit(limit))?.iter().map(listed).collect()
}

/// How many objects of a kind are known.
///
/// # Errors
/// As [`sorted`].
pub fn count(tx: &mut Tx<'_>, kind: ObjectKind) -> Result<i64, StoreError> {
    OBJECTS.count(tx, of_kind(kind), &[])
}

/// Objects of a kind that a person may mean: by SID, by `domain\name`, by principal name, or by the name alone, which
/// several domains may have.
///
/// # Errors
/// As [`sorted`].
pub fn called(tx: &mut Tx<'_>, kind: ObjectKind, name: &str) -> Result<Vec<Listed>, StoreError> {
    let (domain, alone) = name.split_once('\\').map_or((None, name), |(domain, alone)| (Some(domain.to_lowercase()), alone));
    let (lower, sid) = (alone.to_lowercase(), sids::key(tx, &name.to_uppercase())?);
    let sql = format!(
        "SELECT {COLUMNS} FROM {FROM} WHERE o.kind = $1 AND (s.sid_key = $2 OR lower(o.account_name) = $3 OR lower(o.principal_name) = $4)
         ORDER BY o.domain, o.account_name LIMIT 10"
    );
    let rows = tx.query(&sql, &[kind.id().into(), sid.into(), (&lower).into(), (&lower).into()])?;
    let found = rows.iter().map(listed).collect::<Result<Vec<_>, _>>()?;
    Ok(found.into_iter().filter(|one| domain.as_ref().is_none_or(|domain| *domain == one.object.domain)).collect())
}

/// The accounts of a device.
///
/// # Errors
/// As [`sorted`].
pub fn of_device(tx: &mut Tx<'_>, device: ResourceId) -> Result<Vec<Listed>, StoreError> {
    tx.query(&format!("SELECT {COLUMNS} FROM {FROM} WHERE s.resource_id = $1 ORDER BY s.sid_key"), &[device.into()])?.iter().map(listed).collect()
}

/// A member, or a group that somebody is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Its SID.
    pub sid: String,
    /// `dns.domain\name`; empty when only the SID is known.
    pub name: String,
    /// What it is, by id; empty when only the SID is known.
    pub kind: String,
    /// Whether the membership is direct, and not through another group.
    pub direct: bool,
}

fn related(row: &Row) -> Result<Related, StoreError> {
    Ok(Related { sid: row.text(0)?.to_owned(), name: row.text(1)?.to_owned(), kind: row.text(2)?.to_owned(), direct: row.boolean(3)? })
}

/// Who is in a group, also through other groups; at most `limit`, those with a name first.
///
/// # Errors
/// As [`sorted`].
pub fn members(tx: &mut Tx<'_>, group: &str, limit: usize) -> Result<Vec<Related>, StoreError> {
    let Some(group) = sids::key(tx, group)? else { return Ok(Vec::new()) };
    let sql = "WITH RECURSIVE reached(sid_key) AS (
             SELECT member_key FROM membership WHERE group_key = $1
             UNION SELECT m.member_key FROM membership m JOIN reached r ON m.group_key = r.sid_key
         )
         SELECT b.beginning || (r.sid_key & 4294967295), COALESCE(o.domain || '\\' || o.account_name, ''), COALESCE(o.kind, ''),
             CASE WHEN d.member_key IS NULL THEN 0 ELSE 1 END
         FROM reached r JOIN sid_beginning b ON b.number = (r.sid_key >> 32) LEFT JOIN directory_state s ON s.sid_key = r.sid_key
             LEFT JOIN directory_object o ON o.number = s.number
             LEFT JOIN membership d ON d.group_key = $2 AND d.member_key = r.sid_key
         ORDER BY CASE WHEN o.sid_key IS NULL THEN 1 ELSE 0 END, 2, 1 LIMIT $3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.query(sql, &[group.into(), group.into(), limit.into()])?.iter().map(related).collect()
}

/// How many direct members a group has.
///
/// # Errors
/// As [`sorted`].
pub fn member_count(tx: &mut Tx<'_>, group: &str) -> Result<i64, StoreError> {
    let Some(group) = sids::key(tx, group)? else { return Ok(0) };
    let rows = tx.query("SELECT count(*) FROM membership WHERE group_key = $1", &[group.into()])?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// The groups that somebody is in, also through other groups; those that are no objects here, as distribution groups never are, by
/// the name that came with them.
///
/// # Errors
/// As [`sorted`].
pub fn groups(tx: &mut Tx<'_>, member: &str, limit: usize) -> Result<Vec<Related>, StoreError> {
    let Some(member) = sids::key(tx, member)? else { return Ok(Vec::new()) };
    let sql = "WITH RECURSIVE reached(sid_key) AS (
             SELECT group_key FROM membership WHERE member_key = $1
             UNION SELECT m.group_key FROM membership m JOIN reached r ON m.member_key = r.sid_key
         )
         SELECT b.beginning || (r.sid_key & 4294967295), COALESCE(o.domain || '\\' || o.account_name, n.name, ''),
             COALESCE(o.kind, CASE WHEN n.security = 1 THEN 'group' ELSE 'distribution-group' END),
             CASE WHEN d.member_key IS NULL THEN 0 ELSE 1 END
         FROM reached r JOIN sid_beginning b ON b.number = (r.sid_key >> 32) LEFT JOIN directory_state s ON s.sid_key = r.sid_key
             LEFT JOIN directory_object o ON o.number = s.number
             LEFT JOIN group_name n ON n.group_key = r.sid_key LEFT JOIN membership d ON d.group_key = r.sid_key AND d.member_key = $2
         ORDER BY 2, 1 LIMIT $3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.query(sql, &[member.into(), member.into(), limit.into()])?.iter().map(related).collect()
}
