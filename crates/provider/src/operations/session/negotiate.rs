//! Signing in with a ticket, as a browser or `curl --negotiate` does (RFC 4559).

use super::{SessionDocument, directory};
use crate::access::{Access, Caller};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use provost_catalog::rules::code;

/// What the caller needs.
pub const REQUIRES: Access = Access::Anyone;

/// Longest token, in bytes: a ticket with a thousand groups has about 50,000.
const TOKEN_MAX: usize = 64 * 1024;

/// A session, and what to tell in return so that the site is known to be the one that the ticket is for.
pub struct Negotiated {
    /// The session.
    pub session: SessionDocument,
    /// Value of `WWW-Authenticate`.
    pub proof: Option<HeaderValue>,
}

/// The token of `Authorization: Negotiate …`; `None` when there is none.
pub fn token(headers: &HeaderMap) -> Option<Vec<u8>> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = scheme.eq_ignore_ascii_case("negotiate").then(|| token.trim()).filter(|token| token.len() <= TOKEN_MAX)?;
    STANDARD.decode(token).ok()
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, headers: &HeaderMap) -> Result<Negotiated, ApiError> {
    let Some(token) = token(headers) else {
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, code::NOT_SIGNED_IN, "nobody was signed in", "no ticket was sent")
            .fix("use a browser or program that signs in with tickets and trusts this site with them, or sign in with a password"));
    };
    // Over the local socket the owner is signed in already, and a ticket for a service is sent to its host only.
    if matches!(caller, Caller::Owner { .. }) {
        return Err(ApiError::malformed("the ticket was not taken", "tickets are taken over TLS only"));
    }
    let _turn = site.directory_turn().await?;
    site.perform(caller, REQUIRES, move |work| {
        let (session, answer) = directory::by_ticket(work, &token, "ticket")?;
        let proof = answer.and_then(|token| HeaderValue::try_from(format!("Negotiate {}", STANDARD.encode(token))).ok());
        Ok(Negotiated { session, proof })
    })
    .await
}

/// That a ticket is asked for: with this, browsers try again with one.
pub fn ask_for_ticket(response: &mut Response) {
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Negotiate"));
}

/// Signs a person of a directory in with a Kerberos ticket: `Authorization: Negotiate …`. A ticket is taken once, and only of an administrative user.
#[utoipa::path(post, path = "/api/v1/session/negotiate", operation_id = "session_negotiate", tag = "session",
    params(("authorization" = Option<String>, Header, description = "`Negotiate` and the token; without it the answer is 401 and asks for one")),
    responses((status = 200, description = "The session, its token told this once", body = One<SessionDocument>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, headers: HeaderMap) -> Response {
    match ask(&site, &caller, &headers).await {
        Ok(Negotiated { session, proof }) => {
            let mut response = Json(One::new(session)).into_response();
            if let Some(proof) = proof {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, proof);
            }
            response
        }
        Err(error) => {
            let asks = error.code == code::NOT_SIGNED_IN;
            let mut response = error.into_response();
            if asks {
                ask_for_ticket(&mut response);
            }
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_after_negotiate_is_one() {
        let of = |value: &str| token(&HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(value).expect("a value"))]));
        assert_eq!(of("Negotiate AQID"), Some(vec![1, 2, 3]));
        assert_eq!(of("negotiate  AQID "), Some(vec![1, 2, 3]));
        for value in ["Negotiate", "Bearer AQID", "Negotiate !", &format!("Negotiate {}", "A".repeat(TOKEN_MAX + 4))] {
            assert_eq!(of(value), None, "{}", &value[..value.len().min(20)]);
        }
    }
}
