//! The objects of the measured directory, and what a site must know of each once it has read them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use provost_domain::discovery::ObjectKind;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The domain's distinguished name.
pub const DOMAIN_DN: &str = "DC=corp,DC=example,DC=test";
/// The domain's DNS name.
pub const DOMAIN: &str = "corp.example.test";
/// Who reads; it is in no unit that is read.
pub const READER: &str = "CN=svc-discovery,DC=corp,DC=example,DC=test";
/// The domain controller's own object.
pub const SERVICE_DN: &str = "CN=NTDS Settings,DC=corp,DC=example,DC=test";
/// The number of the directory's last change before the measured ones.
pub const USN: u64 = 1_000_000;
/// The domain's SID.
const SID: [u32; 4] = [21, 1_004_336_348, 1_177_238_915, 682_003_330];
/// Members of every group but the large ones.
const MEMBERS_EACH: u64 = 4;
/// Tenths of the users that the large groups have as members.
pub const LARGE_TENTHS: [u64; 4] = [1, 2, 4, 8];

/// How many objects there are of each kind.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    /// Users, computers and groups: as many of each.
    pub each: u64,
}

/// One object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its number among those of its kind.
    pub number: u64,
    /// How often it was changed.
    pub generation: u64,
}

/// The unit of the objects of a kind.
#[must_use]
pub fn unit(kind: ObjectKind) -> String {
    format!("OU={}s,{DOMAIN_DN}", kind.id())
}

/// The unit of the large group with so many tenths of the users.
#[must_use]
pub fn large_unit(tenths: u64) -> String {
    format!("OU=large{tenths},{DOMAIN_DN}")
}

impl Object {
    /// Its SID's last part: kinds take turns, after those that every domain has.
    const fn rid(self) -> u64 {
        let turn = match self.kind {
            ObjectKind::User => 0,
            ObjectKind::Computer => 1,
            ObjectKind::Group => 2,
        };
        1100 + self.number * 3 + turn
    }

    /// Its SID.
    #[must_use]
    pub fn sid(self) -> String {
        sid(self.rid())
    }

