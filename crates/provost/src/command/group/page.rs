//! One group of the catalog, as a page for people.

use crate::command::catalog_document::{advice, rights};
use crate::output::Page;
use provost_catalog::groups::{Group, TYPE};

/// The definition in words.
#[must_use]
pub fn page(group: &Group) -> Page {
    // Every field is named, so that a new one does not compile until it is told here.
    let Group { kind: _, id, name, purpose, place, created, maintained_by, members, grants, others, removal, reserved, hardened, advice: known, seed: _ } =
        group;
    let mut page = Page::new(*name)
        .text_fact("Group", name)
        .text_fact("Id", id)
        .text_fact("Type", TYPE)
        .text_fact("Purpose", purpose)
        .text_fact("On", place.words())
        .text_fact("Created", created.words())
        .text_fact("Members", &members.iter().map(|m| m.words()).collect::<Vec<_>>().join("; "))
        .text_fact("Membership", maintained_by.words())
        .text_fact("Afterwards", removal.words())
        .text_fact("Hardened", hardened);
    if *reserved {
        page = page.text_fact("Reserved", "it is made and not used");
    }
    page = rights(page, "Grants its members", grants);
    if !others.is_empty() {
        let rows = others.iter().map(|o| vec![o.to.to_owned(), o.held.right.words().to_owned(), o.held.place.words().to_owned()]).collect();
        page = page.section("Others at the same places", ["WHO", "RIGHT", "AT"].map(str::to_owned).to_vec(), rows);
    }
    advice(page, known)
}
