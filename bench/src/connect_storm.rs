//! `connect-storm`: new connections with full mutual TLS 1.3 handshakes, beside bare rustls in the same run.

use crate::fleet::{Fleet, spread};
use crate::policy_poll::first_poll;
use provost_lab::client::connect;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use serde_json::{Value, json};
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Machines that take turns.
const MACHINES: u64 = 8;

/// Runs the claim.
///
/// # Errors
/// When the site or a handshake fails.
pub fn run(program: &Path, folder: &Path, connects: u64) -> io::Result<Vec<Value>> {
    let fleet = Fleet::new(program, folder, MACHINES)?;
    let keys = fleet.site.data().join("keys");
    let bare = bare_rustls(&fleet, &keys, connects)?;

    let (started, cpu) = (Instant::now(), fleet.site.cpu_seconds()?);
    spread(connects, 4, |number| {
        let mut session = fleet.machines[(number % MACHINES) as usize].connect(fleet.site.ready.management_point)?;
        first_poll(&mut session).map(|_| ())
    })?;
    let (wall, cpu) = (started.elapsed(), fleet.site.cpu_seconds()? - cpu);
    let figure = connects as f64 / cpu;
    fleet.site.stop()?;
    Ok(vec![json!({
        "claim": "connect-storm", "connects": connects, "figure": figure, "unit": "connections with handshake and first poll per server CPU second",
        "server_cpu_seconds": cpu, "wall_seconds": wall.as_secs_f64(), "bare_rustls_per_server_cpu_second": bare, "ratio_to_bare_rustls": figure / bare,
    })])
}

/// Accepts and handshakes only, on one thread whose processor time is read.
fn bare_rustls(fleet: &Fleet, keys: &Path, connects: u64) -> io::Result<f64> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(keys.join("site-ca.pem")).map_err(io::Error::other)?).map_err(io::Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().map_err(io::Error::other)?;
    let chain: Vec<_> = CertificateDer::pem_file_iter(keys.join("mp.pem")).map_err(io::Error::other)?.collect::<Result<_, _>>().map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_file(keys.join("mp.key.pem")).map_err(io::Error::other)?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(io::Error::other)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(io::Error::other)?;
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::scope(|scope| {
        let server = scope.spawn(move || -> io::Result<f64> {
            let before = thread_cpu_seconds();
            for _ in 0..connects {
                let (mut socket, _) = listener.accept()?;
                socket.set_nodelay(true)?;
                let mut session = ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
                while session.is_handshaking() {
                    session.complete_io(&mut socket)?;
                }
                // What the client is told last, so that both ends agree that the handshake is over.
                session.send_close_notify();
                while session.wants_write() {
                    session.write_tls(&mut socket)?;
                }
            }
            Ok(thread_cpu_seconds() - before)
        });
        spread(connects, 4, |number| {
            let mut session = connect(address, fleet.machines[(number % MACHINES) as usize].tls())?;
            let stream = session.stream();
            while stream.conn.is_handshaking() || stream.conn.wants_write() {
                stream.conn.complete_io(&mut stream.sock)?;
            }
            while !stream.conn.process_new_packets().map_err(io::Error::other)?.peer_has_closed() {
                if stream.conn.read_tls(&mut stream.sock)? == 0 {
                    break;
                }
            }
            Ok(())
        })?;
        let cpu = server.join().map_err(|_| io::Error::other("the bare server panicked"))??;
        Ok(connects as f64 / cpu)
    })
}

fn thread_cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
