//! What a directory says of a computer, a user or a group, and who is in a group.

use super::record::{Agent, Array, Ddr, Scalar};
use crate::{SiteCode, Timestamp};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// A computer.
    Computer,
    /// A user.
    User,
    /// A security group.
    Group,
}

impl ObjectKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Computer, Self::User, Self::Group];

    /// Its number in tables; one that was given stays.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Computer => 0,
            Self::User => 1,
            Self::Group => 2,
        }
    }

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its id in documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Computer => "computer",
            Self::User => "user",
            Self::Group => "group",
        }
    }

    /// The kind with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// How far a group reaches, from `groupType` (MS-ADTS §2.2.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupScope {
    /// Members from anywhere, rights in its own domain.
    DomainLocal,
    /// Members from its own domain, rights anywhere.
    Global,
    /// Members and rights anywhere in the forest.
    Universal,
}

impl GroupScope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::DomainLocal, Self::Global, Self::Universal];

    /// Its number in tables, where 0 is what has no scope; one that was given stays.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::DomainLocal => 1,
            Self::Global => 2,
            Self::Universal => 3,
        }
    }

    /// Its id in documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::DomainLocal => "domain-local",
            Self::Global => "global",
            Self::Universal => "universal",
        }
    }
}

/// Scope of a `groupType`, and whether it is a security group's; the others are distribution groups, which never become
/// resources.
#[must_use]
pub const fn group_type(value: i64) -> (GroupScope, bool) {
    #[allow(clippy::cast_possible_truncation, reason = "32 bits that a directory writes as a signed number")]
    let bits = value as u32;
    let scope = if bits & 8 != 0 {
        GroupScope::Universal
    } else if bits & 2 != 0 {
        GroupScope::Global
    } else {
        GroupScope::DomainLocal
    };
    (scope, bits & 0x8000_0000 != 0)
}

/// What a directory says of one object. Unknown texts are empty. Texts are mostly those of what it was read from, for there are
/// ten in each of hundreds of thousands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryObject<'t> {
    /// What it is.
    pub kind: ObjectKind,
    /// Its security identifier: what it is known by.
    #[serde(borrow)]
    pub sid: Cow<'t, str>,
    /// `objectGUID`.
    #[serde(borrow, default)]
    pub guid: Cow<'t, str>,
    /// DNS name of its domain, in lower case.
    #[serde(borrow)]
    pub domain: Cow<'t, str>,
    /// `sAMAccountName`; a computer's ends with a dollar sign.
    #[serde(borrow)]
    pub account_name: Cow<'t, str>,
    /// Where it is.
    #[serde(borrow)]
    pub distinguished_name: Cow<'t, str>,
    /// Whether only this is known, because it was seen as a member of a group: then it never replaces more.
    #[serde(default)]
    pub limited: bool,
    /// Display name.
    #[serde(borrow, default)]
    pub display_name: Cow<'t, str>,
    /// `userPrincipalName`.
    #[serde(borrow, default)]
    pub principal_name: Cow<'t, str>,
    /// Mail address.
    #[serde(borrow, default)]
    pub mail: Cow<'t, str>,
    /// `dNSHostName`.
    #[serde(borrow, default)]
    pub dns_name: Cow<'t, str>,
    /// Operating system and its version.
    #[serde(borrow, default)]
    pub operating_system: Cow<'t, str>,
    /// A group's scope.
    #[serde(default)]
    pub scope: Option<GroupScope>,
    /// Whether the account is disabled.
    #[serde(default)]
    pub disabled: bool,
    /// `lastLogonTimestamp`: up to two weeks behind the truth; none when it never logged on or may not be read.
    #[serde(default)]
    pub last_logon_at: Option<Timestamp>,
    /// `pwdLastSet`.
    #[serde(default)]
    pub password_set_at: Option<Timestamp>,
    /// Extra attributes, by their names in lower case.
    #[serde(default)]
    pub attributes: BTreeMap<String, Vec<String>>,
}

