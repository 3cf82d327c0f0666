//! What each principal may do, by table name: the catalog's grants with the inventory classes spelled out.

use crate::schema;
use provost_catalog::database::{Principal, Right, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Every right there is.
pub const RIGHTS: [Right; 4] = [Right::Select, Right::Insert, Right::Update, Right::Delete];

/// What one principal may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights(BTreeMap<&'static str, BTreeSet<Right>>);

impl Rights {
    /// What the catalog gives to `principal`.
    #[must_use]
    pub fn of(principal: Principal) -> Self {
        let mut rights = BTreeMap::<_, BTreeSet<Right>>::new();
        for grant in principal.definition().grants {
            for table in names(grant.table) {
                rights.entry(table).or_default().extend(grant.rights);
            }
        }
        Self(rights)
    }

    /// Whether it may do this to rows of this table.
    #[must_use]
    pub fn allow(&self, table: &str, right: Right) -> bool {
        self.0.get(table).is_some_and(|rights| rights.contains(&right))
    }

    /// Each table with what may be done to it.
    pub fn tables(&self) -> impl Iterator<Item = (&'static str, &BTreeSet<Right>)> {
        self.0.iter().map(|(table, rights)| (*table, rights))
    }
}

/// The tables that one of the catalog's stands for.
fn names(table: Table) -> Vec<&'static str> {
    schema::tables().iter().filter(|d| d.table == Some(table)).map(|d| d.name).collect()
}
