//! Members of groups, written one group after another and all together.

use crate::engines;
use provost_catalog::database::Principal;
use provost_domain::discovery::Membership;
use provost_store::discovery::memberships;
use provost_store::{Row, StoreError, Tx};

/// A list of members of a group of domain `domain`; the same number gives the same list.
fn membership(domain: u8, number: u64) -> Membership {
    let turn = |shift: u32, below: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(shift) % below;
    let (group, by_primary) = (turn(7, 4), turn(37, 4) == 0);
    Membership {
        group: format!("S-1-5-21-{domain}-2-3-{group}"),
        name: format!("corp\\group{group}.{}", turn(13, 3) / 2),
        security: turn(17, 5) > 0,
        members: (0..turn(23, 6)).map(|member| format!("S-1-5-21-{domain}-2-3-{}", 100 + (member * 3 + turn(29, 5)) % 8)).collect(),
        complete: !by_primary && turn(31, 3) > 0,
        by_primary,
    }
}

/// The rows of a domain, without its number.
fn rows(tx: &mut Tx<'_>, domain: u8) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT group_sid, member_sid, security, group_name, by_primary FROM membership ORDER BY group_sid, member_sid";
    let prefix = format!("S-1-5-21-{domain}-");
    let rows = tx.query(sql, &[])?.into_iter();
    let of = |row: &Row| {
        let sid = |column| row.text(column).map(|sid| sid.strip_prefix(prefix.as_str()).map(str::to_owned));
        let (Some(group), Some(member)) = (sid(0)?, sid(1)?) else { return Ok(None) };
        Ok(Some(format!("{group} {member} {} {} {}", row.boolean(2)?, row.text(3)?, row.boolean(4)?)))
    };
    rows.filter_map(|row| of(&row).transpose()).collect()
}

#[test]
fn lists_that_are_written_together_come_to_the_same_as_one_after_another() {
    engines::each(|database| {
        let mut connection = database.connect(Principal::DiscoveryDataManager).expect("a connection");
        let mut met = 0;
        for number in 0..60 {
            let lists = |domain| (0..number % 5).map(|list| membership(domain, number * 8 + list)).collect::<Vec<_>>();
            let (together, apart) = (lists(1), lists(2));
            let same = connection.write(|tx| {
                let done = memberships::put_all(tx, &together.iter().collect::<Vec<_>>())?;
                apart.iter().try_for_each(|list| memberships::put(tx, list).map(drop))?;
                let rows = (rows(tx, 1)?, rows(tx, 2)?);
                met = met.max(rows.0.len());
                Ok::<_, StoreError>(done.len() == apart.len() && rows.0 == rows.1)
            });
            assert_eq!(same, Ok(true), "{apart:?}");
        }
        assert!(met > 10, "{met} rows");
    });
}
