//! Exchange Server Connection Account: runs the connector's cmdlets.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Use};
use crate::rights::{Place, Right, held};

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
    requires: &[
        held(Right::RunExchangeCmdlets, Place::ExchangeServer, "exchange-02"),
    ],
    forbids: &[
        held(Right::MoreThanNeeded, Place::ExchangeServer, "exchange-02"),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[
        Advice { text: "The connector needs nineteen cmdlets, listed in the connector's reference; a role group with exactly these is the least.", seed: &["exchange-03"] },
    ],
    seed: &[
        ("purpose", "exchange-01"),
    ],
};
