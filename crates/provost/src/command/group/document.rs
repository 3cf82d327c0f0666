//! One group of the catalog, as a document for programs and as a page for people.

use crate::command::account::document::{advice, held, notes, right_at_place, rights, sentences};
use crate::output::Page;
use provost_catalog::groups::{Group, OthersGrant, TYPE};
use serde_json::{Value, json};

/// The definition as a document: enumerations by their ids.
#[must_use]
pub fn document(group: &Group) -> Value {
    // Every field is named, so that a new one does not compile until it is told here.
    let Group { kind: _, id, name, purpose, place, created, maintained_by, members, grants, others, removal, reserved, hardened, advice: known, seed } = group;
    let others: Vec<Value> = others.iter().map(|OthersGrant { to, held }| json!({ "to": to, "held": right_at_place(held) })).collect();
    json!({
        "group": id,
        "name": name,
        "type": TYPE,
        "purpose": purpose,
        "place": place.id(),
        "created": created.id(),
        "maintained_by": maintained_by.id(),
        "members": members.iter().map(|m| m.id()).collect::<Vec<_>>(),
        "grants": held(grants),
        "others": others,
        "removal": removal.id(),
        "reserved": reserved,
        "hardened": hardened,
        "advice": advice(known),
        "seed": sentences(seed),
    })
}

/// The definition in words.
#[must_use]
pub fn page(group: &Group) -> Page {
    let members: Vec<&str> = group.members.iter().map(|m| m.words()).collect();
    let mut page = Page::new(group.name)
        .text_fact("Group", group.name)
        .text_fact("Id", group.id)
        .text_fact("Type", TYPE)
        .text_fact("Purpose", group.purpose)
        .text_fact("On", group.place.words())
        .text_fact("Created", group.created.words())
        .text_fact("Members", &members.join("; "))
        .text_fact("Membership", group.maintained_by.words())
        .text_fact("Afterwards", group.removal.words())
        .text_fact("Hardened", group.hardened);
    if group.reserved {
        page = page.text_fact("Reserved", "it is made and not used");
    }
    page = rights(page, "Grants its members", group.grants);
    if !group.others.is_empty() {
        let rows = group.others.iter().map(|o| vec![o.to.to_owned(), o.held.right.words().to_owned(), o.held.place.words().to_owned()]).collect();
        page = page.section("Others at the same places", ["WHO", "RIGHT", "AT"].map(str::to_owned).to_vec(), rows);
    }
    notes(page, group.advice)
}
