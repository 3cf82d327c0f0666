//! SMS_SiteSystemToSiteServerConnection_SMSProv_`<sitecode>`: remote providers reach the site server.

use crate::groups::{Created, Group, GroupKind, GroupPlace, Maintainer, Member, Removal};
use crate::rights::{Place, Right, held};

/// The definition.
pub const GROUP: Group = Group {
    kind: GroupKind::SiteSystemProvider,
    id: "site-system-provider",
    name: "SMS_SiteSystemToSiteServerConnection_SMSProv_<sitecode>",
    purpose: "Lets SMS Provider computers that are remote from the site server connect to it.",
    place: GroupPlace::SiteServer,
    created: Created::WithTheSite,
    maintained_by: Maintainer::Site,
    members: &[Member::RemoteProviders],
    grants: &[
        held(Right::Read, Place::Inboxes, "grp-prov-07"),
        held(Right::ReadAndExecute, Place::Inboxes, "grp-prov-07"),
        held(Right::ListFolder, Place::Inboxes, "grp-prov-07"),
        held(Right::Write, Place::InboxSubfolders, "grp-prov-08"),
        held(Right::Modify, Place::InboxSubfolders, "grp-prov-08"),
        held(Right::Read, Place::OsdBoot, "grp-prov-09"),
        held(Right::ReadAndExecute, Place::OsdBoot, "grp-prov-09"),
        held(Right::ListFolder, Place::OsdBoot, "grp-prov-09"),
        held(Right::Write, Place::OsdBoot, "grp-prov-09"),
        held(Right::Modify, Place::OsdBoot, "grp-prov-09"),
        held(Right::Read, Place::OsdBin, "grp-prov-09"),
    ],
    others: &[],
    removal: Removal::StaysAfterUninstall,
    reserved: false,
    hardened: "Only declared accounts are in it, Write and Modify are granted on just the folders that the provider writes to, and the group goes when the site is uninstalled.",
    advice: &[],
    seed: &[
        ("seed", "grp-prov-02"),
        ("purpose", "grp-prov-01"),
        ("place", "grp-prov-03"),
        ("removal", "grp-prov-04"),
        ("maintained_by", "grp-prov-05"),
        ("members", "grp-prov-06"),
    ],
};
