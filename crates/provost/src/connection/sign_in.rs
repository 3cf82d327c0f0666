//! Sign-ins kept for later commands, one file for each site, for this person alone.

use super::{ServerAddress, Trust, escaped};
use crate::data_folder::write_whole;
use crate::failure::Failure;
use provost_catalog::rules::code;
use serde::{Deserialize, Serialize};
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

/// A session at a site. No `Debug`: the token is a secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// Who.
    pub name: String,
    /// The session's token.
    pub token: String,
    /// When the session ends, RFC 3339.
    pub expires_at: String,
    /// How the site's certificate is checked.
    pub trust: Option<Trust>,
}

fn file(address: &ServerAddress) -> Result<PathBuf, Failure> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")));
    let base =
        base.ok_or_else(|| Failure::new(code::NOT_SIGNED_IN, "cannot tell where sign-ins are kept", "neither XDG_STATE_HOME nor HOME is an absolute path"))?;
    Ok(base.join("provost/sign-ins").join(format!("{}.json", escaped(&address.authority()))))
}

fn unusable(path: &std::path::Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(code::NOT_SIGNED_IN, format!("cannot use the sign-in kept in {}", path.display()), error)
        .fix(format!("remove it and sign in again: rm {}", path.display()))
}

impl SignIn {
    /// The sign-in kept for a site.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn kept(address: &ServerAddress) -> Result<Option<Self>, Failure> {
        let path = file(address)?;
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| unusable(&path, "it is no sign-in")),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(unusable(&path, e)),
        }
    }

    /// Keeps it, mode 0600.
    ///
    /// # Errors
    /// When the disk says so.
    pub fn keep(&self, address: &ServerAddress) -> Result<(), Failure> {
        let path = file(address)?;
        let folder = path.parent().unwrap_or(&path);
        let bytes = serde_json::to_vec(self).map_err(|e| unusable(&path, e))?;
        DirBuilder::new().recursive(true).mode(0o700).create(folder).and_then(|()| write_whole(&path, &bytes)).map_err(|e| unusable(&path, e))
    }

    /// Forgets it.
    ///
    /// # Errors
    /// When the disk says so.
    pub fn forget(address: &ServerAddress) -> Result<(), Failure> {
        let path = file(address)?;
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(unusable(&path, e)),
            _ => Ok(()),
        }
    }
}
