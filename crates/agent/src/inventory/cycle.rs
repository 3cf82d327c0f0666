//! One inventory cycle: read the machine, compare with what was queued last, queue a full report or a delta.
//!
//! The last inventory that was *queued* is the base of the next delta, because the queue is durable and in order. If
//! the site misses one all the same, its digest does not match the next delta's base and it asks for a full report.

use super::collect;
use crate::folder::Folder;
use crate::queue::Queue;
use provost_domain::inventory::{ClassReport, Content, Extent, Report, Value, delta, digest};
use provost_domain::{Digest, Timestamp};
use provost_runtime::random;
use provost_wire::client::inventory::{encode, parse};
use provost_wire::envelope::Kind;
use std::path::Path;

/// How far the kernel's idea of when it was started wanders, in seconds; no machine starts twice in that time.
const BOOT_TIME_WANDERS_SECONDS: u64 = 30;
/// The last inventory that was queued, as a full report.
const LAST: &str = "inventory.json";

/// What came of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A full report waits in the queue.
    Full,
    /// A delta waits in the queue.
    Delta,
    /// Nothing changed: the site is asked whether it still has the inventory with this digest.
    Unchanged {
        /// Digest of the inventory.
        digest: Digest,
    },
}

/// Reads the machine below `root` and queues what there is to say.
///
/// # Errors
/// When it cannot be queued or kept.
pub fn take(folder: &Folder, queue: &Queue, root: &Path, full: bool, now: Timestamp) -> Result<Taken, String> {
    let mut classes = collect(root);
    let kept = folder.read(LAST).map_err(|e| format!("cannot read {LAST}: {e}"))?;
    // A damaged copy counts as none: the next report is full.
    let last = kept.as_deref().and_then(|bytes| parse(bytes).ok());
    if let Some(last) = &last {
        steady_boot_time(&last.classes, &mut classes);
    }
    let last = last.filter(|_| !full);
    let digest = digest(&classes);
    let id = random::message_id(now);
    let whole = Report { extent: Extent::Full, digest, collected_at: now, classes };
    let taken = match last {
        Some(last) if last.digest == digest => return Ok(Taken::Unchanged { digest }),
        Some(last) => {
            let changes = Report { extent: Extent::Delta { base: last.digest }, digest, collected_at: now, classes: delta(&last.classes, &whole.classes) };
            match queue.push(Kind::HardwareInventory, id, &encode(&changes)) {
                Ok(()) => Taken::Delta,
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => Taken::Full,
                Err(error) => return Err(format!("cannot queue the inventory: {error}")),
            }
        }
        None => Taken::Full,
    };
    let bytes = encode(&whole);
    if taken == Taken::Full {
        queue.push_superseding(Kind::HardwareInventory, id, &bytes).map_err(|e| format!("cannot queue the inventory: {e}"))?;
    }
    folder.write(LAST, &bytes).map_err(|e| format!("cannot keep {LAST}: {e}"))?;
    tracing::info!(?taken, bytes = bytes.len(), "inventory taken");
    Ok(taken)
}

/// The kernel computes when it was started from a clock that is corrected all the time, so the answer wanders by some
/// seconds. A time near the one that was told before is the same start.
fn steady_boot_time(last: &[ClassReport<'_>], now: &mut [ClassReport<'static>]) {
    let class = |c: &ClassReport<'_>| c.class.name == "operating_system";
    let Some(property) = provost_catalog::inventory::class("operating_system").and_then(|c| c.properties.iter().position(|p| p.name == "last_boot_unix"))
    else {
        return;
    };
    let Some(Content::Instances { rows: before, .. }) = last.iter().find(|c| class(c)).map(|c| &c.content) else { return };
    let Some(Content::Instances { rows: after, .. }) = now.iter_mut().find(|c| class(c)).map(|c| &mut c.content) else { return };
    if let (Some(Value::Integer(before)), Some(Value::Integer(after))) = (before.get(property), after.get_mut(property)) {
        if before.abs_diff(*after) <= BOOT_TIME_WANDERS_SECONDS {
            *after = *before;
        }
    }
}

