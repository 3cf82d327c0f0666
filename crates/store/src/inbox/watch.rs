//! Wakes the owner of an inbox when a file drops into it, whoever put it there.

use super::folders::Inboxes;
use inotify::{Event, EventMask, Inotify, WatchDescriptor, WatchMask, Watches};
use provost_catalog::inboxes::{INBOXES, Inbox};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Room for what happened since it was looked at last: some hundred names.
const EVENTS_BYTES: usize = 16 << 10;

/// Watches until it is dropped.
pub struct Watch {
    watches: Watches,
    folders: Vec<WatchDescriptor>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Inboxes {
    /// Calls `on_change` from a thread of its own whenever a file was put into an inbox: moved there, or written there and closed.
    /// Temporary names do not count.
    ///
    /// # Errors
    /// When the system cannot watch; owners then look at their intervals only.
    pub fn watch(&self, on_change: impl Fn(&'static Inbox) + Send + 'static) -> io::Result<Watch> {
        let mut inotify = Inotify::init()?;
        let mut watches = inotify.watches();
        let mut folders = HashMap::new();
        for inbox in INBOXES {
            folders.insert(watches.add(self.folder(inbox), WatchMask::MOVED_TO | WatchMask::CLOSE_WRITE | WatchMask::ONLYDIR)?, inbox);
        }
        let (all, stopped) = (folders.keys().cloned().collect(), Arc::new(AtomicBool::new(false)));
        let is_over = Arc::clone(&stopped);
        let look = move || {
            let mut room = vec![0; EVENTS_BYTES];
            loop {
                match inotify.read_events_blocking(&mut room) {
                    Ok(events) => {
                        if is_over.load(Ordering::Acquire) {
                            return;
                        }
                        events.for_each(|event| tell(&event, &folders, &on_change));
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        tracing::warn!(%error, "inboxes are looked at from time to time only: the system does not tell what happens there");
                        return;
                    }
                }
            }
        };
        let thread = std::thread::Builder::new().name("inbox-watch".to_owned()).spawn(look)?;
        Ok(Watch { watches, folders: all, stopped, thread: Some(thread) })
    }
}

/// Tells the owner of an inbox, or all when there was more than the system keeps.
fn tell(event: &Event<&OsStr>, folders: &HashMap<WatchDescriptor, &'static Inbox>, on_change: &impl Fn(&'static Inbox)) {
    if event.mask.contains(EventMask::Q_OVERFLOW) {
        folders.values().for_each(|inbox| on_change(inbox));
    }
    let Some((inbox, extension)) = folders.get(&event.wd).zip(event.name.and_then(|name| Path::new(name).extension())) else { return };
    if inbox.extensions.iter().any(|of_inbox| extension.eq_ignore_ascii_case(of_inbox)) {
        on_change(inbox);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        // That a folder is watched no more is something that happens, and wakes the thread.
        let is_woken = self.folders.drain(..).any(|folder| self.watches.remove(folder).is_ok());
        if let (true, Some(thread)) = (is_woken, self.thread.take()) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    #[test]
    fn a_dropped_file_wakes_its_owner_and_a_temporary_name_nobody() {
        let place = tempfile::tempdir().expect("a folder");
        let inboxes = Inboxes::open(place.path()).expect("it opens");
        let (sender, receiver) = channel();
        let watch = inboxes.watch(move |inbox| sender.send(inbox.name).unwrap_or_default()).expect("it watches");
        let folder = inboxes.folder(&provost_catalog::inboxes::DISCOVERY);
        std::fs::write(folder.join("half.tmp"), b"x").expect("it is written");
        std::fs::write(inboxes.folder(&provost_catalog::inboxes::REGISTRATION).join("dropped.RDR"), b"x").expect("it is written");
        assert_eq!(receiver.recv_timeout(Duration::from_secs(30)), Ok("registration"));
        std::fs::rename(folder.join("half.tmp"), folder.join("whole.DDR")).expect("it has its name");
        assert_eq!(receiver.recv_timeout(Duration::from_secs(30)), Ok("discovery"));
        drop(watch);
        assert_eq!(receiver.recv_timeout(Duration::from_secs(30)), Err(RecvTimeoutError::Disconnected), "its thread has ended");
    }
}
