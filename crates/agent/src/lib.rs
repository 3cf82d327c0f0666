//! The client: registration, policy, heartbeat, inventory, state and status messages.
//!
//! It runs on every managed computer, so it is small: no server code, no SQL, no directory; `catalog`, `domain`,
//! `wire` and `runtime` are all it uses. Whatever it wants to say is first a file in its queue ([`queue`]), so nothing
//! is lost while the management point is away, and messages arrive in order, once.

pub mod arguments;
mod condition;
pub mod folder;
pub mod heartbeat;
pub mod identity;
pub mod inventory;
mod main_loop;
pub mod names;
pub mod policy;
pub mod queue;
pub mod registration;
mod retry;
mod round;
pub mod schedule;
mod setback;
mod short;
pub mod state;
mod status;
mod stop;
mod summary;
pub mod tls;
pub mod transport;

use arguments::{Arguments, Command};
use folder::{Folder, Lock};
use provost_runtime::Clock;
use provost_runtime::cmtrace::CmTrace;
use std::process::ExitCode;
use std::time::Duration;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Version of the client.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The program: reads its arguments and runs until it is stopped.
///
/// Exit codes: 0 done or stopped when asked, 1 failed, 2 wrong arguments.
#[must_use]
pub fn main() -> ExitCode {
    rest_small();
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
    match arguments::parse(&arguments) {
        Ok(Command::Help) => say(arguments::HELP),
        Ok(Command::Version) => say(&format!("provost-client {VERSION}\n")),
        Ok(Command::Status { data, json }) => match summary::of(&data, json) {
            Ok(text) => say(&text),
            Err(error) => complain(&error, 1),
        },
        Ok(Command::Run(arguments)) => match run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(&error, 1),
        },
        Err(error) => complain(&error, 2),
    }
}

/// Asks for ordinary pages: an allocator may ask for huge ones, of which a process that nearly always sleeps would hold
/// 2 MB for every few KB. That the kernel has none is fine.
fn rest_small() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let folder = Folder::open(&arguments.data).map_err(|e| format!("cannot use the data folder {}: {e}", arguments.data.display()))?;
    let clock = Clock::system();
    let log = CmTrace::one_file(folder.path(), clock.clone(), "client.log", "CLIENT").map_err(|e| format!("cannot write {}: {e}", folder.path().display()))?;
    let _ = tracing_subscriber::registry().with(tracing_subscriber::filter::LevelFilter::INFO).with(log).try_init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| format!("cannot start: {e}"))?;
    runtime.block_on(async {
        let stop = stop::requested(arguments.with_parent);
        let life = async {
            let _lock = own(&folder).await?;
            main_loop::run(&folder, arguments, &clock).await
        };
        tokio::select! {
            result = life => result,
            () = stop => {
                tracing::info!("stopped");
                Ok(())
            }
        }
    })
}

/// Longest wait for a client that ends to let go of the data folder.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Takes the data folder for this process alone: two clients would send the same messages.
async fn own(folder: &Folder) -> Result<Lock, String> {
    let pause = Duration::from_millis(100);
    for _ in 0..=LOCK_WAIT.as_millis() / pause.as_millis() {
        if let Some(lock) = folder.lock().map_err(|e| format!("cannot lock the data folder {}: {e}", folder.path().display()))? {
            return Ok(lock);
        }
        tokio::time::sleep(pause).await;
    }
    Err(format!("another client runs with the data folder {}: stop it, or give this one another folder with --data", folder.path().display()))
}

/// Prints what was asked for.
fn say(text: &str) -> ExitCode {
    use std::io::Write;
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(error: &str, code: u8) -> ExitCode {
    tracing::error!("{error}");
    eprintln!("error: {error}");
    ExitCode::from(code)
}
