//! One account of the catalog, as a page for people.

use crate::command::catalog_document::{advice, rights, rights_when};
use crate::output::Page;
use provost_catalog::accounts::{Account, AccountKind};

/// The definition in words.
#[must_use]
pub fn page(account: &Account) -> Page {
    // Every field is named, so that a new one does not compile until it is told here.
    let Account {
        kind: _,
        id,
        title,
        display_name,
        purpose,
        used_by,
        held_per,
        cardinality,
        accepts,
        default,
        mandatory_when,
        attempt,
        requires,
        requires_when,
        forbids,
        never_doubles_as,
        change_by,
        off_until_asked,
        advice: known,
        seed: _,
    } = account;
    let mut page = Page::new(*id)
        .text_fact("Account", title)
        .text_fact("Kind", id)
        .text_fact("Display name", display_name)
        .text_fact("Purpose", purpose)
        .text_fact("Used to", &sentence(used_by.iter().map(|u| u.words())))
        .text_fact("Held by", held_per.words())
        .text_fact("How many", &cardinality.to_string())
        .text_fact("Accepts", &sentence(accepts.iter().map(|p| p.words())))
        .text_fact("When none is bound", default.words())
        .text_fact("Mandatory when", &sentence(mandatory_when.iter().map(|s| s.words())))
        .text_fact("Order of attempts", attempt.words())
        .text_fact("Changed by", change_by.words())
        .text_fact("Never doubles as", &ids(never_doubles_as));
    if *off_until_asked {
        page = page.text_fact("Off", "until somebody asks for it, because it is dangerous");
    }
    page = rights(page, "Needs", requires);
    page = rights_when(page, "Needs in some situations", requires_when);
    page = rights(page, "Must not have", forbids);
    advice(page, known)
}

fn sentence<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

fn ids(kinds: &[AccountKind]) -> String {
    kinds.iter().map(|kind| kind.definition().id).collect::<Vec<_>>().join(", ")
}
