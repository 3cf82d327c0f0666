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
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// What is freed is overwritten: the libraries that passwords pass through (TLS, HTTP, JSON, database) keep copies in
/// buffers of their own until they are written, and nothing of them is left when those are freed.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<mimalloc::MiMalloc> = ZeroAlloc(mimalloc::MiMalloc);

/// Under the name `provost-client` this executable is the client and nothing else: `provost up` starts it so.
fn main() -> ExitCode {
    keep_memory_private();
    let name = std::env::args_os().next().map(PathBuf::from);
    if name.as_deref().and_then(Path::file_name).is_some_and(|name| name == running::client_process::NAME) {
        return provost_agent::main();
    }
    command::CommandLine::parse().run().into()
}

/// No core dump, and no other program of this account may read this one's memory: it holds keys.
fn keep_memory_private() {
    // Where the system does not let us, it does not dump us either, or is one that has no such thing.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
