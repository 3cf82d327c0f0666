//! A lab that runs: what tests ask of it.

use crate::authority::{Authority, Validity};
use crate::capture;
use crate::change::Change;
use crate::command::is_installed;
use crate::domain_controller::{self, Content};
use crate::host::Host;
use crate::network::Network;
use crate::population::{self, Census, Population};
use crate::topology::{self, DOMAINS, Domain, HOSTS, Kind, STEPS};
use crate::{kerberos, member, principals, service, ssh};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// The variable that names the lab of a test run: its folder.
pub const VARIABLE: &str = "PROVOST_TEST_LAB";

/// What a test says that lacks what it would run with.
pub const SKIPPED: &str = "*** SKIPPED";

/// Programs without which no lab starts, and the Debian packages that have them.
const NEEDED: &[(&str, &str)] = &[
    ("ip", "iproute2"),
    ("unshare", "util-linux"),
    ("pkill", "procps"),
    ("tcpdump", "tcpdump"),
    ("samba", "samba-ad-dc"),
    ("samba-tool", "samba-common-bin"),
    ("kinit", "krb5-user"),
    ("ssh-keygen", "openssh-client"),
];

/// Folders without which no domain is provisioned, and their packages.
const NEEDED_FOLDERS: &[(&str, &str)] = &[("/usr/share/samba/setup", "samba-ad-provision"), ("/usr/lib/python3/dist-packages/samba", "python3-samba")];

/// Why no lab can be started here; `None` where one can.
#[must_use]
pub fn obstacle() -> Option<String> {
    let programs = NEEDED.iter().filter(|(program, _)| !is_installed(program)).map(|(_, package)| *package);
    let folders = NEEDED_FOLDERS.iter().filter(|(folder, _)| !Path::new(folder).exists()).map(|(_, package)| *package);
    let missing: Vec<_> = programs.chain(folders).collect();
    if !missing.is_empty() {
        return Some(format!("needs Debian packages that are not installed: apt-get install {}", missing.join(" ")));
    }
    if !rustix::process::geteuid().is_root() {
        return Some("network and mount namespaces need root".to_owned());
    }
    None
}

/// What a lab is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of all labs: a folder below it is the lab's, and provisioned domains are kept in another.
    pub labs: PathBuf,
    /// Names of the hosts to start.
    pub hosts: Vec<String>,
    /// Seed of passwords and population.
    pub seed: u64,
    /// How many made-up objects each domain has.
    pub population: Population,
    /// What LDAPS certificates are issued by.
    pub validity: Validity,
}

impl Settings {
    /// A lab of these hosts below this folder.
    #[must_use]
    pub fn new(labs: &Path, hosts: &[&str]) -> Self {
        Self {
            labs: labs.to_owned(),
            hosts: hosts.iter().map(|name| (*name).to_owned()).collect(),
            seed: 1,
            population: Population::SMALL,
            validity: Validity::Valid,
        }
    }
}

/// What is written down about a lab, so that other processes can use and stop it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    seed: u64,
    population: Population,
    network: Network,
    hosts: BTreeMap<String, Host>,
}

const RECORD: &str = "lab.json";
const AUTHORITY: &str = "ca.pem";

/// A lab that runs. Dropping it leaves it running; [`OwnLab`] does not.
#[derive(Clone, Debug)]
pub struct Lab {
    folder: PathBuf,
    record: Record,
}

/// A lab of one test's own, for tests that break something. It stops when dropped, and the test fails when NTLM was spoken
/// in it.
pub struct OwnLab {
    lab: Lab,
    may_speak_ntlm: bool,
}

impl OwnLab {
    /// Starts one.
    ///
    /// # Errors
    /// As [`Lab::start`].
    pub fn start(settings: &Settings) -> io::Result<Self> {
        Lab::start(settings).map(|lab| Self { lab, may_speak_ntlm: false })
    }

    /// Lets NTLM be spoken in it: for a test that shows that it would be found.
    pub const fn let_ntlm_be_spoken(&mut self) {
        self.may_speak_ntlm = true;
    }