/// Forgets what was queued last, so that the next report is full.
///
/// # Errors
/// When it cannot be forgotten.
pub fn forget(folder: &Folder) -> Result<(), String> {
    folder.remove(LAST).map_err(|e| format!("cannot forget {LAST}: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use provost_domain::inventory::apply;
    use std::collections::BTreeMap;

    struct Machine {
        place: tempfile::TempDir,
        folder: Folder,
        queue: Queue,
    }

    impl Machine {
        fn new() -> Self {
            let place = tempfile::tempdir().expect("a folder");
            let folder = Folder::open(&place.path().join("client")).expect("it opens");
            let queue = Queue::open(folder.path()).expect("it opens");
            let machine = Self { place, folder, queue };
            machine.write("etc/os-release", "NAME=Example\n");
            machine.boots_at(1_000_000);
            machine
        }

        fn write(&self, file: &str, contents: &str) {
            let path = self.place.path().join("root").join(file);
            std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("it is made");
            std::fs::write(path, contents).expect("it is written");
        }

        fn boots_at(&self, at: i64) {
            self.write("proc/stat", &format!("cpu 1 2 3\nbtime {at}\n"));
        }

        fn installs(&self, packages: &BTreeMap<String, String>) {
            let status: Vec<String> =
                packages.iter().map(|(name, version)| format!("Package: {name}\nStatus: install ok installed\nVersion: {version}\n")).collect();
            self.write("var/lib/dpkg/status", &status.join("\n"));
        }

        fn take(&self, full: bool) -> Taken {
            take(&self.folder, &self.queue, &self.place.path().join("root"), full, Timestamp::from_micros(1)).expect("it is taken")
        }

        /// What the site gets: every body that waits, in order; the queue is empty afterwards.
        fn sent(&self) -> Vec<Vec<u8>> {
            let waiting = self.queue.waiting().expect("it reads");
            waiting.iter().map(|message| self.queue.body(message).and_then(|body| self.queue.remove(message).map(|()| body)).expect("it reads")).collect()
        }
    }

    #[test]
    fn full_first_then_deltas_then_only_an_offer() {
        let machine = Machine::new();
        assert_eq!(machine.take(false), Taken::Full);
        let Taken::Unchanged { digest: unchanged } = machine.take(false) else { panic!("nothing changed") };
        let first = machine.sent().remove(0);
        assert_eq!(parse(&first).expect("the site takes it").digest, unchanged);
        machine.installs(&[("a".to_owned(), "1".to_owned())].into());
        assert_eq!(machine.take(false), Taken::Delta);
        let second = machine.sent().remove(0);
        let delta = parse(&second).expect("the site takes it");
        assert_eq!(delta.extent, Extent::Delta { base: unchanged });
        assert_eq!(delta.classes.iter().map(|c| c.class.name).collect::<Vec<_>>(), ["software"]);
        assert_eq!(machine.take(true), Taken::Full, "a wish is fulfilled though nothing changed");
        forget(&machine.folder).expect("it is forgotten");
        assert_eq!(machine.take(false), Taken::Full);
    }

    #[test]
    fn a_wandering_boot_time_is_no_change_and_another_start_is_one() {
        let machine = Machine::new();
        machine.take(false);
        machine.boots_at(1_000_002);
        assert!(matches!(machine.take(false), Taken::Unchanged { .. }));
        machine.boots_at(1_000_100);
        assert_eq!(machine.take(false), Taken::Delta);
    }

    #[test]
    fn a_damaged_copy_makes_the_next_report_full() {
        let machine = Machine::new();
        machine.take(false);
        machine.folder.write(LAST, b"{\"extent\"").expect("it writes");
        assert_eq!(machine.take(false), Taken::Full);
        assert_eq!(machine.sent().len(), 1, "the older full report is superseded");
    }

    #[test]
    fn a_copy_that_was_not_written_after_its_message_only_costs_a_full_report() {
        // A crash between the two: the site has the newer inventory, the client remembers the older.
        let machine = Machine::new();
        machine.take(false);
        let older = machine.folder.read(LAST).expect("it reads").expect("it is there");
        machine.installs(&[("a".to_owned(), "1".to_owned())].into());
        machine.take(false);
        machine.folder.write(LAST, &older).expect("it writes");
        machine.installs(&[("a".to_owned(), "2".to_owned())].into());
        assert_eq!(machine.take(false), Taken::Delta);
        let sent = machine.sent();
        let reports: Vec<Report<'_>> = sent.iter().map(|body| parse(body).expect("the site takes it")).collect();
        let Extent::Delta { base } = reports[2].extent else { panic!("a delta") };
        assert_ne!(base, reports[1].digest, "the site sees that the delta does not fit, and asks");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn the_site_ends_with_what_the_machine_has(changes in proptest::collection::vec((proptest::collection::btree_map("[a-e]", "[12]", 0..5), any::<bool>(), any::<bool>()), 1..8)) {
            let machine = Machine::new();
            let mut sent: Vec<Vec<u8>> = Vec::new();
            for (packages, full, away) in &changes {
                machine.installs(packages);
                machine.take(*full);
                if !away {
                    sent.extend(machine.sent());
                }
            }
            sent.extend(machine.sent());
            let mut site: Vec<ClassReport<'_>> = Vec::new();
            let mut known = None;
            for body in &sent {
                let report = parse(body).expect("the site takes it");
                site = match report.extent {
                    Extent::Full => report.classes,
                    Extent::Delta { base } => {
                        prop_assert_eq!(known, Some(base));
                        apply(&site, &report.classes)
                    }
                };
                known = Some(report.digest);
                prop_assert_eq!(digest(&site), report.digest);
            }
            let mut classes = collect(&machine.place.path().join("root"));
            steady_boot_time(&site, &mut classes);
            prop_assert_eq!(site, classes);
        }
    }
}
