//! Tickets, as the system's own tool gets them.

use provost_lab::lab::Lab;
use provost_lab::topology::Domain;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Gets a ticket with the account's password, into a file or for nothing, and says why not.
pub fn sign_in(lab: &Lab, domain: &Domain, account: &str, password: &str, cache: Option<&Path>) -> Result<(), String> {
    let mut child = Command::new("kinit")
        .arg(format!("{account}@{}", domain.realm))
        .env("KRB5_CONFIG", lab.krb5_conf())
        .env("KRB5CCNAME", cache.map_or_else(|| "MEMORY:".to_owned(), |path| format!("FILE:{}", path.display())))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("kinit");
    // One that is refused before it is asked reads nothing.
    let _ = writeln!(child.stdin.take().expect("a pipe"), "{password}");
    let output = child.wait_with_output().expect("an end");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
