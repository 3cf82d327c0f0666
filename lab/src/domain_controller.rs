//! A domain controller: provisioned once for each recipe, then started from the copy.

use crate::authority::{Authority, write_private};
use crate::change::Change;
use crate::command::{run, run_with_input};
use crate::host::{Host, TICKETS};
use crate::member;
use crate::population::{self, Population};
use crate::principals;
use crate::topology::{self, Domain};
use provost_domain::Digest;
use provost_runtime::Clock;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Command;

const LOAD: &str = include_str!("domain_controller/load.py");
/// The Python that Debian's Samba is for, whichever comes first elsewhere.
const PYTHON: &str = "/usr/bin/python3";

/// Changed when the recipe below changes in a way that its texts do not show.
const RECIPE: u32 = 2;

/// Ports that a controller answers on: DNS, Kerberos, RPC, LDAP, SMB, LDAPS, the global catalog.
const PORTS: &[u16] = &[53, 88, 135, 389, 445, 636, 3268];

/// Computers that are in a domain before anything joined, what they serve, and the principal that their keytab is for.
const COMPUTERS: &[(&str, &str, Principal)] = &[("site1", "HOST", Principal::Account), ("proxy1", "HTTP", Principal::Service)];

/// `userAccountControl` of such a computer: whom no server may act as (security.md RC-L04).
const COMPUTER: u32 = 0x1000 | 0x10_0000;

/// What a keytab's keys are named for.
#[derive(Clone, Copy, Debug)]
enum Principal {
    /// The account, which signs in with it.
    Account,
    /// The service, which is signed in to with it.
    Service,
}

/// Changes of a new domain that are made in one transaction: all of it is in memory until then.
const TOGETHER: usize = 5000;
/// From so many changes on a domain is kept in LMDB: an object takes 12 to 20 KB, and TDB's files end at 4 GiB.
const LARGE: usize = 50_000;

/// Samba's database for a domain of so many changes.
const fn store(changes: usize) -> &'static str {
    if changes < LARGE { "tdb" } else { "mdb" }
}

/// What a domain is made of.
pub struct Content<'a> {
    /// Seed of passwords and population.
    pub seed: u64,
    /// How many objects there are besides those of [`principals`].
    pub population: Population,
    /// Where provisioned domains are kept.
    pub cache: &'a Path,
}

/// The controller's configuration.
fn configuration(host: &topology::Host, certificates: &Path) -> String {
    let (domain, folder) = (host.domain, certificates.display());
    format!(
        "[global]\n\
         netbios name = {}\nrealm = {}\nworkgroup = {}\nserver role = active directory domain controller\n\
         interfaces = lo eth0\nbind interfaces only = yes\ndns forwarder =\ndns update command = /bin/true\nspn update command = /bin/true\n\
         dsdb:schema update allowed = true\n\
         tls enabled = yes\ntls certfile = {folder}/server.pem\ntls keyfile = {folder}/server.key\ntls cafile = {folder}/ca.pem\n\
         log level = 1 auth_json_audit:3@/var/log/samba/auth.json\n\
         [sysvol]\npath = /var/lib/samba/sysvol\nread only = no\n\
         [netlogon]\npath = /var/lib/samba/sysvol/{}/scripts\nread only = no\n",
        host.name.to_uppercase(),
        domain.realm,
        domain.netbios,
        domain.dns
    )
}

fn changes(domain: &Domain, content: &Content<'_>) -> Vec<Change> {
    let mut changes = principals::changes(domain, content.seed);
    for (name, service, _) in COMPUTERS {
        let account = format!("{}$", name.to_uppercase());
        let full_name = format!("{name}.{}", domain.dns);
        changes.push(Change::add(
            format!("CN={},OU=Servers,OU=Provost,{}", name.to_uppercase(), domain.base),
            serde_json::json!({
                "objectClass": "computer", "sAMAccountName": account, "userAccountControl": COMPUTER.to_string(), "dNSHostName": full_name,
                "servicePrincipalName": [format!("{service}/{full_name}"), format!("{service}/{}", name.to_uppercase())],
                "unicodePwd": principals::password(domain, &account, content.seed),
                // AES, as a join enters it: without it tickets for the service are of RC4, which the site does not take.
                "msDS-SupportedEncryptionTypes": "24",
            }),
        ));
    }
    changes.extend(population::changes(domain, content.population, content.seed).0);
    changes
}

/// Copies a folder with everything that Samba keeps beside the content of files.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    run(Command::new("cp").args(["-a", "--reflink=auto", "--sparse=always", "--"]).arg(from).arg(to)).map(drop)
}

