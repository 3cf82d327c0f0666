//! What mends what a check found: commands, each as it is typed.

use serde::{Deserialize, Serialize};

/// Where commands are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tools {
    /// Windows' own, from any machine that has them.
    Windows,
    /// A domain controller of Samba.
    Samba,
}

impl Tools {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Windows, Self::Samba];

    /// Its id in tables and documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Samba => "samba",
        }
    }

    /// Where to type, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Windows => "in PowerShell, with Windows' tools",
            Self::Samba => "in a shell as root, at a Samba domain controller",
        }
    }
}

/// One thing to do about what a check found, with one system's tools. Another remedy that does the same is for another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What it does, as an order: `take it away`.
    pub does: String,
    /// Where its commands are typed.
    pub tools: Tools,
    /// The commands, one after the other, each as it is pasted; never a secret.
    pub commands: Vec<String>,
    /// How many more there are, which are told once these were done.
    pub more: usize,
    /// What is to be known before; empty for nothing.
    pub remark: String,
}
