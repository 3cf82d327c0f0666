//! The connection under SMB: each message behind four bytes of length (MS-SMB2 §2.1). It keeps what was last sent to set a session
//! up, since the keys of version 3.1.1 come from those very bytes (MS-SMB2 §3.2.5.3.1).

use smb2::Error;
use smb2::transport::{TransportReceive, TransportSend};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Mutex;

/// Most bytes of a message that is read: a part of an answer is at most 64 KiB here, and headers are small.
const MESSAGE_MAX: usize = 1 << 20;
/// Where the command stands in a message, and the command that sets a session up (MS-SMB2 §2.2.1.2).
const COMMAND: std::ops::Range<usize> = 12..14;
const SESSION_SETUP: [u8; 2] = [1, 0];

/// What `smb2`'s transports give back.
type Doing<'a, T> = Pin<Box<dyn Future<Output = smb2::Result<T>> + Send + 'a>>;

/// The last message that was sent to set the session up.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<Lock<Option<Vec<u8>>>>);

impl Sent {
    /// Takes it out.
    pub(crate) fn take(&self) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, message: &[u8]) {
        if message.get(COMMAND) == Some(&SESSION_SETUP[..]) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(message.to_vec());
        }
    }
}

/// The half that sends.
pub(crate) struct Sender {
    half: Mutex<OwnedWriteHalf>,
    sent: Sent,
}

/// The half that receives.
pub(crate) struct Receiver {
    half: Mutex<OwnedReadHalf>,
}

/// Both halves of a connection, and what was sent on it.
pub(crate) fn over(stream: TcpStream) -> (Sender, Receiver, Sent) {
    let (read, write) = stream.into_split();
    let sent = Sent::default();
    (Sender { half: Mutex::new(write), sent: sent.clone() }, Receiver { half: Mutex::new(read) }, sent)
}

// What `async_trait` would write: a boxed future that borrows all arguments.
impl TransportSend for Sender {
    fn send<'a, 'b, 'c>(&'a self, message: &'b [u8]) -> Doing<'c, ()>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            let length = u32::try_from(message.len()).ok().filter(|length| *length <= 0x00ff_ffff);
            let length = length.ok_or_else(|| Error::invalid_data("a message is too long to be sent"))?;
            self.sent.note(message);
            let mut half = self.half.lock().await;
            half.write_all(&length.to_be_bytes()).await.map_err(Error::Io)?;
            half.write_all(message).await.map_err(Error::Io)
        })
    }
}

impl TransportReceive for Receiver {
    fn receive<'a, 'c>(&'a self) -> Doing<'c, Vec<u8>>
    where
        'a: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            let mut half = self.half.lock().await;
            let mut length = [0; 4];
            half.read_exact(&mut length).await.map_err(gone)?;
            let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
            if length > MESSAGE_MAX {
                return Err(Error::invalid_data(format!("a message of {length} bytes, at most {MESSAGE_MAX} are taken")));
            }
            let mut message = vec![0; length];
            half.read_exact(&mut message).await.map_err(gone)?;
            Ok(message)
        })
    }
}

fn gone(error: std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::UnexpectedEof { Error::Disconnected } else { Error::Io(error) }
}
