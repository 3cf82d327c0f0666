//! SMS Admins: who may reach the provider.

use crate::accounts::note;
use crate::groups::{Created, Group, GroupKind, GroupPlace, Maintainer, Member, OthersGrant, Removal};
use crate::rights::{Place, Right, held};

/// The definition.
pub const GROUP: Group = Group {
    kind: GroupKind::SmsAdmins,
    id: "sms-admins",
    name: "SMS Admins",
    purpose: "Grants access to the SMS Provider through WMI, which the console needs to show and change objects.",
    place: GroupPlace::ProviderComputers,
    created: Created::WithTheProvider,
    maintained_by: Maintainer::Site,
    members: &[Member::AdministrativeUsers, Member::SiteServerComputer],
    grants: &[
        held(Right::EnableAccount, Place::RootSmsNamespace, "grp-admins-10"),
        held(Right::RemoteEnable, Place::RootSmsNamespace, "grp-admins-10"),
        held(Right::RemoteActivation, Place::SiteServerAndProviders, "grp-admins-12"),
    ],
    others: &[
        OthersGrant { to: "Authenticated Users", held: held(Right::ExecuteMethods, Place::RootSmsNamespace, "grp-admins-11") },
        OthersGrant { to: "Authenticated Users", held: held(Right::ProviderWrite, Place::RootSmsNamespace, "grp-admins-11") },
        OthersGrant { to: "Authenticated Users", held: held(Right::EnableAccount, Place::RootSmsNamespace, "grp-admins-11") },
    ],
    removal: Removal::StaysAfterUninstall,
    reserved: false,
    hardened: "The computer account of the site server is no member, Authenticated Users have no Provider Write, and the group goes when the site is uninstalled.",
    advice: &[
        note("Being in it lets somebody in; what they see and change there follows from their security roles.", &["grp-admins-03"]),
        note("WMI rights are set on the namespace in the WMI Control snap-in.", &["grp-admins-09"]),
        note("Granting Remote Activation to the group rather than to single users keeps it in one place.", &["grp-admins-13"]),
        note("How Remote Activation is granted is told where remote consoles are configured.", &["grp-admins-14"]),
    ],
    seed: &[
        ("seed", "grp-admins-04"),
        ("purpose", "grp-admins-01"),
        ("purpose", "grp-admins-02"),
        ("place", "grp-admins-05"),
        ("removal", "grp-admins-06"),
        ("maintained_by", "grp-admins-07"),
        ("members", "grp-admins-08"),
    ],
};
