//! The way between `ldap3` and a domain controller: a socket pair, one end of which `ldap3` holds, and a task that carries
//! messages between the other end and the server. What comes from the server is unsealed, cut into messages, checked
//! ([`crate::message`]) and counted before `ldap3` sees it; `ldap3` believes that it speaks plain LDAP.
//!
//! What a search finds may be a hundred thousand entries: those never go to `ldap3`, which would take each apart and keep all of
//! them until somebody takes them, but on a way of their own ([`Entries`]) that has little room: while it is full, the server waits.

use crate::message;
use crate::sasl;
use crate::vanished;
use bytes::BytesMut;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, StdStream};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_kerberos::Sealing;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::mpsc;
use tokio_rustls::client::TlsStream;

/// Most bytes that a server may answer to one request: `ldap3` keeps what nobody has taken yet.
const ANSWER_BYTES_MAX: usize = 256 << 20;
/// Most bytes that are read at once.
const CHUNK: usize = 64 << 10;
/// Most bytes of a record of TLS (RFC 8446 §5.1).
const RECORD: usize = 16 << 10;
/// Chunks of entries that wait at most.
const CHUNKS_MAX: usize = 16;
const STEP: &str = "read";

/// A secured connection to a domain controller.
pub(crate) enum Line {
    /// By TLS.
    Tls(Box<TlsStream<BufReader<TcpStream>>>),
    /// By Kerberos.
    Sealed(Sealed),
}

/// A connection whose messages Kerberos seals.
pub(crate) struct Sealed {
    stream: TcpStream,
    sealing: Sealing,
    /// Most bytes that are sealed into one packet.
    plain_max: usize,
    /// What was read and is no whole packet yet.
    read: BytesMut,
}

impl Sealed {
    pub(crate) fn new(stream: TcpStream, sealing: Sealing, plain_max: usize) -> Self {
        Self { stream, sealing, plain_max, read: BytesMut::new() }
    }

    async fn send(&mut self, plain: &[u8]) -> Result<(), Failure> {
        for part in plain.chunks(self.plain_max) {
            let sealed = self.sealing.wrap(part)?;
            let length = u32::try_from(sealed.len()).map_err(|_| Failure::new(Outcome::Broken, STEP, "a packet is too long"))?;
            self.stream.write_all(&length.to_be_bytes()).await.map_err(closed)?;
            self.stream.write_all(&sealed).await.map_err(closed)?;
        }
        Ok(())
    }

    async fn receive(&mut self, plain: &mut BytesMut) -> Result<bool, Failure> {
        self.read.reserve(CHUNK);
        if self.stream.read_buf(&mut self.read).await.map_err(closed)? == 0 {
            return Ok(false);
        }
        // From here on nothing waits, so nothing is lost when it is not waited for.
        while let Some(packet) = sasl::next_packet(&mut self.read)? {
            plain.extend_from_slice(&self.sealing.unwrap(&packet)?);
        }
        Ok(true)
    }
}

impl Line {
    /// Sends what `ldap3` wrote.
    async fn send(&mut self, plain: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Tls(stream) => {
                stream.write_all(plain).await.map_err(closed)?;
                stream.flush().await.map_err(closed)
            }
            Self::Sealed(sealed) => sealed.send(plain).await,
        }
    }

    /// Reads what has come, appended to `plain`; false at the end. Nothing is lost when it is not waited for.
    async fn receive(&mut self, plain: &mut BytesMut) -> Result<bool, Failure> {
        match self {
            Self::Tls(stream) => {
                if plain.capacity() - plain.len() < RECORD {
                    plain.reserve(CHUNK);
                }
                Ok(stream.read_buf(plain).await.map_err(closed)? > 0)
            }
            Self::Sealed(sealed) => sealed.receive(plain).await,
        }
    }
}

fn closed(error: std::io::Error) -> Failure {
    let how = match vanished::told(&error) {
        Some(how) => how,
        // What rustls says of it is a page of its manual.
        None if error.kind() == std::io::ErrorKind::UnexpectedEof => "it was closed without a word".to_owned(),
        None => error.to_string(),
    };
    Failure::new(Outcome::Broken, STEP, format!("the connection to the domain controller ends: {how}"))
}

/// Why a channel ended, for whoever waits for an answer.
#[derive(Clone, Default)]
pub(crate) struct Ending(Arc<Mutex<Option<Failure>>>);

impl Ending {
    fn set(&self, failure: Failure) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
    }

    /// Why it ended, when it did.
    pub(crate) fn get(&self) -> Option<Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Entries of the search that goes on, as whole messages, when they were asked for here.
pub(crate) struct Entries {
    asked_for: Arc<AtomicBool>,
    chunks: mpsc::Receiver<BytesMut>,
}

