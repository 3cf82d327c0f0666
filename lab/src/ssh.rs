//! A host that people and programs sign in to by SSH, with accounts of its own.

use crate::authority::write_private;
use crate::command::{run, run_with_input};
use crate::host::Host;
use crate::random::Seeded;
use crate::topology;
use std::io;

/// The account of every such host.
pub const ACCOUNT: &str = "operator1";

/// The password of [`ACCOUNT`] on a host.
#[must_use]
pub fn password(host: &str, seed: u64) -> String {
    let mut random = Seeded::new(host.bytes().fold(seed, |seed, byte| Seeded::new(seed ^ u64::from(byte)).number()));
    format!("ssh %40 ß-{:016x}", random.number())
}

const CONFIGURATION: &str = "ListenAddress 0.0.0.0\nHostKey /run/lab/ssh_host_key\nPidFile none\nUsePAM no\nPasswordAuthentication yes\n\
    PermitRootLogin no\nUseDNS no\nSubsystem sftp internal-sftp\n";

/// Makes the account and starts the server. The host's public key is then in its folder, as `ssh_host_key.pub`.
///
/// # Errors
/// When it does not answer in time.
pub fn start(on: &Host, host: &topology::Host, network: u8, seed: u64) -> io::Result<()> {
    let password = password(host.name, seed);
    write_private(&on.folder.join("ssh.password"), password.as_bytes())?;
    // In the host's own /etc only.
    run(on.command("useradd").args(["--home-dir", "/srv", "--no-create-home", "--shell", "/bin/bash", ACCOUNT]))?;
    run_with_input(&mut on.command("chpasswd"), format!("{ACCOUNT}:{password}\n").as_bytes())?;
    run(on.command("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", host.name, "-f", "/run/lab/ssh_host_key"]))?;
    std::fs::write(on.folder.join("ssh_host_key.pub"), on.command("cat").arg("/run/lab/ssh_host_key.pub").output()?.stdout)?;
    run(on.command("mkdir").args(["-p", "/run/sshd"]))?;
    run_with_input(on.command("tee").arg("/etc/ssh/sshd_config"), CONFIGURATION.as_bytes())?;
    on.serve("sshd", &[], &["/usr/sbin/sshd", "-D", "-e"])?;
    on.wait_for(host.address(network), 22)
}
