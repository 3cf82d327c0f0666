//! `ledger-append`: the ledger of an embedded site database, entered by its clerk, every entry on disk before it counts.

use crate::device;
use provost_catalog::database::Principal;
use provost_domain::Timestamp;
use provost_store::keys::KeyFolder;
use provost_store::ledger::{Clerk, Ledger, NewEntry};
use provost_store::{Database, Location, StoreError};
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::sync::mpsc;
use std::time::Instant;

const AT: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);

/// An entry as the broker makes one for each attempt.
fn enter(clerk: &Clerk, number: u64, done: impl FnOnce(Result<(), StoreError>) + Send + 'static) {
    let object = format!("smtp://mail{}.corp.example.test:587", number % 100);
    let detail = json!({
        "use": "send-alert-mail", "as": "alerts@corp.example.test", "identity": "bound", "because": "it is bound for this",
        "outcome": "succeeded", "detail": "", "microseconds": 12_345 + number, "reused": false, "secret_version": 1,
    });
    let new = NewEntry { at: AT, actor: "alert-notification-manager", origin: "site", act: "account.connect", object: &object, detail: &detail };
    clerk.enter(&new, None, move |entry| done(entry.map(drop)));
}

/// Entries per second one after the other and in group commit, beside the syncs per second of the device.
///
/// # Errors
/// When the database cannot be made or written, or its ledger does not verify.
#[allow(clippy::cast_precision_loss, reason = "a rate")]
pub fn run(folder: &Path, singly: u64, grouped: u64) -> io::Result<Vec<Value>> {
    let keys = KeyFolder::open(&folder.join("keys"))?;
    let site = "LAB".parse().map_err(io::Error::other)?;
    let database = Database::open(&Location::Sqlite(folder.join("database/site.db")), &keys, site, "bench", AT).map_err(io::Error::other)?;
    let ledger = Ledger::open(&keys)?;
    let clerk = ledger.clerk(database.connect(Principal::Broker).map_err(io::Error::other)?)?;
    let before = device::syncs_per_second(folder)?;
    let one = one_after_the_other(&clerk, singly)?;
    let after = device::syncs_per_second(folder)?;
    let busy_before = device::processor_seconds()?;
    let many = many_at_once(&clerk, grouped)?;
    let busy = device::processor_seconds()? - busy_before;
    drop(clerk);
    let mut provider = database.connect(Principal::Provider).map_err(io::Error::other)?;
    let verified = provider.read(|tx| ledger.verify(tx)).map_err(io::Error::other)?;
    if !verified.is_sound() || u64::try_from(verified.entries).is_ok_and(|entries| entries != singly + grouped) {
        return Err(io::Error::other(format!("the ledger is not as it was entered: {verified:?}")));
    }
    let syncs = f64::midpoint(before, after);
    Ok(vec![json!({
        "claim": "ledger-append", "figure": many, "unit": "durable entries per second, in group commit", "entries": singly + grouped,
        "per_second_of_processor": grouped as f64 / busy,
        "one_after_the_other": one, "device_syncs_per_second": syncs, "syncs_for_each_entry_alone": syncs / one,
    })])
}

fn one_after_the_other(clerk: &Clerk, count: u64) -> io::Result<f64> {
    let (done, entered) = mpsc::sync_channel(1);
    let started = Instant::now();
    for number in 0..count {
        let done = done.clone();
        enter(clerk, number, move |entered| drop(done.send(entered)));
        entered.recv().map_err(io::Error::other)?.map_err(io::Error::other)?;
    }
    Ok(per_second(count, started))
}

fn many_at_once(clerk: &Clerk, count: u64) -> io::Result<f64> {
    let (done, entered) = mpsc::channel();
    let started = Instant::now();
    for number in 0..count {
        let done = done.clone();
        enter(clerk, number, move |entered| drop(done.send(entered)));
    }
    drop(done);
    let mut seen = 0;
    for entry in entered {
        entry.map_err(io::Error::other)?;
        seen += 1;
    }
    if seen == count { Ok(per_second(count, started)) } else { Err(io::Error::other(format!("{seen} of {count} were told of"))) }
}

#[allow(clippy::cast_precision_loss, reason = "a rate")]
fn per_second(count: u64, started: Instant) -> f64 {
    count as f64 / started.elapsed().as_secs_f64()
}
