//! `policy-poll`: authenticated keep-alive polls with nothing new.

use crate::device;
use crate::fleet::{Fleet, spread};
use provost_lab::client::Session;
use provost_wire::client::path;
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::time::Instant;

/// Polls once and gives the version that the next poll names.
///
/// # Errors
/// When the answer is not policy.
pub fn first_poll(session: &mut Session) -> io::Result<String> {
    let answer = session.exchange("GET", path::POLICY, &[], &[])?;
    match (answer.status, answer.header("etag")) {
        (200, Some(version)) => Ok(version.to_owned()),
        _ => Err(io::Error::other(format!("no policy: {} {}", answer.status, answer.text()))),
    }
}

/// Runs the claim.
///
/// # Errors
/// When the site fails or answers anything but "unchanged".
pub fn run(program: &Path, folder: &Path, machines: u64, polls: u64) -> io::Result<Vec<Value>> {
    let fleet = Fleet::new(program, folder, machines)?;
    let sessions = spread(machines, 4, |number| {
        let mut session = fleet.machines[number as usize].connect(fleet.site.ready.management_point)?;
        let version = first_poll(&mut session)?;
        Ok(std::sync::Mutex::new((session, version)))
    })?;
    let (started, cpu) = (Instant::now(), fleet.site.cpu_seconds()?);
    spread(machines, machines as usize, |number| {
        let mut guard = sessions[number as usize].lock().map_err(|_| io::Error::other("a poller panicked"))?;
        let (session, version) = &mut *guard;
        for _ in 0..polls {
            let answer = session.exchange("GET", path::POLICY, &[("if-none-match", version)], &[])?;
            if answer.status != 304 {
                return Err(io::Error::other(format!("not unchanged: {} {}", answer.status, answer.text())));
            }
        }
        Ok(())
    })?;
    let (wall, cpu) = (started.elapsed(), fleet.site.cpu_seconds()? - cpu);
    let total = (machines * polls) as f64;
    fleet.site.stop()?;
    Ok(vec![json!({
        "claim": "policy-poll", "machines": machines, "polls_each": polls, "figure": total / cpu, "unit": "polls per server CPU second",
        "server_cpu_seconds": cpu, "wall_seconds": wall.as_secs_f64(), "polls_per_wall_second": total / wall.as_secs_f64(),
        "device_syncs_per_second": device::syncs_per_second(folder)?,
    })])
}