/// Starts the controller on a host that runs and has no server yet.
///
/// # Errors
/// When the domain cannot be made, or the server does not answer in time.
pub fn start(on: &Host, host: &topology::Host, network: u8, content: &Content<'_>, authority: &Authority) -> io::Result<()> {
    let certificates = on.folder.join("tls");
    let address = host.address(network);
    authority.issue(&host.full_name(), IpAddr::V4(address), &certificates)?;
    let kept = provisioned(on, host, address, content)?;
    let state = on.folder.join("lib");
    // The host has the folder itself mounted: what is in it is replaced, not the folder.
    copy(&kept.join("lib/."), &state)?;
    for (name, ..) in COMPUTERS {
        std::fs::copy(kept.join(format!("{name}.keytab")), on.folder.join(format!("{name}.keytab")))?;
    }
    configure(on, &configuration(host, &certificates))?;
    renumber(on, host.domain, &kept, address)?;
    serve(on, address)
}

/// Makes the host a further controller of the domain that `first` answers for, and starts it.
///
/// # Errors
/// When it cannot join, or does not answer in time.
pub fn join(on: &Host, host: &topology::Host, network: u8, ad_site: &str, first: &Host, seed: u64, authority: &Authority) -> io::Result<()> {
    let (domain, address) = (host.domain, host.address(network));
    let certificates = on.folder.join("tls");
    authority.issue(&host.full_name(), IpAddr::V4(address), &certificates)?;
    member::ticket(on, domain, principals::ADMINISTRATOR, seed)?;
    let mut command = on.command("samba-tool");
    command.args(["domain", "join", domain.dns, "DC", "--dns-backend=SAMBA_INTERNAL", "--use-kerberos=required"]);
    command.arg(format!("--use-krb5-ccache={TICKETS}")).arg(format!("--server={}", domain.controller().full_name())).arg(format!("--site={ad_site}"));
    run(&mut command)?;
    member::forget_tickets(on)?;
    configure(on, &configuration(host, &certificates))?;
    // What a controller enters in DNS by itself, if it may.
    let names = format!("DC={},CN=MicrosoftDNS,DC=DomainDnsZones,{}", domain.dns, domain.base);
    let controllers = format!("DC=_msdcs.{},CN=MicrosoftDNS,DC=ForestDnsZones,{}", domain.dns, domain.base);
    let mut entered = vec![served_names(domain, host)];
    for (service, port) in [("_ldap._tcp", 389), ("_kerberos._tcp", 88)] {
        let of_site = format!("{service}.{ad_site}._sites");
        for dn in [
            format!("DC={service},{names}"),
            format!("DC={of_site},{names}"),
            format!("DC={service}.dc,{controllers}"),
            format!("DC={of_site}.dc,{controllers}"),
        ] {
            entered.push(Change::Serve { dn, host: host.full_name(), port });
        }
    }
    change(first, &entered)?;
    take_names(on)?;
    serve(on, address)
}

/// What a further controller's directory service is called by, for the first controller to give tickets of: what the joined one
/// enters in its own copy comes there with a replication that may take minutes.
fn served_names(domain: &Domain, host: &topology::Host) -> Change {
    let (full_name, name) = (host.full_name(), host.name.to_uppercase());
    Change::append(
        format!("CN={name},OU=Domain Controllers,{}", domain.base),
        serde_json::json!({ "servicePrincipalName": [format!("ldap/{full_name}"), format!("ldap/{full_name}/{}", domain.dns), format!("ldap/{name}")] }),
    )
}

/// Enters what a controller's services are called by. Its server would do it by itself a second after it began to answer, and
/// until then a ticket for its directory is refused: "server not found in Kerberos database".
fn take_names(on: &Host) -> io::Result<()> {
    run(&mut on.command("samba_spnupdate")).map(drop)
}

/// Starts the server on a host that has its domain.
///
/// # Errors
/// When it does not answer in time.
pub fn serve(on: &Host, address: Ipv4Addr) -> io::Result<()> {
    on.serve("samba", &["samba", "-F", "--no-process-group", "--debug-stdout"])?;
    PORTS.iter().try_for_each(|port| on.wait_for(address, *port))
}

/// The network that a provisioned domain was made in, as its addresses begin.
const MADE_IN: &str = "network";

/// How addresses of a network begin.
fn beginning(address: Ipv4Addr) -> String {
    let [a, b, c, _] = address.octets();
    format!("{a}.{b}.{c}.")
}

