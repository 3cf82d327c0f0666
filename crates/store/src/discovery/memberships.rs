//! Who is in which group: direct members are kept, nested ones are followed when somebody asks.

use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::execute_each;
use provost_domain::discovery::Membership;
use std::collections::{HashMap, HashSet};

/// Writes who is in a group: those who are new are added, and when the list is complete the others that were in one are
/// taken out. Who is in it by their primary group stays until they are found with another one, or in the list. Gives how
/// many were added or are in it in the other way now, and how many were taken out.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn put(tx: &mut Tx<'_>, membership: &Membership) -> Result<(u64, u64), StoreError> {
    use ColumnType::{Integer, Text};
    const MEMBERSHIPS: Insert = Insert {
        table: "membership",
        columns: &[("group_sid", Text), ("member_sid", Text), ("security", Integer), ("group_name", Text), ("by_primary", Integer)],
        conflict: "ON CONFLICT (group_sid, member_sid) DO UPDATE SET by_primary = excluded.by_primary",
    };
    let Membership { group, name, security, members, complete, by_primary } = membership;
    let mut before: HashMap<String, bool> = HashMap::new();
    tx.query_each("SELECT member_sid, by_primary FROM membership WHERE group_sid = $1", &[group.into()], &mut |row| {
        before.insert(row.text(0)?.to_owned(), row.boolean(1)?);
        Ok(())
    })?;
    let now: HashSet<&str> = members.iter().map(String::as_str).collect();
    let new: Vec<&str> = now.iter().copied().filter(|member| before.get(*member) != Some(by_primary)).collect();
    let mut removed = 0;
    if *by_primary {
        let new: Vec<Param<'_>> = new.iter().map(|member| (*member).into()).collect();
        removed += execute_each(tx, "DELETE FROM membership WHERE by_primary = 1 AND member_sid IN {}", &new)?;
    }
    let rows: Vec<Param<'_>> =
        new.iter().flat_map(|member| [Param::from(group), (*member).into(), (*security).into(), name.into(), (*by_primary).into()]).collect();
    let added = if rows.is_empty() { 0 } else { tx.insert_many(&MEMBERSHIPS, &rows)? };
    if *complete && !by_primary {
        for (gone, _) in before.iter().filter(|(member, by_primary)| !**by_primary && !now.contains(member.as_str())) {
            removed += tx.execute("DELETE FROM membership WHERE group_sid = $1 AND member_sid = $2", &[group.into(), gone.into()])?;
        }
    }
    let sql = "UPDATE membership SET group_name = $1, security = $2 WHERE group_sid = $3 AND (group_name <> $4 OR security <> $5)";
    tx.execute(sql, &[name.into(), (*security).into(), group.into(), name.into(), (*security).into()])?;
    Ok((added, removed))
}
