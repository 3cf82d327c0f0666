//! SMS_SiteSystemToSiteServerConnection_Stat_`<sitecode>`: remote site systems deliver status.

use crate::groups::{Created, Group, GroupKind, GroupPlace, Maintainer, Member, Removal};
use crate::rights::{Place, Right, held};

/// The definition.
pub const GROUP: Group = Group {
    kind: GroupKind::SiteSystemStatus,
    id: "site-system-status",
    name: "SMS_SiteSystemToSiteServerConnection_Stat_<sitecode>",
    purpose: "Lets the File Dispatch Manager of remote site systems connect to the site server.",
    place: GroupPlace::SiteServer,
    created: Created::WithTheSite,
    maintained_by: Maintainer::Site,
    members: &[Member::RemoteSiteSystems],
    grants: &[
        held(Right::Read, Place::Inboxes, "grp-stat-07"),
        held(Right::ReadAndExecute, Place::Inboxes, "grp-stat-07"),
        held(Right::ListFolder, Place::Inboxes, "grp-stat-07"),
        held(Right::Write, Place::StatusInbox, "grp-stat-08"),
        held(Right::Modify, Place::StatusInbox, "grp-stat-08"),
    ],
    others: &[],
    removal: Removal::StaysAfterUninstall,
    reserved: false,
    hardened: "It reads no other component's inbox, and the group goes when the site is uninstalled.",
    advice: &[],
    seed: &[
        ("seed", "grp-stat-02"),
        ("purpose", "grp-stat-01"),
        ("place", "grp-stat-03"),
        ("removal", "grp-stat-04"),
        ("maintained_by", "grp-stat-05"),
        ("members", "grp-stat-06"),
    ],
};
