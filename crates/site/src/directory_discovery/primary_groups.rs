//! Primary groups: who has one is in it, and a directory does not list them among its members (MS-ADTS §3.1.1.4.5.19).

use provost_broker::directory::{Ended, Scope, Session};
use provost_domain::Failure;
use std::collections::HashSet;
use std::ops::{ControlFlow, RangeInclusive};

/// Says who has which primary group, by its RID.
pub(super) const PRIMARY: &str = "primaryGroupID";

/// The primary groups of nearly everybody: Domain Users, Domain Guests, Domain Computers and Domain Controllers (MS-DTYP §2.4.2.4).
const USUAL: RangeInclusive<u32> = 513..=516;
/// Whoever has another. A directory answers that from its index; most have nobody.
const OTHERS: &str = "(|(primaryGroupID<=512)(primaryGroupID>=517))";

/// Which groups may be somebody's primary one: any, until the directory was asked.
#[derive(Debug, Default)]
pub(super) struct PrimaryGroups(Option<HashSet<u32>>);

impl PrimaryGroups {
    /// Asks the directory once which other groups than the usual ones are, so that of many groups hardly one need be asked for.
    pub(super) async fn of(session: &mut Session) -> Result<Self, Failure> {
        let head = session.root().domain_dn.clone();
        let mut others = HashSet::new();
        let found = session
            .search(&head, Scope::Subtree, OTHERS, &[PRIMARY], |entry| {
                others.extend(entry.text(PRIMARY).and_then(|rid| rid.parse::<u32>().ok()));
                ControlFlow::Continue(())
            })
            .await?;
        Ok(Self((found.ended == Ended::Complete).then_some(others)))
    }

    /// Whether the group with this RID may be somebody's.
    pub(super) fn may_be(&self, rid: u32) -> bool {
        self.0.as_ref().is_none_or(|others| USUAL.contains(&rid) || others.contains(&rid))
    }
}

#[cfg(test)]
impl PrimaryGroups {
    /// As if the directory had said that these are others than the usual ones.
    pub(super) fn asked(others: impl IntoIterator<Item = u32>) -> Self {
        Self(Some(others.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::PrimaryGroups;

    #[test]
    fn any_group_may_be_a_primary_one_until_the_directory_was_asked_and_the_usual_ones_always() {
        assert!(PrimaryGroups::default().may_be(1104));
        let asked = PrimaryGroups::asked([1104]);
        assert_eq!([512, 513, 514, 515, 516, 517, 1104, 1105].map(|rid| asked.may_be(rid)), [false, true, true, true, true, false, true, false]);
    }
}
