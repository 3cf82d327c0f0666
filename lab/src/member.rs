//! A member of a domain: joined by Samba's own tool, with winbind and shares.

use crate::authority::write_private;
use crate::command::{run, run_with_input};
use crate::host::{Host, TICKETS};
use crate::principals;
use crate::topology::{self, Domain};
use std::io;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

/// POSIX accounts of a domain's principals: this and the last part of the SID.
const FIRST_ID: u32 = 200_000;
/// The last part of the SID of a domain's own administrator.
const ADMINISTRATOR_RID: u32 = 500;
/// Longest wait for winbind to find its domain.
const WINBIND: Duration = Duration::from_secs(30);

/// A share that takes access control lists as Windows has them, and is as small as the disk that can be filled.
fn configuration(host: &topology::Host) -> String {
    let domain = host.domain;
    format!(
        "[global]\n\
         netbios name = {}\nrealm = {}\nworkgroup = {netbios}\nsecurity = ads\nserver role = member server\n\
         interfaces = lo eth0\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = 445\nload printers = no\n\
         kerberos method = secrets and keytab\ndns update command = /bin/true\n\
         idmap config * : backend = tdb\nidmap config * : range = 100000-199999\n\
         idmap config {netbios} : backend = rid\nidmap config {netbios} : range = {FIRST_ID}-999999\n\
         vfs objects = acl_xattr\nacl_xattr:ignore system acls = yes\n\
         [share]\npath = /srv/share\nread only = no\n",
        host.name.to_uppercase(),
        domain.realm,
        netbios = domain.netbios
    )
}

/// Gets a host a ticket of an account by its password.
///
/// # Errors
/// When it is refused.
pub fn ticket(on: &Host, domain: &Domain, account: &str, seed: u64) -> io::Result<()> {
    let password = principals::password(domain, account, seed) + "\n";
    run_with_input(on.command("kinit").arg(format!("{account}@{}", domain.realm)), password.as_bytes()).map(drop)
}

/// Takes the tickets of a host's commands away. An administrator's that stayed would be taken by commands that are given
/// another's: `net` of Samba 4.17 reads the `KRB5CCNAME` of its environment, whatever `--use-krb5-ccache` says.
///
/// # Errors
/// When there are none.
pub fn forget_tickets(on: &Host) -> io::Result<()> {
    run(&mut on.command("kdestroy")).map(drop)
}

/// Joins a host that runs, and starts its servers. Its keytab is then beside its controller's.
///
/// # Errors
/// When it cannot join, or does not answer in time.
pub fn start(on: &Host, host: &topology::Host, network: u8, first: &Host, seed: u64) -> io::Result<()> {
    run_with_input(on.command("tee").arg("/etc/samba/smb.conf"), configuration(host).as_bytes())?;
    run_with_input(on.command("tee").arg("/etc/nsswitch.conf"), b"passwd: files winbind\ngroup: files winbind\nhosts: files dns\n")?;
    ticket(on, host.domain, principals::ADMINISTRATOR, seed)?;
    run(on.command("net").args(["ads", "join", "--use-kerberos=required"]).arg(format!("--use-krb5-ccache={TICKETS}")))?;
    forget_tickets(on)?;
    let keytab = on.command("cat").arg("/etc/krb5.keytab").output()?.stdout;
    write_private(&first.folder.join(format!("{}.keytab", host.name)), &keytab)?;
    let owner = (FIRST_ID + ADMINISTRATOR_RID).to_string();
    run(on.command("install").args(["--directory", "--owner", &owner, "--mode", "1777", "/srv/share"]))?;
    serve(on, host.address(network))
}

/// Starts the servers of a host that is joined.
///
/// # Errors
/// When its domain is not found, or one does not answer in time.
pub fn serve(on: &Host, address: Ipv4Addr) -> io::Result<()> {
    on.serve("winbindd", &["winbindd", "-F", "--no-process-group"])?;
    on.serve("smbd", &["smbd", "-F", "--no-process-group"])?;
    let until = Instant::now() + WINBIND;
    while let Err(error) = run(on.command("wbinfo").arg("--check-secret")) {
        if Instant::now() > until {
            return Err(error);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    on.wait_for(address, 445)
}
