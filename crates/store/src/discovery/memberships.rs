//! Who is in which group: direct members are kept, nested ones are followed when somebody asks.

use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::{execute_each, select_each};
use provost_domain::discovery::Membership;
use std::collections::{HashMap, HashSet};

const MEMBERSHIPS: Insert = Insert {
    table: "membership",
    columns: &[
        ("group_sid", ColumnType::Text),
        ("member_sid", ColumnType::Text),
        ("security", ColumnType::Integer),
        ("group_name", ColumnType::Text),
        ("by_primary", ColumnType::Integer),
    ],
    conflict: "ON CONFLICT (group_sid, member_sid) DO UPDATE SET by_primary = excluded.by_primary",
};

/// What is known of a group's members.
#[derive(Default)]
struct Before {
    /// Members, and whether each is one by its primary group.
    members: HashMap<String, bool>,
    /// Whether a row has another name, or another kind of group, than is written now.
    outdated: bool,
}

/// Writes who is in which groups, as [`put`] does for each; gives what that gives, in their order. Groups whose lists stand
/// alone, as nearly all do, are read and written together.
///
/// # Errors
/// As [`put`].
pub fn put_all(tx: &mut Tx<'_>, memberships: &[&Membership]) -> Result<Vec<(u64, u64)>, StoreError> {
    let mut lists: HashMap<&str, usize> = HashMap::new();
    memberships.iter().for_each(|membership| *lists.entry(&membership.group).or_default() += 1);
    let alone = |membership: &Membership| !membership.by_primary && lists.get(membership.group.as_str()) == Some(&1);
    let mut before: HashMap<&str, (&Membership, Before)> =
        memberships.iter().filter(|one| alone(one)).map(|one| (one.group.as_str(), (*one, Before::default()))).collect();
    let groups: Vec<Param<'_>> = before.keys().map(|group| Param::from(*group)).collect();
    let sql = "SELECT group_sid, member_sid, by_primary, group_name, security FROM membership WHERE group_sid IN {}";
    select_each(tx, sql, &groups, &mut |row| {
        if let Some((membership, before)) = before.get_mut(row.text(0)?) {
            before.outdated |= row.text(3)? != membership.name || row.boolean(4)? != membership.security;
            before.members.insert(row.text(1)?.to_owned(), row.boolean(2)?);
        }
        Ok(())
    })?;
    let (mut done, mut rows) = (Vec::with_capacity(memberships.len()), Vec::new());
    for membership in memberships {
        let Membership { group, name, security, members, complete, by_primary } = membership;
        let Some((_, Before { members: before, outdated })) = before.get(group.as_str()) else {
            done.push(put(tx, membership)?);
            continue;
        };
        let now: HashSet<&str> = members.iter().map(String::as_str).collect();
        let (mut added, mut removed) = (0, 0);
        for member in now.iter().filter(|member| before.get(**member) != Some(by_primary)) {
            rows.extend([Param::from(group), (*member).into(), (*security).into(), name.into(), (*by_primary).into()]);
            added += 1;
        }
        if *complete {
            removed = remove(tx, group, before, &now)?;
        }
        if *outdated {
            rename(tx, membership)?;
        }
        done.push((added, removed));
    }
    if !rows.is_empty() {
        tx.insert_many(&MEMBERSHIPS, &rows)?;
    }
    Ok(done)
}

/// Takes out who was in a group's list and is no more.
fn remove(tx: &mut Tx<'_>, group: &String, before: &HashMap<String, bool>, now: &HashSet<&str>) -> Result<u64, StoreError> {
    let mut removed = 0;
    for (gone, _) in before.iter().filter(|(member, by_primary)| !**by_primary && !now.contains(member.as_str())) {
        removed += tx.execute("DELETE FROM membership WHERE group_sid = $1 AND member_sid = $2", &[group.into(), gone.into()])?;
    }
    Ok(removed)
}

fn rename(tx: &mut Tx<'_>, Membership { group, name, security, .. }: &Membership) -> Result<(), StoreError> {
    let sql = "UPDATE membership SET group_name = $1, security = $2 WHERE group_sid = $3 AND (group_name <> $4 OR security <> $5)";
    tx.execute(sql, &[name.into(), (*security).into(), group.into(), name.into(), (*security).into()]).map(drop)
}

/// Writes who is in a group: those who are new are added, and when the list is complete the others that were in one are
/// taken out. Who is in it by their primary group stays until they are found with another one, or in the list. Gives how
/// many were added or are in it in the other way now, and how many were taken out.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn put(tx: &mut Tx<'_>, membership: &Membership) -> Result<(u64, u64), StoreError> {
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
        removed += execute_each(tx, "DELETE FROM membership WHERE by_primary = 1 AND member_sid IN {}", &[], &new)?;
    }
    let rows: Vec<Param<'_>> =
        new.iter().flat_map(|member| [Param::from(group), (*member).into(), (*security).into(), name.into(), (*by_primary).into()]).collect();
    let added = if rows.is_empty() { 0 } else { tx.insert_many(&MEMBERSHIPS, &rows)? };
    if *complete && !by_primary {
        removed += remove(tx, group, &before, &now)?;
    }
    rename(tx, membership)?;
    Ok((added, removed))
}