impl<'t> DirectoryObject<'t> {
    /// An object of which nothing but its names is known yet.
    #[must_use]
    pub fn new(
        kind: ObjectKind,
        sid: impl Into<Cow<'t, str>>,
        domain: impl Into<Cow<'t, str>>,
        account_name: impl Into<Cow<'t, str>>,
        distinguished_name: impl Into<Cow<'t, str>>,
    ) -> Self {
        Self {
            kind,
            sid: sid.into(),
            guid: Cow::default(),
            domain: in_lower_case(domain.into()),
            account_name: account_name.into(),
            distinguished_name: distinguished_name.into(),
            limited: false,
            display_name: Cow::default(),
            principal_name: Cow::default(),
            mail: Cow::default(),
            dns_name: Cow::default(),
            operating_system: Cow::default(),
            scope: None,
            disabled: false,
            last_logon_at: None,
            password_set_at: None,
            attributes: BTreeMap::new(),
        }
    }

    /// As people read it: `dns.domain\name`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}\\{}", self.domain, self.account_name)
    }

    /// The discovery record of a computer, as `agent` at `site` found it.
    #[must_use]
    pub fn ddr(&self, agent: Agent, site: SiteCode, at: Timestamp) -> Ddr {
        let mut ddr = Ddr::new(agent, site, at);
        ddr.netbios_name = Some(Scalar::sure(self.account_name.trim_end_matches('$').to_uppercase()));
        ddr.dns_name = Some(Scalar::sure(&*self.dns_name));
        // A client knows better what it runs and where it is joined; a directory fills what nobody said.
        ddr.domain = Some(Scalar::low_confidence(&*self.domain));
        ddr.operating_system = Some(Scalar::low_confidence(&*self.operating_system));
        ddr.resource_names = Some(Array::more(vec![self.dns_name.to_string()]));
        ddr
    }
}

/// A text in lower case, as most are already.
#[must_use]
pub fn in_lower_case(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) { text } else { Cow::Owned(text.to_lowercase()) }
}

/// Who is in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The group's SID.
    pub group: String,
    /// The group as people read it; kept with its members when it is a distribution group, for it is no resource. Empty where
    /// the run tells of the group as an object.
    pub name: String,
    /// Whether it is a security group.
    pub security: bool,
    /// Direct members whose SIDs begin as the group's does, as those of its domain do: what their SIDs end with. There may be a
    /// hundred thousand, and each would take ten times that as a text.
    #[serde(default)]
    pub beside: Vec<u32>,
    /// SIDs of its other direct members.
    pub members: Vec<String>,
    /// Whether these are all: then who was a member and is not among them is none any more. When a member could not be
    /// read it is false, and nobody is taken out.
    pub complete: bool,
    /// Whether they are those whose primary group it is. A directory has no list of them, only those that may be read are
    /// found, so they are never complete; but each has one primary group, so who has this one has no other any more.
    #[serde(default)]
    pub by_primary: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computer() -> DirectoryObject<'static> {
        let mut computer = DirectoryObject::new(ObjectKind::Computer, "S-1-5-21-1-2-3-1104", "Corp.Example.Test", "WS01$", "CN=WS01,DC=corp");
        computer.dns_name = "ws01.corp.example.test".into();
        computer
    }

    #[test]
    fn group_types_are_told_apart() {
        assert_eq!(group_type(-2_147_483_646), (GroupScope::Global, true));
        assert_eq!(group_type(-2_147_483_644), (GroupScope::DomainLocal, true));
        assert_eq!(group_type(-2_147_483_643), (GroupScope::DomainLocal, true), "built-in groups");
        assert_eq!(group_type(-2_147_483_640), (GroupScope::Universal, true));
        assert_eq!(group_type(8), (GroupScope::Universal, false));
        assert_eq!(group_type(2), (GroupScope::Global, false));
    }

    /// They are in tables.
    #[test]
    fn numbers_that_were_given_stay() {
        assert_eq!(ObjectKind::ALL.map(ObjectKind::number), [0, 1, 2]);
        assert_eq!(GroupScope::ALL.map(GroupScope::number), [1, 2, 3], "0 is none");
        assert!(ObjectKind::ALL.into_iter().all(|kind| ObjectKind::from_number(kind.number()) == Some(kind)));
        assert_eq!(ObjectKind::from_number(3), None);
    }

    #[test]
    fn a_computer_becomes_a_record_with_its_netbios_name() {
        let site = "LAB".parse().expect("a site code");
        let ddr = computer().ddr(Agent::ActiveDirectorySystem, site, Timestamp::default());
        assert_eq!(ddr.netbios_name, Some(Scalar::sure("WS01")));
        assert_eq!(computer().name(), "corp.example.test\\WS01$");
        assert!(ddr.smsid.is_none() && ddr.mac_addresses.is_none());
    }
}
