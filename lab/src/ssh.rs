//! Hosts that people and programs sign in to by SSH, with an account of their own.
//!
//! A host's key is made once and kept beside the provisioned domains, so that it is the same in every lab of that folder: who
//! pinned it once is right another day. The key that [`ACCOUNT`] signs in with is each lab's own.

use crate::authority::write_private;
use crate::command::{run, run_with_input};
use crate::host::Host;
use crate::random::Seeded;
use crate::topology;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The account of every such host. It may sign in by password and by the lab's key.
pub const ACCOUNT: &str = "operator1";

/// The password of [`ACCOUNT`] on a host.
#[must_use]
pub fn password(host: &str, seed: u64) -> String {
    let mut random = Seeded::new(host.bytes().fold(seed, |seed, byte| Seeded::new(seed ^ u64::from(byte)).number()));
    format!("ssh %40 ß-{:016x}", random.number())
}

/// Beside the lab's own: `ssh_known_hosts` has the key of each host by name and address.
pub(crate) const KNOWN_HOSTS: &str = "ssh_known_hosts";
/// The private key that [`ACCOUNT`] signs in with.
pub(crate) const KEY: &str = "ssh_key";

const HOST_KEY: &str = "ssh_host_key";
const CONFIGURATION: &str = "ListenAddress 0.0.0.0\nHostKey /run/lab/ssh_host_key\nPidFile none\nUsePAM no\nPasswordAuthentication yes\n\
    PubkeyAuthentication yes\nAuthorizedKeysFile /etc/ssh/authorized_keys\n\
    PermitRootLogin no\nUseDNS no\nSubsystem sftp internal-sftp\n";

/// Makes a key pair, of which the second file ends in `.pub`.
///
/// # Errors
/// When the program is missing or the folder cannot be written.
pub(crate) fn make_key(path: &Path, comment: &str) -> io::Result<()> {
    run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f"]).arg(path)).map(drop)
}

/// Where the key of a host is kept; it is made when there is none.
fn kept_key(host: &topology::Host, cache: &Path) -> io::Result<PathBuf> {
    let kept = cache.join("ssh").join(host.name);
    if !kept.exists() {
        let beside = cache.join("ssh").join(format!(".{}-{}", host.name, std::process::id()));
        let _ = std::fs::remove_dir_all(&beside);
        std::fs::create_dir_all(&beside)?;
        make_key(&beside.join(HOST_KEY), host.name)?;
        // Complete or not there; another lab may have been faster, and then its key is this one's too.
        if std::fs::rename(&beside, &kept).is_err() {
            std::fs::remove_dir_all(&beside)?;
        }
    }
    Ok(kept.join(HOST_KEY))
}

/// The line by which a client knows a host: its names and its public key.
///
/// # Errors
/// When the host runs no such server.
pub(crate) fn known_host(on: &Host, host: &topology::Host, network: u8) -> io::Result<String> {
    let key = std::fs::read_to_string(on.folder.join(HOST_KEY).with_extension("pub"))?;
    Ok(format!("{},{},{} {}\n", host.name, host.full_name(), host.address(network), key.trim_end()))
}

/// Makes the account and starts the server. The host's public key is then in its folder, as `ssh_host_key.pub`.
/// `authorized` is the public key that the account signs in with.
///
/// # Errors
/// When it does not answer in time.
pub fn start(on: &Host, host: &topology::Host, network: u8, seed: u64, cache: &Path, authorized: &str) -> io::Result<()> {
    let password = password(host.name, seed);
    write_private(&on.folder.join("ssh.password"), password.as_bytes())?;
    // In the host's own /etc only.
    run(on.command("useradd").args(["--home-dir", "/srv", "--no-create-home", "--shell", "/bin/bash", ACCOUNT]))?;
    run_with_input(&mut on.command("chpasswd"), format!("{ACCOUNT}:{password}\n").as_bytes())?;
    let key = kept_key(host, cache)?;
    write_private(&on.file("/run/lab/ssh_host_key"), &std::fs::read(&key)?)?;
    std::fs::copy(key.with_extension("pub"), on.folder.join(HOST_KEY).with_extension("pub"))?;
    run(on.command("mkdir").args(["-p", "/run/sshd"]))?;
    run_with_input(on.command("tee").arg("/etc/ssh/sshd_config"), CONFIGURATION.as_bytes())?;
    run_with_input(on.command("tee").arg("/etc/ssh/authorized_keys"), authorized.as_bytes())?;
    serve(on, host.address(network))
}

/// Starts the server of a host that has the account and the keys.
///
/// # Errors
/// When it does not answer in time.
pub fn serve(on: &Host, address: Ipv4Addr) -> io::Result<()> {
    on.serve("sshd", &["/usr/sbin/sshd", "-D", "-e"])?;
    on.wait_for(address, 22)
}
