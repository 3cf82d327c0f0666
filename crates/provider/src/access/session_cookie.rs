//! Cookies. The `__Host-` prefix makes a browser refuse them from another host or over plain HTTP (RFC 6265bis §4.1.3).

use axum::http::{HeaderMap, HeaderValue, header};

/// Name of the session's cookie.
pub const SESSION: &str = "__Host-provost";

/// The value of the cookie called `name`, when the request carries exactly one.
pub fn named<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value);
    let value = found.next()?;
    found.next().is_none().then_some(value)
}

/// Sets the session's cookie until the session ends.
pub fn fresh(token: &str, seconds: i64) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{SESSION}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}")).ok()
}

/// Removes the session's cookie.
pub fn cleared() -> HeaderValue {
    HeaderValue::from_static("__Host-provost=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_comes_twice_is_none() {
        let headers = |text: &'static str| HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(text))]);
        assert_eq!(named(&headers("a=1; __Host-provost=xyz"), SESSION), Some("xyz"));
        assert_eq!(named(&headers("__Host-provost=xyz; __Host-provost=abc"), SESSION), None);
        assert_eq!(named(&headers("provost=xyz"), SESSION), None);
        assert!(fresh("t", 60).is_some_and(|v| v.to_str().is_ok_and(|v| v.contains("HttpOnly") && v.contains("SameSite=Strict"))));
    }
}
