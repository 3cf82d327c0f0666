//! `provost account explain`.

use super::page::page;
use crate::command::catalog_document::document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::accounts::{ACCOUNTS, Account};
use provost_catalog::rules::code;
use provost_domain::accounts::meant;
use provost_domain::suggestion;
use provost_provider::AccountDetail;

/// Explains a kind of account: what it is for, what it needs, what it must not have, and how it is changed.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// The kind, such as network-access, or its title.
    #[arg(value_name = "KIND")]
    kind: String,
}

impl Explain {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let account = find(&self.kind)?;
        context.output.object(&document(AccountDetail::from(account))?, |_| page(account));
        Ok(Exit::Done)
    }
}

fn find(name: &str) -> Result<&'static Account, Failure> {
    let same = |known: &str| known.eq_ignore_ascii_case(name);
    ACCOUNTS.iter().copied().find(|a| same(a.id) || same(a.title) || same(a.display_name)).ok_or_else(|| {
        let look = "see all: provost account kinds";
        let known = ACCOUNTS.iter().flat_map(|a| [a.id, a.title, a.display_name]);
        let nearest = suggestion::nearest(name, known).and_then(|near| ACCOUNTS.iter().find(|a| [a.id, a.title, a.display_name].contains(&near)));
        let fix = nearest.map(|account| account.id).or_else(|| meant(name)).map_or_else(|| look.to_owned(), |id| format!("did you mean {id}?\n{look}"));
        Failure::new(code::NOT_FOUND, format!("there is no kind of account {name:?}"), "the catalog has no account of this kind or title").fix(fix)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_is_found_by_kind_title_and_display_name() {
        for account in ACCOUNTS {
            assert_eq!(find(account.id).map(|a| a.id), Ok(account.id));
            assert_eq!(find(&account.title.to_uppercase()).map(|a| a.id), Ok(account.id));
        }
        assert!(find("network-acess").err().is_some_and(|f| f.fix.starts_with("did you mean network-access?")));
        assert!(find("ad-user").err().is_some_and(|f| f.fix.starts_with("did you mean ad-user-discovery?")), "a method's id");
    }

    #[test]
    fn a_page_tells_everything_of_its_account() {
        for account in ACCOUNTS {
            let text = page(account).text(None);
            let rights = account.requires.iter().chain(account.forbids).flat_map(|h| [h.right.words(), h.place.words()]);
            let advice = account.advice.iter().map(|a| a.text);
            for part in rights.chain(advice).chain([account.title, account.purpose, account.default.words(), account.change_by.words()]) {
                assert!(text.contains(part), "{}: {part} is missing in\n{text}", account.id);
            }
        }
    }
}
