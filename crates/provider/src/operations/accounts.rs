//! The 26 accounts of the book. Reference: nothing here tells who is bound.

pub mod list;
pub mod show;

use provost_catalog::accounts::{Advice, HeldWhen};
use provost_catalog::rights::Held;
use serde::Serialize;
use utoipa::ToSchema;

/// A word of the book: for machines and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Word {
    /// For machines.
    pub id: String,
    /// For people.
    pub words: String,
}

impl Word {
    /// Of its two forms.
    pub fn of(id: &str, words: &str) -> Self {
        Self { id: id.to_owned(), words: words.to_owned() }
    }
}

/// A right at a place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RightAtPlace {
    /// The right.
    pub right: Word,
    /// Where.
    pub place: Word,
    /// The mildest profile that holds it: `standard` or `hardened`.
    pub profile: String,
    /// Sentence of the seed that says so, by id; none when only the hardened profile says so.
    pub seed: Option<String>,
}

impl From<&Held> for RightAtPlace {
    fn from(held: &Held) -> Self {
        let Held { right, place, seed } = held;
        Self {
            right: Word::of(right.id(), right.words()),
            place: Word::of(place.id(), place.words()),
            profile: held.profile().id().to_owned(),
            seed: (!seed.is_empty()).then(|| (*seed).to_owned()),
        }
    }
}

/// A right that is needed in a certain situation only.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RightWhen {
    /// When.
    pub when: Word,
    /// What, where.
    pub held: RightAtPlace,
}

impl From<&HeldWhen> for RightWhen {
    fn from(needed: &HeldWhen) -> Self {
        let HeldWhen { when, held } = needed;
        Self { when: Word::of(when.id(), when.words()), held: RightAtPlace::from(held) }
    }
}

/// Something to know.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdviceDocument {
    /// How much it weighs: `note`, `tip`, `important` or `warning`.
    pub weight: String,
    /// What.
    pub text: String,
    /// Sentences of the seed that say so, by id; none when this house says so by itself.
    pub seed: Vec<String>,
}

impl From<&Advice> for AdviceDocument {
    fn from(advice: &Advice) -> Self {
        let Advice { weight, text, seed } = advice;
        Self { weight: weight.id().to_owned(), text: (*text).to_owned(), seed: seed.iter().map(|id| (*id).to_owned()).collect() }
    }
}
