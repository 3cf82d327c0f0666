//! The socket: accepts, does the TLS handshake, and serves HTTP/1.1, each bounded in time and number.

use super::connection::{Peer, answer};
use super::{Shared, presence};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use provost_domain::Digest;
use rustls::ServerConfig;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Most connections at a time; a management point serves 25,000 clients, which connect now and then.
const CONNECTIONS_MAX: usize = 10_000;
/// Longest handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for a request's head, which is also how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// Largest head of a request, and most that is read at once.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long requests in flight may take when it stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause after the system refused a connection, which means that it has no more descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A listening socket with its connections.
pub struct Listener {
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    presence: JoinHandle<()>,
    connections: Arc<Semaphore>,
    shared: Arc<Shared>,
}

impl Listener {
    /// Starts to accept.
    pub fn start(socket: std::net::TcpListener, tls: Arc<ServerConfig>, shared: Arc<Shared>, runtime: &tokio::runtime::Handle) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let _entered = runtime.enter();
        let socket = tokio::net::TcpListener::from_std(socket)?;
        let (stop, stopped) = watch::channel(false);
        let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let accepting = runtime.spawn(accept(socket, TlsAcceptor::from(tls), Arc::clone(&shared), Arc::clone(&connections), stopped));
        let presence = runtime.spawn(presence::keep_writing(Arc::clone(&shared)));
        Ok(Self { stop, accepting, presence, connections, shared })
    }

    /// Stops accepting, waits for requests in flight, and writes what is known of presence.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.accepting.await;
        let all = u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX);
        let _ = timeout(STOP_TIMEOUT, self.connections.acquire_many(all)).await;
        self.presence.abort();
        presence::write(&self.shared).await;
    }
}

async fn accept(socket: tokio::net::TcpListener, tls: TlsAcceptor, shared: Arc<Shared>, connections: Arc<Semaphore>, mut stopped: watch::Receiver<bool>) {
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&connections).acquire_owned() => permit,
            _ = stopped.changed() => return,
        };
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            _ = stopped.changed() => return,
        };
        match (accepted, permit) {
            (Ok((stream, address)), Ok(permit)) => {
                let (tls, shared, stopped) = (tls.clone(), Arc::clone(&shared), stopped.clone());
                tokio::spawn(async move {
                    serve(stream, address, tls, shared, stopped).await;
                    drop(permit);
                });
            }
            (Err(error), _) => {
                tracing::warn!(component = "management-point", %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            (_, Err(_)) => return,
        }
    }
}

async fn serve(stream: TcpStream, address: SocketAddr, tls: TlsAcceptor, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    // Who cannot prove itself hears why in the TLS alert; that is all there is to say.
    let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await else { return };
    let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).map(|certificate| Digest::of(certificate));
    let peer = Peer::new(address, certificate);
    let service = service_fn(|request| {
        let (shared, peer) = (&shared, &peer);
        async move { Ok::<_, Infallible>(answer(shared, peer, request).await) }
    });
    let mut http = http1::Builder::new();
    // At most 100 headers, which is the server's own limit; another one would cost an allocation for each request.
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(HEAD_BYTES_MAX).half_close(false);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
