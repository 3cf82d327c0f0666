//! What must be true of every user of a directory that is bound, whatever it is bound for, beside what it may do.

use crate::accounts::Account;
use crate::rights::Right;
use crate::words::worded;

worded! {
    /// What must be true of a bound account in the hardened profile. The words follow "checked: ".
    pub enum Condition {
        PasswordRequired = "password-required", "it cannot do without a password";
        PasswordIrreversible = "password-irreversible", "its password is not kept in a form that gives it back";
        PasswordEnds = "password-ends", "its password ends some day";
        MoreThanDes = "more-than-des", "its Kerberos keys are not of DES alone";
        PreAuthentication = "pre-authentication", "Kerberos answers in its name only who has shown the password";
        NotDelegated = "not-delegated", "no server that is trusted for delegation may act as it";
        PasswordFresh = "password-fresh", "its password is not older than its limit";
        MembershipsAgree = "memberships-agree", "the groups that are counted for it are those that its memberships lead to";
        OwnObjectProtected = "own-object-protected", "nobody but the domain's own administrators may reset its password, write or own it";
        OneKind = "one-kind", "it is bound as one kind of account only, and where that is one for a forest, for one forest only";
        KerberosOnly = "kerberos-only", "it signs in by Kerberos alone: NTLM is refused to it";
        SimpleBindsRefused = "simple-binds-refused", "its domain controllers refuse sign-ins in clear text";
        NoRemoteAccess = "no-remote-access", "it is in no local group that reaches a host from afar, nor in one of the eight groups";
        NoDatabasePrincipal = "no-database-principal", "it is no principal of a database";
        AdminSharesRefused = "admin-shares-refused", "hosts refuse it their administrative shares";
        ShellsRefused = "shells-refused", "hosts refuse it WinRM and SSH";
        SourcesBound = "sources-bound", "it signs in from addresses that are known beforehand";
    }
}

/// Those that must be true of the account of a computer too. Its password changes by itself and has no end, Protected
/// Users must never hold it (security.md RC-L13), and what it may do on hosts its roles decide.
pub const OF_COMPUTERS: &[Condition] = &[
    Condition::PasswordRequired,
    Condition::PasswordIrreversible,
    Condition::MoreThanDes,
    Condition::PreAuthentication,
    Condition::NotDelegated,
    Condition::PasswordFresh,
    Condition::MembershipsAgree,
    Condition::OwnObjectProtected,
    Condition::OneKind,
    Condition::SimpleBindsRefused,
    Condition::SourcesBound,
];

/// A flag of `userAccountControl` (MS-ADTS §2.2.16) that makes a [`Condition`] true or false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// What it is about.
    pub condition: Condition,
    /// Its bit.
    pub bit: i64,
    /// Its name in MS-ADTS and in Windows' tools.
    pub name: &'static str,
    /// Whether it must be set; else it must not.
    pub must_be_set: bool,
    /// The command that mends it, without the account: PowerShell with the Active Directory module.
    pub fix: &'static str,
}

/// Flags that every bound user must have or lack (security.md RC-L04). Those of delegation are
/// [`crate::rights::Right::Delegation`].
pub const FLAGS: &[Flag] = &[
    forbidden(Condition::PasswordRequired, 0x20, "ADS_UF_PASSWD_NOTREQD", "-PasswordNotRequired $false"),
    forbidden(Condition::PasswordIrreversible, 0x80, "ADS_UF_ENCRYPTED_TEXT_PASSWORD_ALLOWED", "-AllowReversiblePasswordEncryption $false"),
    forbidden(Condition::PasswordEnds, 0x1_0000, "ADS_UF_DONT_EXPIRE_PASSWD", "-PasswordNeverExpires $false"),
    forbidden(Condition::MoreThanDes, 0x20_0000, "ADS_UF_USE_DES_KEY_ONLY", "-UseDESKeyOnly $false"),
    forbidden(Condition::PreAuthentication, 0x40_0000, "ADS_UF_DONT_REQUIRE_PREAUTH", "-DoesNotRequirePreAuth $false"),
    Flag { must_be_set: true, ..forbidden(Condition::NotDelegated, 0x10_0000, "ADS_UF_NOT_DELEGATED", "-AccountNotDelegated $true") },
];

/// Days that a bound user's password may be old (security.md §3.1, BASE).
const PASSWORD_DAYS: u32 = 90;
/// The same of who administers computers, such as a push or installation account.
const PASSWORD_DAYS_OF_ADMINISTRATORS: u32 = 30;

/// Days that the password of whoever is bound for `account` may be old in the hardened profile.
#[must_use]
pub fn password_days_max(account: &Account) -> u32 {
    let administers = account.requires.iter().any(|held| held.right == Right::LocalAdministrator);
    if administers { PASSWORD_DAYS_OF_ADMINISTRATORS } else { PASSWORD_DAYS }
}

const fn forbidden(condition: Condition, bit: i64, name: &'static str, fix: &'static str) -> Flag {
    Flag { condition, bit, name, must_be_set: false, fix }
}
