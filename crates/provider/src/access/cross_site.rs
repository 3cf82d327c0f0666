//! Requests that another site's page makes a browser send are refused (PV5006). The session's cookie is `SameSite=Strict`
//! already; this holds where a browser does not, and for the sign-in, which has no cookie yet.

use super::caller::Peer;
use crate::error::ApiError;
use axum::extract::{Extension, Request};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use provost_catalog::rules::code;

/// Refuses a request that changes something and comes from another site's page.
pub async fn refuse_cross_site(Extension(peer): Extension<Peer>, request: Request, next: Next) -> Response {
    // No browser reaches the local socket.
    let checked = matches!(peer, Peer::Network(_)) && !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if checked && !same_site(request.headers()) {
        let error = ApiError::new(
            StatusCode::FORBIDDEN,
            code::CROSS_SITE_REQUEST,
            "the request was refused",
            "it comes from a page of another site, or does not say where it comes from",
        )
        .fix("open the console itself and repeat it there");
        return if request.uri().path().starts_with("/api/") { error.into_response() } else { crate::console::error_response(&error) };
    }
    next.run(request).await
}

/// What kind of site's page made the browser ask (Fetch Metadata); `none` is the person's own doing.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a browser says that another site's page made it ask. Matters to a question too where an answer would begin something.
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get(SEC_FETCH_SITE).is_some_and(|site| site != "same-origin" && site != "none")
}

/// Whether headers say that the request comes from this site's own pages, or from no page at all.
#[must_use]
pub fn same_site(headers: &HeaderMap) -> bool {
    if is_from_elsewhere(headers) {
        return false;
    }
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text(SEC_FETCH_SITE);
    match (text(header::ORIGIN), text(header::HOST)) {
        // A browser hides the origin where a page asks it to send no referrer; what kind of site it is, it still says.
        (Some("null"), _) => site == Some("same-origin"),
        (Some(origin), Some(host)) => origin.strip_prefix("https://") == Some(host),
        (Some(_), None) => false,
        // Without either header it is no browser, and then it has no cookie to misuse; a cookie alone is not enough.
        (None, _) => site.is_some() || !headers.contains_key(header::COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_this_sites_own_pages_may_change_things() {
        let host = ("host", "localhost:8443");
        assert!(same_site(&headers(&[host, ("origin", "https://localhost:8443"), ("sec-fetch-site", "same-origin"), ("cookie", "a=b")])));
        assert!(same_site(&headers(&[host, ("origin", "null"), ("sec-fetch-site", "same-origin")])), "a page without a referrer");
        assert!(same_site(&headers(&[host])), "a program without cookies");
        for refused in [
            &[host, ("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")][..],
            &[host, ("origin", "https://evil.example")],
            &[host, ("origin", "null")],
            &[host, ("origin", "http://localhost:8443")],
            &[host, ("origin", "https://localhost:8443"), ("sec-fetch-site", "same-site")],
            &[host, ("cookie", "a=b")],
        ] {
            assert!(!same_site(&headers(refused)), "{refused:?}");
        }
    }
}
