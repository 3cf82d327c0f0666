//! The house's own chores: `cargo xtask CHORE`. `./test` runs the checking ones; each can be run alone.

// Prints results for people: that is what a chore is for.
#![allow(clippy::print_stdout)]

mod dependencies;
mod finding;
mod floors;
mod generate;
mod lab;
mod msrv;
mod readme;
mod source;
mod tidy;
mod workspace;

use clap::{Parser, Subcommand};
use finding::Finding;
use std::process::ExitCode;
use workspace::Workspace;

/// The house's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Clone, Subcommand)]
enum Chore {
    /// Writes every file that is derived from definitions.
    Gen {
        /// Writes nothing; fails when a file differs from what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Holds the floors: who may import whom, and what each crate never does.
    Floors,
    /// Holds the Rust version that the client's tree builds with.
    Msrv,
    /// Holds the house rules that a formatter cannot, and the dependency policy.
    Tidy {
        /// Writes what can be written: who uses which dependency.
        #[arg(long)]
        fix: bool,
    },
    /// Runs the README's first command and compares what it prints with what the README shows.
    Readme,
    /// Real servers in namespaces of this machine; `lab --help` tells more.
    #[command(disable_help_flag = true)]
    Lab {
        /// What the lab is asked.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
}

fn main() -> ExitCode {
    let chore = Arguments::parse().chore;
    if let Chore::Lab { arguments } = &chore {
        return lab::run(arguments);
    }
    match run(chore) {
        Ok(findings) if findings.is_empty() => ExitCode::SUCCESS,
        Ok(findings) => {
            for finding in &findings {
                eprintln!("{finding}");
            }
            eprintln!("{} found", findings.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<Vec<Finding>, String> {
    match chore {
        Chore::Gen { check } => generate::run(check),
        Chore::Floors => Ok(floors::check(&Workspace::load()?)),
        Chore::Msrv => msrv::check(&Workspace::load()?),
        Chore::Tidy { fix } => {
            if fix {
                dependencies::fix(&Workspace::load()?)?;
            }
            tidy::check(&Workspace::load()?)
        }
        Chore::Readme => readme::check(&workspace::root()),
        // It has a result of its own.
        Chore::Lab { .. } => Ok(Vec::new()),
    }
}
