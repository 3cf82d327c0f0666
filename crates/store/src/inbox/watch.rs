//! Wakes the owner of an inbox when a file drops into it, whoever put it there.

use super::folders::Inboxes;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use provost_catalog::inboxes::{INBOXES, Inbox};
use std::io;
use std::path::PathBuf;

/// Watches until it is dropped.
pub struct Watch {
    _watcher: RecommendedWatcher,
}

impl Inboxes {
    /// Calls `on_change` from a thread of its own whenever a file was put into an inbox. Temporary names do not count.
    ///
    /// # Errors
    /// When the system cannot watch; owners then look at their intervals only.
    pub fn watch(&self, on_change: impl Fn(&'static Inbox) + Send + 'static) -> io::Result<Watch> {
        let folders: Vec<(PathBuf, &'static Inbox)> = INBOXES.iter().map(|inbox| (self.folder(inbox), inbox)).collect();
        let watched = folders.clone();
        let handle = move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if !matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_)) {
                return;
            }
            for path in &event.paths {
                let is_inbox = |(folder, inbox): &&(PathBuf, &'static Inbox)| {
                    path.parent() == Some(folder.as_path()) && path.extension().is_some_and(|e| inbox.extensions.iter().any(|x| e.eq_ignore_ascii_case(x)))
                };
                if let Some((_, inbox)) = watched.iter().find(is_inbox) {
                    on_change(inbox);
                }
            }
        };
        let mut watcher = notify::recommended_watcher(handle).map_err(io::Error::other)?;
        for (folder, _) in &folders {
            watcher.watch(folder, RecursiveMode::NonRecursive).map_err(io::Error::other)?;
        }
        Ok(Watch { _watcher: watcher })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn a_dropped_file_wakes_its_owner() {
        let place = tempfile::tempdir().expect("a folder");
        let inboxes = Inboxes::open(place.path()).expect("it opens");
        let (sender, receiver) = channel();
        let _watch = inboxes.watch(move |inbox| sender.send(inbox.name).unwrap_or_default()).expect("it watches");
        std::fs::write(inboxes.folder(&provost_catalog::inboxes::DISCOVERY).join("dropped.DDR"), b"x").expect("it is written");
        assert_eq!(receiver.recv_timeout(Duration::from_secs(30)), Ok("discovery"));
    }
}
