//! The rules of accounts: what a name is, who may be bound for what, who acts, how often somebody may be refused, and
//! what is checked. Definitions come from `catalog`; nothing here knows one kind of account from another but by its data.

pub mod account_state;
pub mod binding;
pub mod budget;
pub mod directory_rights;
pub mod everybody;
mod meant;
pub mod member_hosts;
pub mod name;
pub mod password;
pub mod presence;
pub mod refusal;
pub mod resolution;
pub mod scope;
pub mod trust;
pub mod user_rights;
pub mod verification;

pub use account_state::AccountState;
pub use meant::meant;
pub use name::AccountName;
pub use refusal::Refusal;
pub use trust::Trust;
