//! What people type to narrow the list of devices: words, and words with a name before them. All must hold.

use crate::error::ApiError;
use provost_domain::{Approval, Timestamp, suggestion};
use provost_store::views::devices::{ClientIs, Filter};

/// Names that may stand before a word, each with what may follow it.
pub const NAMES: &[(&str, &str)] = &[
    ("os", "text in the operating system, such as os:debian"),
    ("domain", "text in the domain, such as domain:corp"),
    ("address", "beginning of an IP or MAC address, such as address:10.4."),
    ("software", "text in the name of an installed product, such as software:openssl"),
    ("client", "none, registered, approved or blocked"),
    ("seen", "<2h for last seen less than two hours ago, >30d for longer ago than 30 days or never; s, min, h or d"),
    ("obsolete", "yes or no"),
];

/// Longest filter, in bytes.
const FILTER_BYTES_MAX: usize = 1000;

/// Reads a filter.
pub fn read(text: &str, now: Timestamp) -> Result<Filter, ApiError> {
    let wrong = |cause: String| ApiError::malformed("the filter cannot be read", cause).fix(usage());
    if text.len() > FILTER_BYTES_MAX || text.contains('\0') {
        return Err(wrong(format!("it is longer than {FILTER_BYTES_MAX} bytes, or holds a character that no text has")));
    }
    let mut filter = Filter::default();
    for term in terms(text) {
        let Some((name, value)) = term.split_once(':').filter(|(name, value)| is_name(name, value)) else {
            filter.words.push(term);
            continue;
        };
        let value = value.to_owned();
        if value.is_empty() {
            return Err(wrong(format!("nothing stands after {name}:")));
        }
        match name {
            "os" => filter.operating_system = Some(value),
            "domain" => filter.domain = Some(value),
            "address" => filter.address = Some(value),
            "software" => filter.software = Some(value),
            "client" if value == "none" => filter.client = Some(ClientIs::None),
            "client" => {
                let approval = Approval::from_word(&value).ok_or_else(|| wrong(format!("a client is none, registered, approved or blocked, not {value:?}")))?;
                filter.client = Some(ClientIs::In(approval));
            }
            "seen" => match age(&value) {
                Some((true, seconds)) => filter.seen_since = Some(now.plus_seconds(-seconds)),
                Some((false, seconds)) => filter.unseen_since = Some(now.plus_seconds(-seconds)),
                None => return Err(wrong(format!("{value:?} is no age: write seen:<2h or seen:>30d"))),
            },
            "obsolete" if value == "yes" || value == "no" => filter.obsolete = Some(value == "yes"),
            "obsolete" => return Err(wrong(format!("obsolete is yes or no, not {value:?}"))),
            other => {
                let near = suggestion::nearest(other, NAMES.iter().map(|(name, _)| *name));
                let near = near.map(|name| format!("; did you mean {name}:?")).unwrap_or_default();
                return Err(wrong(format!("no word of a filter is called {other}:{near}")));
            }
        }
    }
    Ok(filter)
}

fn usage() -> String {
    NAMES.iter().map(|(name, what)| format!("{name}: {what}")).collect::<Vec<_>>().join("\n")
}

/// Whether what stands before a colon is meant as a name: `GUID:…`, an IPv6 address and a MAC address are words.
fn is_name(text: &str, value: &str) -> bool {
    let known = NAMES.iter().any(|(name, _)| *name == text);
    known || text.len() > 2 && text.bytes().all(|b| b.is_ascii_lowercase()) && !value.contains(':')
}

/// Whether less or more, and how many seconds.
fn age(text: &str) -> Option<(bool, i64)> {
    let less = match text.chars().next()? {
        '<' => true,
        '>' => false,
        _ => return None,
    };
    let rest = &text[1..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: i64 = rest[..digits].parse().ok()?;
    let unit = match &rest[digits..] {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    number.checked_mul(unit).filter(|seconds| *seconds < 200 * 365 * 86_400).map(|seconds| (less, seconds))
}

/// Words between spaces; a part between double quotes may hold spaces.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let mut term = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => terms.push(std::mem::take(&mut term)),
            c => term.push(c),
        }
    }
    terms.push(term);
    terms.retain(|term| !term.is_empty());
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

    #[test]
    fn words_and_named_words() {
        let filter = read("ws-01 os:\"debian gnu\" client:approved seen:>30d", NOW).expect("a filter");
        assert_eq!(filter.words, ["ws-01"]);
        assert_eq!(filter.operating_system.as_deref(), Some("debian gnu"));
        assert_eq!(filter.client, Some(ClientIs::In(Approval::Approved)));
        assert_eq!(filter.unseen_since, Some(NOW.plus_seconds(-30 * 86_400)));
        assert_eq!(read("GUID:AB-CD aa:bb:cc fade::1", NOW).expect("words").words, ["GUID:AB-CD", "aa:bb:cc", "fade::1"]);
    }

    #[test]
    fn wrong_filters_say_what_is_wrong() {
        let cause = |text: &str| read(text, NOW).expect_err("no filter").cause;
        assert!(cause("softwar:x").contains("did you mean software:"), "{}", cause("softwar:x"));
        assert!(cause("seen:30d").contains("seen:<2h"));
        assert!(cause("client:maybe").contains("blocked"));
        assert!(cause("os:").contains("os:"));
        assert!(cause(&"x".repeat(1001)).contains("1000"));
        assert!(cause("seen:>99999999999999999d").contains("no age"));
    }
}
