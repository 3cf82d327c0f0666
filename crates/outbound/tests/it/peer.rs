//! Peers that follow a script; what they hear is kept.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a peer heard.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    pub fn add(&self, bytes: &[u8]) {
        self.0.lock().expect("a lock").extend_from_slice(bytes);
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("a lock")).into_owned()
    }

    pub fn count(&self, what: &str) -> usize {
        self.text().matches(what).count()
    }

    /// Plays an SMTP server up to the handshake; whether it came that far.
    pub async fn before_tls(&self, stream: &mut TcpStream) -> bool {
        let mut buffer = vec![0; 512];
        let mut say = "220 x\r\n";
        for next in ["250-x\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "220 go\r\n"] {
            let _ = stream.write_all(say.as_bytes()).await;
            let Ok(n @ 1..) = stream.read(&mut buffer).await else { return false };
            self.add(&buffer[..n]);
            say = next;
        }
        stream.write_all(say.as_bytes()).await.is_ok()
    }
}

/// A peer that behaves as `behave` says, on each connection.
pub async fn peer<F>(behave: impl Fn(TcpStream, Heard) -> F + Send + 'static) -> (u16, Heard)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = Heard::default();
    let hears = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(stream, hears.clone()));
        }
    });
    (port, heard)
}

/// Says one thing for each thing it hears, and hangs at the end. `!` closes.
pub async fn script(mut stream: impl AsyncRead + AsyncWrite + Unpin, heard: Heard, first: &str, then: &[&str]) {
    let _ = stream.write_all(first.as_bytes()).await;
    let _ = stream.flush().await;
    let mut buffer = vec![0; 4096];
    for line in then {
        let Ok(n @ 1..) = stream.read(&mut buffer).await else { return };
        heard.add(&buffer[..n]);
        if *line == "!" {
            let _ = stream.shutdown().await;
            return;
        }
        let _ = stream.write_all(line.as_bytes()).await;
        let _ = stream.flush().await;
    }
    while let Ok(n @ 1..) = stream.read(&mut buffer).await {
        heard.add(&buffer[..n]);
    }
}
