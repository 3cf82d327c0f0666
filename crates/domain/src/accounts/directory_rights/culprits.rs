//! What gives an account a right that it should not have: the entries of a list, one by one, or that it owns the object.

use super::ObjectSeen;
use crate::accounts::everybody;
use provost_sd::{Ace, Acl, Dacl, SecurityDescriptor, Sid, Token, well_known};

/// What gives an account something on one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Culprits {
    /// Entries of the object's list.
    pub(super) entries: Vec<Ace>,
    /// Whether it has it as the owner, who may change permissions whatever the list says (MS-ADTS §5.1.3.3.2).
    pub(super) owner: bool,
}

impl ObjectSeen {
    /// What gives the account of `token` what `gives` looks for in an object with a shorter list. Of what both its own entries and
    /// those of everybody give, only its own are told, where it has nothing without them.
    pub(super) fn culprits(&self, token: &Token, gives: impl Fn(&Self) -> bool) -> Culprits {
        let Some(SecurityDescriptor { dacl: Dacl::List(list), owner, .. }) = &self.descriptor else { return Culprits::default() };
        let gives = |aces: Vec<Ace>, owner: Option<Sid>| {
            let descriptor = self.descriptor.as_ref().map(|whole| SecurityDescriptor { owner, dacl: Dacl::List(Acl::new(aces)), ..whole.clone() });
            gives(&Self { descriptor, ..self.clone() })
        };
        let only = |kept: &dyn Fn(usize, &Ace) -> bool| list.aces.iter().enumerate().filter(|(n, ace)| kept(*n, ace)).map(|(_, ace)| ace.clone()).collect();
        // Nobody else owns it than the nobody who is put in the owner's place.
        let owns = owner.is_some_and(|owner| token.holds(&owner));
        let is_own = |ace: &Ace| ace.trustee == well_known::OWNER_RIGHTS;
        let by_owner = owns && gives(only(&|_, ace| ace.kind.denies() || is_own(ace)), *owner);
        let mut entries = Vec::new();
        for (n, ace) in list.aces.iter().enumerate().filter(|(_, ace)| ace.kind.allows() && ace.counts_here() && !is_own(ace)) {
            if gives(only(&|other, one| other == n || one.kind.denies()), None) {
                entries.push(ace.clone());
            }
        }
        let own: Vec<Ace> = entries.iter().filter(|ace| !everybody::is_everybody(&ace.trustee)).cloned().collect();
        let without = |_: usize, ace: &Ace| !own.contains(ace);
        if !own.is_empty() && !gives(only(&without), if by_owner { None } else { *owner }) {
            entries = own;
        }
        Culprits { entries, owner: by_owner }
    }
}
