//! Which ways to sign in a proxy offers, and how it goes on with one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{HeaderMap, PROXY_AUTHENTICATE};

/// Longest name of a way to sign in that is kept.
const NAME_MAX: usize = 32;

/// The names, in lower case, each once. One header may hold several challenges, and a challenge several parameters, all
/// with commas between them (RFC 9110 §11.6.1): `Negotiate, Basic realm="a, b", charset="UTF-8"`.
#[must_use]
pub fn offered(headers: &HeaderMap) -> Vec<String> {
    let mut names: Vec<String> = headers
        .get_all(PROXY_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(parts)
        .filter_map(|part| {
            let (name, rest) = part.split_once([' ', '\t']).unwrap_or((part, ""));
            // A parameter is `name=value`, also with blanks around the sign.
            let challenge = is_token(name) && !rest.trim_start().starts_with('=');
            challenge.then(|| name.chars().take(NAME_MAX).collect::<String>().to_lowercase())
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The token with which the proxy goes on with Negotiate, when it does (RFC 4559 §4): `Negotiate YII...`.
#[must_use]
pub fn continued(headers: &HeaderMap) -> Option<Vec<u8>> {
    headers.get_all(PROXY_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok()).flat_map(parts).find_map(|part| {
        let (name, token) = part.split_once(' ')?;
        let token = name.eq_ignore_ascii_case("negotiate").then(|| STANDARD.decode(token.trim()))?;
        token.ok().filter(|token| !token.is_empty())
    })
}

/// Whether it is a name at all (RFC 9110 §5.6.2); the rest of a parameter that was quoted in its midst is none.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// What stands between commas that are not in quotes.
fn parts(value: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(value[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(value[start..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;
    use proptest::prelude::*;

    fn of(values: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(PROXY_AUTHENTICATE, HeaderValue::from_static(value));
        }
        offered(&headers).join(" ")
    }

    #[test]
    fn only_a_token_after_negotiate_goes_on() {
        let token = |value: &'static str| continued(&HeaderMap::from_iter([(PROXY_AUTHENTICATE, HeaderValue::from_static(value))]));
        assert_eq!(token("Negotiate AQID"), Some(vec![1, 2, 3]));
        assert_eq!(token("Basic realm=\"a, b\", negotiate AQID="), None, "no base64");
        assert_eq!(token("Basic realm=\"a, b\", negotiate AQ=="), Some(vec![1]));
        for value in ["Negotiate", "Negotiate ", "Negotiate !", "NTLM AQID", "Basic realm=\"Negotiate AQID\""] {
            assert_eq!(token(value), None, "{value}");
        }
    }

    #[test]
    fn challenges_are_found_wherever_they_stand() {
        assert_eq!(of(&["Basic realm=\"proxy\""]), "basic");
        assert_eq!(of(&["Negotiate, Basic realm=\"a, b\", charset=\"UTF-8\""]), "basic negotiate");
        assert_eq!(of(&["NTLM", "Negotiate", "BASIC realm=x", "Basic realm=y"]), "basic negotiate ntlm");
        assert_eq!(of(&["Digest realm=\"r\", qop=\"auth, Basic x\", nonce = \"n\""]), "digest");
        assert_eq!(of(&["NTLM realm=\"say \\\", Basic y\""]), "ntlm");
        assert_eq!(of(&[]), "");
        assert_eq!(of(&["", " , ,", "=x", "N\\\", Basic y\"", "a\"b"]), "");
    }

    proptest! {
        #[test]
        fn any_header_is_read(values in prop::collection::vec(prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"Negotiate, =\"\\"[..])], 0..80), 0..4)) {
            let mut headers = HeaderMap::new();
            for value in values.iter().filter_map(|value| hyper::header::HeaderValue::from_bytes(value).ok()) {
                headers.append(PROXY_AUTHENTICATE, value);
            }
            let names = offered(&headers);
            prop_assert!(names.is_sorted() && names.iter().all(|name| name.chars().count() <= NAME_MAX && !name.contains(['=', ' '])), "{names:?}");
            prop_assert!(continued(&headers).is_none_or(|token| !token.is_empty()));
        }
    }
}