    /// Its `sAMAccountName`.
    #[must_use]
    pub fn account_name(self) -> String {
        match self.kind {
            ObjectKind::User => format!("user{:05}", self.number),
            ObjectKind::Computer => format!("PC{:05}$", self.number),
            ObjectKind::Group => format!("group{:05}", self.number),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn dn(self) -> String {
        format!("CN={},{}", self.account_name().trim_end_matches('$'), unit(self.kind))
    }

    /// A user's display name.
    #[must_use]
    pub fn display_name(self) -> String {
        format!("Given{} Family{:05}", self.generation, self.number)
    }

    /// A computer's operating system.
    #[must_use]
    pub fn operating_system(self) -> String {
        format!("Windows {} Enterprise", 10 + self.generation)
    }

    fn ldif(self, users: u64, into: &mut impl Write) -> io::Result<()> {
        let name = self.account_name();
        let (classes, account_type, category): (&[&str], u32, &str) = match self.kind {
            ObjectKind::User => (&["person", "organizationalPerson", "user"], 805_306_368, "person"),
            ObjectKind::Computer => (&["person", "organizationalPerson", "user", "computer"], 805_306_369, "computer"),
            ObjectKind::Group => (&["group"], 268_435_456, "group"),
        };
        entry(into, &self.dn(), classes)?;
        security_principal(into, &name, self.rid(), account_type, category, &self.dn())?;
        match self.kind {
            ObjectKind::Group => {
                writeln!(into, "groupType: -2147483646")?;
                self.members(users).into_iter().try_for_each(|member| writeln!(into, "member: {}", user(member).dn()))?;
            }
            kind => {
                writeln!(into, "userAccountControl: {}", if kind == ObjectKind::User { 512 } else { 4096 })?;
                writeln!(into, "primaryGroupID: {}", if kind == ObjectKind::User { 513 } else { 515 })?;
                writeln!(into, "pwdLastSet: {}\nlastLogonTimestamp: {}", 133_700_000_000_000_000 + self.number, 133_800_000_000_000_000 + self.number)?;
                if kind == ObjectKind::User {
                    writeln!(into, "displayName: {}\nuserPrincipalName: {name}@{DOMAIN}\nmail: {name}@{DOMAIN}", self.display_name())?;
                } else {
                    writeln!(into, "dNSHostName: pc{:05}.{DOMAIN}\noperatingSystem: {}", self.number, self.operating_system())?;
                    writeln!(into, "operatingSystemVersion: 10.0 (22631)")?;
                }
            }
        }
        writeln!(into)
    }

    /// Numbers of the users that a group has as members.
    #[must_use]
    pub fn members(self, users: u64) -> BTreeSet<u64> {
        (0..MEMBERS_EACH).map(|turn| (self.number * 7 + turn * 13 + self.generation) % users).collect()
    }

    /// The change to its next generation, as `ldapmodify` takes it.
    fn change(self, users: u64, into: &mut impl Write) -> io::Result<Self> {
        let next = Self { generation: self.generation + 1, ..self };
        writeln!(into, "dn: {}\nchangetype: modify", self.dn())?;
        match self.kind {
            ObjectKind::User => writeln!(into, "replace: displayName\ndisplayName: {}", next.display_name())?,
            ObjectKind::Computer => writeln!(into, "replace: operatingSystem\noperatingSystem: {}", next.operating_system())?,
            ObjectKind::Group => {
                writeln!(into, "replace: member")?;
                next.members(users).into_iter().try_for_each(|member| writeln!(into, "member: {}", user(member).dn()))?;
            }
        }
        writeln!(into, "-\nreplace: uSNChanged\nuSNChanged: {}\n", USN + self.rid())?;
        Ok(next)
    }
}

/// The user with this number.
#[must_use]
pub const fn user(number: u64) -> Object {
    Object { kind: ObjectKind::User, number, generation: 0 }
}

impl Population {
    /// Every object as it was loaded, without the large groups.
    pub fn objects(self) -> impl Iterator<Item = Object> {
        let of = move |kind| (0..self.each).map(move |number| Object { kind, number, generation: 0 });
        of(ObjectKind::User).chain(of(ObjectKind::Computer)).chain(of(ObjectKind::Group))
    }

    /// How many members the large group with so many tenths of the users has.
    #[must_use]
    pub const fn large_members(self, tenths: u64) -> u64 {
        self.each * tenths / 10
    }

    /// Writes everything as `slapadd` takes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn ldif(self, into: &mut impl Write) -> io::Result<()> {
        writeln!(into, "dn: {DOMAIN_DN}\nobjectClass: top\nobjectClass: domainDNS\ndc: corp\nobjectSid:: {}\n", STANDARD.encode(sid_bytes(None)))?;
        writeln!(into, "dn: {SERVICE_DN}\nobjectClass: top\nobjectClass: nTDSDSA\ncn: NTDS Settings\ninvocationId:: {}\n", STANDARD.encode([7; 16]))?;
        for kind in ObjectKind::ALL {
            writeln!(into, "dn: {}\nobjectClass: top\nobjectClass: organizationalUnit\nou: {}s\n", unit(kind), kind.id())?;
        }
        self.objects().try_for_each(|object| object.ldif(self.each, into))?;
        for tenths in LARGE_TENTHS {
            let (unit, name) = (large_unit(tenths), format!("large{tenths}"));
            let dn = format!("CN={name},{unit}");
            writeln!(into, "dn: {unit}\nobjectClass: top\nobjectClass: organizationalUnit\nou: {name}\n")?;
            entry(into, &dn, &["group"])?;
            security_principal(into, &name, large_rid(tenths), 268_435_456, "group", &dn)?;
            writeln!(into, "groupType: -2147483646")?;
            (0..self.large_members(tenths)).try_for_each(|member| writeln!(into, "member: {}", user(member).dn()))?;
            writeln!(into)?;
        }
        Ok(())
    }

    /// Writes a change of so many objects, of all kinds and spread over them, as `ldapmodify` takes it; gives them as they are then.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn changes(self, count: u64, into: &mut impl Write) -> io::Result<Vec<Object>> {
        let change = |turn: u64| {
            let kind = ObjectKind::ALL[(turn % 3) as usize];
            Object { kind, number: turn * self.each / count, generation: 0 }.change(self.each, into)
        };
        (0..count).map(change).collect()
    }
}

/// The SID of the large group with so many tenths of the users.
#[must_use]
pub fn large_sid(tenths: u64) -> String {
    sid(large_rid(tenths))
}

const fn large_rid(tenths: u64) -> u64 {
    2_000_000 + tenths
}

fn sid(rid: u64) -> String {
    let [authority, a, b, c] = SID;
    format!("S-1-5-{authority}-{a}-{b}-{c}-{rid}")
}

/// A SID's bytes (MS-DTYP §2.4.2.2): of the domain, or of an object of it.
fn sid_bytes(rid: Option<u64>) -> Vec<u8> {
    let rid = rid.map(|rid| u32::try_from(rid).unwrap_or(u32::MAX));
    let parts: Vec<u32> = SID.into_iter().chain(rid).collect();
    let mut bytes = vec![1, parts.len() as u8, 0, 0, 0, 0, 0, 5];
    parts.iter().for_each(|part| bytes.extend_from_slice(&part.to_le_bytes()));
    bytes
}

fn entry(into: &mut impl Write, dn: &str, classes: &[&str]) -> io::Result<()> {
    let name = dn.split(',').next().unwrap_or_default().trim_start_matches("CN=");
    writeln!(into, "dn: {dn}\nobjectClass: top")?;
    classes.iter().try_for_each(|class| writeln!(into, "objectClass: {class}"))?;
    writeln!(into, "cn: {name}")
}

fn security_principal(into: &mut impl Write, name: &str, rid: u64, account_type: u32, category: &str, dn: &str) -> io::Result<()> {
    let (sid, guid) = (STANDARD.encode(sid_bytes(Some(rid))), STANDARD.encode([rid.to_le_bytes(), [9; 8]].concat()));
    writeln!(into, "objectSid:: {sid}\nobjectGUID:: {guid}\nsAMAccountName: {name}\nsAMAccountType: {account_type}\nobjectCategory: {category}")?;
    writeln!(into, "distinguishedName: {dn}\nuSNChanged: {}", USN / 2)
}
