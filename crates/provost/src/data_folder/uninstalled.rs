//! That the site of a data folder was uninstalled: kept beside its data, so that it does not start again by itself.

use super::{DataFolder, write_whole};
use crate::exit::Exit;
use crate::failure::Failure;
use provost_catalog::rules::code;
use provost_provider::Ending;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;

/// Objects in directories that an error names one by one.
const NAMED_MAX: usize = 20;

/// What is kept in `uninstalled.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uninstalled {
    /// When, by whom, and what was left where.
    #[serde(flatten)]
    pub ending: Ending,
    /// Whether everything outside of the folder is gone that was to go.
    #[serde(default)]
    pub ended: bool,
    /// The database server's address, where rows stay there.
    #[serde(default)]
    pub database: Option<String>,
}

impl Uninstalled {
    /// Of an end that is only now decided.
    #[must_use]
    pub fn of(ending: &Ending) -> Self {
        Self { ending: ending.clone(), ended: false, database: None }
    }

    /// What is kept; none of a site that was not uninstalled.
    ///
    /// # Errors
    /// When the file is there and cannot be read: then nobody knows, and nothing starts.
    pub fn kept(folder: &DataFolder) -> Result<Option<Self>, Failure> {
        let path = path(folder);
        let unusable = |e: &dyn std::fmt::Display| {
            let what = format!("cannot tell whether the site of {} was uninstalled", folder.path().display());
            Failure::new(code::DATA_FOLDER_UNUSABLE, what, format!("{}: {e}", path.display()))
        };
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| unusable(&e)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Err(unusable(&e).exit(Exit::NotAllowed)),
            Err(e) => Err(unusable(&e)),
        }
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the disk says so.
    pub fn keep(&self, folder: &DataFolder) -> io::Result<()> {
        write_whole(&path(folder), &serde_json::to_vec_pretty(self)?)
    }

    /// Forgets it: the site is started again.
    ///
    /// # Errors
    /// When the disk says so.
    pub fn forget(folder: &DataFolder) -> io::Result<()> {
        std::fs::remove_file(path(folder))
    }

    /// Why the site does not start.
    #[must_use]
    pub fn refusal(&self, folder: &DataFolder) -> Failure {
        let Self { ending, ended, database } = self;
        let data = folder.path().display();
        let mut cause = format!("it was uninstalled at {} by {}", ending.at, ending.by);
        if !ended {
            cause.push_str("; the uninstallation did not come to its end");
        }
        for left in &ending.left {
            cause.push_str(&format!("\nit left {} objects in {}, below {}", left.objects.len(), left.forest, left.container));
            for dn in left.objects.iter().take(NAMED_MAX) {
                cause.push_str(&format!("\n  {dn}"));
            }
            if left.objects.len() > NAMED_MAX {
                cause.push_str(&format!("\n  and {} more: {}", left.objects.len() - NAMED_MAX, path(folder).display()));
            }
        }
        let rows = database.as_ref().map(|database| format!(", and its rows in {database}")).unwrap_or_default();
        let go_on = if *ended { "delete it" } else { "go on uninstalling it" };
        let delete = if *ended || ending.delete_data { " --delete-data" } else { "" };
        Failure::new(code::SITE_UNINSTALLED, format!("cannot start site {}", ending.site), cause)
            .state(format!("nothing was started and nothing is published; its data is still in {data}{rows}"))
            .fix(format!("{go_on}: provost site uninstall{delete} --data {data}\nor start it again, with publishing off: provost up --reinstall --data {data}"))
    }
}

/// Where it is kept.
fn path(folder: &DataFolder) -> PathBuf {
    folder.path().join("uninstalled.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_domain::Timestamp;
    use provost_provider::Left;

    #[test]
    fn what_is_kept_comes_back_and_refuses_a_start_with_what_was_left() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::resolve(Some(place.path())).expect("a path");
        assert_eq!(Uninstalled::kept(&folder).expect("readable"), None);
        let objects = vec!["CN=SMS-Site-LAB,CN=System Management,CN=System,DC=corp".to_owned()];
        let left = vec![Left { forest: "corp".to_owned(), container: "CN=System Management,CN=System,DC=corp".to_owned(), objects }];
        let at = Timestamp::from_micros(1_795_445_413_120_000);
        let mut kept = Uninstalled::of(&Ending { site: "LAB".parse().expect("a code"), at, by: "ada".to_owned(), delete_data: false, left });
        kept.keep(&folder).expect("kept");
        assert_eq!(Uninstalled::kept(&folder).expect("readable"), Some(kept.clone()));
        let refusal = kept.refusal(&folder);
        assert!(refusal.cause.contains(&at.to_string()) && refusal.cause.contains("by ada") && refusal.cause.contains("CN=SMS-Site-LAB,"), "{refusal}");
        assert!(refusal.cause.contains("did not come to its end") && refusal.fix.contains("go on uninstalling it: provost site uninstall --data"), "{refusal}");
        kept.ended = true;
        assert!(kept.refusal(&folder).fix.contains("provost site uninstall --delete-data --data"), "{refusal}");
        std::fs::write(path(&folder), "{").expect("a file");
        assert_eq!(Uninstalled::kept(&folder).expect_err("half a file").code, code::DATA_FOLDER_UNUSABLE);
    }
}
