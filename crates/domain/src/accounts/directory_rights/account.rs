//! What a directory says of the account itself: its groups, flags and delegation (security.md RC-L02 to RC-L05).

use super::{Command, Mending, Told, named};
use crate::accounts::verification::{Remedy, Verdict};
use crate::{powershell_word as powershell, shell_word};
use provost_catalog::conditions::{Condition, FLAGS, Flag};
use provost_sd::{Sid, well_known};
use std::collections::BTreeSet;

/// Groups of a domain whose members may take it over, or much of it, by relative identifier.
const PRIVILEGED_IN_DOMAIN: &[(u32, &str)] = &[
    (well_known::RID_DOMAIN_ADMINS, "Domain Admins"),
    (well_known::RID_DOMAIN_CONTROLLERS, "Domain Controllers"),
    (well_known::RID_SCHEMA_ADMINS, "Schema Admins"),
    (well_known::RID_ENTERPRISE_ADMINS, "Enterprise Admins"),
    (well_known::RID_GROUP_POLICY_CREATOR_OWNERS, "Group Policy Creator Owners"),
    (well_known::RID_KEY_ADMINS, "Key Admins"),
    (well_known::RID_ENTERPRISE_KEY_ADMINS, "Enterprise Key Admins"),
];

/// Built-in groups of the same kind.
const PRIVILEGED_BUILTIN: &[(Sid, &str)] = &[
    (well_known::ADMINISTRATORS, "Administrators"),
    (well_known::ACCOUNT_OPERATORS, "Account Operators"),
    (well_known::SERVER_OPERATORS, "Server Operators"),
    (well_known::PRINT_OPERATORS, "Print Operators"),
    (well_known::BACKUP_OPERATORS, "Backup Operators"),
    (well_known::REPLICATOR, "Replicator"),
    (well_known::REMOTE_DESKTOP_USERS, "Remote Desktop Users"),
    (well_known::DISTRIBUTED_COM_USERS, "Distributed COM Users"),
    (well_known::HYPER_V_ADMINISTRATORS, "Hyper-V Administrators"),
    (well_known::REMOTE_MANAGEMENT_USERS, "Remote Management Users"),
];

/// Flags of `userAccountControl` that let an account act as others: trusted for delegation, and to sign in as anybody.
///
/// Each with the argument of `Set-ADAccountControl` and the command of `samba-tool delegation` that is about it.
const DELEGATION_FLAGS: &[(i64, &str, &str, &str)] = &[
    (0x8_0000, "it is trusted for delegation", "-TrustedForDelegation", "for-any-service"),
    (0x100_0000, "it may sign in as anybody towards itself", "-TrustedToAuthForDelegation", "for-any-protocol"),
];

/// Names of services that an account is.
const SERVICES: &str = "servicePrincipalName";
/// Attributes that let an account act as others, or others as it.
const DELEGATION_ATTRIBUTES: &[&str] = &[SERVICES, "msDS-AllowedToDelegateTo", "msDS-AllowedToActOnBehalfOfOtherIdentity", "msDS-KeyCredentialLink"];

/// The account's own object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSeen {
    /// Its distinguished name.
    pub dn: String,
    /// `sAMAccountName`, for commands that mend something.
    pub name: String,
    /// Whether it is a computer's: that services go by its names is what it is for.
    pub computer: bool,
    /// `userAccountControl`; none when it did not come.
    pub account_control: Option<i64>,
    /// Attributes that have a value, in lower case.
    pub present: BTreeSet<String>,
    /// Attributes that the account may read by the object's descriptor, in lower case: absent then means without a value.
    pub readable: BTreeSet<String>,
}

impl AccountSeen {
    /// Attributes that are asked for.
    pub const ATTRIBUTES: &'static [&'static str] = &[
        "servicePrincipalName",
        "msDS-AllowedToDelegateTo",
        "msDS-AllowedToActOnBehalfOfOtherIdentity",
        "msDS-KeyCredentialLink",
        "profilePath",
        "userAccountControl",
    ];

    /// How its memberships are seen.
    pub(super) fn memberships(&self, mending: &Mending, remark: &str) -> Vec<Remedy> {
        memberships_of(&self.name, mending, remark)
    }

    /// Whether an attribute has a value; none when that cannot be told.
    fn has(&self, attribute: &str) -> Option<bool> {
        let attribute = attribute.to_ascii_lowercase();
        if self.present.contains(&attribute) { Some(true) } else { self.readable.contains(&attribute).then_some(false) }
    }
}

