//! `inventory-ingest` and `inventory-unchanged`.

use crate::device;
use crate::fleet::{Fleet, name, spread};
use provost_lab::client::{Session, send};
use provost_lab::inventory::{full, wrong_rows};
use provost_runtime::{Clock, random};
use provost_wire::client::heartbeat::Heartbeat;
use provost_wire::client::inventory::{Offer, OfferAnswer, encode};
use provost_wire::client::path;
use provost_wire::envelope::Kind;
use serde_json::{Value as Json, json};
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What is done.
pub struct Work {
    /// Machines.
    pub machines: u64,
    /// Packages of each.
    pub packages: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Offers of each machine.
    pub offers: u64,
}

/// Runs both claims.
///
/// # Errors
/// When the site fails, or a row is missing or wrong.
pub fn run(program: &Path, folder: &Path, work: &Work) -> io::Result<Vec<Json>> {
    let fleet = Fleet::new(program, folder, work.machines)?;
    spread(work.machines, work.connections, |number| {
        deliver(&mut fleet.machines[number as usize].connect(fleet.site.ready.management_point)?, Kind::Heartbeat, &heartbeat(number))
    })?;
    drained(&fleet)?;

    let mut lines = Vec::new();
    for (generation, claim) in [(0, "inventory-ingest (first)"), (1, "inventory-ingest (all changed)")] {
        let bodies: Vec<Vec<u8>> = (0..work.machines).map(|number| encode(&full(number, generation, work.packages))).collect();
        let bytes: usize = bodies.iter().map(Vec::len).sum();
        // Connections and offers are measured apart: how dear a handshake is, is the claim of `connect-storm`.
        let before = fleet.site.cpu_seconds()?;
        let sessions = spread(work.machines, work.connections, |number| {
            let mut session = fleet.machines[number as usize].connect(fleet.site.ready.management_point)?;
            offer(&mut session, number, &Offer { digest: full(number, generation, work.packages).digest }, OfferAnswer::SendFull)?;
            Ok(Mutex::new(session))
        })?;
        let (started, cpu) = (Instant::now(), fleet.site.cpu_seconds()?);
        let handshakes = cpu - before;
        spread(work.machines, work.connections, |number| {
            let mut session = sessions[number as usize].lock().map_err(|_| io::Error::other("a worker panicked"))?;
            deliver(&mut session, Kind::HardwareInventory, &bodies[number as usize])
        })?;
        let acknowledged = started.elapsed();
        drained(&fleet)?;
        let (wall, cpu) = (started.elapsed(), fleet.site.cpu_seconds()? - cpu);
        let wrong = spread(work.machines, 2, |number| wrong_rows(&fleet.site, &name(number), &full(number, generation, work.packages)))?.iter().sum::<usize>();
        lines.push(json!({
            "claim": claim, "machines": work.machines, "packages": work.packages, "connections": work.connections,
            "bytes_each": bytes / work.machines as usize, "rows_wrong_or_lost": wrong,
            "figure": work.machines as f64 / cpu, "unit": "inventories per server CPU second", "server_cpu_seconds": cpu,
            "figure_with_handshake_and_offer_each": work.machines as f64 / (cpu + handshakes), "handshakes_and_offers_cpu_seconds": handshakes,
            "wall_seconds": wall.as_secs_f64(), "acknowledged_after_seconds": acknowledged.as_secs_f64(),
            "device_syncs_per_second": device::syncs_per_second(folder)?,
        }));
    }

    let total = work.machines * work.offers;
    let (started, cpu) = (Instant::now(), fleet.site.cpu_seconds()?);
    spread(work.machines, work.connections, |number| {
        let same = Offer { digest: full(number, 1, work.packages).digest };
        let mut session = fleet.machines[number as usize].connect(fleet.site.ready.management_point)?;
        // The handshake belongs to `connect-storm`: one machine stays connected for all its offers.
        for _ in 0..work.offers {
            offer(&mut session, number, &same, OfferAnswer::Known)?;
        }
        Ok(())
    })?;
    let (wall, cpu) = (started.elapsed(), fleet.site.cpu_seconds()? - cpu);
    lines.push(json!({
        "claim": "inventory-unchanged", "machines": work.machines, "offers_each": work.offers,
        "figure": total as f64 / cpu, "unit": "unchanged inventories per server CPU second (one handshake for each machine included)", "server_cpu_seconds": cpu,
        "wall_seconds": wall.as_secs_f64(), "device_syncs_per_second": device::syncs_per_second(folder)?,
    }));
    fleet.site.stop()?;
    Ok(lines)
}

/// Offers an inventory and insists on this answer.
fn offer(session: &mut Session, number: u64, offer: &Offer, expected: OfferAnswer) -> io::Result<()> {
    let answer = session.exchange("POST", path::INVENTORY_OFFER, &[("content-type", "application/json")], &serde_json::to_vec(offer)?)?;
    let given: OfferAnswer = serde_json::from_slice(&answer.body)?;
    if given == expected { Ok(()) } else { Err(io::Error::other(format!("the offer of {} was answered {given:?} instead of {expected:?}", name(number)))) }
}

/// Sends one message and insists that it is taken.
fn deliver(session: &mut Session, kind: Kind, body: &[u8]) -> io::Result<()> {
    let answer = send(session, random::message_id(Clock::system().now()), kind, body)?;
    if answer.status == 202 { Ok(()) } else { Err(io::Error::other(format!("{} {}", answer.status, answer.text()))) }
}

fn heartbeat(number: u64) -> Vec<u8> {
    let heartbeat = Heartbeat {
        netbios_name: name(number).to_uppercase(),
        dns_name: name(number),
        domain: String::new(),
        operating_system: "Debian GNU/Linux 12".to_owned(),
        client_version: "0.1.0".to_owned(),
        hardware_id: provost_domain::Digest::of(name(number).as_bytes()).to_string(),
        ip_addresses: vec![format!("192.0.2.{}", number % 250)],
        ip_subnets: vec!["192.0.2.0/24".to_owned()],
        mac_addresses: vec![format!("02:00:00:{:02X}:{:02X}:{:02X}", number >> 16 & 255, number >> 8 & 255, number & 255)],
        at: Clock::system().now(),
    };
    serde_json::to_vec(&heartbeat).unwrap_or_default()
}

/// Waits until no inbox file waits.
fn drained(fleet: &Fleet) -> io::Result<()> {
    let until = Instant::now() + Duration::from_secs(600);
    while fleet.site.waiting_files()? > 0 {
        if Instant::now() > until {
            return Err(io::Error::other("the inboxes were not empty after 600 s"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
