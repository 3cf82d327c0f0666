//! SMS_SiteSystemToSiteServerConnection_MP_`<sitecode>`: remote management points reach the inboxes.

use crate::accounts::note;
use crate::groups::{Created, Group, GroupKind, GroupPlace, Maintainer, Member, Removal};
use crate::rights::{Place, Right, held};

/// The definition.
pub const GROUP: Group = Group {
    kind: GroupKind::SiteSystemManagementPoint,
    id: "site-system-management-point",
    name: "SMS_SiteSystemToSiteServerConnection_MP_<sitecode>",
    purpose: "Lets management points that are remote from the site server reach the inboxes on the site server and the site database.",
    place: GroupPlace::ProviderComputers,
    created: Created::WithTheProvider,
    maintained_by: Maintainer::Site,
    members: &[Member::RemoteManagementPoints],
    grants: &[
        held(Right::Read, Place::Inboxes, "grp-mp-08"),
        held(Right::ReadAndExecute, Place::Inboxes, "grp-mp-08"),
        held(Right::ListFolder, Place::Inboxes, "grp-mp-08"),
        held(Right::Write, Place::InboxSubfolders, "grp-mp-09"),
    ],
    others: &[],
    removal: Removal::StaysAfterUninstall,
    reserved: false,
    hardened: "Write is granted on just the inboxes that the role writes to; no user is in it; the group goes when the site is uninstalled.",
    advice: &[
        note("The seed places it on each SMS Provider computer; its permissions are on the site server, so the site server has it too.", &["grp-mp-04"]),
        note("Access to the site database follows from the role's database principal, not from this group.", &["grp-mp-02"]),
    ],
    seed: &[
        ("seed", "grp-mp-03"),
        ("purpose", "grp-mp-01"),
        ("purpose", "grp-mp-02"),
        ("place", "grp-mp-04"),
        ("removal", "grp-mp-05"),
        ("maintained_by", "grp-mp-06"),
        ("members", "grp-mp-07"),
    ],
};
