//! ConfigMgr Remote Control Users: the permitted viewers, on each client.

use crate::accounts::note;
use crate::groups::{Created, Group, GroupKind, GroupPlace, Maintainer, Member, Removal};

/// The definition.
pub const GROUP: Group = Group {
    kind: GroupKind::RemoteControlUsers,
    id: "remote-control-users",
    name: "ConfigMgr Remote Control Users",
    purpose: "Holds the permitted viewers of remote control on each client.",
    place: GroupPlace::Clients,
    created: Created::WithRemoteTools,
    maintained_by: Maintainer::PermittedViewers,
    members: &[Member::PermittedViewers],
    grants: &[],
    others: &[],
    removal: Removal::StaysAfterDisable,
    reserved: false,
    hardened: "No broad groups such as Domain Users are in it, and the group goes when remote tools are disabled.",
    advice: &[
        note("It has no permissions to any location; it only holds the list.", &["grp-remote-10"]),
        note("Change the list of permitted viewers, not the group: what is added to the group directly is taken out again.", &["grp-remote-07"]),
        note(
            "A permitted viewer also needs the permission Remote Control on a collection; the security role Remote Tools Operator gives it.",
            &["grp-remote-08", "grp-remote-09"],
        ),
    ],
    seed: &[
        ("seed", "grp-remote-02"),
        ("purpose", "grp-remote-01"),
        ("place", "grp-remote-03"),
        ("created", "grp-remote-03"),
        ("removal", "grp-remote-04"),
        ("members", "grp-remote-05"),
        ("members", "grp-remote-06"),
        ("maintained_by", "grp-remote-06"),
        ("grants", "grp-remote-10"),
    ],
};
