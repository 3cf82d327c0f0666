//! The broker against a real site database and real servers.

mod connecting;
mod databases;
mod directories;
mod directory_accounts;
mod directory_keys;
mod directory_outside;
mod directory_principals;
mod directory_secrets;
#[path = "../../../store/tests/it/engines.rs"]
#[allow(dead_code, reason = "shared with the tests of the store")]
mod engines;
mod forest_container;
mod member_hosts;
mod mending;
mod place;
mod user_rights;
mod verifying;

// The engines, shared with the store's tests, connect with it.
use postgres as _;
