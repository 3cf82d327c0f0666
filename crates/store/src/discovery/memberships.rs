//! Who is in which group: direct members are kept, nested ones are followed when somebody asks.

use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use provost_domain::discovery::Membership;
use std::collections::HashSet;

/// Writes who is in a group: those who are new are added, and when the list is complete the others are taken out. Gives
/// how many of both.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn put(tx: &mut Tx<'_>, membership: &Membership) -> Result<(u64, u64), StoreError> {
    const MEMBERSHIPS: Insert = Insert {
        table: "membership",
        columns: &[("group_sid", ColumnType::Text), ("member_sid", ColumnType::Text), ("security", ColumnType::Integer), ("group_name", ColumnType::Text)],
        conflict: "ON CONFLICT (group_sid, member_sid) DO NOTHING",
    };
    let Membership { group, name, security, members, complete } = membership;
    let mut before = HashSet::new();
    tx.query_each("SELECT member_sid FROM membership WHERE group_sid = $1", &[group.into()], &mut |row| {
        before.insert(row.text(0)?.to_owned());
        Ok(())
    })?;
    let now: HashSet<&str> = members.iter().map(String::as_str).collect();
    let mut rows: Vec<Param<'_>> = Vec::new();
    for member in now.iter().filter(|member| !before.contains(**member)) {
        rows.extend([Param::from(group), (*member).into(), (*security).into(), name.into()]);
    }
    let added = if rows.is_empty() { 0 } else { tx.insert_many(&MEMBERSHIPS, &rows)? };
    let mut removed = 0;
    if *complete {
        for gone in before.iter().filter(|member| !now.contains(member.as_str())) {
            removed += tx.execute("DELETE FROM membership WHERE group_sid = $1 AND member_sid = $2", &[group.into(), gone.into()])?;
        }
    }
    let sql = "UPDATE membership SET group_name = $1, security = $2 WHERE group_sid = $3 AND (group_name <> $4 OR security <> $5)";
    tx.execute(sql, &[name.into(), (*security).into(), group.into(), name.into(), (*security).into()])?;
    Ok((added, removed))
}
