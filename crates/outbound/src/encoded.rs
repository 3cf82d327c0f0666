//! Passwords in the base64 that SMTP and HTTP ask for, in buffers that are overwritten when they go.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use provost_store::keys::Secret;

/// `before`, the base64 of all `parts` together, and `after`. No buffer grows on the way, so no copy is left behind.
pub(crate) fn base64(before: &str, parts: &[&[u8]], after: &str) -> Secret {
    let mut clear = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        clear.extend_from_slice(part);
    }
    let clear = Secret::new(clear);
    let length = clear.expose().len().div_ceil(3) * 4;
    let mut line = Vec::with_capacity(before.len() + length + after.len());
    line.extend_from_slice(before.as_bytes());
    line.resize(before.len() + length, 0);
    // The room is exactly what is needed, so this does not fail; were it to, the line would be one that no server takes.
    let written = STANDARD.encode_slice(clear.expose(), &mut line[before.len()..]).unwrap_or(0);
    line.truncate(before.len() + written);
    line.extend_from_slice(after.as_bytes());
    Secret::new(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_base64_of_the_parts_together() {
        for password in ["", "a", "ab", "abc", "p%40ss wörd 日本 \"\\$'"] {
            let line = base64("AUTH PLAIN ", &[b"\0", "ada".as_bytes(), b"\0", password.as_bytes()], "\r\n");
            let expected = format!("AUTH PLAIN {}\r\n", STANDARD.encode(format!("\0ada\0{password}")));
            assert_eq!(line.expose_text(), Some(expected.as_str()));
        }
    }
}
