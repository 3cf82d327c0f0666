//! What the catalog's definitions say, for people: the parts that accounts and groups share.

use crate::failure::Failure;
use crate::output::Page;
use provost_catalog::accounts::{Advice, HeldWhen, Weight};
use provost_catalog::rights::{Held, Profile};
use provost_catalog::rules::code;
use serde::Serialize;
use serde_json::{Value, json};

/// A definition as the API tells it.
///
/// # Errors
/// When it cannot be written as JSON, which is a bug.
pub fn document(definition: impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(definition).map_err(|e| Failure::new(code::BUG, "cannot write a definition as JSON", e))
}

/// All definitions of a kind, as the API tells a list.
///
/// # Errors
/// When they cannot be written as JSON, which is a bug.
pub fn list<T: Serialize>(definitions: impl Iterator<Item = T>) -> Result<Value, Failure> {
    let items = definitions.map(document).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "items": items, "next": null }))
}

/// A table of rights, when there are any.
#[must_use]
pub fn rights(page: Page, title: &str, all: &[Held]) -> Page {
    if all.is_empty() {
        return page;
    }
    let rows = all.iter().map(|held| vec![held.right.words().to_owned(), held.place.words().to_owned(), strictness(held)]).collect();
    page.section(title, ["RIGHT", "AT", "PROFILE"].map(str::to_owned).to_vec(), rows)
}

/// A table of rights that are needed in certain situations, when there are any.
#[must_use]
pub fn rights_when(page: Page, title: &str, all: &[HeldWhen]) -> Page {
    if all.is_empty() {
        return page;
    }
    let row =
        |HeldWhen { when, held }: &HeldWhen| vec![when.words().to_owned(), held.right.words().to_owned(), held.place.words().to_owned(), strictness(held)];
    page.section(title, ["WHEN", "RIGHT", "AT", "PROFILE"].map(str::to_owned).to_vec(), all.iter().map(row).collect())
}

fn strictness(held: &Held) -> String {
    match held.profile() {
        Profile::Standard => "standard".to_owned(),
        Profile::Hardened => "hardened only".to_owned(),
    }
}

/// What people should know, when there is something.
#[must_use]
pub fn advice(page: Page, all: &[Advice]) -> Page {
    if all.is_empty() {
        return page;
    }
    let line = |Advice { weight, text, seed: _ }: &Advice| match weight {
        Weight::Note => (*text).to_owned(),
        heavier => format!("{}: {text}", heavier.words()),
    };
    page.paragraph("To know", all.iter().map(line).collect::<Vec<_>>().join("\n"))
}
