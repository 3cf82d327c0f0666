//! Who asks.

use super::requires::Access;
use super::session_cookie;
use crate::error::ApiError;
use crate::site::Site;
use axum::extract::{Extension, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use provost_catalog::rules::code;
use provost_domain::{Digest, Timestamp};
use provost_store::people::{self, SessionLimits, Token};
use std::net::SocketAddr;

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The local socket; only the owner of the data folder and root get this far.
    Socket {
        /// User id of the process.
        uid: u32,
    },
    /// TLS.
    Network(SocketAddr),
}

impl Peer {
    /// Where a request comes from, for the ledger.
    #[must_use]
    pub fn origin(&self) -> String {
        match self {
            Self::Socket { uid } => format!("local socket, uid {uid}"),
            Self::Network(address) => address.ip().to_canonical().to_string(),
        }
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody that is known.
    Nobody {
        /// Where from.
        origin: String,
        /// Whether a session was named that has ended or never was.
        session_ended: bool,
    },
    /// Whoever owns the site's data, or root, over the local socket.
    Owner {
        /// Where from.
        origin: String,
    },
    /// A person who signed in.
    Person {
        /// Name.
        name: String,
        /// Where from.
        origin: String,
        /// Digest of the session's token.
        session: Digest,
        /// When the session ends.
        expires_at: Timestamp,
    },
}

/// Name of the owner, and of the person that the owner's welcome link signs in.
pub const OWNER: &str = "owner";

impl Caller {
    /// Name for the ledger.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Nobody { .. } => "nobody",
            Self::Owner { .. } => OWNER,
            Self::Person { name, .. } => name,
        }
    }

    /// Where from, for the ledger.
    #[must_use]
    pub fn origin(&self) -> &str {
        match self {
            Self::Nobody { origin, .. } | Self::Owner { origin } | Self::Person { origin, .. } => origin,
        }
    }

    /// Refuses unless the caller may do what needs `access`. Whoever is somebody holds every permission, until security
    /// roles are given to people.
    ///
    /// # Errors
    /// 401 for nobody.
    pub fn check(&self, access: Access) -> Result<(), ApiError> {
        match (self, access) {
            (_, Access::Anyone) | (Self::Owner { .. } | Self::Person { .. }, Access::SignedIn | Access::Holding(_)) => Ok(()),
            (Self::Nobody { session_ended: true, .. }, _) => Err(ApiError::new(
                StatusCode::UNAUTHORIZED,
                code::SESSION_EXPIRED,
                "the request was refused",
                "the session has ended: it was too old, unused for too long, or signed out",
            )
            .fix("sign in again: provost admin sign-in NAME --server URL, or open the console")),
            (Self::Nobody { session_ended: false, .. }, _) => {
                Err(ApiError::new(StatusCode::UNAUTHORIZED, code::NOT_SIGNED_IN, "the request was refused", "nobody is signed in")
                    .fix("sign in: provost admin sign-in NAME --server URL; the owner of the data folder uses --data DIR instead"))
            }
        }
    }
}

/// Finds out who asks and hands it on with the request.
pub async fn identify(State(site): State<Site>, Extension(peer): Extension<Peer>, mut request: Request, next: Next) -> Response {
    let origin = peer.origin();
    let caller = match presented(&peer, request.method(), request.uri().path(), request.headers()) {
        Presented::Owner => Caller::Owner { origin },
        Presented::Nothing => Caller::Nobody { origin, session_ended: false },
        Presented::Unreadable => Caller::Nobody { origin, session_ended: true },
        Presented::Token(digest) => match site.session(digest).await {
            Ok(Some(session)) => Caller::Person { name: session.person.to_string(), origin, session: digest, expires_at: session.expires_at },
            Ok(None) => Caller::Nobody { origin, session_ended: true },
            // Not knowing who asks is not the same as nobody asking.
            Err(error) if request.uri().path().starts_with("/api/") => return error.into_response(),
            Err(error) => return crate::console::error_response(&error),
        },
    };
    request.extensions_mut().insert(caller);
    next.run(request).await
}

enum Presented {
    Owner,
    Nothing,
    Unreadable,
    Token(Digest),
}

/// What a request shows of its sender. A cookie counts for pages and for reading; programs that change things over the
/// API send the token itself, which no browser does by itself.
fn presented(peer: &Peer, method: &Method, path: &str, headers: &HeaderMap) -> Presented {
    if matches!(peer, Peer::Socket { .. }) {
        return Presented::Owner;
    }
    let token = |text: &str| Token::parse(text).map_or(Presented::Unreadable, |token| Presented::Token(token.digest()));
    // A browser that signed in with a ticket may go on sending tickets: what counts then is its cookie.
    let negotiates = |value: &&HeaderValue| value.to_str().is_ok_and(|value| value.get(..10).is_some_and(|scheme| scheme.eq_ignore_ascii_case("negotiate ")));
    if let Some(authorization) = headers.get(header::AUTHORIZATION).filter(|value| !negotiates(value)) {
        let bearer = authorization.to_str().ok().and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        return bearer.map_or(Presented::Unreadable, token);
    }
    let cookie_counts = !path.starts_with("/api/") || matches!(*method, Method::GET | Method::HEAD);
    match session_cookie::named(headers, session_cookie::SESSION) {
        Some(value) if cookie_counts => token(value),
        _ => Presented::Nothing,
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(|| ApiError::bug("finding out who asks", &"no caller was identified"))
    }
}

impl Site {
    /// The session that a token's digest belongs to, when it lasts; its use is recorded once a minute.
    pub(crate) async fn session(&self, token: Digest) -> Result<Option<people::Session>, ApiError> {
        self.blocking(move |site| {
            let now = site.clock().now();
            let session = site.pool().read(|tx| people::find_session(tx, &token, now, SessionLimits::DEFAULT))?;
            let session = match session {
                Some(session) if site.still_may(token, &session)? => Some(session),
                _ => None,
            };
            if session.as_ref().is_some_and(|session| session.wants_touch(now))
                && let Err(error) = site.pool().write(|tx| people::touch_session(tx, &token, now))
            {
                // A full disk must not keep people from looking at what is wrong.
                tracing::warn!(component = "provider", %error, "the use of a session could not be recorded");
            }
            Ok(session)
        })
        .await
    }
}
