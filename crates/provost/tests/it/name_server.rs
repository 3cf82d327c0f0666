//! A name server that knows both forests of a lab.

use provost_lab::lab::Lab;
use provost_lab::topology::{CORP, FABRIKAM};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Hands questions of both forests' names to the server that knows them, as a network's own name server does.
pub struct NameServer {
    pub address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl NameServer {
    pub fn start(lab: &Lab) -> Self {
        let front = UdpSocket::bind("127.0.0.1:0").expect("a port");
        front.set_read_timeout(Some(Duration::from_millis(200))).expect("a limit");
        let (address, stop) = (front.local_addr().expect("an address"), Arc::new(AtomicBool::new(false)));
        let behind = [&CORP, &FABRIKAM].map(|domain| (domain.dns.split('.').next().expect("a label").as_bytes().to_vec(), lab.dns_servers(domain)[0]));
        let stopped = stop.clone();
        std::thread::spawn(move || {
            let mut question = [0; 1500];
            while !stopped.load(Ordering::Relaxed) {
                let Ok((length, from)) = front.recv_from(&mut question) else { continue };
                let asked = question[..length].to_vec();
                let holds = |label: &[u8]| asked.windows(label.len()).any(|part| part.eq_ignore_ascii_case(label));
                let Some((_, server)) = behind.iter().find(|(label, _)| holds(label)) else { continue };
                let (front, server) = (front.try_clone().expect("the same socket"), *server);
                // One that is cut off keeps nobody else waiting.
                std::thread::spawn(move || {
                    let back = UdpSocket::bind("0.0.0.0:0").expect("a port");
                    back.set_read_timeout(Some(Duration::from_secs(2))).expect("a limit");
                    let mut answer = [0; 4096];
                    if back.send_to(&asked, server).is_ok()
                        && let Ok(length) = back.recv(&mut answer)
                    {
                        let _ = front.send_to(&answer[..length], from);
                    }
                });
            }
        });
        Self { address, stop }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
