//! What a token may do with an object (MS-DTYP §2.5.3.2, MS-ADTS §5.1.3.3): entries are asked in their order, and for each
//! right the first that is about it decides.

use crate::access::{MAXIMUM_ALLOWED, READ_CONTROL, SYSTEM_SECURITY, WRITE_DACL};
use crate::{Ace, AceKind, Dacl, GenericMapping, ObjectType, SecurityDescriptor, Sid, Token, well_known};

/// Who asks, of what kind of object.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// What it is.
    pub token: &'a Token,
    /// The identifier of the object that is asked about, where it is a principal itself: whom entries for "self" mean.
    pub itself: Option<&'a Sid>,
    /// What generic rights mean for the kind of object.
    pub mapping: GenericMapping,
}

impl<'a> Asker<'a> {
    /// Who asks of an object of the directory.
    #[must_use]
    pub const fn of_directory(token: &'a Token) -> Self {
        Self { token, itself: None, mapping: GenericMapping::DIRECTORY }
    }

    /// Who asks of a file or folder.
    #[must_use]
    pub const fn of_file(token: &'a Token) -> Self {
        Self { token, itself: None, mapping: GenericMapping::FILE }
    }

    /// The same, of an object that is this principal.
    #[must_use]
    pub const fn of_principal(self, itself: &'a Sid) -> Self {
        Self { itself: Some(itself), ..self }
    }
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// All that was asked for is granted: these rights.
    Granted(u32),
    /// Something that was asked for is not.
    Denied,
    /// It depends on what cannot be judged from here.
    Undecided,
}

/// The rights that a token has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effective {
    /// It has these for certain.
    pub granted: u32,
    /// It may have these: that depends on a condition, on an entry of an unknown kind, or on a list that was not sent.
    pub undecided: u32,
}

/// Whether `token` gets all of `desired`. With [`MAXIMUM_ALLOWED`] among them it is granted whatever else it may have too;
/// that alone is never refused, but may grant nothing.
#[must_use]
pub fn access_check(descriptor: &SecurityDescriptor, asker: Asker<'_>, desired: u32) -> Decision {
    let wanted = asker.mapping.map(desired & !MAXIMUM_ALLOWED);
    let found = effective(descriptor, asker);
    // Without a list every right is granted, also such as the kind of object does not have.
    let granted = if descriptor.dacl == Dacl::Null { found.granted | (wanted & !SYSTEM_SECURITY) } else { found.granted };
    let missing = wanted & !granted;
    if missing & !found.undecided != 0 {
        Decision::Denied
    } else if missing != 0 || (desired & MAXIMUM_ALLOWED != 0 && found.undecided != 0) {
        Decision::Undecided
    } else if desired & MAXIMUM_ALLOWED != 0 {
        Decision::Granted(granted)
    } else {
        Decision::Granted(wanted)
    }
}

/// Every right that `asker` has on the object as a whole. Entries about a part of it are left out.
#[must_use]
pub fn effective(descriptor: &SecurityDescriptor, asker: Asker<'_>) -> Effective {
    judge(descriptor, asker, None)
}

/// Every right that `asker` has on a part of an object of the directory: what it may do with an attribute, children of a
/// class, or an extended right. Each right is answered by itself.
#[must_use]
pub fn effective_on_object(descriptor: &SecurityDescriptor, asker: Asker<'_>, part: ObjectType) -> Effective {
    judge(descriptor, asker, Some(part))
}

/// What is taken for true of what cannot be judged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// It grants.
    Hopeful,
    /// It refuses.
    Wary,
}

fn judge(descriptor: &SecurityDescriptor, asker: Asker<'_>, part: Option<ObjectType>) -> Effective {
    match &descriptor.dacl {
        Dacl::Absent => Effective { granted: 0, undecided: asker.mapping.all },
        Dacl::Null => Effective { granted: asker.mapping.all, undecided: 0 },
        Dacl::List(acl) => {
            let certain = ask(&acl.aces, descriptor.owner, asker, part, Mood::Wary);
            let possible = ask(&acl.aces, descriptor.owner, asker, part, Mood::Hopeful);
            Effective { granted: certain, undecided: possible & !certain }
        }
    }
}

/// Asks the entries one after another.
fn ask(aces: &[Ace], owner: Option<Sid>, asker: Asker<'_>, part: Option<ObjectType>, mood: Mood) -> u32 {
    let owns = owner.is_some_and(|owner| asker.token.holds(&owner));
    let here = || aces.iter().filter(|ace| ace.counts_here());
    // An entry about the owner's rights replaces what the owner has by itself, whatever the entry says.
    let implicit = owns && !here().any(|ace| ace.trustee == well_known::OWNER_RIGHTS);
    let mut granted = if implicit { READ_CONTROL | WRITE_DACL } else { 0 };
    let mut refused = 0;
    for ace in here() {
        let (allows, mask) = match ace.kind {
            AceKind::Unknown(_) => (mood == Mood::Hopeful, u32::MAX),
            _ if !is_about(ace, asker, owns, part) => continue,
            kind if kind.is_conditional() && kind.allows() != (mood == Mood::Hopeful) => continue,
            kind if kind.allows() => (true, ace.mask),
            kind if kind.denies() => (false, ace.mask),
            _ => continue,
        };
        if allows { granted |= mask & !refused } else { refused |= mask & !granted }
    }
    granted & !(SYSTEM_SECURITY | MAXIMUM_ALLOWED)
}

/// Whether an entry is about who asks and what is asked.
fn is_about(ace: &Ace, asker: Asker<'_>, owns: bool, part: Option<ObjectType>) -> bool {
    let who = asker.token.holds(&ace.trustee)
        || (owns && ace.trustee == well_known::OWNER_RIGHTS)
        || (ace.trustee == well_known::PRINCIPAL_SELF && asker.itself.is_some_and(|itself| asker.token.holds(itself)));
    let what = match (ace.object_type, part) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(named), Some(part)) => part.is_within(named),
    };
    who && what
}

#[cfg(test)]
mod tests;
