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
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    command::CommandLine::parse().run().into()
}
