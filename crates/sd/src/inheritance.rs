//! What a new object inherits from the list of the one above it (MS-DTYP §2.5.3.4).

use crate::access::{GENERIC_ALL, GENERIC_EXECUTE, GENERIC_READ, GENERIC_WRITE};
use crate::{Ace, AceFlags, AceKind, Acl, GenericMapping, Guid, Sid, well_known};

/// A new object.
#[derive(Clone, Copy, Debug)]
pub struct Child {
    /// Whether others may stand below it: folders, and every object of a directory.
    pub is_container: bool,
    /// Its class, by its `schemaIDGUID`; `None` for files.
    pub class: Option<Guid>,
    /// Who owns it: whom entries for the creator mean.
    pub owner: Sid,
    /// Its group.
    pub group: Option<Sid>,
    /// What generic rights mean for it.
    pub mapping: GenericMapping,
}

/// Flags that say how an entry goes on.
const INHERITANCE: AceFlags = AceFlags::OBJECT_INHERIT.with(AceFlags::CONTAINER_INHERIT).with(AceFlags::NO_PROPAGATE).with(AceFlags::INHERIT_ONLY);

/// The entries that `child` has from `parent`, in the parent's order. They follow whatever the child has of its own.
#[must_use]
pub fn inherited(parent: &Acl, child: &Child) -> Vec<Ace> {
    parent.aces.iter().flat_map(|ace| inherit(ace, child)).flatten().collect()
}

/// What becomes of one entry: what counts for the child, and what only goes on to those below it.
fn inherit(ace: &Ace, child: &Child) -> [Option<Ace>; 2] {
    let to_containers = ace.flags.contains(AceFlags::CONTAINER_INHERIT);
    let to_leaves = ace.flags.contains(AceFlags::OBJECT_INHERIT);
    let of_class = ace.inherited_object_type.is_none_or(|class| child.class == Some(class));
    let counts = if child.is_container { to_containers } else { to_leaves } && of_class;
    let goes_on = child.is_container && (to_containers || to_leaves) && !ace.flags.contains(AceFlags::NO_PROPAGATE);
    let flags = ace.flags.with(AceFlags::INHERITED);
    let ended = |ace: Ace| without_inherited_type(ace.with_flags(flags.without(INHERITANCE)));
    let further = || ace.clone().with_flags(flags.with(AceFlags::INHERIT_ONLY));
    let made_out = made_out(ace, child);
    let as_it_is = made_out.mask == ace.mask && made_out.trustee == ace.trustee;
    match (counts, goes_on) {
        (true, true) if as_it_is => [Some(made_out.with_flags(flags.without(AceFlags::INHERIT_ONLY))), None],
        (true, true) => [Some(ended(made_out)), Some(further())],
        (true, false) => [Some(ended(made_out)), None],
        (false, true) => [None, Some(further())],
        (false, false) => [None, None],
    }
}

/// An entry that does not go on needs no class that inherits it; without any object type it is a plain one.
fn without_inherited_type(ace: Ace) -> Ace {
    let kind = match ace.kind {
        AceKind::AllowObject if ace.object_type.is_none() => AceKind::Allow,
        AceKind::DenyObject if ace.object_type.is_none() => AceKind::Deny,
        AceKind::AuditObject if ace.object_type.is_none() => AceKind::Audit,
        other => other,
    };
    Ace { kind, inherited_object_type: None, ..ace }
}

/// The entry with the creator and generic rights replaced by what they mean for the child.
fn made_out(ace: &Ace, child: &Child) -> Ace {
    let trustee = match ace.trustee {
        well_known::CREATOR_OWNER => child.owner,
        well_known::CREATOR_GROUP => child.group.unwrap_or(ace.trustee),
        other => other,
    };
    let generic = ace.mask & (GENERIC_ALL | GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE) != 0;
    let mask = if generic && !matches!(ace.kind, AceKind::Unknown(_)) { child.mapping.map(ace.mask) } else { ace.mask };
    Ace { trustee, mask, ..ace.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{DIRECTORY_ALL, READ_PROPERTY};

    const COMPUTER: Guid = Guid::of(0xbf96_7a86_0de6_11d0_a285_00aa_0030_49e2);
    const USER: Guid = Guid::of(0xbf96_7aba_0de6_11d0_a285_00aa_0030_49e2);
    const BELOW: AceFlags = AceFlags::CONTAINER_INHERIT;

    fn computer() -> Child {
        Child { is_container: true, class: Some(COMPUTER), owner: well_known::ADMINISTRATORS, group: None, mapping: GenericMapping::DIRECTORY }
    }

    fn of(ace: Ace) -> Vec<Ace> {
        inherited(&Acl::new(vec![ace]), &computer())
    }

    #[test]
    fn only_what_is_inheritable_goes_down() {
        let ace = Ace::allow(well_known::USERS, READ_PROPERTY);
        assert_eq!(of(ace.clone()), []);
        let down = BELOW.with(AceFlags::INHERITED);
        assert_eq!(of(ace.clone().with_flags(BELOW)), [ace.clone().with_flags(down)]);
        assert_eq!(of(ace.clone().with_flags(BELOW.with(AceFlags::INHERIT_ONLY))), [ace.clone().with_flags(down)]);
        assert_eq!(of(ace.clone().with_flags(BELOW.with(AceFlags::NO_PROPAGATE))), [ace.with_flags(AceFlags::INHERITED)]);
    }

    #[test]
    fn an_entry_for_another_class_only_goes_on() {
        let ace =
            |class| Ace { kind: AceKind::AllowObject, inherited_object_type: Some(class), ..Ace::allow(well_known::USERS, READ_PROPERTY) }.with_flags(BELOW);
        assert!(of(ace(COMPUTER))[0].counts_here());
        assert!(!of(ace(USER))[0].counts_here());
        assert_eq!(of(ace(USER).with_flags(BELOW.with(AceFlags::NO_PROPAGATE))), []);
        let once = of(ace(COMPUTER).with_flags(BELOW.with(AceFlags::NO_PROPAGATE)));
        assert_eq!(once, [Ace::allow(well_known::USERS, READ_PROPERTY).with_flags(AceFlags::INHERITED)], "nothing is left of its class");
    }

    #[test]
    fn the_creator_is_the_owner_here_and_stays_the_creator_below() {
        let ace = Ace::allow(well_known::CREATOR_OWNER, GENERIC_ALL).with_flags(BELOW.with(AceFlags::INHERIT_ONLY));
        let down = of(ace.clone());
        assert_eq!(down[0], Ace::allow(well_known::ADMINISTRATORS, DIRECTORY_ALL).with_flags(AceFlags::INHERITED));
        assert_eq!(down[1], ace.clone().with_flags(ace.flags.with(AceFlags::INHERITED)));
    }

    #[test]
    fn folders_and_files_inherit_what_is_meant_for_them() {
        let file = Child { is_container: false, class: None, mapping: GenericMapping::FILE, ..computer() };
        let folder = Child { is_container: true, ..file };
        let to_files = Acl::new(vec![Ace::allow(well_known::USERS, 1).with_flags(AceFlags::OBJECT_INHERIT)]);
        assert_eq!(inherited(&to_files, &file), [Ace::allow(well_known::USERS, 1).with_flags(AceFlags::INHERITED)]);
        assert!(!inherited(&to_files, &folder)[0].counts_here(), "a folder only hands it on");
        let to_folders = Acl::new(vec![Ace::allow(well_known::USERS, 1).with_flags(BELOW)]);
        assert_eq!(inherited(&to_folders, &file), []);
    }
}
