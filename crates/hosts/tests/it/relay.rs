//! Somebody on the way between the adapter and a host, who changes one message of the host.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

/// Bytes of a message's header.
const HEADER: usize = 64;
/// Where its status stands, and "it will be answered later", which is signed by nobody and tells nothing (MS-SMB2 §3.2.5.1.5).
const STATUS: std::ops::Range<usize> = 8..12;
const PENDING: [u8; 4] = [3, 1, 0, 0];

pub struct Relay {
    pub address: SocketAddr,
    passed: Arc<AtomicUsize>,
}

impl Relay {
    /// To `host`; the answer of this number, from 0, has one bit changed in its last byte.
    pub async fn changing(host: SocketAddr, number: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let passed = Arc::new(AtomicUsize::new(0));
        let counted = passed.clone();
        tokio::spawn(async move {
            let (client, _) = listener.accept().await.expect("a client");
            let server = TcpStream::connect(host).await.expect("the host");
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            tokio::spawn(async move { copy(&mut from_client, &mut to_server).await });
            let mut length = [0; 4];
            while from_server.read_exact(&mut length).await.is_ok() {
                let mut message = vec![0; usize::try_from(u32::from_be_bytes(length)).expect("a length")];
                from_server.read_exact(&mut message).await.expect("a message");
                if message.get(STATUS) != Some(&PENDING[..]) && counted.fetch_add(1, Ordering::SeqCst) == number {
                    assert!(message.len() > HEADER);
                    *message.last_mut().expect("a byte") ^= 1;
                }
                if to_client.write_all(&[&length[..], &message].concat()).await.is_err() {
                    break;
                }
            }
        });
        Self { address, passed }
    }

    /// How many answers of the host passed.
    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }
}
