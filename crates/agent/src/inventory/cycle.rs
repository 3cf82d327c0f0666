//! One inventory cycle: read the machine, compare with what was queued last, queue a full report or a delta.
//!
//! The last inventory that was *queued* is the base of the next delta, because the queue is durable and in order. If
//! the site misses one all the same, its digest does not match the next delta's base and it asks for a full report.

use super::collect;
use crate::folder::Folder;
use crate::queue::Queue;
use provost_domain::inventory::{Extent, Report, delta, digest};
use provost_domain::{Digest, Timestamp};
use provost_runtime::random;
use provost_wire::client::inventory::{encode, parse};
use provost_wire::envelope::Kind;
use std::path::Path;

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
    let classes = collect(root);
    let digest = digest(&classes);
    let kept = folder.read(LAST).map_err(|e| format!("cannot read {LAST}: {e}"))?;
    // A damaged copy counts as none: the next report is full.
    let last = kept.as_deref().and_then(|bytes| parse(bytes).ok()).filter(|_| !full);
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
        queue.push_full_inventory(id, &bytes).map_err(|e| format!("cannot queue the inventory: {e}"))?;
    }
    folder.write(LAST, &bytes).map_err(|e| format!("cannot keep {LAST}: {e}"))?;
    tracing::info!(?taken, bytes = bytes.len(), "inventory taken");
    Ok(taken)
}
