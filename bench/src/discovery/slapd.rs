//! OpenLDAP's server with the measured directory, and OpenLDAP's own client beside it.

use super::population::{DOMAIN_DN, Population, READER, SERVICE_DN, USN};
use provost_lab::authority::{Authority, Validity, write_private};
use provost_runtime::random;
use std::io::{self, BufWriter, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where sites look for LDAPS: a location names hosts without a port.
const LDAPS_PORT: u16 = 636;
/// Longest wait for the server.
const READY: Duration = Duration::from_secs(60);
/// Entries of a page, as sites ask for.
const PAGE: &str = "pr=1000/noprompt";
/// What is found, and what is read of it: the same as discovery asks for.
const FOUND: &str = "(|(sAMAccountType=805306369)(sAMAccountType=805306368)(objectCategory=group))";
const ATTRIBUTES: [&str; 15] = [
    "objectSid",
    "objectGUID",
    "objectClass",
    "sAMAccountName",
    "displayName",
    "userPrincipalName",
    "mail",
    "dNSHostName",
    "operatingSystem",
    "operatingSystemVersion",
    "groupType",
    "userAccountControl",
    "lastLogonTimestamp",
    "pwdLastSet",
    "member",
];

/// A running server; killed when dropped.
pub struct Slapd {
    child: Child,
    folder: PathBuf,
    /// Its own address, of this machine only.
    pub address: IpAddr,
    /// The password of [`READER`].
    pub password: String,
    /// The certificate of the authority that it is known by.
    pub ca_pem: String,
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Slapd {
    /// Loads the population into a new server in `folder`, and starts it.
    ///
    /// # Errors
    /// When there is no slapd, or it cannot be loaded or started.
    pub fn start(folder: &Path, population: Population) -> io::Result<Self> {
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let folder = folder.canonicalize()?;
        let address = free_address()?;
        let authority = Authority::new(Validity::Valid)?;
        authority.issue("dc1.corp.example.test", address, &folder)?;
        let password = random::bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        std::fs::write(folder.join("ad.schema"), include_str!("ad.schema"))?;
        std::fs::write(folder.join("root.ldif"), root())?;
        write_private(&folder.join("password"), password.as_bytes())?;
        write_private(&folder.join("slapd.conf"), configuration(&folder, &password).as_bytes())?;
        let mut ldif = BufWriter::new(std::fs::File::create(folder.join("objects.ldif"))?);
        population.ldif(&mut ldif)?;
        ldif.flush()?;
        drop(ldif);
        done(command("slapadd").args(["-q", "-f"]).arg(folder.join("slapd.conf")).arg("-l").arg(folder.join("objects.ldif")))?;
        let urls = format!("ldaps://{address}:{LDAPS_PORT}/ {}", socket(&folder));
        let log = std::fs::File::create(folder.join("slapd.log"))?;
        let child = command("slapd").args(["-d", "0", "-h", &urls, "-f"]).arg(folder.join("slapd.conf")).stderr(log).stdout(Stdio::null()).spawn()?;
        let slapd = Self { child, folder, address, password, ca_pem: authority.pem };
        let until = Instant::now() + READY;
        while TcpStream::connect((address, LDAPS_PORT)).is_err() {
            if Instant::now() > until {
                return Err(io::Error::other(format!(
                    "slapd does not answer: {}",
                    std::fs::read_to_string(slapd.folder.join("slapd.log")).unwrap_or_default()
                )));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(slapd)
    }

    /// Seconds that `ldapsearch` takes for every object, page by page, to nowhere: over TLS as the site, or in the clear over a
    /// socket.
    ///
    /// # Errors
    /// When it fails.
    pub fn ldapsearch(&self, tls: bool) -> io::Result<f64> {
        let mut search = Command::new("ldapsearch");
        search.args(["-x", "-LLL", "-o", "ldif-wrap=no", "-E", PAGE, "-b", DOMAIN_DN]);
        self.signed_in(&mut search, tls).arg(FOUND).args(ATTRIBUTES);
        let started = Instant::now();
        done(&mut search)?;
        Ok(started.elapsed().as_secs_f64())
    }

    /// Has `ldapmodify` make changes.
    ///
    /// # Errors
    /// When one of them is refused.
    pub fn modify(&self, ldif: &[u8]) -> io::Result<()> {
        let file = self.folder.join("changes.ldif");
        std::fs::write(&file, ldif)?;
        let mut modify = Command::new("ldapmodify");
        done(self.signed_in(&mut modify, false).arg("-x").arg("-f").arg(file))
    }

    /// User and system seconds of the server's process so far.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn cpu_seconds(&self) -> io::Result<f64> {
        crate::device::seconds_of(&self.child.id().to_string())
    }

    fn signed_in<'c>(&self, command: &'c mut Command, tls: bool) -> &'c mut Command {
        let url = if tls { format!("ldaps://{}:{LDAPS_PORT}/", self.address) } else { socket(&self.folder) };
        command.env("LDAPTLS_CACERT", self.folder.join("ca.pem"));
        command.args(["-H", &url, "-D", READER, "-y"]).arg(self.folder.join("password"))
    }
}

/// An address of this machine only where nobody listens for LDAPS.
fn free_address() -> io::Result<IpAddr> {
    let mut last = io::Error::other("no address was tried");
    for _ in 0..64 {
        let [a, b] = random::bytes::<2>();
        let address = Ipv4Addr::new(127, 77, a, b.clamp(1, 254));
        match TcpListener::bind((address, LDAPS_PORT)) {
            Ok(_) => return Ok(address.into()),
            Err(error) => last = error,
        }
    }
    Err(io::Error::new(last.kind(), format!("no port {LDAPS_PORT} can be had (only root may): {last}")))
}

fn socket(folder: &Path) -> String {
    format!("ldapi://{}", folder.join("socket").display().to_string().replace('/', "%2F"))
}

/// A command that may be where only root looks.
fn command(name: &str) -> Command {
    let aside = Path::new("/usr/sbin").join(name);
    if aside.exists() { Command::new(aside) } else { Command::new(name) }
}

/// Runs a command, and fails with what it printed.
fn done(command: &mut Command) -> io::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output();
    let output = output.map_err(|error| io::Error::new(error.kind(), format!("{name}: {error} (apt-get install slapd ldap-utils)")))?;
    if output.status.success() { Ok(()) } else { Err(io::Error::other(format!("{name}: {} {}", output.status, String::from_utf8_lossy(&output.stderr)))) }
}

/// What a domain controller says of itself.
fn root() -> String {
    let mut lines = "dn:\n".to_owned();
    for name in ["defaultNamingContext", "rootDomainNamingContext"] {
        lines.push_str(&format!("{name}: {DOMAIN_DN}\n"));
    }
    lines.push_str(&format!("configurationNamingContext: CN=Configuration,{DOMAIN_DN}\nschemaNamingContext: CN=Schema,CN=Configuration,{DOMAIN_DN}\n"));
    lines.push_str(&format!("dNSHostName: dc1.corp.example.test\ndsServiceName: {SERVICE_DN}\nhighestCommittedUSN: {USN}\n"));
    lines
}

fn configuration(folder: &Path, password: &str) -> String {
    let folder = folder.display();
    format!(
        "include {folder}/ad.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
rootDSE {folder}/root.ldif
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
sizelimit unlimited
database mdb
suffix \"{DOMAIN_DN}\"
rootdn \"{READER}\"
rootpw {password}
directory {folder}/data
maxsize 8589934592
envflags nosync
index objectClass,sAMAccountType,objectCategory,uSNChanged,distinguishedName,primaryGroupID,sAMAccountName eq
"
    )
}
