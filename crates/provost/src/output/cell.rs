//! One value of a document, for people.

use provost_domain::Timestamp;
use serde_json::Value;

/// How people read a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// As it is; a list's entries with commas between them.
    Plain,
    /// As it is; a whole number.
    Number,
    /// As it is; a time of RFC 3339.
    Time,
    /// A time of RFC 3339 as the time that passed since.
    Ago,
    /// Seconds since 1970, as the time that passed since.
    UnixAgo,
    /// Bytes in the largest unit that keeps three digits.
    Bytes,
    /// KiB, likewise.
    Kibibytes,
    /// `yes` or `no`.
    YesNo,
    /// As it is, but of very many names in a row only the first.
    Brief,
}

/// The value at `field`, whose parts are separated by dots; null when there is none.
#[must_use]
pub fn at<'a>(document: &'a Value, field: &str) -> &'a Value {
    field.split('.').fold(document, |value, part| value.get(part).unwrap_or(&Value::Null))
}

/// A value as text without form, for scripts: null is empty. Control characters are replaced, so that what a client
/// says of itself cannot steer a terminal.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => printable(text),
        Value::Array(entries) => entries.iter().map(plain).collect::<Vec<_>>().join(", "),
        // A word of the catalog: its id is for scripts and short enough for tables.
        Value::Object(word) if word.contains_key("id") && word.contains_key("words") => plain(&word["id"]),
        other => other.to_string(),
    }
}

/// A value as people read it; null is `-`.
#[must_use]
pub fn shown(value: &Value, show: Show, now: Timestamp) -> String {
    let text = match (show, value) {
        (Show::Ago, Value::String(text)) => text.parse::<Timestamp>().map_or_else(|_| printable(text), |at| at.relative_to(now)),
        (Show::UnixAgo, Value::Number(n)) => n.as_i64().map_or_else(|| n.to_string(), |seconds| Timestamp::default().plus_seconds(seconds).relative_to(now)),
        (Show::Bytes, Value::Number(n)) => n.as_f64().map_or_else(|| n.to_string(), size),
        (Show::Kibibytes, Value::Number(n)) => n.as_f64().map_or_else(|| n.to_string(), |kib| size(kib * 1024.0)),
        (Show::YesNo, Value::Bool(yes)) => (if *yes { "yes" } else { "no" }).to_owned(),
        (Show::YesNo, Value::Number(n)) => (if n.as_i64() == Some(0) { "no" } else { "yes" }).to_owned(),
        (Show::Brief, value) => provost_domain::short_lists(&plain(value)),
        (_, value) => plain(value),
    };
    if text.is_empty() { "-".to_owned() } else { text }
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn size(bytes: f64) -> String {
    let mut units = ["B", "KiB", "MiB", "GiB", "TiB"].into_iter();
    let (mut amount, mut unit) = (bytes, units.next().unwrap_or_default());
    for next in units {
        if amount < 1000.0 {
            break;
        }
        (amount, unit) = (amount / 1024.0, next);
    }
    if unit == "B" || amount >= 100.0 { format!("{amount:.0} {unit}") } else { format!("{amount:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_read_by_people() {
        let now: Timestamp = "2026-11-23T14:50:13.120Z".parse().expect("a time");
        assert_eq!(shown(&json!("2026-11-23T14:49:43.120Z"), Show::Ago, now), "30 s ago");
        assert_eq!(shown(&json!(16_000_000), Show::Kibibytes, now), "15.3 GiB");
        assert_eq!(shown(&json!(12), Show::Bytes, now), "12 B");
        assert_eq!(shown(&Value::Null, Show::Plain, now), "-");
        assert_eq!(shown(&json!(["a", "b"]), Show::Plain, now), "a, b");
        assert_eq!(shown(&json!(0), Show::YesNo, now), "no");
        let hosts = (0..12).map(|n| format!("pc{n}")).collect::<Vec<_>>().join(", ");
        assert_eq!(shown(&json!(format!("at {hosts}: silent")), Show::Brief, now), "at pc0, pc1, pc2 and 9 more: silent");
    }

    #[test]
    fn a_clients_text_cannot_steer_a_terminal() {
        assert_eq!(plain(&json!("a\u{1b}[2Jb\n")), "a\u{fffd}[2Jb\u{fffd}");
    }
}
