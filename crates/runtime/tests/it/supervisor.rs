use provost_catalog::components::ComponentName;
use provost_runtime::bell::Bells;
use provost_runtime::supervisor::{Event, Listener, Supervisor};
use provost_runtime::{Component, Failure, Pass};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const NAME: ComponentName = ComponentName::StateSystem;
/// Long enough that only a hang exceeds it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Does what its script says, pass by pass; idle when the script is over.
struct Scripted {
    script: Vec<fn() -> Result<Pass, Failure>>,
    passes: Arc<Mutex<usize>>,
}

impl Component for Scripted {
    fn name(&self) -> ComponentName {
        NAME
    }

    fn interval(&self) -> Duration {
        PATIENCE
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let mut passes = self.passes.lock().expect("no pass panicked while counting");
        let step = self.script.get(*passes).copied();
        *passes += 1;
        drop(passes);
        step.map_or(Ok(Pass::Idle), |step| step())
    }
}

struct Running {
    supervisor: Supervisor,
    bells: Bells,
    events: Receiver<Event>,
    passes: Arc<Mutex<usize>>,
}

fn start(script: Vec<fn() -> Result<Pass, Failure>>) -> Running {
    let bells = Bells::default();
    let mut supervisor = Supervisor::new(bells.clone());
    let (sender, events) = channel();
    let sender = Mutex::new(sender);
    let listener: Listener = Arc::new(move |name, event: &Event| {
        assert_eq!(name, NAME);
        let _ = sender.lock().expect("the listener never panics").send(event.clone());
    });
    let passes = Arc::new(Mutex::new(0));
    supervisor.start(Box::new(Scripted { script, passes: Arc::clone(&passes) }), listener).expect("a thread starts");
    Running { supervisor, bells, events, passes }
}

impl Running {
    fn next_event(&self) -> Event {
        self.events.recv_timeout(PATIENCE).expect("an event comes")
    }

    fn wait_for_passes(&self, wanted: usize) {
        for _ in 0..6000 {
            if *self.passes.lock().expect("counting never panics") >= wanted {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{wanted} passes never came");
    }
}

#[test]
fn passes_again_at_once_when_there_is_more_and_after_a_ring() {
    let running = start(vec![|| Ok(Pass::More), || Ok(Pass::More), || Ok(Pass::Idle)]);
    assert_eq!(running.next_event(), Event::Started);
    running.wait_for_passes(3);
    running.bells.ring(NAME);
    running.wait_for_passes(4);
    assert_eq!(running.supervisor.stop(PATIENCE), []);
    assert_eq!(running.events.recv_timeout(PATIENCE), Ok(Event::Stopped));
}

#[test]
fn passes_again_sooner_than_its_interval_when_it_asks_for_it() {
    let running = start(vec![|| Ok(Pass::IdleFor(Duration::from_millis(1))), || Ok(Pass::IdleFor(Duration::MAX))]);
    running.wait_for_passes(2);
    running.bells.ring(NAME);
    running.wait_for_passes(3);
    assert_eq!(running.supervisor.stop(PATIENCE), []);
}

#[test]
fn a_failure_is_told_once_and_its_end_too() {
    let running = start(vec![|| Err(Failure::new("reading", "gone")), || Err(Failure::new("reading", "gone")), || Ok(Pass::Idle)]);
    assert_eq!(running.next_event(), Event::Started);
    assert_eq!(running.next_event(), Event::Failing { reason: "reading: gone".to_owned() });
    assert_eq!(running.next_event(), Event::Recovered);
    assert_eq!(running.supervisor.stop(PATIENCE), []);
}

#[test]
fn a_panic_does_not_end_the_component() {
    let running = start(vec![|| panic!("a bug"), || Ok(Pass::Idle)]);
    assert_eq!(running.next_event(), Event::Started);
    assert_eq!(running.next_event(), Event::Panicked { message: "a bug".to_owned() });
    assert_eq!(running.next_event(), Event::Recovered);
    assert_eq!(running.supervisor.stop(PATIENCE), []);
}

#[test]
fn stopping_does_not_wait_for_a_retry() {
    let running = start(vec![|| Err(Failure::new("x", "y")); 100]);
    assert_eq!(running.next_event(), Event::Started);
    assert!(matches!(running.next_event(), Event::Failing { .. }));
    assert_eq!(running.supervisor.stop(PATIENCE), []);
    assert_eq!(running.events.recv_timeout(PATIENCE), Ok(Event::Stopped));
}

/// Its pass goes on for as long as the test's process lives.
#[test]
fn a_pass_that_hangs_does_not_hold_the_stop() {
    let running = start(vec![|| {
        std::thread::sleep(Duration::MAX);
        Ok(Pass::Idle)
    }]);
    running.wait_for_passes(1);
    assert_eq!(running.supervisor.stop(Duration::from_millis(50)), [NAME]);
}

/// Tells the priority of the thread that it runs in.
struct Told(ComponentName, std::sync::mpsc::Sender<i32>);

impl Component for Told {
    fn name(&self) -> ComponentName {
        self.0
    }

    fn interval(&self) -> Duration {
        PATIENCE
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let priority = rustix::process::getpriority_process(None).map_err(|e| Failure::new("asking for the priority", e))?;
        let _ = self.1.send(priority);
        Ok(Pass::Idle)
    }
}

#[test]
fn who_fills_inboxes_gives_way_to_who_empties_them() {
    let mut supervisor = Supervisor::new(Bells::default());
    let mut priority = |name| {
        let (sender, told) = channel();
        supervisor.start(Box::new(Told(name, sender)), Arc::new(|_, _: &Event| {})).expect("a thread starts");
        told.recv_timeout(PATIENCE).expect("it passes")
    };
    let own = rustix::process::getpriority_process(None).expect("a priority");
    assert_eq!(priority(ComponentName::DiscoveryDataManager), own);
    let lower = priority(ComponentName::AdGroupDiscoveryAgent);
    assert!(lower > own || own >= 19, "{lower} beside {own}");
    assert_eq!(rustix::process::getpriority_process(None), Ok(own), "it is the thread's alone");
    assert_eq!(supervisor.stop(PATIENCE), []);
}
