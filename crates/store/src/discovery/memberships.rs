//! Who is in which group: direct members are kept, nested ones are followed when somebody asks.

use super::sids::{SidKey, select_keys};
use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::execute_each;
use std::collections::{HashMap, HashSet};

const MEMBERSHIPS: Insert = Insert {
    table: "membership",
    columns: &[("group_key", ColumnType::Integer), ("member_key", ColumnType::Integer), ("by_primary", ColumnType::Integer)],
    conflict: "ON CONFLICT (group_key, member_key) DO UPDATE SET by_primary = excluded.by_primary",
};

/// Members of so many groups are written together, unless one group alone has more.
const MEMBERS_TOGETHER: usize = 10_000;

/// Who is in a group: [`provost_domain::discovery::Membership`] by keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// The group.
    pub group: SidKey,
    /// Its direct members.
    pub members: Vec<SidKey>,
    /// Whether these are all.
    pub complete: bool,
    /// Whether they are those whose primary group it is.
    pub by_primary: bool,
}

/// Tells which of groups are another domain's.
pub type Elsewhere<'f> = &'f mut dyn FnMut(&mut Tx<'_>, &[SidKey]) -> Result<HashSet<SidKey>, StoreError>;

/// What becomes of one list.
#[derive(Default)]
struct Change {
    /// Who is in it now.
    added: Vec<SidKey>,
    /// Who is in it in the other way now: by the primary group, or in the list.
    turned: Vec<SidKey>,
    /// Who is not in it any more.
    removed: Vec<SidKey>,
}

impl Change {
    /// What becomes of a list that was this one before, in order.
    fn of(list: &Members, before: &[(SidKey, bool)]) -> Self {
        let mut now = list.members.clone();
        now.sort_unstable();
        now.dedup();
        let (mut change, mut before) = (Self::default(), before.iter().copied().peekable());
        let mut goes = |(member, by_primary): (SidKey, bool)| {
            if list.complete && !list.by_primary && !by_primary {
                change.removed.push(member);
            }
        };
        for member in now {
            while let Some(gone) = before.next_if(|(known, _)| *known < member) {
                goes(gone);
            }
            match before.next_if(|(known, _)| *known == member) {
                None => change.added.push(member),
                Some((_, by_primary)) if by_primary != list.by_primary => change.turned.push(member),
                Some(_) => {}
            }
        }
        before.for_each(goes);
        change
    }

    /// How many are in it now, or in the other way.
    const fn put(&self) -> u64 {
        (self.added.len() + self.turned.len()) as u64
    }

    const fn is_none(&self) -> bool {
        self.added.is_empty() && self.turned.is_empty() && self.removed.is_empty()
    }
}

/// Writes who is in which groups, as [`put`] does for each; gives what that gives, in their order. Groups whose lists stand
/// alone, as nearly all do, are read and written together, some ten thousand members at a time. `elsewhere` tells which of
/// groups that would be changed are left as they are.
///
/// # Errors
/// As [`put`], and what `elsewhere` fails with.
pub fn put_all(tx: &mut Tx<'_>, lists: &[Members], elsewhere: Elsewhere<'_>) -> Result<Vec<(u64, u64)>, StoreError> {
    let (mut done, mut rest) = (Vec::with_capacity(lists.len()), lists);
    while !rest.is_empty() {
        let (mut together, mut members) = (0, 0);
        while let Some(list) = rest.get(together)
            && members < MEMBERS_TOGETHER
        {
            members += list.members.len();
            together += 1;
        }
        let (first, after) = rest.split_at(together);
        done.extend(put_together(tx, first, elsewhere)?);
        rest = after;
    }
    Ok(done)
}

fn put_together(tx: &mut Tx<'_>, lists: &[Members], elsewhere: Elsewhere<'_>) -> Result<Vec<(u64, u64)>, StoreError> {
    let mut count: HashMap<SidKey, usize> = HashMap::new();
    lists.iter().for_each(|list| *count.entry(list.group).or_default() += 1);
    let is_alone = |list: &Members| !list.by_primary && count.get(&list.group) == Some(&1);
    let mut before: HashMap<SidKey, Vec<(SidKey, bool)>> = lists.iter().filter(|list| is_alone(list)).map(|list| (list.group, Vec::new())).collect();
    let groups: Vec<SidKey> = before.keys().copied().collect();
    select_keys(tx, "SELECT group_key, member_key, by_primary FROM membership WHERE group_key", &groups, &mut |row| {
        if let Some(members) = before.get_mut(&SidKey(row.integer(0)?)) {
            members.push((SidKey(row.integer(1)?), row.boolean(2)?));
        }
        Ok(())
    })?;
    before.values_mut().for_each(|members| members.sort_unstable());
    let changes: Vec<Option<Change>> = lists.iter().map(|list| before.get(&list.group).map(|before| Change::of(list, before))).collect();
    let changed = |(list, change): (&Members, &Option<Change>)| change.as_ref().is_none_or(|change| !change.is_none()).then_some(list.group);
    let elsewhere = elsewhere(tx, &lists.iter().zip(&changes).filter_map(changed).collect::<Vec<_>>())?;
    let (mut done, mut rows) = (Vec::with_capacity(lists.len()), Rows::default());
    for (list, change) in lists.iter().zip(changes) {
        if elsewhere.contains(&list.group) {
            done.push((0, 0));
            continue;
        }
        let Some(change) = change else {
            done.push(put(tx, list)?);
            continue;
        };
        rows.take(list, &change);
        done.push((change.put(), remove(tx, list.group, &change.removed)?));
    }
    rows.write(tx)?;
    Ok(done)
}

/// Rows that are to be written, new ones by themselves.
#[derive(Default)]
struct Rows {
    new: Vec<Row>,
    turned: Vec<Row>,
}

/// A group, who is in it, and whether by their primary group.
type Row = (SidKey, SidKey, bool);

impl Rows {
    fn take(&mut self, list: &Members, change: &Change) {
        let row = |member: &SidKey| (list.group, *member, list.by_primary);
        self.new.extend(change.added.iter().map(row));
        self.turned.extend(change.turned.iter().map(row));
    }

    fn write(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for (rows, insert) in [(&self.new, MEMBERSHIPS.of_new()), (&self.turned, MEMBERSHIPS)] {
            tx.insert_rows(&insert, rows.iter().map(|(group, member, by_primary)| [(*group).into(), (*member).into(), (*by_primary).into()]))?;
        }
        Ok(())
    }
}

/// Takes out who was in a group's list and is no more.
fn remove(tx: &mut Tx<'_>, group: SidKey, gone: &[SidKey]) -> Result<u64, StoreError> {
    let gone: Vec<Param<'_>> = gone.iter().copied().map(Param::from).collect();
    execute_each(tx, "DELETE FROM membership WHERE group_key = $1 AND member_key IN {}", &[group.into()], &gone)
}

/// Writes who is in a group: those who are new are added, and when the list is complete the others that were in one are
/// taken out. Who is in it by their primary group stays until they are found with another one, or in the list. Gives how
/// many were added or are in it in the other way now, and how many were taken out.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn put(tx: &mut Tx<'_>, list: &Members) -> Result<(u64, u64), StoreError> {
    let mut before = Vec::new();
    tx.query_each("SELECT member_key, by_primary FROM membership WHERE group_key = $1 ORDER BY member_key", &[list.group.into()], &mut |row| {
        before.push((SidKey(row.integer(0)?), row.boolean(1)?));
        Ok(())
    })?;
    let change = Change::of(list, &before);
    let mut gone = 0;
    if list.by_primary {
        let new: Vec<Param<'_>> = change.added.iter().chain(&change.turned).copied().map(Param::from).collect();
        gone += execute_each(tx, "DELETE FROM membership WHERE by_primary = 1 AND member_key IN {}", &[], &new)?;
    }
    let mut rows = Rows::default();
    rows.take(list, &change);
    rows.write(tx)?;
    Ok((change.put(), gone + remove(tx, list.group, &change.removed)?))
}

/// A group that is no object here, as a list of its members tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// The group.
    pub group: SidKey,
    /// As people read it.
    pub name: &'a str,
    /// Whether it is a security group.
    pub security: bool,
}

/// Writes what groups that are no objects here are called, and of which kind they are.
///
/// # Errors
/// As [`put`].
pub fn name(tx: &mut Tx<'_>, groups: &[Named<'_>]) -> Result<(), StoreError> {
    const NAMES: Insert = Insert {
        table: "group_name",
        columns: &[("group_key", ColumnType::Integer), ("name", ColumnType::Text), ("security", ColumnType::Integer)],
        conflict: "ON CONFLICT (group_key) DO UPDATE SET name = excluded.name, security = excluded.security \
                   WHERE group_name.name <> excluded.name OR group_name.security <> excluded.security",
    };
    // PostgreSQL changes a row once in one statement; the newest name counts.
    let newest: HashMap<SidKey, &Named<'_>> = groups.iter().map(|named| (named.group, named)).collect();
    let rows = newest.into_values().map(|Named { group, name, security }| [(*group).into(), (*name).into(), (*security).into()]);
    tx.insert_rows(&NAMES, rows).map(drop)
}
