//! Tests that use a lab, chosen by name and run against one: what `cargo xtask lab test` does.

use crate::lab::{Lab, SKIPPED, VARIABLE};
use serde_json::Value;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The package whose tests are about the lab itself, and need each of its hosts.
const OWN_PACKAGE: &str = "provost-lab";

/// The hosts that tests of the other packages share; what else one needs it starts beside them.
pub const SHARED_HOSTS: &[&str] = &["dc1", "dc3"];

/// A test that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The package that it is in.
    pub package: String,
    /// Its name, with its modules.
    pub name: String,
    program: PathBuf,
    folder: PathBuf,
}

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It ran to its end.
    Passed,
    /// It did not.
    Failed,
    /// It said that it lacks something to run with, which proves nothing.
    Skipped,
}

impl Became {
    /// In one word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Skipped => "SKIPPED",
        }
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What a command prints; what it says on the other stream is seen.
fn printed(command: &mut Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.to_string_lossy()).collect();
    Err(io::Error::other(format!("{} ended with {}", words.join(" "), output.status)))
}

/// A package whose tests use labs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    manifest: String,
}

/// The packages whose tests use labs: this one, and all that depend on it.
///
/// # Errors
/// When cargo does not tell.
pub fn packages() -> io::Result<Vec<Package>> {
    let text = printed(cargo().args(["metadata", "--locked", "--no-deps", "--format-version", "1"]))?;
    let told: Value = serde_json::from_str(&text)?;
    let mut found = Vec::new();
    for package in told["packages"].as_array().into_iter().flatten() {
        let depends = package["dependencies"].as_array().into_iter().flatten().any(|on| on["name"] == OWN_PACKAGE);
        if let (Some(name), Some(manifest)) = (package["name"].as_str(), package["manifest_path"].as_str())
            && (depends || name == OWN_PACKAGE)
        {
            found.push(Package { name: name.to_owned(), manifest: manifest.to_owned() });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Builds the tests of these packages and finds those whose name, with its modules, contains `name`.
///
/// # Errors
/// When they do not build.
pub fn find(packages: &[Package], name: &str) -> io::Result<Vec<Found>> {
    let mut build = cargo();
    build.args(["test", "--locked", "--no-run", "--lib", "--bins", "--tests", "--message-format=json-render-diagnostics"]);
    for package in packages {
        build.args(["--package", &package.name]);
    }
    let mut found = Vec::new();
    for line in printed(&mut build)?.lines() {
        let told: Value = serde_json::from_str(line)?;
        let (Some(program), Some(manifest), Some(true)) = (told["executable"].as_str(), told["manifest_path"].as_str(), told["profile"]["test"].as_bool())
        else {
            continue;
        };
        let folder = PathBuf::from(manifest).parent().map(PathBuf::from).unwrap_or_default();
        let Some(package) = packages.iter().find(|package| package.manifest == manifest) else { continue };
        let list = Command::new(program).args(["--list", "--format=terse"]).arg(name).current_dir(&folder).stdin(Stdio::null()).output()?;
        let list = String::from_utf8_lossy(&list.stdout).into_owned();
        let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
        found.extend(names.map(|name| Found { package: package.name.clone(), name: name.to_owned(), program: program.into(), folder: folder.clone() }));
    }
    Ok(found)
}

/// The hosts that these tests are written for.
#[must_use]
pub fn hosts_of(found: &[Found]) -> Vec<String> {
    if found.iter().any(|test| test.package == OWN_PACKAGE) {
        crate::topology::HOSTS.iter().map(|host| host.name.to_owned()).collect()
    } else {
        SHARED_HOSTS.iter().map(|name| (*name).to_owned()).collect()
    }
}

/// Runs one test against a lab, in a process of its own: Kerberos' library reads its configuration once a process. What it
/// prints is seen unless it passes.
///
/// # Errors
/// When it cannot be started.
pub fn run(test: &Found, lab: &Lab) -> io::Result<Became> {
    let variables: [(&str, OsString); 3] =
        [(VARIABLE, lab.folder().into()), ("KRB5_CONFIG", lab.krb5_conf().into()), ("CARGO_MANIFEST_DIR", test.folder.clone().into())];
    let mut command = Command::new(&test.program);
    command.args(["--exact", &test.name, "--nocapture"]).current_dir(&test.folder).envs(variables).stdin(Stdio::null());
    let output = command.output()?;
    let text = [output.stdout, output.stderr].concat();
    let became = match (output.status.success(), String::from_utf8_lossy(&text).contains(SKIPPED)) {
        (false, _) => Became::Failed,
        (true, true) => Became::Skipped,
        (true, false) => Became::Passed,
    };
    if became != Became::Passed {
        io::stderr().write_all(&text)?;
    }
    Ok(became)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_of_the_lab_itself_need_all_of_it() {
        let found = |package: &str| Found { package: package.to_owned(), name: String::new(), program: PathBuf::new(), folder: PathBuf::new() };
        assert_eq!(hosts_of(&[found("provost-site"), found("provost-broker")]), SHARED_HOSTS);
        assert_eq!(hosts_of(&[found("provost-site"), found(OWN_PACKAGE)]).len(), crate::topology::HOSTS.len());
    }
}
