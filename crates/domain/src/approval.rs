//! *Registered* is not *approved* (design.md §7): who a client is, and whether it is given anything, are two facts.

/// What the site thinks of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// Known by its key, given nothing.
    Registered,
    /// May fetch policy and send messages.
    Approved,
    /// A person blocked it: nothing is given, nothing is taken, until a person lifts it.
    Blocked,
}

impl Approval {
    /// Its word in the database, in messages and for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Approved => "approved",
            Self::Blocked => "blocked",
        }
    }

    /// The approval that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Registered, Self::Approved, Self::Blocked].into_iter().find(|a| a.word() == word)
    }
}
