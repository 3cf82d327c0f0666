//! Exchange Server Connection Account: runs the connector's cmdlets.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Use, note};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ExchangeServerConnection,
    id: "exchange-server-connection",
    title: "Exchange Server Connection Account",
    display_name: "Exchange Server Connection Account",
    purpose: "Connects the site server to an Exchange Server to find and manage the mobile devices that connect to it.",
    used_by: &[Use::ManageExchangeDevices],
    held_per: Scope::ExchangeServer,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser],
    default: DefaultIdentity::SiteServerComputer,
    mandatory_when: &[],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::RunExchangeCmdlets, Place::ExchangeServer, "exchange-02")],
    requires_when: &[],
    forbids: &[hardened(Right::MoreThanNeeded, Place::ExchangeServer)],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[note(
        "The connector calls 19 cmdlets, and a role group with just these is the least: Clear-ActiveSyncDevice, Get-ActiveSyncDevice, Get-ActiveSyncDeviceAccessRule, Get-ActiveSyncDeviceStatistics, Get-ActiveSyncMailboxPolicy, Get-ActiveSyncOrganizationSettings, Get-CASMailbox, Get-ExchangeServer, Get-Mailbox, Get-Recipient, Get-User, New-ActiveSyncDeviceAccessRule, New-ActiveSyncMailboxPolicy, Remove-ActiveSyncDevice, Set-ActiveSyncDeviceAccessRule, Set-ActiveSyncMailboxPolicy, Set-ActiveSyncOrganizationSettings, Set-ADServerSettings, Set-CASMailbox.",
        &["exchange-03"],
    )],
    seed: &[("purpose", "exchange-01")],
};
