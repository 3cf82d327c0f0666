//! The lab on the command line: `cargo xtask lab --help`.

use clap::{Parser, Subcommand};
use provost_lab::authority::Validity;
use provost_lab::lab::{Lab, Settings, VARIABLE, obstacle};
use provost_lab::topology::HOSTS;
use std::io::{self, Write};
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
    },
    /// Stops the lab and leaves nothing but provisioned domains.
    Down,
    /// Shows labs and hosts.
    Status,
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

fn run(arguments: Arguments) -> io::Result<ExitCode> {
    let Arguments { verb, labs, tag } = arguments;
    std::fs::create_dir_all(&labs)?;
    let labs = labs.canonicalize()?;
    let mut out = io::stdout();
    match verb {
        Verb::Up { hosts, seed } => {
            if let Some(unknown) = hosts.iter().find(|name| !HOSTS.iter().any(|host| host.name == **name)) {
                let known: Vec<_> = HOSTS.iter().map(|host| host.name).collect();
                return Err(io::Error::other(format!("no host is called {unknown}; there are {}", known.join(", "))));
            }
            if let Some(obstacle) = obstacle() {
                writeln!(io::stderr(), "a lab {obstacle}")?;
                return Ok(ExitCode::from(SKIPPED));
            }
            let since = Instant::now();
            let hosts = if hosts.is_empty() { HOSTS.iter().map(|host| host.name.to_owned()).collect() } else { hosts };
            let lab = Lab::start(&Settings { labs, hosts, seed, validity: Validity::Valid })?;
            writeln!(io::stderr(), "{} hosts after {:.1} s", lab.hosts().count(), since.elapsed().as_secs_f64())?;
            writeln!(out, "export {VARIABLE}={}", lab.folder().display())?;
        }
        Verb::Down => {
            let lab = chosen(&labs, tag.as_deref())?;
            lab.stop()?;
            writeln!(io::stderr(), "{} is gone", lab.tag())?;
        }
        Verb::Status => {
            for lab in Lab::all(&labs)? {
                writeln!(out, "{}  {}", lab.tag(), lab.folder().display())?;
                for host in lab.hosts() {
                    let about = HOSTS.iter().find(|h| h.name == host.name).map_or("", |h| h.about);
                    let state = if host.is_running() { "runs" } else { "is gone" };
                    writeln!(out, "  {:<10} {:<14} {state:<8} {about}", host.name, lab.address(&host.name)?)?;
                }
            }
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