    /// Starts one of these hosts beside the lab of the run. `None` where the run has none, after saying so.
    ///
    /// # Panics
    /// In CI where the run has none, and where it does not start.
    #[must_use]
    pub fn beside(hosts: &[&str]) -> Option<Self> {
        let run = Lab::of_this_run()?;
        let labs = run.folder.parent().expect("a lab lies in the folder of all labs");
        Some(Self::start(&Settings::new(labs, hosts)).expect("the lab starts"))
    }
}

impl Deref for OwnLab {
    type Target = Lab;

    fn deref(&self) -> &Lab {
        &self.lab
    }
}

impl Drop for OwnLab {
    fn drop(&mut self) {
        let stopped = if self.may_speak_ntlm { self.lab.stop() } else { self.lab.stop_without_ntlm() };
        if let Err(error) = stopped {
            let _ = writeln!(io::stderr(), "the lab {} does not stop as it should: {error}", self.lab.tag());
            assert!(error.kind() != io::ErrorKind::InvalidData || std::thread::panicking(), "{error}");
        }
    }
}

/// A host that this lab was not started with.
fn no_host(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("this lab has no host {name}"))
}

impl Lab {
    /// Starts a lab and waits until every server answers.
    ///
    /// # Errors
    /// When a host or server does not start; then nothing of the lab stays.
    pub fn start(settings: &Settings) -> io::Result<Self> {
        if let Some(obstacle) = obstacle() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, format!("a lab {obstacle}")));
        }
        std::fs::create_dir_all(&settings.labs)?;
        // The network's number is the lab's: only with it is the folder's name known.
        let capture = settings.labs.join(format!(".starting-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&capture);
        std::fs::create_dir_all(&capture)?;
        let mut network = Network::make(&capture)?;
        let folder = settings.labs.join(&network.bridge);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::rename(&capture, &folder)?;
        network.capture = folder.join("capture.pcap");
        let mut lab = Self { folder, record: Record { seed: settings.seed, population: settings.population, network, hosts: BTreeMap::new() } };
        match lab.populate(settings) {
            Ok(()) => Ok(lab),
            Err(error) => match lab.stop() {
                Ok(()) => Err(error),
                Err(further) => Err(io::Error::other(format!("{error}; then {further}"))),
            },
        }
    }

    fn populate(&mut self, settings: &Settings) -> io::Result<()> {
        let network = self.record.network.number;
        let authority = Authority::new(settings.validity)?;
        std::fs::write(self.folder.join(AUTHORITY), &authority.pem)?;
        std::fs::write(self.krb5_conf(), kerberos::configuration(&topology::CORP, network))?;
        self.write()?;
        ssh::make_key(&self.ssh_key(), ssh::ACCOUNT)?;
        let authorized = std::fs::read_to_string(self.ssh_key().with_extension("pub"))?;
        let chosen: Vec<_> = HOSTS.iter().filter(|host| settings.hosts.iter().any(|name| name == host.name)).collect();
        for host in &chosen {
            let files = [
                ("resolv.conf", format!("search {}\nnameserver {}\n", host.domain.dns, host.domain.controller().address(network))),
                ("krb5.conf", kerberos::configuration(host.domain, network)),
                ("hosts", format!("{} {} {}", host.address(network), host.full_name(), host.name)),
            ];
            let started = Host::start(host, network, &self.record.network.bridge, &self.folder.join("hosts").join(host.name), &files)?;
            self.record.hosts.insert(host.name.to_owned(), started);
            self.write()?;
        }
        let cache = settings.labs.join("provisioned");
        let content = Content { seed: settings.seed, population: settings.population, cache: &cache };
        // Those of one step need nothing of each other.
        for step in 0..STEPS {
            let hosts: Vec<_> = chosen.iter().filter(|host| host.kind.step() == step).collect();
            let hosts_of_lab = &self.record.hosts;
            let served: Vec<_> = std::thread::scope(|scope| {
                let serving: Vec<_> = hosts
                    .iter()
                    .map(|host| {
                        let (authority, content, authorized) = (&authority, &content, &authorized);
                        scope.spawn(move || {
                            let on = &hosts_of_lab[host.name];
                            let first = || hosts_of_lab.get(host.domain.controller().name).ok_or_else(|| no_host(host.domain.controller().name));
                            // Before a member asks its domain for every name that it does not know.
                            if host.kind.takes_ssh() {
                                ssh::start(on, host, network, settings.seed, content.cache, authorized)?;
                            }
                            match host.kind {
                                Kind::DomainController => domain_controller::start(on, host, network, content, authority),
                                Kind::AdditionalController { ad_site } => {
                                    domain_controller::join(on, host, network, ad_site, first()?, settings.seed, authority)
                                }
                                Kind::Member => member::start(on, host, network, first()?, settings.seed),
                                Kind::Database => service::serve(on, host, network, service::DATABASE),
                                Kind::Mail => service::serve(on, host, network, service::MAIL),
                                Kind::Proxy => {
                                    let keytab = std::fs::read(first()?.folder.join(format!("{}.keytab", host.name)))?;
                                    service::introduce(on, &keytab)?;
                                    service::serve(on, host, network, service::PROXY)
                                }
                                Kind::Workgroup => Ok(()),
                            }
                        })
                    })
                    .collect();
                serving.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("starting a server panicked")))).collect()
            });
            served.into_iter().collect::<io::Result<()>>()?;
        }
        let by_ssh = chosen.iter().filter(|host| host.kind.takes_ssh());
        let known = by_ssh.map(|host| ssh::known_host(&self.record.hosts[host.name], host, network)).collect::<io::Result<String>>()?;
        std::fs::write(self.ssh_known_hosts(), known)?;
        self.without_what_is_given_at_first()?;
        for domain in DOMAINS.iter().filter(|domain| self.record.hosts.contains_key(domain.controller().name)) {
            let folder = self.folder.join("passwords").join(domain.dns);
            std::fs::create_dir_all(&folder)?;
            for name in principals::names() {
                crate::authority::write_private(&folder.join(name), self.password(domain, name).as_bytes())?;
            }
        }
        Ok(())
    }

    /// Written beside its place and renamed: another process reads it whole or not at all.
    fn write(&self) -> io::Result<()> {
        let beside = self.folder.join(".lab.json");
        serde_json::to_writer_pretty(File::create(&beside)?, &self.record)?;
        std::fs::rename(beside, self.folder.join(RECORD))
    }

    /// The lab in this folder.
    ///
    /// # Errors
    /// When none was started there.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let record = File::open(folder.join(RECORD)).map_err(|cause| io::Error::new(cause.kind(), format!("no lab in {}: {cause}", folder.display())))?;
        Ok(Self { folder: folder.to_owned(), record: serde_json::from_reader(io::BufReader::new(record))? })
    }

    /// All labs below this folder.
    ///
    /// # Errors
    /// When the folder or a record cannot be read.
    pub fn all(labs: &Path) -> io::Result<Vec<Self>> {
        let mut found = Vec::new();
        if labs.exists() {
            for entry in std::fs::read_dir(labs)? {
                let folder = entry?.path();
                if folder.join(RECORD).exists() {
                    found.push(Self::open(&folder)?);
                }
            }
        }
        found.sort_by_key(|lab| lab.record.network.number);
        Ok(found)
    }

    /// The lab that [`VARIABLE`] names, which other tests use at the same time: what a test changes in it must be its own.
    /// `None` where there is none, after saying so.
    ///
    /// # Panics
    /// In CI where there is none, or where the one that is named does not run.
    #[must_use]
    pub fn of_this_run() -> Option<Self> {
        let Some(folder) = std::env::var_os(VARIABLE) else {
            assert!(std::env::var_os("CI").is_none(), "{VARIABLE} is not set: in CI the tests talk to real servers");
            let _ = writeln!(io::stderr(), "\n{SKIPPED}: {VARIABLE} is not set; see `cargo xtask lab --help` ***\n");
            return None;
        };
        Some(Self::open(Path::new(&folder)).expect("the lab that the variable names runs"))
    }

    /// Ends the capture and looks through it, then stops the lab all the same.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when NTLM crossed the network; the capture is then kept in the folder of all labs. As [`Lab::stop`] besides.
    pub fn stop_without_ntlm(&self) -> io::Result<()> {
        let capture = &self.record.network.capture;
        self.record.network.end_capture()?;
        let messages = capture::ntlm_messages(capture)?;
        if messages == 0 {
            return self.stop();
        }
        let kept = self.folder.with_extension("pcap");
        std::fs::rename(capture, &kept)?;
        self.stop()?;
        Err(io::Error::new(io::ErrorKind::InvalidData, format!("{messages} NTLM messages crossed the lab; see {}", kept.display())))
    }

    /// Stops every host and removes the lab's network and folder. Only the provisioned domains stay.
    ///
    /// # Errors
    /// When something does not stop; what can be is stopped all the same.
    pub fn stop(&self) -> io::Result<()> {
        let stopped: Vec<_> = self.record.hosts.values().map(Host::stop).collect();
        self.record.network.remove()?;
        stopped.into_iter().collect::<io::Result<()>>()?;
        std::fs::remove_dir_all(&self.folder)
    }

    /// Its short name, which its bridge has too.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.record.network.bridge
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its network.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.record.network
    }

    /// The hosts that it was started with.
    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.record.hosts.values()
    }

    /// A host of it, to run commands on.
    ///
    /// # Errors
    /// When it was not started with that host.
    pub fn host(&self, name: &str) -> io::Result<&Host> {
        self.record.hosts.get(name).ok_or_else(|| no_host(name))
    }

    /// The address of a host, which this process can reach.
    ///
    /// # Errors
    /// When it was not started with that host.
    pub fn address(&self, name: &str) -> io::Result<IpAddr> {
        let host = topology::host(name).filter(|host| self.record.hosts.contains_key(host.name)).ok_or_else(|| no_host(name))?;
        Ok(IpAddr::V4(host.address(self.record.network.number)))
    }

    /// Where a domain's DNS is asked: each of its controllers that runs here.
    #[must_use]
    pub fn dns_servers(&self, domain: &Domain) -> Vec<SocketAddr> {
        let controllers = HOSTS.iter().filter(|host| host.kind.is_controller() && host.domain == domain);
        controllers.filter_map(|host| self.address(host.name).ok()).map(|address| SocketAddr::new(address, 53)).collect()
    }

    /// The certificate of the authority that all servers are known by, PEM.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.join(AUTHORITY)
    }

    /// The keys of all hosts that are signed in to by SSH, by name and address: what a client is told to believe, and nothing
    /// else.
    #[must_use]
    pub fn ssh_known_hosts(&self) -> PathBuf {
        self.folder.join(ssh::KNOWN_HOSTS)
    }

    /// The private key that [`ssh::ACCOUNT`] of each of them signs in with; the public one ends in `.pub`.
    #[must_use]
    pub fn ssh_key(&self) -> PathBuf {
        self.folder.join(ssh::KEY)
    }

    /// A configuration for the Kerberos library that knows every realm of the lab by address.
    #[must_use]
    pub fn krb5_conf(&self) -> PathBuf {
        self.folder.join("krb5.conf")
    }

    /// The password that an account was made with (see [`principals`]).
    #[must_use]
    pub fn password(&self, domain: &Domain, account: &str) -> String {
        principals::password(domain, account, self.record.seed)
    }

    /// A file with that password and nothing else.
    #[must_use]
    pub fn password_file(&self, domain: &Domain, account: &str) -> PathBuf {
        self.folder.join("passwords").join(domain.dns).join(account)
    }

    /// The keytab of a computer account, by the host's name.
    ///
    /// # Errors
    /// When its domain is not in this lab.
    pub fn keytab(&self, domain: &Domain, computer: &str) -> io::Result<PathBuf> {
        Ok(self.host(domain.controller().name)?.folder.join(format!("{computer}.keytab")))
    }

    /// How many made-up objects a domain of it was made with.
    #[must_use]
    pub fn census(&self, domain: &Domain) -> Census {
        population::changes(domain, self.record.population, self.record.seed).1
    }

    /// Changes a domain while its server runs.
    ///
    /// # Errors
    /// When a change is refused; then none is made.
    pub fn change(&self, domain: &Domain, changes: &[Change]) -> io::Result<()> {
        domain_controller::change(self.host(domain.controller().name)?, changes)
    }
}
