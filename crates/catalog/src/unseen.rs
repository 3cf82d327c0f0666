//! What must be so of a bound user and nobody is asked of, or only of accounts that sign in to a directory ([`HOSTS`]): each is told as
//! not checked, with what shows it.

use crate::conditions::Condition;
use crate::rights::Right;

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A right that the account must have nowhere.
    Right(Right),
    /// Something that must be true of it.
    Condition(Condition),
}

/// A check that is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// What it is about.
    pub about: About,
    /// Its number in security.md §0.2 or §0.3.
    pub check: &'static str,
    /// Why it is not carried out.
    pub why: &'static str,
    /// What shows it to a person who looks; NAME stands for the account's.
    pub look: &'static str,
}

/// Why nothing is seen of hosts of whom no directory knows.
pub const HOSTS: &str =
    "hosts are asked by remote procedure calls over SMB as those accounts only that read or write a directory, with the tickets of that sign-in";

macro_rules! user_right {
    ($right:expr, $names:literal) => {
        Unseen {
            about: About::Right($right),
            check: "RC-A01, RC-A03",
            why: HOSTS,
            look: concat!("on each host: secedit /export /areas USER_RIGHTS /cfg rights.inf, and in it ", $names),
        }
    };
}

/// Every such check of a directory's users, in the order of the reference.
pub const UNSEEN: &[Unseen] = &[
    user_right!(Right::LogOnInteractively, "SeInteractiveLogonRight and SeDenyInteractiveLogonRight"),
    user_right!(Right::LogOnRemotely, "SeRemoteInteractiveLogonRight and SeDenyRemoteInteractiveLogonRight"),
    user_right!(Right::LogOnAsBatchJob, "SeBatchLogonRight and SeDenyBatchLogonRight"),
    user_right!(Right::LogOnAsService, "SeServiceLogonRight and SeDenyServiceLogonRight"),
    Unseen { about: About::Right(Right::LocalAdministrator), check: "RC-S01", why: HOSTS, look: "on each host: Get-LocalGroupMember -Group Administrators" },
    condition(
        Condition::KerberosOnly,
        "RC-L13",
        "it is not in Protected Users, and whether the domain refuses NTLM to it otherwise would show by trying, which this version never does",
        "Add-ADGroupMember 'Protected Users' NAME, when every service that it signs in to takes Kerberos",
    ),
    condition(
        Condition::SimpleBindsRefused,
        "RC-L11",
        "it would show by a sign-in in clear text, which this version never makes",
        "ldapwhoami -x -H ldap://CONTROLLER -D nobody -w x, which must answer with 8, stronger authentication required",
    ),
    condition(
        Condition::NoRemoteAccess,
        "RC-S03",
        HOSTS,
        "on each host: Get-LocalGroupMember of Remote Desktop Users, Distributed COM Users, Remote Management Users, WSUS Administrators and the eight groups",
    ),
    condition(
        Condition::NoDatabasePrincipal,
        "RC-Q01, RC-Q02, RC-Q03",
        "a directory does not tell who is a principal of a database",
        "in PostgreSQL: \\du NAME; in SQL Server: EXEC sp_helplogins NAME",
    ),
    condition(Condition::AdminSharesRefused, "RC-M06", HOSTS, "smbclient '//HOST/C$' --use-kerberos=required -U NAME, which must be refused"),
    condition(
        Condition::ShellsRefused,
        "RC-W01, RC-W02",
        "this version signs in to no host's WinRM or SSH as the account",
        "ssh NAME@HOST, and Enter-PSSession HOST -UseSSL -Credential NAME, which must be refused",
    ),
    condition(
        Condition::SourcesBound,
        "RD-01",
        "this version reads no domain controller's security log",
        "on a domain controller: events 4624 and 4768 of the account from other addresses than the site's",
    ),
];

/// What is not seen of `about`; none when a directory tells it.
#[must_use]
pub fn unseen(about: About) -> Option<&'static Unseen> {
    UNSEEN.iter().find(|unseen| unseen.about == about)
}

const fn condition(condition: Condition, check: &'static str, why: &'static str, look: &'static str) -> Unseen {
    Unseen { about: About::Condition(condition), check, why, look }
}
