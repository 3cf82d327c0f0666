//! The two ways in: the local socket, for whoever owns the site's data, and TLS.

use crate::access::Peer;
use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// Longest wait for a handshake, and for a request's headers on an open connection.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);
/// Longest wait for the next request of a connection.
const HEADERS_TIME_MAX: Duration = Duration::from_secs(30);
/// Most connections at once; more wait until one ends.
const CONNECTIONS_MAX: usize = 512;
/// Wait after the system refused to give a connection (no file descriptors, for one).
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Told `true` when everything stops.
pub type Stop = watch::Receiver<bool>;

async fn stopped(stop: &mut Stop) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// A local socket that only the owner of its folder, and root, may use.
pub struct OwnersSocket {
    listener: UnixListener,
    path: PathBuf,
    owner: u32,
}

impl OwnersSocket {
    /// Makes the socket with mode 0600; one that an earlier run left there is replaced.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn bind(path: &Path) -> io::Result<Self> {
        let folder = path.parent().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a socket needs a folder"))?;
        let owner = std::fs::metadata(folder)?.uid();
        // Made under another name first: under its own it never has any other mode than 0600.
        let temporary = path.with_extension("new");
        match std::fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&temporary)?;
        std::fs::set_permissions(&temporary, std::fs::Permissions::from_mode(0o600))?;
        std::fs::rename(&temporary, path)?;
        Ok(Self { listener, path: path.to_path_buf(), owner })
    }

    /// Serves until everything stops.
    pub async fn serve(self, router: Router, mut stop: Stop) {
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        while let Some(place) = place(&places, &mut stop).await {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = stopped(&mut stop) => break,
            };
            match accepted {
                Ok((stream, _)) => match self.peer(&stream) {
                    Some(peer) => {
                        tokio::spawn(serve_connection(stream, peer, router.clone(), stop.clone(), place));
                    }
                    None => tracing::warn!(component = "provider", "another account tried the local socket"),
                },
                Err(error) => pause(&error).await,
            }
        }
        let _ = std::fs::remove_file(&self.path);
    }

    fn peer(&self, stream: &UnixStream) -> Option<Peer> {
        let uid = stream.peer_cred().ok()?.uid();
        (uid == self.owner || uid == 0).then_some(Peer::Socket { uid })
    }
}

/// Serves TLS until everything stops.
pub async fn serve_tls(listener: TcpListener, acceptor: TlsAcceptor, router: Router, mut stop: Stop) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    while let Some(place) = place(&places, &mut stop).await {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let _ = stream.set_nodelay(true);
                let (acceptor, router, stop) = (acceptor.clone(), router.clone(), stop.clone());
                tokio::spawn(async move {
                    let handshake = async {
                        if speaks_plain_http(&stream).await {
                            tell_https(stream).await;
                            return None;
                        }
                        acceptor.accept(stream).await.ok()
                    };
                    if let Ok(Some(stream)) = tokio::time::timeout(HANDSHAKE_TIME_MAX, handshake).await {
                        serve_connection(stream, Peer::Network(address), router, stop, place).await;
                    }
                });
            }
            Err(error) => pause(&error).await,
        }
    }
}

/// A place for one more connection; `None` when everything stops.
async fn place(places: &Arc<Semaphore>, stop: &mut Stop) -> Option<OwnedSemaphorePermit> {
    tokio::select! {
        place = places.clone().acquire_owned() => place.ok(),
        () = stopped(stop) => None,
    }
}

async fn pause(error: &io::Error) {
    tracing::warn!(component = "provider", %error, "a connection could not be taken");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

/// Whether the first byte is one that begins a method of HTTP, and not a TLS record.
async fn speaks_plain_http(stream: &TcpStream) -> bool {
    let mut first = [0];
    matches!(stream.peek(&mut first).await, Ok(1)) && first[0].is_ascii_uppercase()
}

/// Somebody typed `http://`: tell them, in the words of HTTP.
async fn tell_https(mut stream: TcpStream) {
    const ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 62\r\nConnection: close\r\n\r\n\
                            This port speaks HTTPS. Begin the address with https:// .    \n";
    let _ = stream.write_all(ANSWER).await;
    let _ = stream.shutdown().await;
}

/// Serves one connection. Each of its requests says who is at the other end; a layer would, but makes all routes anew.
async fn serve_connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: Peer,
    router: Router,
    mut stop: Stop,
    _place: OwnedSemaphorePermit,
) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.call(request)
    });
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).header_read_timeout(HEADERS_TIME_MAX).max_headers(64).serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
