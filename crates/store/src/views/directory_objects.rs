//! Users, groups and computers of directories as people list and find them, and who is in which group.

use super::{Conditions, Field, Fields, Found, Page, Source};
use crate::database::{Param, Row, StoreError, Tx, Value};
use crate::discovery::sids;
use provost_domain::discovery::{DirectoryObject, GroupScope, Method, ObjectKind, guid_text};
use provost_domain::filter::{Kind, Term};
use provost_domain::{ResourceId, Timestamp};
use std::collections::BTreeMap;

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

const COLUMNS: &str = "b.beginning || (o.sid_key & 4294967295), o.kind, s.resource_id, o.guid, b.domain, o.account_name, o.distinguished_name, s.limited, o.display_name, o.principal_name, \
     o.mail, o.dns_name, o.operating_system, o.scope, o.disabled, o.last_logon_at, o.password_set_at, o.attributes, o.method, o.created_at, s.discovered_at";

/// What is found of each, what every look changes, and what its SID begins with and whose SIDs do.
const FROM: &str = "directory_object o JOIN directory_state s ON s.sid_key = o.sid_key AND s.number = o.number \
     JOIN sid_beginning b ON b.number = (o.sid_key >> 32)";

const SID: &str = "(b.beginning || (o.sid_key & 4294967295))";

fn listed(row: &Row) -> Result<Listed, StoreError> {
    let corrupt = |what: String| StoreError::corrupt("reading a directory's object", what);
    let text = |column| row.text(column).map(str::to_owned);
    let kind = kind_of(row.integer(1)?)?;
    let mut object = DirectoryObject::new(kind, text(0)?, text(4)?, text(5)?, text(6)?);
    object.guid = match row.blob(3)? {
        [] => String::new(),
        bytes => guid_text(bytes.try_into().map_err(|_| corrupt(format!("its GUID has {} bytes", bytes.len())))?),
    }
    .into();
    object.limited = row.boolean(7)?;
    object.display_name = text(8)?.into();
    object.principal_name = text(9)?.into();
    object.mail = text(10)?.into();
    object.dns_name = text(11)?.into();
    object.operating_system = text(12)?.into();
    let scope = row.integer(13)?;
    object.scope = GroupScope::ALL.into_iter().find(|one| one.number() == scope);
    object.disabled = row.boolean(14)?;
    object.last_logon_at = row.optional_timestamp(15)?;
    object.password_set_at = row.optional_timestamp(16)?;
    object.attributes = match row.text(17)? {
        "" => BTreeMap::new(),
        attributes => serde_json::from_str(attributes).map_err(|e| corrupt(e.to_string()))?,
    };
    Ok(Listed {
        object,
        resource_id: row.optional_integer(2)?.map(ResourceId),
        agent: Method::from_number(row.integer(18)?).and_then(Method::agent).ok_or_else(|| corrupt("no method finds objects".to_owned()))?.name().to_owned(),
        created_at: row.timestamp(19)?,
        discovered_at: row.timestamp(20)?,
    })
}

fn kind_of(number: i64) -> Result<ObjectKind, StoreError> {
    ObjectKind::from_number(number).ok_or_else(|| StoreError::corrupt("reading a directory's object", format!("no kind of objects has the number {number}")))
}

const NAME: &str = "(b.domain || '\\' || o.account_name)";

/// A scope by its id, for people look for that.
const SCOPE: &str = "(CASE o.scope WHEN 1 THEN 'domain-local' WHEN 2 THEN 'global' WHEN 3 THEN 'universal' ELSE '' END)";

/// What users and groups are narrowed by.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("name", Kind::Text, NAME),
        Field::new("display-name", Kind::Text, "o.display_name"),
        Field::new("mail", Kind::Text, "o.mail"),
        Field::new("scope", Kind::Text, SCOPE),
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
    all.add("o.kind = {}", Value::Integer(kind.number()));
    all
}

/// A page of objects of a kind, sorted as it says.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn sorted(tx: &mut Tx<'_>, kind: ObjectKind, page: &Page) -> Result<Found<Listed>, StoreError> {
    OBJECTS.read(tx, of_kind(kind), false, page, listed)
}

/// The object behind which a list by name and domain goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind<'a> {
    /// Its name in the domain.
    pub account_name: &'a str,
    /// Its domain.
    pub domain: &'a str,
    /// Its SID.
    pub sid: &'a str,
}

/// Objects of a kind by name and domain that hold these words, behind one of them, at most `limit`.
///
/// # Errors
/// As [`sorted`].
pub fn list(tx: &mut Tx<'_>, kind: ObjectKind, terms: &[Term], behind: Option<Behind<'_>>, limit: usize) -> Result<Vec<Listed>, StoreError> {
    let mut all = of_kind(kind);
    if let Some(Behind { account_name, domain, sid }) = behind {
        let [name, domain, sid] = [account_name, domain, sid].map(|part| all.param(Value::Text(part.to_owned())));
        all.add_plain(&format!("(o.account_name, b.domain, {SID}) > ({name}, {domain}, {sid})"));
    }
    FIELDS.add_to(&mut all, terms);
    let sql = format!("SELECT {COLUMNS} FROM {FROM}{} ORDER BY o.account_name, b.domain, {SID} LIMIT ${}", all.sql(), all.limit_number());
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
         ORDER BY b.domain, o.account_name LIMIT 10"
    );
    let rows = tx.query(&sql, &[Param::Integer(kind.number()), sid.into(), (&lower).into(), (&lower).into()])?;
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

/// Of SID, name, the kind of one that is an object, whether the membership is direct, and of a group that is none, whether it is one
/// for security.
fn related(row: &Row) -> Result<Related, StoreError> {
    let kind = match (row.optional_integer(2)?, row.optional_integer(4)?) {
        (Some(kind), _) => kind_of(kind)?.id(),
        (None, Some(1)) => ObjectKind::Group.id(),
        (None, Some(_)) => "distribution-group",
        (None, None) => "",
    };
    Ok(Related { sid: row.text(0)?.to_owned(), name: row.text(1)?.to_owned(), kind: kind.to_owned(), direct: row.boolean(3)? })
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
         SELECT b.beginning || (r.sid_key & 4294967295), CASE WHEN o.sid_key IS NULL THEN '' ELSE b.domain || '\\' || o.account_name END, o.kind,
             CASE WHEN d.member_key IS NULL THEN 0 ELSE 1 END, CAST(NULL AS BIGINT)
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
         SELECT b.beginning || (r.sid_key & 4294967295), CASE WHEN o.sid_key IS NULL THEN COALESCE(n.name, '') ELSE b.domain || '\\' || o.account_name END,
             o.kind, CASE WHEN d.member_key IS NULL THEN 0 ELSE 1 END, COALESCE(n.security, 0)
         FROM reached r JOIN sid_beginning b ON b.number = (r.sid_key >> 32) LEFT JOIN directory_state s ON s.sid_key = r.sid_key
             LEFT JOIN directory_object o ON o.number = s.number
             LEFT JOIN group_name n ON n.group_key = r.sid_key LEFT JOIN membership d ON d.group_key = r.sid_key AND d.member_key = $2
         ORDER BY 2, 1 LIMIT $3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.query(sql, &[member.into(), member.into(), limit.into()])?.iter().map(related).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_is_looked_for_by_its_id() {
        for scope in GroupScope::ALL {
            assert!(SCOPE.contains(&format!("WHEN {} THEN '{}'", scope.number(), scope.id())), "{scope:?}");
        }
    }
}
