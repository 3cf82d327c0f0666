//! One account of the catalog, as a document for programs and as a page for people.

use crate::output::Page;
use provost_catalog::accounts::{Account, AccountKind, Advice, HeldWhen};
use provost_catalog::rights::{Held, Profile};
use serde_json::{Value, json};

/// The definition as a document: enumerations by their ids.
#[must_use]
pub fn document(account: &Account) -> Value {
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
        seed,
    } = account;
    json!({
        "kind": id,
        "title": title,
        "display_name": display_name,
        "purpose": purpose,
        "used_by": used_by.iter().map(|u| u.id()).collect::<Vec<_>>(),
        "held_per": held_per.id(),
        "cardinality": cardinality.to_string(),
        "accepts": accepts.iter().map(|p| p.id()).collect::<Vec<_>>(),
        "default": default.id(),
        "mandatory_when": mandatory_when.iter().map(|s| s.id()).collect::<Vec<_>>(),
        "attempt": attempt.id(),
        "requires": held(requires),
        "requires_when": requires_when.iter().map(|HeldWhen { when, held }| json!({ "when": when.id(), "held": right_at_place(held) })).collect::<Vec<_>>(),
        "forbids": held(forbids),
        "never_doubles_as": ids(never_doubles_as),
        "change_by": change_by.id(),
        "off_until_asked": off_until_asked,
        "advice": advice(known),
        "seed": sentences(seed),
    })
}

/// Rights at places.
#[must_use]
pub fn held(all: &[Held]) -> Value {
    all.iter().map(right_at_place).collect()
}

/// A right at a place; without a sentence of the seed only the hardened profile holds it.
#[must_use]
pub fn right_at_place(held: &Held) -> Value {
    let Held { right, place, seed } = held;
    json!({ "right": right.id(), "place": place.id(), "profile": held.profile().id(), "seed": (!seed.is_empty()).then_some(seed) })
}

/// Things to know.
#[must_use]
pub fn advice(all: &[Advice]) -> Value {
    all.iter().map(|Advice { weight, text, seed }| json!({ "weight": weight.id(), "text": text, "seed": seed })).collect()
}

/// Which sentence of the seed a field honours.
#[must_use]
pub fn sentences(all: &[(&str, &str)]) -> Value {
    all.iter().map(|(field, sentence)| json!({ "field": field, "sentence": sentence })).collect()
}

fn ids(kinds: &[AccountKind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.definition().id).collect()
}

/// The definition in words.
#[must_use]
pub fn page(account: &Account) -> Page {
    let words = |all: Vec<&'static str>| all.join("; ");
    let mut page = Page::new(account.id)
        .text_fact("Account", account.title)
        .text_fact("Kind", account.id)
        .text_fact("Display name", account.display_name)
        .text_fact("Purpose", account.purpose)
        .text_fact("Used to", &words(account.used_by.iter().map(|u| u.words()).collect()))
        .text_fact("Held by", account.held_per.words())
        .text_fact("How many", &account.cardinality.to_string())
        .text_fact("Accepts", &words(account.accepts.iter().map(|p| p.words()).collect()))
        .text_fact("When none is bound", account.default.words())
        .text_fact("Mandatory when", &words(account.mandatory_when.iter().map(|s| s.words()).collect()))
        .text_fact("Order of attempts", account.attempt.words())
        .text_fact("Changed by", account.change_by.words())
        .text_fact("Never doubles as", &ids(account.never_doubles_as).join(", "));
    if account.off_until_asked {
        page = page.text_fact("Off", "until somebody asks for it, because it is dangerous");
    }
    page = rights(page, "Needs", account.requires);
    if !account.requires_when.is_empty() {
        let rows = account.requires_when.iter().map(|h| vec![h.held.right.words().to_owned(), h.held.place.words().to_owned(), h.when.words().to_owned()]).collect();
        page = page.section("Needs besides", ["RIGHT", "AT", "WHEN"].map(str::to_owned).to_vec(), rows);
    }
    page = rights(page, "Must not have", account.forbids);
    notes(page, account.advice)
}

/// A table of rights, when there are any.
#[must_use]
pub fn rights(page: Page, title: &str, all: &[Held]) -> Page {
    if all.is_empty() {
        return page;
    }
    let rows = all.iter().map(|h| vec![h.right.words().to_owned(), h.place.words().to_owned()]);
    if all.iter().all(|h| h.profile() == Profile::Standard) {
        return page.section(title, vec!["RIGHT".to_owned(), "AT".to_owned()], rows.collect());
    }
    let rows = rows.zip(all).map(|(row, h)| [row, vec![h.profile().id().to_owned()]].concat()).collect();
    page.section(title, ["RIGHT", "AT", "PROFILE"].map(str::to_owned).to_vec(), rows)
}

/// What people should know, when there is something.
#[must_use]
pub fn notes(page: Page, all: &[Advice]) -> Page {
    if all.is_empty() {
        return page;
    }
    page.paragraph("To know", all.iter().map(|a| a.text).collect::<Vec<_>>().join("\n"))
}
