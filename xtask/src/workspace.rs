//! What the chores look at: the packages as cargo resolves them and the files as git lists them.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Prefix of the house's package names; left out where people read.
const PREFIX: &str = "provost-";

/// The workspace.
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Packages and their resolved graph.
    pub metadata: Metadata,
    /// Files that are or would be committed, relative to the root, in order.
    pub files: Vec<PathBuf>,
}

/// The workspace's folder, from where this chore was built.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

impl Workspace {
    /// Asks cargo and git.
    pub fn load() -> Result<Self, String> {
        let root = root();
        let metadata = MetadataCommand::new()
            .current_dir(&root)
            .other_options(vec!["--locked".to_owned()])
            .exec()
            .map_err(|e| format!("cargo metadata failed in {}: {e}", root.display()))?;
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .map_err(|e| format!("git ls-files did not start: {e}"))?;
        if !listed.status.success() {
            return Err(format!("git ls-files failed in {}: {}", root.display(), String::from_utf8_lossy(&listed.stderr)));
        }
        let mut files: Vec<PathBuf> = String::from_utf8_lossy(&listed.stdout).split_terminator('\0').map(PathBuf::from).collect();
        files.retain(|file| root.join(file).is_file());
        files.sort();
        files.dedup();
        Ok(Self { root, metadata, files })
    }

    /// The house's packages.
    pub fn members(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// Text of a file of the workspace; `None` for pictures and other files that are no text.
    pub fn text(&self, file: &Path) -> Option<String> {
        String::from_utf8(std::fs::read(self.root.join(file)).ok()?).ok()
    }

    /// Files with this ending, with their text.
    pub fn texts<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a Path, String)> {
        self.files.iter().filter(move |file| file.extension().is_some_and(|e| e == ending)).filter_map(|file| Some((file.as_path(), self.text(file)?)))
    }

    /// What each member imports, by short names.
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges: Vec<Edge> = self
            .members()
            .iter()
            .flat_map(|package| {
                package.dependencies.iter().map(|dependency| Edge {
                    from: short(&package.name).to_owned(),
                    to: short(&dependency.name).to_owned(),
                    house: dependency.path.is_some(),
                    test_only: dependency.kind == DependencyKind::Development,
                })
            })
            .collect();
        edges.sort();
        edges.dedup();
        edges
    }
}

/// One line of a package's dependencies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Who imports, without the prefix.
    pub from: String,
    /// What is imported; a package of the house without the prefix.
    pub to: String,
    /// Whether the imported one is of the house.
    pub house: bool,
    /// Whether only tests import it.
    pub test_only: bool,
}

/// A package's name as people say it.
pub fn short(name: &str) -> &str {
    name.strip_prefix(PREFIX).unwrap_or(name)
}
