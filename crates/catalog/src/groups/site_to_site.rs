//! SMS_SiteToSiteConnection_`<sitecode>`: partner sites deliver files.

use crate::groups::{Created, Group, GroupKind, GroupPlace, Maintainer, Member, Removal};
use crate::rights::{Place, Right, held};

/// The definition.
pub const GROUP: Group = Group {
    kind: GroupKind::SiteToSite,
    id: "site-to-site",
    name: "SMS_SiteToSiteConnection_<sitecode>",
    purpose: "Enables file-based replication between sites of a hierarchy.",
    place: GroupPlace::SiteServer,
    created: Created::WithTheSite,
    maintained_by: Maintainer::Site,
    members: &[Member::PartnerSiteComputers, Member::FileReplicationAccounts],
    grants: &[held(Right::FullControl, Place::DespoolerReceive, "grp-site-08")],
    others: &[],
    removal: Removal::StaysAfterUninstall,
    reserved: false,
    hardened: "A site that leaves the hierarchy is taken out at once, and the group goes when the site is uninstalled.",
    advice: &[],
    seed: &[
        ("seed", "grp-site-03"),
        ("purpose", "grp-site-01"),
        ("place", "grp-site-04"),
        ("members", "grp-site-02"),
        ("members", "grp-site-05"),
        ("members", "grp-site-06"),
        ("maintained_by", "grp-site-05"),
        ("removal", "grp-site-07"),
    ],
};
