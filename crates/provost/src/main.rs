//! One program: the command line and every server component. Wiring only: rules live in `domain`, definitions in
//! `catalog`.

mod command;
mod connection;
mod data_folder;
mod exit;
mod failure;
mod options;
mod output;
mod running;
mod settings;

use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Under the name `provost-client` this executable is the client and nothing else: `provost up` starts it so.
fn main() -> ExitCode {
    let name = std::env::args_os().next().map(PathBuf::from);
    if name.as_deref().and_then(Path::file_name).is_some_and(|name| name == running::client_process::NAME) {
        return provost_agent::main();
    }
    command::CommandLine::parse().run().into()
}
