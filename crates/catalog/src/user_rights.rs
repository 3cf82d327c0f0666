//! User rights of hosts that no account of a directory may hold (security.md RC-A01 to RC-A03), by the names that a host's Local
//! Security Authority has for them (MS-LSAD §3.1.1.2.1, §3.1.1.2.2).

use crate::rights::Right;

/// A user right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserRight {
    /// What it is called here.
    pub right: Right,
    /// What Windows calls it under *User Rights Assignment*.
    pub policy: &'static str,
    /// The name of the right.
    pub allows: &'static str,
    /// The name of the right that takes it away again, whoever grants it; none for a privilege.
    pub denies: Option<&'static str>,
    /// Whether it counts at domain controllers alone: what it lets somebody change is the domain.
    pub at_controllers: bool,
}

/// Every such right. Who holds the first makes computers in the domain, whatever the directory's permissions say.
pub const USER_RIGHTS: &[UserRight] = &[
    UserRight { right: Right::AddWorkstations, policy: "Add workstations to domain", allows: "SeMachineAccountPrivilege", denies: None, at_controllers: true },
    log_on(Right::LogOnInteractively, "Allow log on locally", "SeInteractiveLogonRight", "SeDenyInteractiveLogonRight"),
    log_on(Right::LogOnRemotely, "Allow log on through Remote Desktop Services", "SeRemoteInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight"),
    log_on(Right::LogOnAsBatchJob, "Log on as a batch job", "SeBatchLogonRight", "SeDenyBatchLogonRight"),
    log_on(Right::LogOnAsService, "Log on as a service", "SeServiceLogonRight", "SeDenyServiceLogonRight"),
];

const fn log_on(right: Right, policy: &'static str, allows: &'static str, denies: &'static str) -> UserRight {
    UserRight { right, policy, allows, denies: Some(denies), at_controllers: false }
}
