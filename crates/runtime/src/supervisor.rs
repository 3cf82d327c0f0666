//! The supervisor: a thread for each component, restarts after failures and panics, one report for each change, and an end
//! that does not wait for what hangs.

use crate::bell::{Bell, Bells, Woken};
use crate::component::{Component, Pass};
use provost_catalog::components::ComponentName;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// First wait after a failed pass; doubled with each further one.
const RETRY_FIRST: Duration = Duration::from_secs(1);
/// Longest wait between failed passes.
const RETRY_LONGEST: Duration = Duration::from_secs(30);
/// How long a stop waits for passes: one that asks a server which says nothing could go on for minutes, and nobody who presses
/// Ctrl-C waits for that.
pub const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// How much lower the priority of a component is that gives way: it gets a tenth of what others get of a processor that both want
/// (sched(7), "The nice value").
const NICER: i32 = 10;

/// A change in a component's life, for status messages and the component table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It runs.
    Started,
    /// A pass failed; the next try comes after the wait. Told at the first failure and whenever the reason changes.
    Failing {
        /// The reason.
        reason: String,
    },
    /// A pass after failures was done.
    Recovered,
    /// A pass panicked: a bug. Treated like a failure.
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// It stopped because everything stops.
    Stopped,
}

/// Who is told of events. Called from the components' threads; must not block for long.
pub type Listener = Arc<dyn Fn(ComponentName, &Event) + Send + Sync>;

/// Runs components until it is stopped.
pub struct Supervisor {
    bells: Bells,
    running: Vec<ComponentName>,
    ended: (Sender<ComponentName>, Receiver<ComponentName>),
}

impl Supervisor {
    /// Starts nothing yet.
    #[must_use]
    pub fn new(bells: Bells) -> Self {
        Self { bells, running: Vec::new(), ended: channel() }
    }

    /// Starts a component in a thread of its own. It passes once at once.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(&mut self, component: Box<dyn Component>, listener: Listener) -> std::io::Result<()> {
        let name = component.name();
        let bell = self.bells.of(name).clone();
        // Linux keeps 15 characters of a thread's name.
        let thread_name: String = name.definition().id.chars().take(15).collect();
        let ended = self.ended.0.clone();
        std::thread::Builder::new().name(thread_name).spawn(move || {
            run(component, &bell, &listener);
            let _ = ended.send(name);
        })?;
        self.running.push(name);
        Ok(())
    }

    /// Stops all components after the pass that each is in, and waits for them no longer than `patience`; gives those that did
    /// not end. Their passes are broken off with the process, as when it is killed, which no component's promises depend on.
    pub fn stop(self, patience: Duration) -> Vec<ComponentName> {
        self.bells.stop();
        let Self { mut running, ended: (_, ended), .. } = self;
        let until = Instant::now() + patience;
        while !running.is_empty() {
            match ended.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(name) => running.retain(|one| *one != name),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        for name in &running {
            tracing::warn!(component = name.definition().id, "its pass did not end in time and is broken off");
        }
        running
    }
}

fn run(mut component: Box<dyn Component>, bell: &Bell, listener: &Listener) {
    let name = component.name();
    let interval = component.interval();
    let id = name.definition().id;
    // On Linux a thread has a priority of its own (setpriority(2), "C library/kernel differences"). Without it the component runs
    // as all others.
    let lowered = if name.definition().gives_way { rustix::process::nice(NICER).map(drop) } else { Ok(()) };
    if let Err(error) = lowered {
        tracing::warn!(component = id, %error, "its priority could not be lowered");
    }
    tracing::info!(component = id, "started");
    listener(name, &Event::Started);
    let mut failing: Option<String> = None;
    let mut retry = RETRY_FIRST;
    while !bell.is_stopped() {
        let event = match catch_unwind(AssertUnwindSafe(|| component.pass())) {
            Ok(Ok(pass)) => {
                if failing.take().is_some() {
                    tracing::info!(component = id, "a pass is done again");
                    listener(name, &Event::Recovered);
                }
                retry = RETRY_FIRST;
                let pause = match pass {
                    Pass::More => continue,
                    Pass::Idle => interval,
                    Pass::IdleFor(time) => time.min(interval),
                };
                if bell.wait(pause) == Woken::Stopped {
                    break;
                }
                continue;
            }
            Ok(Err(failure)) => Event::Failing { reason: failure.message },
            Err(panic) => Event::Panicked { message: panic_message(panic.as_ref()) },
        };
        let reason = match &event {
            Event::Failing { reason } | Event::Panicked { message: reason } => reason.clone(),
            Event::Started | Event::Recovered | Event::Stopped => String::new(),
        };
        tracing::warn!(component = id, %reason, "a pass failed");
        if failing.as_ref() != Some(&reason) {
            listener(name, &event);
            failing = Some(reason);
        }
        if !bell.sleep(retry) {
            break;
        }
        retry = (retry * 2).min(RETRY_LONGEST);
    }
    tracing::info!(component = id, "stopped");
    listener(name, &Event::Stopped);
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}
