//! Which kind of account somebody means who names none.

use crate::discovery::Method;
use crate::suggestion;
use provost_catalog::accounts::{ACCOUNTS, Use};

/// The id of the kind that is meant by a word that is no kind's id: the account under which the discovery method or the use of that
/// id runs, or else the kind whose id is nearest.
#[must_use]
pub fn meant(word: &str) -> Option<&'static str> {
    let word = word.trim().to_lowercase();
    let of_method = Method::from_id(&word).map(Method::operation);
    let of_use = Use::ALL.iter().copied().find(|operation| operation.id() == word);
    match of_method.or(of_use) {
        Some(operation) => Some(operation.account().id),
        None => suggestion::nearest(&word, ACCOUNTS.iter().map(|account| account.id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_and_a_use_mean_the_account_that_they_run_under() {
        let of_methods = Method::ALL.map(|method| meant(method.id()));
        assert_eq!(of_methods, ["ad-system-discovery", "ad-user-discovery", "ad-group-discovery", "ad-forest"].map(Some));
        assert_eq!(meant("push-client"), Some("client-push-installation"));
        assert_eq!(meant("network-acess"), Some("network-access"));
        assert_eq!(meant("zzz"), None);
    }
}
