//! ConfigMgr_CollectedFilesAccess: who may see collected files.

use crate::accounts::note;
use crate::groups::{Created, Group, GroupKind, GroupPlace, Maintainer, Member, Removal};
use crate::rights::{Place, Right, held};

/// The definition.
pub const GROUP: Group = Group {
    kind: GroupKind::CollectedFilesAccess,
    id: "collected-files-access",
    name: "ConfigMgr_CollectedFilesAccess",
    purpose: "Grants access to view files that software inventory collected.",
    place: GroupPlace::PrimarySiteServer,
    created: Created::WithTheSite,
    maintained_by: Maintainer::Site,
    members: &[Member::CollectedFileViewers],
    grants: &[held(Right::Read, Place::CollectedFiles, "grp-collected-07")],
    others: &[],
    removal: Removal::StaysAfterUninstall,
    reserved: false,
    hardened: "Only administrative users whose collections have a member are in it, no computer account is, and the group goes when the site is uninstalled.",
    advice: &[note("The real folder lies below inboxes; both spellings are understood.", &["grp-collected-07"])],
    seed: &[
        ("seed", "grp-collected-02"),
        ("purpose", "grp-collected-01"),
        ("place", "grp-collected-03"),
        ("removal", "grp-collected-04"),
        ("maintained_by", "grp-collected-05"),
        ("members", "grp-collected-06"),
    ],
};
