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
use rustix::thread::disable_transparent_huge_pages;
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
    keep_memory_small();
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

/// No huge pages, where the system would give them to everybody: a few touched bytes of each 2 MiB would keep all of them,
/// and a site at rest would hold 25 MB more than it uses. The allocator does not ask for them either (feature `no_thp`).
fn keep_memory_small() {
    // A system that has none needs no telling.
    let _ = disable_transparent_huge_pages(true);
}
