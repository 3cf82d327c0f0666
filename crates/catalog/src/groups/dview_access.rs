//! ConfigMgr_DViewAccess: made, and not used.

use crate::groups::{Created, Group, GroupKind, GroupPlace, Maintainer, Removal};

/// The definition.
pub const GROUP: Group = Group {
    kind: GroupKind::DViewAccess,
    id: "dview-access",
    name: "ConfigMgr_DViewAccess",
    purpose: "Reserved for future use.",
    place: GroupPlace::DatabaseServers,
    created: Created::WithTheDatabase,
    maintained_by: Maintainer::Nobody,
    members: &[],
    grants: &[],
    others: &[],
    removal: Removal::StaysAfterUninstall,
    reserved: true,
    hardened: "The group is not made.",
    advice: &[],
    seed: &[("place", "grp-dview-01"), ("maintained_by", "grp-dview-01"), ("reserved", "grp-dview-02"), ("purpose", "grp-dview-02")],
};
