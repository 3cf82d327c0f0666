//! Dangerous uses, off until somebody switches them on.

pub mod list;
pub mod set;

use provost_catalog::accounts::Use;
use provost_store::settings::PUSH_AS_SITE_SERVER;

/// Every switch: its id, and what it lets happen.
fn switches() -> Vec<(&'static str, &'static str)> {
    let uses = Use::ALL.iter().filter(|operation| operation.off_until_asked()).map(|operation| (operation.id(), operation.words()));
    uses.chain([(PUSH_AS_SITE_SERVER, "let client push try the site server's computer account, after every account of its list")]).collect()
}
