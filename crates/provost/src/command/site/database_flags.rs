//! Where the rows of a site are, for commands that open its database themselves.

use crate::failure::Failure;
use provost_catalog::rules::code;
use std::path::PathBuf;

/// Flags of the same name as those of `provost up`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DatabaseFlags {
    /// PostgreSQL database, as postgres://USER@HOST/NAME without a password, when not as provost.toml says.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,

    /// File with the password of the database's set-up login, mode 0600.
    #[arg(long, value_name = "FILE")]
    database_password_file: Option<PathBuf>,
}

impl DatabaseFlags {
    /// The flags by key. A file is named whole, since it may be read from another folder.
    ///
    /// # Errors
    /// When nothing says where a file with a relative name is.
    pub fn flags(&self) -> Result<[(&'static str, Option<String>); 2], Failure> {
        let whole = |file: &PathBuf| std::path::absolute(file).map(|path| path.display().to_string());
        let file = self.database_password_file.as_ref().map(whole).transpose();
        let file = file.map_err(|e| Failure::new(code::CONFIG_WRONG_VALUE, "cannot use the value of --database-password-file", e))?;
        Ok([("database", self.database.clone()), ("database-password-file", file)])
    }
}