impl Entries {
    /// Has the entries of what is asked from now on come here, or to `ldap3` again.
    pub(crate) fn ask_for(&self, here: bool) {
        self.asked_for.store(here, Ordering::Release);
    }

    /// The next messages; never when no more can come.
    pub(crate) async fn next(&mut self) -> BytesMut {
        match self.chunks.recv().await {
            Some(chunk) => chunk,
            None => std::future::pending().await,
        }
    }

    /// The next messages, when they are here.
    pub(crate) fn ready(&mut self) -> Option<BytesMut> {
        self.chunks.try_recv().ok()
    }
}

/// Where messages of the server go.
struct Near {
    ldap: UnixStream,
    entries: mpsc::Sender<BytesMut>,
    asked_for: Arc<AtomicBool>,
}

impl Near {
    /// Hands on whole messages; false when nobody takes them any more.
    async fn hand_on(&mut self, mut messages: BytesMut) -> Result<bool, Failure> {
        while !messages.is_empty() {
            let (mut entries, mut first) = (0, None);
            while let Some(length) = message::whole(&messages[entries..])? {
                let is_entry = self.asked_for.load(Ordering::Acquire) && message::is_entry(&messages[entries..entries + length]);
                if !is_entry {
                    first = Some(length);
                    break;
                }
                entries += length;
            }
            // Entries before what ends them, so that who sees the end has them all.
            if entries > 0 && self.entries.send(messages.split_to(entries)).await.is_err() {
                return Ok(false);
            }
            if let Some(length) = first
                && self.ldap.write_all(&messages.split_to(length)).await.is_err()
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Joins a line to `ldap3`. Both tasks end when the handle is dropped or the server hangs up.
pub(crate) async fn join(line: Line) -> Result<(Ldap, Ending, Entries), Failure> {
    let broken = |error: &dyn std::fmt::Display| Failure::new(Outcome::Broken, "open", error);
    let (near, far) = StdUnixStream::pair().map_err(|error| broken(&error))?;
    far.set_nonblocking(true).map_err(|error| broken(&error))?;
    let far = UnixStream::from_std(far).map_err(|error| broken(&error))?;
    let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(near));
    let (connection, ldap) = LdapConnAsync::with_settings(settings, "ldapi:///").await.map_err(|error| broken(&error))?;
    let ending = Ending::default();
    let told = ending.clone();
    let (sender, chunks) = mpsc::channel(CHUNKS_MAX);
    let asked_for = Arc::new(AtomicBool::new(false));
    let entries = Entries { asked_for: Arc::clone(&asked_for), chunks };
    tokio::spawn(async move {
        let (mut line, mut near) = (line, Near { ldap: far, entries: sender, asked_for });
        let ended = carry(&mut line, &mut near).await;
        // Told before `near` closes, so that who sees the end can ask why.
        told.set(ended.err().unwrap_or_else(|| Failure::new(Outcome::Broken, STEP, "the domain controller closes the connection")));
    });
    tokio::spawn(connection.drive());
    Ok((ldap, ending, entries))
}

/// What comes without waiting.
fn at_once<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Carries messages both ways until one side hangs up.
async fn carry(line: &mut Line, near: &mut Near) -> Result<(), Failure> {
    let mut asked = vec![0; CHUNK];
    let mut answered = BytesMut::new();
    let mut since_request = 0usize;
    loop {
        tokio::select! {
            read = near.ldap.read(&mut asked) => match read {
                Ok(0) | Err(_) => return Ok(()),
                Ok(count) => {
                    since_request = 0;
                    line.send(&asked[..count]).await?;
                }
            },
            received = line.receive(&mut answered) => {
                if !received? {
                    return Ok(());
                }
                // What is here already goes on together: each time, somebody else has to wake up for it.
                let mut ended = None;
                while ended.is_none()
                    && answered.len() < CHUNK
                    && let Poll::Ready(more) = at_once(line.receive(&mut answered))
                {
                    ended = match more {
                        Ok(true) => None,
                        end => Some(end.map(|_| ())),
                    };
                }
                let mut ready = 0;
                while let Some(length) = message::whole(&answered[ready..])? {
                    message::check(&answered[ready..ready + length])?;
                    ready += length;
                }
                since_request += ready;
                if since_request > ANSWER_BYTES_MAX {
                    return Err(Failure::new(Outcome::Broken, STEP, format!("more than {ANSWER_BYTES_MAX} bytes answer one request")));
                }
                if !near.hand_on(answered.split_to(ready)).await? {
                    return Ok(());
                }
                if let Some(ended) = ended {
                    return ended;
                }
            }
        }
    }
}
