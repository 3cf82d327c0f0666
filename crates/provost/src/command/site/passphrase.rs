//! The passphrase of a backup.

use crate::command::password::read_secret;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::rules::code;
use provost_store::keys::Secret;
use std::path::PathBuf;

/// Fewest characters of a new one: who has the file may guess for years.
const CHARACTERS_MIN: usize = 12;

/// Where it comes from.
#[derive(Clone, Debug, clap::Args)]
pub struct Passphrase {
    /// File with the passphrase, mode 0600, or - for standard input; asked for on the terminal when not given.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Passphrase {
    /// A new one, which is typed twice.
    ///
    /// # Errors
    /// When it cannot be read, or is too short.
    pub fn choose(&self, context: &Context) -> Result<Secret, Failure> {
        let text = read_secret(context, self.passphrase_file.as_deref(), "passphrase: ", true)?;
        let long_enough = text.chars().count() >= CHARACTERS_MIN;
        let passphrase = Secret::new(text.into_bytes());
        if long_enough {
            return Ok(passphrase);
        }
        let cause = format!("the passphrase has fewer than {CHARACTERS_MIN} characters");
        Err(Failure::new(code::WEAK_PASSWORD, "no backup was written", cause).fix("choose a longer one").exit(Exit::Usage))
    }

    /// The one that a backup was written with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn known(&self, context: &Context) -> Result<Secret, Failure> {
        read_secret(context, self.passphrase_file.as_deref(), "passphrase: ", false).map(|text| Secret::new(text.into_bytes()))
    }
}
