//! Identifiers that mean the same everywhere (MS-DTYP §2.4.2.4), and relative ones that mean the same in every domain.

use crate::Sid;

/// Nobody.
pub const NOBODY: Sid = Sid::of(0, &[0]);
/// Everyone.
pub const EVERYONE: Sid = Sid::of(1, &[0]);
/// In a list that is inherited: whoever owns the new object.
pub const CREATOR_OWNER: Sid = Sid::of(3, &[0]);
/// In a list that is inherited: the group of the new object.
pub const CREATOR_GROUP: Sid = Sid::of(3, &[1]);
/// In a list: its entries are what the owner has, in place of the owner's implicit rights.
pub const OWNER_RIGHTS: Sid = Sid::of(3, &[4]);
/// Who signed in over the network.
pub const NETWORK: Sid = Sid::of(5, &[2]);
/// Who signed in at the machine.
pub const INTERACTIVE: Sid = Sid::of(5, &[4]);
/// Services.
pub const SERVICE: Sid = Sid::of(5, &[6]);
/// Who did not sign in.
pub const ANONYMOUS: Sid = Sid::of(5, &[7]);
/// Domain controllers of the forest.
pub const ENTERPRISE_DOMAIN_CONTROLLERS: Sid = Sid::of(5, &[9]);
/// In a list on a principal: that principal itself.
pub const PRINCIPAL_SELF: Sid = Sid::of(5, &[10]);
/// Who signed in and was proved.
pub const AUTHENTICATED_USERS: Sid = Sid::of(5, &[11]);
/// Who signed in within the same forest or over a trust without selective sign-in.
pub const THIS_ORGANIZATION: Sid = Sid::of(5, &[15]);
/// The machine itself.
pub const LOCAL_SYSTEM: Sid = Sid::of(5, &[18]);
/// `BUILTIN\Administrators`.
pub const ADMINISTRATORS: Sid = builtin(544);
/// `BUILTIN\Users`.
pub const USERS: Sid = builtin(545);
/// `BUILTIN\Guests`.
pub const GUESTS: Sid = builtin(546);
/// `BUILTIN\Account Operators`.
pub const ACCOUNT_OPERATORS: Sid = builtin(548);
/// `BUILTIN\Server Operators`.
pub const SERVER_OPERATORS: Sid = builtin(549);
/// `BUILTIN\Print Operators`.
pub const PRINT_OPERATORS: Sid = builtin(550);
/// `BUILTIN\Backup Operators`.
pub const BACKUP_OPERATORS: Sid = builtin(551);
/// `BUILTIN\Replicator`.
pub const REPLICATOR: Sid = builtin(552);
/// `BUILTIN\Pre-Windows 2000 Compatible Access`.
pub const PRE_WINDOWS_2000_COMPATIBLE_ACCESS: Sid = builtin(554);
/// `BUILTIN\Remote Desktop Users`.
pub const REMOTE_DESKTOP_USERS: Sid = builtin(555);
/// `BUILTIN\Distributed COM Users`.
pub const DISTRIBUTED_COM_USERS: Sid = builtin(562);
/// `BUILTIN\Hyper-V Administrators`.
pub const HYPER_V_ADMINISTRATORS: Sid = builtin(578);
/// `BUILTIN\Remote Management Users`.
pub const REMOTE_MANAGEMENT_USERS: Sid = builtin(580);

/// Relative identifier of a domain's built-in administrator.
pub const RID_ADMINISTRATOR: u32 = 500;
/// Relative identifier of a domain's guest.
pub const RID_GUEST: u32 = 501;
/// Of `Domain Admins`.
pub const RID_DOMAIN_ADMINS: u32 = 512;
/// Of `Domain Users`.
pub const RID_DOMAIN_USERS: u32 = 513;
/// Of `Domain Guests`.
pub const RID_DOMAIN_GUESTS: u32 = 514;
/// Of `Domain Computers`.
pub const RID_DOMAIN_COMPUTERS: u32 = 515;
/// Of `Domain Controllers`.
pub const RID_DOMAIN_CONTROLLERS: u32 = 516;
/// Of `Cert Publishers`.
pub const RID_CERT_PUBLISHERS: u32 = 517;
/// Of `Schema Admins`, in the forest's root domain.
pub const RID_SCHEMA_ADMINS: u32 = 518;
/// Of `Enterprise Admins`, in the forest's root domain.
pub const RID_ENTERPRISE_ADMINS: u32 = 519;
/// Of `Group Policy Creator Owners`.
pub const RID_GROUP_POLICY_CREATOR_OWNERS: u32 = 520;
/// Of `Protected Users`.
pub const RID_PROTECTED_USERS: u32 = 525;
/// Of `Key Admins`.
pub const RID_KEY_ADMINS: u32 = 526;
/// Of `Enterprise Key Admins`, in the forest's root domain.
pub const RID_ENTERPRISE_KEY_ADMINS: u32 = 527;

/// A built-in group of every machine and domain, by its relative identifier.
#[must_use]
pub const fn builtin(rid: u32) -> Sid {
    Sid::of(5, &[32, rid])
}
