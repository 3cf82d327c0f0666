//! The lab on the command line: `cargo xtask lab --help`.

use clap::{Parser, Subcommand};
use provost_lab::authority::Validity;
use provost_lab::host::Host;
use provost_lab::lab::{Lab, Settings, VARIABLE, obstacle};
use provost_lab::population::Population;
use provost_lab::test_run::{self, Became};
use provost_lab::topology::{DOMAINS, Domain, HOSTS};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Real servers on this machine, each in namespaces of its own: domain controllers, members, database, proxy, mail.
#[derive(Parser)]
#[command(name = "cargo xtask lab")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    /// Folder of labs and of provisioned domains.
    #[arg(long, default_value = "target/lab", global = true)]
    labs: PathBuf,
    /// Which lab, by its tag; the only one when not given.
    #[arg(long, global = true)]
    tag: Option<String>,
}

#[derive(Subcommand)]
enum Verb {
    /// Starts a lab and prints the line that tests are told about it with.
    Up {
        /// Names of hosts; all when none is given.
        hosts: Vec<String>,
        /// Seed of passwords and population.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Made-up users of each domain.
        #[arg(long, default_value_t = Population::SMALL.users)]
        users: u32,
        /// Made-up computers of each domain.
        #[arg(long, default_value_t = Population::SMALL.computers)]
        computers: u32,
        /// Members of one very large group; none when 0.
        #[arg(long, default_value_t = Population::SMALL.members_of_one_group)]
        members: u32,
    },
    /// Stops the lab and leaves nothing but provisioned domains.
    Down {
        /// Fails when NTLM crossed its network.
        #[arg(long)]
        without_ntlm: bool,
    },
    /// Shows labs and hosts.
    Status,
    /// Cuts a host off from the network.
    Cut {
        /// The host.
        host: String,
    },
    /// Connects a host again.
    Mend {
        /// The host.
        host: String,
    },
    /// Lets a host send only so many kilobits a second.
    Slow {
        /// The host.
        host: String,
        /// Kilobits a second; 0 lets it send as it can.
        kilobits: u32,
    },
    /// Stops the servers of a host.
    Stop {
        /// The host.
        host: String,
    },
    /// Starts the servers of a host again.
    Start {
        /// The host.
        host: String,
    },
    /// Sets a host's clock wrong; its servers are started anew.
    SkewClock {
        /// The host.
        host: String,
        /// By how many seconds; 0 sets it right.
        #[arg(allow_hyphen_values = true)]
        seconds: i64,
    },
    /// Fills the disk that a host has at /srv.
    FillDisk {
        /// The host.
        host: String,
    },
    /// Empties the disk that a host has at /srv.
    EmptyDisk {
        /// The host.
        host: String,
    },
    /// Locks an account.
    LockAccount {
        /// Domain and account, as CORP\\ben.
        account: String,
    },
    /// Unlocks an account.
    UnlockAccount {
        /// Domain and account, as CORP\\ben.
        account: String,
    },
    /// Sets another password for an account: the first line of standard input.
    ChangePassword {
        /// Domain and account, as CORP\\ben.
        account: String,
    },
    /// Runs tests against a lab: one that runs with the hosts they need, and stays as it is, or else one that is started
    /// for them and goes with them.
    Test {
        /// Part of the test's name, with its modules.
        name: String,
        /// The package that it is in; every package whose tests use a lab when not given.
        #[arg(long, short)]
        package: Option<String>,
        /// Hosts to have; those that the tests of its package are written for when none is given.
        #[arg(long, value_delimiter = ',')]
        hosts: Vec<String>,
    },
    /// A shell, or a command, on a host.
    Shell {
        /// The host.
        host: String,
        /// The command; a shell when none is given.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

/// The section cannot run here, and it was said why: `./test` counts it as skipped.
const SKIPPED: u8 = 75;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn chosen(labs: &std::path::Path, tag: Option<&str>) -> io::Result<Lab> {
    let mut all = Lab::all(labs)?;
    all.retain(|lab| tag.is_none_or(|tag| lab.tag() == tag));
    match all.len() {
        1 => Ok(all.remove(0)),
        0 => Err(io::Error::other("no such lab runs: cargo xtask lab up")),
        _ => Err(io::Error::other(format!("several labs run; --tag one of {}", all.iter().map(Lab::tag).collect::<Vec<_>>().join(", ")))),
    }
}

/// Domain and account of `CORP\ben`.
fn principal(text: &str) -> io::Result<(&'static Domain, &str)> {
    let parts = text.split_once('\\').and_then(|(domain, account)| Some((*DOMAINS.iter().find(|d| d.netbios.eq_ignore_ascii_case(domain))?, account)));
    parts.ok_or_else(|| io::Error::other(format!("{text} is no account of the lab; such as CORP\\ben is")))
}

/// Where the authority of a lab's servers is, its realms, and the passwords of each domain's accounts.
fn whereabouts(lab: &Lab) -> String {
    let files = [("authority", lab.authority()), ("realms", lab.krb5_conf())].map(|(what, path)| format!("  {what:<10} {}", path.display()));
    let here = DOMAINS.iter().filter(|domain| lab.host(domain.controller().name).is_ok());
    let passwords = here.map(|domain| format!("  passwords  {}", lab.password_file(domain, "ACCOUNT").display()));
    files.into_iter().chain(passwords).collect::<Vec<_>>().join("\n")
}

/// Fails when there is no host of one of these names.
fn known(hosts: &[String]) -> io::Result<()> {
    let Some(unknown) = hosts.iter().find(|name| !HOSTS.iter().any(|host| host.name == **name)) else { return Ok(()) };
    let known: Vec<_> = HOSTS.iter().map(|host| host.name).collect();
    Err(io::Error::other(format!("no host is called {unknown}; there are {}", known.join(", "))))
}

/// Runs the tests that a name chooses, and tells which they were.
fn test(labs: PathBuf, tag: Option<&str>, name: &str, package: Option<&str>, hosts: Vec<String>) -> io::Result<ExitCode> {
    let mut out = io::stdout();
    if let Some(obstacle) = obstacle() {
        writeln!(io::stderr(), "a lab {obstacle}")?;
        return Ok(ExitCode::from(SKIPPED));
    }
    let all = test_run::packages()?;
    let chosen: Vec<_> = all.iter().filter(|known| package.is_none_or(|package| known.name == package)).cloned().collect();
    let names: Vec<_> = all.iter().map(|package| package.name.as_str()).collect();
    if chosen.is_empty() {
        return Err(io::Error::other(format!("no package whose tests use a lab is called {}; there are {}", package.unwrap_or_default(), names.join(", "))));
    }
    let found = test_run::find(&chosen, name)?;
    if found.is_empty() {
        let of: Vec<_> = chosen.iter().map(|package| package.name.as_str()).collect();
        return Err(io::Error::other(format!("no test of {} has {name} in its name; nothing was started and nothing ran", of.join(", "))));
    }
    let hosts = if hosts.is_empty() { test_run::hosts_of(&found) } else { hosts };
    let mut running = Lab::all(&labs)?;
    running.retain(|lab| tag.is_none_or(|tag| lab.tag() == tag) && hosts.iter().all(|name| lab.host(name).is_ok_and(Host::is_running)));
    let (lab, is_own) = match (running.into_iter().next(), tag) {
        (Some(lab), _) => (lab, false),
        (None, Some(tag)) => return Err(io::Error::other(format!("no lab {tag} runs with {}; cargo xtask lab status", hosts.join(", ")))),
        (None, None) => (Lab::start(&Settings { hosts, ..Settings::new(&labs, &[]) })?, true),
    };
    writeln!(out, "{} {} with {}", if is_own { "started" } else { "using" }, lab.tag(), lab.hosts().map(|host| &*host.name).collect::<Vec<_>>().join(", "))?;
    let mut run = || {
        let mut passed = 0;
        for test in &found {
            let since = Instant::now();
            let became = test_run::run(test, &lab)?;
            writeln!(out, "{:<8} {} {}, {:.1} s", became.word(), test.package, test.name, since.elapsed().as_secs_f64())?;
            passed += usize::from(became == Became::Passed);
        }
        writeln!(out, "{passed} of {} passed", found.len())?;
        Ok(passed == found.len())
    };
    let ran: io::Result<bool> = run();
    if is_own {
        lab.stop_without_ntlm()?;
    }
    Ok(if ran? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(arguments: Arguments) -> io::Result<ExitCode> {
    let Arguments { verb, labs, tag } = arguments;
    std::fs::create_dir_all(&labs)?;
    let labs = labs.canonicalize()?;
    let mut out = io::stdout();
    match verb {
        Verb::Up { hosts, seed, users, computers, members } => {
            known(&hosts)?;
            if let Some(obstacle) = obstacle() {
                writeln!(io::stderr(), "a lab {obstacle}")?;
                return Ok(ExitCode::from(SKIPPED));
            }
            let since = Instant::now();
            let population = Population { users, computers, members_of_one_group: members };
            let hosts = if hosts.is_empty() { HOSTS.iter().map(|host| host.name.to_owned()).collect() } else { hosts };
            let lab = Lab::start(&Settings { labs, hosts, seed, population, validity: Validity::Valid })?;
            writeln!(io::stderr(), "{} hosts after {:.1} s\n{}", lab.hosts().count(), since.elapsed().as_secs_f64(), whereabouts(&lab))?;
            writeln!(out, "export {VARIABLE}={}", lab.folder().display())?;
        }
        Verb::Down { without_ntlm } => {
            let lab = chosen(&labs, tag.as_deref())?;
            if without_ntlm {
                lab.stop_without_ntlm()?
            } else {
                lab.stop()?
            }
            writeln!(io::stderr(), "{} is gone", lab.tag())?;
        }
        Verb::Status => {
            for lab in Lab::all(&labs)? {
                writeln!(out, "{}  {}\n{}", lab.tag(), lab.folder().display(), whereabouts(&lab))?;
                for host in lab.hosts() {
                    let about = HOSTS.iter().find(|h| h.name == host.name).map_or("", |h| h.about);
                    let state = if host.is_running() { "runs" } else { "is gone" };
                    writeln!(out, "  {:<10} {:<14} {state:<8} {about}", host.name, lab.address(&host.name)?)?;
                }
            }
        }
        Verb::Cut { host } => chosen(&labs, tag.as_deref())?.cut(&host)?,
        Verb::Mend { host } => chosen(&labs, tag.as_deref())?.mend(&host)?,
        Verb::Slow { host, kilobits: 0 } => chosen(&labs, tag.as_deref())?.hurry(&host)?,
        Verb::Slow { host, kilobits } => chosen(&labs, tag.as_deref())?.slow(&host, kilobits)?,
        Verb::Stop { host } => chosen(&labs, tag.as_deref())?.stop_servers(&host)?,
        Verb::Start { host } => chosen(&labs, tag.as_deref())?.start_servers(&host)?,
        Verb::SkewClock { host, seconds } => chosen(&labs, tag.as_deref())?.skew_clock(&host, seconds)?,
        Verb::FillDisk { host } => chosen(&labs, tag.as_deref())?.fill_disk(&host)?,
        Verb::EmptyDisk { host } => chosen(&labs, tag.as_deref())?.empty_disk(&host)?,
        Verb::LockAccount { account } => {
            let (domain, account) = principal(&account)?;
            chosen(&labs, tag.as_deref())?.lock_account(domain, account)?;
        }
        Verb::UnlockAccount { account } => {
            let (domain, account) = principal(&account)?;
            chosen(&labs, tag.as_deref())?.unlock_account(domain, account)?;
        }
        Verb::ChangePassword { account } => {
            let (domain, account) = principal(&account)?;
            let mut password = String::new();
            io::stdin().lock().read_line(&mut password)?;
            chosen(&labs, tag.as_deref())?.change_password(domain, account, password.trim_end_matches('\n'))?;
        }
        Verb::Test { name, package, hosts } => {
            known(&hosts)?;
            return test(labs, tag.as_deref(), &name, package.as_deref(), hosts);
        }
        Verb::Shell { host, command } => {
            let lab = chosen(&labs, tag.as_deref())?;
            let words = if command.is_empty() { vec!["bash".to_owned()] } else { command };
            let mut shell: Command = lab.host(&host)?.command(&words[0]);
            if let Some(terminal) = std::env::var_os("TERM") {
                shell.env("TERM", terminal);
            }
            let status = shell.args(&words[1..]).status()?;
            return Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from));
        }
    }
    Ok(ExitCode::SUCCESS)
}