/// A privileged group's name; none of another identifier.
fn privileged_name(sid: &Sid) -> Option<&'static str> {
    let builtin = PRIVILEGED_BUILTIN.iter().find(|(group, _)| group == sid).map(|(_, name)| *name);
    let of_a_domain = is_of_a_domain(sid);
    builtin.or_else(|| PRIVILEGED_IN_DOMAIN.iter().find(|(rid, _)| of_a_domain && *rid == sid.rid()).map(|(_, name)| *name))
}

/// Whether an identifier is a privileged group's (security.md RC-L02, PRIV).
#[must_use]
pub fn is_privileged(sid: &Sid) -> bool {
    privileged_name(sid).is_some()
}

/// One membership of an account that leads to privileged groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leads {
    /// `sAMAccountName` of the group that it is in itself.
    pub group: String,
    /// Whether that is its primary group, which nobody leaves.
    pub primary: bool,
}

/// Privileged groups among everything that an account is, at any depth of nesting. `memberships` are its own that lead to them, as far
/// as it may see them, and `member` is its distinguished name and `sAMAccountName`.
#[must_use]
pub fn privileged<'a>(sids: impl IntoIterator<Item = &'a Sid>, memberships: &[Leads], member: Option<(&str, &str)>, mending: &Mending) -> Told {
    let sids: Vec<&Sid> = sids.into_iter().collect();
    let found: Vec<&str> = sids.iter().filter_map(|sid| privileged_name(sid)).collect();
    match (sids.len(), found.is_empty()) {
        (0, _) => Told::new(Verdict::Unknown, "the domain controller did not say which groups it is in"),
        (count, true) => Told::new(Verdict::Pass, format!("none of the {count} identifiers that it signs in with is a privileged group's")),
        (_, false) => out_of(&format!("it is in {}, directly or by way of other groups", named(found)), memberships, member, mending),
    }
}

fn memberships_of(name: &str, mending: &Mending, remark: &str) -> Vec<Remedy> {
    let command = Command {
        windows: format!("Get-ADPrincipalGroupMembership -Identity {}", powershell(name)),
        samba: format!("samba-tool user getgroups {}", shell_word(name)),
    };
    mending.remedies("see what it is in", &[command], [remark; 2])
}

/// That an account is in groups that lead too far, with how it leaves them.
#[must_use]
pub fn out_of(seen: &str, memberships: &[Leads], member: Option<(&str, &str)>, mending: &Mending) -> Told {
    let Some((dn, name)) = member else {
        return Told::new(Verdict::Fail, format!("{seen}; its own object was not found, so take it out of the group by hand"));
    };
    let told = Told::new(Verdict::Fail, seen);
    if memberships.is_empty() {
        return told.mended_by(memberships_of(name, mending, "as an administrator: by which of its memberships the account may not see"));
    }
    let leave = |leads: &Leads| match leads.primary {
        false => vec![mending.leave(&leads.group, dn)],
        // Who is not in Domain Users cannot have it as the primary group.
        true => vec![
            Command {
                windows: format!("Add-ADGroupMember -Identity 'Domain Users' -Members {}", powershell(dn)),
                samba: format!("samba-tool group addmembers 'Domain Users' {}", shell_word(name)),
            },
            mending.set(dn, "primaryGroupID", i64::from(well_known::RID_DOMAIN_USERS)),
            mending.leave(&leads.group, dn),
        ],
    };
    let commands: Vec<Command> = memberships.iter().flat_map(leave).collect();
    told.mended_by(mending.remedies("take it out", &commands, [""; 2]))
}

/// Whether the account is in Protected Users, to whom domain controllers refuse NTLM (security.md RC-L13). None: it is not, and
/// what a domain refuses to others is not told.
#[must_use]
pub fn kerberos_only<'a>(sids: impl IntoIterator<Item = &'a Sid>) -> Option<Told> {
    let protected = |sid: &Sid| is_of_a_domain(sid) && sid.rid() == well_known::RID_PROTECTED_USERS;
    sids.into_iter().any(protected).then(|| Told::new(Verdict::Pass, "it is in Protected Users, to whom domain controllers refuse NTLM"))
}