/// Makes a copy of a domain right for this network: only its names in DNS know addresses.
fn renumber(on: &Host, domain: &Domain, kept: &Path, address: Ipv4Addr) -> io::Result<()> {
    let (before, after) = (std::fs::read_to_string(kept.join(MADE_IN))?, beginning(address));
    if before == after {
        return Ok(());
    }
    let zones = ["DomainDnsZones", "ForestDnsZones"].map(|zones| format!("DC={zones},{}", domain.base));
    change(on, &zones.map(|dn| Change::Renumber { dn, before: before.clone(), after: after.clone() }))
}

fn configure(on: &Host, configuration: &str) -> io::Result<()> {
    run_with_input(on.command("tee").arg("/etc/samba/smb.conf"), configuration.as_bytes()).map(drop)
}

/// Changes the domain of a controller, whether its server runs or not.
///
/// # Errors
/// When a change is refused; then none is made.
pub fn change(on: &Host, changes: &[Change]) -> io::Result<()> {
    load(on, changes, &[])
}

fn load(on: &Host, changes: &[Change], arguments: &[String]) -> io::Result<()> {
    let program = on.folder.join("load.py");
    std::fs::write(&program, LOAD)?;
    run_with_input(on.command(PYTHON).arg(program).args(arguments), &Change::lines(changes)).map(drop)
}

/// The folder with the provisioned domain; it is made when there is none.
fn provisioned(on: &Host, host: &topology::Host, address: Ipv4Addr, content: &Content<'_>) -> io::Result<PathBuf> {
    let changes = changes(host.domain, content);
    let version = run(on.command("samba").arg("--version"))?;
    // Whatever a provisioned domain depends on. What signed in when it was made has not for long after a month.
    let month = Clock::system().now().as_micros() / (30 * 24 * 3600 * 1_000_000);
    let recipe = format!("{RECIPE} {month} {version} {host:?} {COMPUTERS:?} {LOAD} {}", Digest::of(&Change::lines(&changes)));
    let key = Digest::of(recipe.as_bytes()).to_string();
    let kept = content.cache.join(format!("{}-{}-{}", host.name, changes.len(), key.get(..16).unwrap_or(&key)));
    if kept.exists() {
        return Ok(kept);
    }
    std::fs::create_dir_all(content.cache)?;
    provision(on, host, address, &changes)?;
    // Complete or not there: copied beside its place, then renamed. What it replaces is no longer asked for.
    let beside = content.cache.join(format!(".{}-{}", host.name, std::process::id()));
    let _ = std::fs::remove_dir_all(&beside);
    std::fs::create_dir(&beside)?;
    std::fs::write(beside.join(MADE_IN), beginning(address))?;
    copy(&on.folder.join("lib"), &beside.join("lib"))?;
    for (name, service, principal) in COMPUTERS {
        let principal = match principal {
            Principal::Account => format!("{}$", name.to_uppercase()),
            Principal::Service => format!("{service}/{name}.{}", host.domain.dns),
        };
        let keytab = beside.join(format!("{name}.keytab"));
        run(on.command("samba-tool").args(["domain", "exportkeytab"]).arg(&keytab).arg(format!("--principal={principal}")))?;
        write_private(&keytab, &std::fs::read(&keytab)?)?;
    }
    let family =
        kept.file_name().and_then(|name| name.to_str()).and_then(|name| name.rsplit_once('-')).map(|(family, _)| format!("{family}-")).unwrap_or_default();
    for entry in std::fs::read_dir(content.cache)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&family) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    // Another lab may have been faster: then its copy is as good.
    if std::fs::rename(&beside, &kept).is_err() && !kept.exists() {
        return Err(io::Error::other(format!("{} cannot be kept", kept.display())));
    }
    run(on.command("find").args(["/var/lib/samba", "-mindepth", "1", "-delete"]))?;
    Ok(kept)
}

fn provision(on: &Host, host: &topology::Host, address: Ipv4Addr, changes: &[Change]) -> io::Result<()> {
    let domain = host.domain;
    let mut command = on.command("samba-tool");
    command.args(["domain", "provision", "--server-role=dc", "--dns-backend=SAMBA_INTERNAL", "--quiet"]);
    // The administrator's password is made up by the tool, and replaced below.
    command.arg(format!("--realm={}", domain.realm)).arg(format!("--domain={}", domain.netbios)).arg(format!("--domain-sid={}", domain.sid));
    command.arg(format!("--host-name={}", host.name)).arg(format!("--host-ip={address}"));
    command.arg(format!("--backend-store={}", store(changes.len())));
    run(&mut command)?;
    // One that is refused in the middle is the end of the whole domain: nobody has seen it yet.
    load(on, changes, &[TOGETHER.to_string()])?;
    take_names(on)
}
