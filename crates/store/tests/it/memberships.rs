//! Members of groups, written one group after another and all together.

use crate::engines;
use provost_catalog::database::Principal;
use provost_store::discovery::SidKey;
use provost_store::discovery::memberships::{self, Members};
use provost_store::{StoreError, Tx};
use std::collections::HashSet;

/// Between keys of two domains.
const DOMAIN: i64 = 1 << 32;

/// A list of members of a group of domain `domain`; the same number gives the same list.
fn list(domain: i64, number: u64) -> Members {
    let turn = |shift: u32, below: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(shift) % below;
    let key = |last: u64| SidKey(domain * DOMAIN + i64::try_from(last).unwrap_or(0));
    let by_primary = turn(37, 4) == 0;
    Members {
        group: key(turn(7, 4)),
        members: (0..turn(23, 6)).map(|member| key(100 + (member * 3 + turn(29, 5)) % 8)).collect(),
        complete: !by_primary && turn(31, 3) > 0,
        by_primary,
    }
}

/// The rows of a domain, without its number.
fn rows(tx: &mut Tx<'_>, domain: i64) -> Result<Vec<[i64; 3]>, StoreError> {
    let sql = "SELECT group_key - $1, member_key - $1, by_primary FROM membership WHERE group_key BETWEEN $1 AND $2 ORDER BY group_key, member_key";
    let rows = tx.query(sql, &[(domain * DOMAIN).into(), ((domain + 1) * DOMAIN - 1).into()])?;
    rows.iter().map(|row| Ok([row.integer(0)?, row.integer(1)?, row.integer(2)?])).collect()
}

#[test]
fn lists_that_are_written_together_come_to_the_same_as_one_after_another() {
    engines::each(|database| {
        let mut connection = database.connect(Principal::DiscoveryDataManager).expect("a connection");
        let mut met = 0;
        for number in 0..60 {
            let lists = |domain| (0..number % 5).map(|turn| list(domain, number * 8 + turn)).collect::<Vec<_>>();
            let (together, apart) = (lists(1), lists(2));
            let same = connection.write(|tx| {
                let done = memberships::put_all(tx, &together, &mut |_, _| Ok(HashSet::new()))?;
                let one_by_one = apart.iter().map(|list| memberships::put(tx, list)).collect::<Result<Vec<_>, _>>()?;
                let rows = (rows(tx, 1)?, rows(tx, 2)?);
                met = met.max(rows.0.len());
                Ok::<_, StoreError>(done == one_by_one && rows.0 == rows.1)
            });
            assert_eq!(same, Ok(true), "{apart:?}");
        }
        assert!(met > 10, "{met} rows");
    });
}

#[test]
fn groups_that_are_elsewhere_are_left_as_they_are_and_only_changed_ones_are_asked_about() {
    engines::each(|database| {
        let mut connection = database.connect(Principal::DiscoveryDataManager).expect("a connection");
        let of = |group: i64, members: &[i64]| Members {
            group: SidKey(DOMAIN + group),
            members: members.iter().map(|member| SidKey(DOMAIN + member)).collect(),
            complete: true,
            by_primary: false,
        };
        let write = |connection: &mut provost_store::Connection, lists: &[Members], elsewhere: &[i64]| {
            let mut asked = Vec::new();
            let done = connection.write(|tx| {
                memberships::put_all(tx, lists, &mut |_, groups| {
                    asked = groups.iter().map(|group| group.0 - DOMAIN).collect();
                    Ok(elsewhere.iter().map(|group| SidKey(DOMAIN + group)).collect())
                })
            });
            (done.expect("written"), asked)
        };
        assert_eq!(write(&mut connection, &[of(1, &[100, 101]), of(2, &[100])], &[]), (vec![(2, 0), (1, 0)], vec![1, 2]));
        assert_eq!(write(&mut connection, &[of(1, &[100, 101]), of(2, &[101])], &[2]), (vec![(0, 0), (0, 0)], vec![2]));
        assert_eq!(connection.read(|tx| rows(tx, 1)).expect("rows"), [[1, 100, 0], [1, 101, 0], [2, 100, 0]]);
    });
}

#[test]
fn of_groups_that_lie_close_together_each_keeps_its_own_members() {
    engines::each(|database| {
        let mut connection = database.connect(Principal::DiscoveryDataManager).expect("a connection");
        // More members than are written at a time, and groups between those that are written.
        let lists = |first: i64, members: i64| -> Vec<Members> {
            let of = |group: i64| Members {
                group: SidKey(DOMAIN + group),
                members: (0..members).map(|member| SidKey(DOMAIN + 1000 + (member * 7 + group) % members)).collect(),
                complete: true,
                by_primary: false,
            };
            (0..40).map(|number| of(first + 2 * number)).collect()
        };
        let mut write = |lists: &[Members]| connection.write(|tx| memberships::put_all(tx, lists, &mut |_, _| Ok(HashSet::new())));
        assert_eq!(write(&lists(1, 30)), Ok(vec![(30, 0); 40]));
        assert_eq!(write(&lists(2, 300)), Ok(vec![(300, 0); 40]));
        assert_eq!(write(&lists(2, 299)), Ok(vec![(0, 1); 40]));
        assert_eq!(write(&lists(1, 30)), Ok(vec![(0, 0); 40]));
    });
}
