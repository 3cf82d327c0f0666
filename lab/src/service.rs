//! Hosts that run one of the servers of `tests/servers/`.

use crate::command::run;
use crate::host::Host;
use crate::topology;
use std::collections::BTreeMap;
use std::io;

/// A script of `tests/servers/`.
#[derive(Clone, Copy, Debug)]
pub struct Script {
    name: &'static str,
    text: &'static str,
}

/// PostgreSQL.
pub const DATABASE: Script = Script { name: "postgresql", text: include_str!("../../tests/servers/postgresql.sh") };
/// squid.
pub const PROXY: Script = Script { name: "squid", text: include_str!("../../tests/servers/squid.sh") };
/// Postfix.
pub const MAIL: Script = Script { name: "smtp", text: include_str!("../../tests/servers/smtp.sh") };

/// Where a host of this kind keeps what it tells.
const VARIABLES: &str = "variables";
/// Where it has what it needs of its realm, on the host.
const REALM: &str = "/run/lab/kdc";

/// Gives a host the key by which its server is known in the realm of its domain.
///
/// # Errors
/// When the host does not run.
pub fn introduce(on: &Host, keytab: &[u8]) -> io::Result<()> {
    let folder = on.file(REALM);
    std::fs::create_dir_all(&folder)?;
    std::fs::copy(on.folder.join("krb5.conf"), folder.join("krb5.conf"))?;
    crate::authority::write_private(&folder.join("proxy.keytab"), keytab)
}

/// Starts a server; the first time, it is made. Its files are below `/run/lab` of the host ([`Host::file`]).
///
/// # Errors
/// When it does not start; the message holds what the script printed.
pub fn serve(on: &Host, host: &topology::Host, network: u8, script: Script) -> io::Result<()> {
    let program = on.folder.join(script.name).with_extension("sh");
    std::fs::write(&program, script.text)?;
    let mut command = on.command("env");
    command.arg(format!("SERVER_ADDRESS={}", host.address(network))).arg(format!("SERVER_NAME={}", host.full_name()));
    // A server keeps what it was started with: a pipe would stay open as long as it runs.
    let quiet = "out=$1; shift; exec \"$@\" >\"$out\" 2>\"$out.log\" </dev/null";
    command.args(["bash", "-c", quiet, "start"]).arg(on.folder.join(VARIABLES));
    command.arg("bash").arg(program).arg("start").arg(format!("/run/lab/{}", script.name));
    if on.file(REALM).exists() {
        command.arg(REALM);
    }
    run(&mut command).map(drop).map_err(|error| {
        let printed = std::fs::read_to_string(on.folder.join(VARIABLES).with_extension("log")).unwrap_or_default();
        io::Error::other(format!("{error} {printed}"))
    })
}

/// What a server's script told: the variables of `tests/servers/`, without `PROVOST_TEST_`. Paths in them are the host's
/// ([`Host::file`]).
///
/// # Errors
/// When the host runs none of these servers.
pub fn variables(on: &Host) -> io::Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(on.folder.join(VARIABLES))?;
    let pairs = text.lines().filter_map(|line| line.strip_prefix("export PROVOST_TEST_")?.split_once('='));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