/// Whether a principal is of a domain, not built-in or well-known.
fn is_of_a_domain(sid: &Sid) -> bool {
    matches!(sid.sub_authorities(), [21, _, _, _, _]) && sid.authority() == 5
}

/// Whether the account can act as others, or others can act as it.
#[must_use]
pub fn delegation(account: &AccountSeen, mending: &Mending) -> Told {
    let Some(control) = account.account_control else { return Told::new(Verdict::Unknown, "its userAccountControl did not come") };
    let (mut found, mut commands) = (Vec::new(), Vec::new());
    for (_, words, argument, tool) in DELEGATION_FLAGS.iter().filter(|(flag, ..)| control & flag != 0) {
        found.push((*words).to_owned());
        commands.push(Command {
            windows: format!("Set-ADAccountControl -Identity {} {argument} $false", powershell(&account.name)),
            samba: format!("samba-tool delegation {tool} {} off", shell_word(&account.name)),
        });
    }
    let attributes: Vec<&str> = DELEGATION_ATTRIBUTES.iter().copied().filter(|name| !account.computer || *name != SERVICES).collect();
    let valued: Vec<&str> = attributes.iter().copied().filter(|name| account.has(name) == Some(true)).collect();
    found.extend(valued.iter().map(|name| format!("{name} has a value")));
    if !valued.is_empty() {
        commands.push(mending.clear(&account.dn, &valued));
    }
    if !found.is_empty() {
        return Told::new(Verdict::Fail, found.join("; ")).mended_by(mending.remedies("take it away", &commands, [""; 2]));
    }
    let unseen: Vec<&str> = attributes.iter().copied().filter(|name| account.has(name).is_none()).collect();
    if unseen.is_empty() {
        Told::new(Verdict::Pass, format!("userAccountControl is {control:#x}, and {} have no value", attributes.join(", ")))
    } else {
        Told::new(Verdict::Unknown, format!("whether {} have a value cannot be seen as the account", named(unseen)))
    }
}

/// Whether the flags of the account are as they should be, one by one.
pub fn flags<'a>(account: Option<&'a AccountSeen>, mending: &'a Mending) -> impl Iterator<Item = (Condition, Told)> + 'a {
    FLAGS.iter().map(move |flag| (flag.condition, account.map_or_else(unseen, |account| of_flag(account, flag, mending))))
}

fn of_flag(account: &AccountSeen, flag: &Flag, mending: &Mending) -> Told {
    let Some(control) = account.account_control else { return Told::new(Verdict::Unknown, "its userAccountControl did not come") };
    let is_set = control & flag.bit != 0;
    let seen = format!("userAccountControl is {control:#x}, {} {} ({:#x})", if is_set { "with" } else { "without" }, flag.name, flag.bit);
    if is_set == flag.must_be_set {
        return Told::new(Verdict::Pass, seen);
    }
    let command = Command {
        windows: format!("Set-ADAccountControl -Identity {} {}", powershell(&account.name), flag.fix),
        samba: mending.set(&account.dn, "userAccountControl", control ^ flag.bit).samba,
    };
    let does = if flag.must_be_set { "set the flag" } else { "clear the flag" };
    Told::new(Verdict::Fail, seen).mended_by(mending.remedies(does, &[command], [""; 2]))
}

/// What is said of an account whose own object was not found.
#[must_use]
pub fn unseen() -> Told {
    Told::new(Verdict::Unknown, "its own object was not found")
}

/// Whether the account has a roaming profile.
#[must_use]
pub fn roaming_profile(account: &AccountSeen, mending: &Mending) -> Told {
    match account.has("profilePath") {
        Some(true) => {
            let clear = mending.clear(&account.dn, &["profilePath"]);
            Told::new(Verdict::Fail, "its profilePath has a value").mended_by(mending.remedies("clear it", &[clear], [""; 2]))
        }
        Some(false) => Told::new(Verdict::Pass, "its profilePath has no value"),
        None => Told::new(Verdict::Unknown, "its profilePath cannot be seen as the account"),
    }
}
