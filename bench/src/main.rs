//! One program per claim; each prints one JSON line with the work, the figure and its unit.
//!
//! The unit is work per second of the *server's* processor time (user and system), because that is what a site pays;
//! wall time and the device's own sync rate stand beside it. Nothing here asserts a time.
#![allow(clippy::print_stdout, reason = "the line is the result")]

mod connect_storm;
mod device;
mod discovery;
mod fleet;
mod inventory;
mod ledger_append;
mod policy_poll;
mod resolve;
mod start;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Measures what a site does per second of its own processor time.
#[derive(Parser)]
struct Arguments {
    /// The program to measure: a release build.
    #[arg(long, default_value = "target/release/provost", global = true)]
    program: PathBuf,
    /// Folder on the device to measure on; a temporary one below it is used and removed.
    #[arg(long, default_value = "target", global = true)]
    on: PathBuf,
    #[command(subcommand)]
    claim: Claim,
}

#[derive(Subcommand)]
enum Claim {
    /// Full inventories, all changed, durable, loaded into rows, every row checked; then the same again, unchanged.
    Inventory {
        /// Machines, each with its own key and certificate.
        #[arg(long, default_value_t = 1000)]
        machines: u64,
        /// Packages of each machine.
        #[arg(long, default_value_t = 400)]
        packages: usize,
        /// Connections at a time.
        #[arg(long, default_value_t = 4)]
        connections: usize,
        /// How often each machine offers its unchanged inventory.
        #[arg(long, default_value_t = 50)]
        offers: u64,
    },
    /// Authenticated keep-alive polls with nothing new; last-seen times are stored.
    PolicyPoll {
        /// Machines that poll, one connection each.
        #[arg(long, default_value_t = 128)]
        machines: u64,
        /// Polls of each machine: no more than one may make at once.
        #[arg(long, default_value_t = 1250)]
        polls: u64,
    },
    /// New TCP connection, full mutual TLS 1.3 handshake, first poll; and bare rustls in the same run.
    ConnectStorm {
        /// Connections of each kind.
        #[arg(long, default_value_t = 4000)]
        connects: u64,
    },
    /// A directory read by LDAPS, compared and stored, beside ldapsearch: all new, then unchanged, then 100 changes, then large groups;
    /// as root, and with Debian's slapd and ldap-utils.
    Discovery {
        /// Users, computers and groups: as many of each.
        #[arg(long, default_value_t = 50_000)]
        each: u64,
    },
    /// Durable entries of the ledger: one after the other, and as many at once as come; and the device's syncs in the same run.
    LedgerAppend {
        /// Entries, one after the other.
        #[arg(long, default_value_t = 1000)]
        singly: u64,
        /// Entries in group commit.
        #[arg(long, default_value_t = 500_000)]
        grouped: u64,
    },
    /// Who acts, for every use in every situation, on one core.
    Resolve {
        /// Resolutions.
        #[arg(long, default_value_t = 5_000_000)]
        times: u64,
    },
    /// Start on existing data until ready.
    Start {
        /// Starts; the median is the figure.
        #[arg(long, default_value_t = 9)]
        times: usize,
    },
    /// Resident memory of site and agent at rest.
    Rest {
        /// Seconds of rest before looking.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
}

fn main() -> std::process::ExitCode {
    let Arguments { program, on, claim } = Arguments::parse();
    let result = std::fs::create_dir_all(&on).and_then(|()| tempfile::Builder::new().prefix("bench-").tempdir_in(&on)).and_then(|folder| match claim {
        Claim::Inventory { machines, packages, connections, offers } => {
            inventory::run(&program, folder.path(), &inventory::Work { machines, packages, connections, offers })
        }
        Claim::PolicyPoll { machines, polls } => policy_poll::run(&program, folder.path(), machines, polls),
        Claim::ConnectStorm { connects } => connect_storm::run(&program, folder.path(), connects),
        Claim::Discovery { each } => discovery::run(&program, folder.path(), each),
        Claim::LedgerAppend { singly, grouped } => ledger_append::run(folder.path(), singly, grouped),
        Claim::Resolve { times } => Ok(resolve::run(times)),
        Claim::Start { times } => start::run(&program, folder.path(), times),
        Claim::Rest { seconds } => start::rest(&program, folder.path(), seconds),
    });
    match result {
        Ok(lines) => {
            lines.iter().for_each(|line| println!("{line}"));
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
