//! What a site keeps of itself outside its database: its code, so that a second run needs no flag.

use crate::data_folder::{DataFolder, write_whole};
use crate::failure::Failure;
use provost_catalog::rules::code;
use provost_domain::SiteCode;
use serde::{Deserialize, Serialize};
use std::io;

/// Kept in `site.json` since the first run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The site's code.
    pub code: SiteCode,
    /// The site's name.
    pub name: String,
}

impl Identity {
    /// What is kept; `None` before the first run.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn kept(folder: &DataFolder) -> Result<Option<Self>, Failure> {
        let path = folder.identity();
        let unusable = |e: &dyn std::fmt::Display| {
            Failure::new(code::DATA_FOLDER_UNUSABLE, format!("cannot tell whose data {} holds", folder.path().display()), format!("{}: {e}", path.display()))
                .fix("put back site.json from a backup, or name another folder: --data DIR")
        };
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| unusable(&e)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Err(unusable(&e).exit(crate::exit::Exit::NotAllowed)),
            Err(e) => Err(unusable(&e)),
        }
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the disk says so.
    pub fn keep(&self, folder: &DataFolder) -> Result<(), Failure> {
        let unusable = |e: io::Error| Failure::new(code::DATA_FOLDER_UNUSABLE, "cannot keep the site's code", e);
        let bytes = serde_json::to_vec_pretty(self).map_err(|e| unusable(e.into()))?;
        write_whole(&folder.identity(), &bytes).map_err(unusable)
    }
}
