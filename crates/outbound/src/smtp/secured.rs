//! The secured stream as `lettre` takes one. It wants to hear a greeting and to say `EHLO`; both were done before, so it
//! hears again what was answered then, and its own `EHLO` goes nowhere.

use super::lines::BYTES_MAX;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// A secured stream behind what was said on it before.
pub(super) struct Secured {
    again: Vec<u8>,
    silent: bool,
    /// Bytes heard since something was said: `lettre` would read a line that never ends.
    heard: usize,
    stream: TlsStream<TcpStream>,
    peer: SocketAddr,
}

impl Secured {
    /// `hello` is the server's answer to `EHLO`.
    pub(super) fn new(stream: TlsStream<TcpStream>, peer: SocketAddr, hello: &str) -> Self {
        Self { again: format!("220 secured\r\n{hello}").into_bytes(), silent: true, heard: 0, stream, peer }
    }
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secured({})", self.peer)
    }
}

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Secured {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.again.is_empty() {
            let length = self.again.len().min(buf.remaining());
            buf.put_slice(&self.again[..length]);
            self.again.drain(..length);
            return Poll::Ready(Ok(()));
        }
        if self.heard > BYTES_MAX {
            return Poll::Ready(Err(io::Error::other(format!("the answer has more than {BYTES_MAX} bytes"))));
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.heard += buf.filled().len() - before;
        polled
    }
}

impl AsyncWrite for Secured {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.silent {
            let end = bytes.iter().position(|byte| *byte == b'\n');
            self.silent = end.is_none();
            return Poll::Ready(Ok(end.map_or(bytes.len(), |end| end + 1)));
        }
        self.heard = 0;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
