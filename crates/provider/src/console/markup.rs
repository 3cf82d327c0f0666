//! Small pieces of pages that are the same everywhere.

use crate::document::Time;
use crate::operations::bindings::list::Checks;
use askama::filters::HtmlSafe;
use provost_domain::Timestamp;
use provost_domain::outcome::Outcome;
use std::borrow::Borrow;
use std::fmt::{self, Write as _};

/// HTML that is safe to put into a page as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// HTML that was made of escaped parts.
    pub const fn trusted(html: String) -> Self {
        Self(html)
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// Text as HTML.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// A point in time: how long ago, and exactly in UTC when pointed at.
pub fn at(time: &Time, now: Timestamp) -> Markup {
    let exact = exact(time.0);
    Markup(format!("<time datetime=\"{}\" title=\"{exact} UTC\">{}</time>", time.0, time.0.relative_to(now)))
}

/// As [`at`], or what to say when there is none.
pub fn at_or(time: Option<&Time>, now: Timestamp, none: &str) -> Markup {
    time.map_or_else(|| Markup(format!("<span class=\"faint\">{}</span>", escape(none))), |time| at(time, now))
}

/// A point in time to the second, without a zone.
pub fn exact(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..19).unwrap_or(&text).replace('T', " ")
}

/// Text.
pub fn plain(text: &str) -> Markup {
    Markup(escape(text))
}

/// A name that may be long: `domain\user`, `user@domain`, `host.domain`, to be broken where its parts end.
pub fn name(text: &str) -> Markup {
    let mut html = String::with_capacity(text.len() + 32);
    for part in text.split_inclusive(['\\', '@', '.', ',', '/']) {
        html.push_str(&escape(part));
        html.push_str("<wbr>");
    }
    Markup(html)
}

/// Text in fixed width.
pub fn mono(text: &str) -> Markup {
    Markup(format!("<span class=\"mono\">{}</span>", escape(text)))
}

/// Text that tells of something that is not there.
pub fn faint(text: &str) -> Markup {
    Markup(format!("<span class=\"faint\">{}</span>", escape(text)))
}

/// A link that a machine told of, shown by its host: leads away, tells nothing of where it was found.
pub fn outside_link(address: &str) -> Markup {
    let host = address.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).filter(|host| !host.is_empty()).unwrap_or(address);
    Markup(format!("<a href=\"{}\" rel=\"noopener noreferrer nofollow external\">{}</a>", escape(address), escape(host)))
}

/// A link to a page.
pub fn link(href: &str, text: &str) -> Markup {
    Markup(format!("<a href=\"{}\">{}</a>", escape(href), escape(text)))
}

/// An icon of the page's set.
pub fn icon(name: &str) -> Markup {
    Markup(format!("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-{}\"/></svg>", escape(name)))
}

/// A text in fixed width with a button that copies it.
pub fn copied(text: &str) -> Markup {
    copied_as(text, text)
}

/// As [`copied`], showing something shorter.
pub fn copied_as(shown: impl AsRef<str>, text: &str) -> Markup {
    let (shown, text) = (escape(shown.as_ref()), escape(text));
    Markup(format!(
        "<span class=\"copied\"><code>{shown}</code><button type=\"button\" class=\"copy\" data-copy=\"{text}\" title=\"Copy\" aria-label=\"Copy {shown}\">{}</button></span>",
        icon("copy")
    ))
}

/// A command in a block of its own, with a button that copies it; `named` tells it from others.
pub fn command(text: &str, named: impl AsRef<str>) -> Markup {
    Markup(format!(
        "<div class=\"command\"><pre><code>{}</code></pre><button type=\"button\" class=\"copy\" title=\"Copy\" aria-label=\"Copy {}\">{}</button></div>",
        escape(text),
        escape(named.as_ref()),
        icon("copy")
    ))
}

/// The beginning of a digest, and all of it when copied.
pub fn digest(text: &str) -> Markup {
    let short: String = text.chars().take(16).collect();
    copied_as(format!("{short}…"), text)
}

/// A state by sign, word and colour.
pub fn state(class: &str, word: &str) -> Markup {
    Markup(format!("<span class=\"state {}\">{}</span>", escape(class), escape(word)))
}

/// What the site thinks of a client.
pub fn approval(word: &str) -> Markup {
    match word {
        "approved" => state("pass", "approved"),
        "registered" => state("unknown", "waits for approval"),
        "blocked" => state("fail", "blocked"),
        other => state("off", other),
    }
}

/// As [`approval`], for a device that may have no client.
pub fn approval_or_none(word: Option<&str>) -> Markup {
    word.map_or_else(|| state("off", "no client"), approval)
}

/// Whether an account is proved.
pub fn standing(word: &str) -> Markup {
    match word {
        "proved" => state("pass", "proved"),
        "not-proved" => state("unknown", "not proved"),
        "blocked" => state("fail", "blocked"),
        other => state("off", other),
    }
}

/// How a check ended; none when it was never carried out.
pub fn verdict(word: Option<&str>) -> Markup {
    match word {
        Some("pass") => state("pass", "pass"),
        Some("fail") => state("fail", "fail"),
        Some("unknown") => state("unknown", "unknown"),
        Some("unsupported") => state("off", "unsupported"),
        Some("not-applicable") => state("off", "not applicable"),
        Some(other) => state("off", other),
        None => state("unknown", "not checked"),
    }
}

/// How many checks of an account ended how, in signs and words.
pub fn checks(checks: &Checks) -> Markup {
    let Checks { pass, fail, unknown, unsupported, not_applicable: _ } = checks;
    let parts = [(fail, "fail", "failed"), (unknown, "unknown", "unknown"), (unsupported, "off", "unsupported"), (pass, "pass", "passed")];
    let html: String = parts
        .iter()
        .filter(|(count, ..)| **count > 0)
        .map(|(count, class, word)| {
            format!("<span class=\"count-of {class}\" title=\"{count} {word}\">{count}<span class=\"visually-hidden\"> {word} </span></span>")
        })
        .collect();
    if html.is_empty() { faint("not checked") } else { Markup(html) }
}

/// How signing in ended: in words, with the rule that explains what went wrong.
pub fn outcome(id: &str) -> Markup {
    let Some(outcome) = Outcome::from_id(id) else { return state("off", id) };
    let class = match outcome {
        Outcome::Succeeded => "pass",
        Outcome::Unreachable | Outcome::RefusedByRule => "warning",
        _ => "fail",
    };
    let state = state(class, outcome.words());
    match outcome.code() {
        Some(code) => Markup(format!("{state} <a class=\"mono\" href=\"/rules/PV{code:04}\">PV{code:04}</a>")),
        None => state,
    }
}

/// How a component or a role is.
pub fn running(word: &str) -> Markup {
    match word {
        "running" => state("pass", "running"),
        "failing" => state("fail", "failing"),
        "starting" => state("noted", "starting"),
        "stopped" => state("off", "stopped"),
        other => state("unknown", other),
    }
}

/// How bad a message is.
pub fn severity(word: &str) -> Markup {
    match word {
        "error" => state("fail", "error"),
        "warning" => state("warning", "warning"),
        "information" => state("noted", "information"),
        other => state("off", other),
    }
}

/// The same as a command and as a call of the API, to copy.
pub fn same_as(command: &str, call: &str) -> Markup {
    Markup(format!(
        "<div class=\"as\"><span><span>As a command</span> {}</span><span><span>As an API call</span> {}</span></div>",
        copied(command),
        copied(call)
    ))
}

/// Sentence of the seed that says so, or the profile that does.
pub fn seed(sentence: &Option<String>, profile: &str) -> Markup {
    match sentence {
        Some(sentence) => Markup(format!("<span class=\"mono faint\">{}</span>", escape(sentence))),
        None => state("noted", profile),
    }
}

/// How much advice weighs.
pub fn weight(word: &str) -> Markup {
    match word {
        "warning" => state("fail", "warning"),
        "important" => state("warning", "important"),
        "tip" => state("pass", "tip"),
        other => state("noted", other),
    }
}

/// The same as a call of the API, where no command gives it.
pub fn same_call(call: &str) -> Markup {
    Markup(format!("<div class=\"as\"><span><span>As an API call</span> {}</span></div>", copied(call)))
}

/// A bar that fills its cell by `part` of `whole`.
pub fn bar(part: impl Borrow<i64>, whole: impl Borrow<i64>, class: &str) -> Markup {
    let (part, whole) = (*part.borrow(), *whole.borrow());
    let permille = if whole > 0 { part.clamp(0, whole).saturating_mul(1000) / whole } else { 0 };
    let permille = if part > 0 { permille.max(4) } else { permille };
    Markup(format!(
        "<svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"{}\" width=\"{permille}\" height=\"10\"/></svg>",
        escape(class)
    ))
}

/// A whole number with thousands separated.
pub fn thousands(number: impl Borrow<i64>) -> String {
    let number = *number.borrow();
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount of bytes in binary units, to a tenth below a hundred.
pub fn bytes(number: impl Borrow<i64>) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let number = i128::from(*number.borrow());
    if number < 1024 {
        return format!("{number} B");
    }
    let (mut unit, mut size) = (0, 1024);
    while number >= size * 1024 && unit + 1 < UNITS.len() {
        unit += 1;
        size *= 1024;
    }
    let tenths = (number * 10 + size / 2) / size;
    let whole = thousands(i64::try_from(tenths / 10).unwrap_or(i64::MAX));
    if tenths >= 1000 || tenths % 10 == 0 { format!("{whole} {}", UNITS[unit]) } else { format!("{whole}.{} {}", tenths % 10, UNITS[unit]) }
}

/// A time that something takes: `250 µs`, `41 ms`, `1.2 s`.
pub fn took(microseconds: impl Borrow<i64>) -> String {
    let microseconds = *microseconds.borrow();
    match microseconds {
        ..1_000 => format!("{microseconds} µs"),
        1_000..1_000_000 => format!("{} ms", microseconds / 1_000),
        _ => format!("{}.{} s", thousands(microseconds / 1_000_000), microseconds / 100_000 % 10),
    }
}

/// A stretch of time in its largest whole unit: `30 s`, `12 min`, `6 h`.
pub fn seconds(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

/// `1 device`, `2 devices`.
pub fn counted(number: impl Borrow<i64>, one: &str, several: &str) -> String {
    let number = *number.borrow();
    format!("{} {}", thousands(number), if number == 1 { one } else { several })
}

/// A part of an address, everything but letters, digits and `-._~` escaped (RFC 3986 §2.1).
pub fn address_part(text: &str) -> String {
    let mut part = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            part.push(char::from(byte));
        } else {
            let _ = write!(part, "%{byte:02X}");
        }
    }
    part
}

/// An address with those of the parameters that have a value.
pub fn address(path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut address = path.to_owned();
    let mut sign = '?';
    for (name, value) in parameters {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = write!(address, "{sign}{name}={}", address_part(value));
            sign = '&';
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_escaped() {
        let hostile = "<script>\"'&";
        for markup in [
            state("x", hostile),
            copied(hostile),
            name(hostile),
            verdict(Some(hostile)),
            standing(hostile),
            outcome(hostile),
            link(hostile, hostile),
            copied_as(hostile, hostile),
            same_as(hostile, hostile),
            approval(hostile),
            at_or(None, Timestamp::default(), hostile),
        ] {
            let html = markup.to_string();
            assert!(!html.contains("<script>") && !html.contains("\"'"), "{html}");
        }
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(-42), "-42");
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(16 * 1024 * 1024 * 1024 - 431_448_064), "15.6 GiB");
        assert_eq!(bytes(1_024 * 1_024), "1 MiB");
        assert_eq!(counted(1, "device", "devices"), "1 device");
        assert_eq!((took(250), took(41_700), took(1_260_000)), ("250 µs".to_owned(), "41 ms".to_owned(), "1.2 s".to_owned()));
        assert_eq!((seconds(30), seconds(720), seconds(21_600)), ("30 s".to_owned(), "12 min".to_owned(), "6 h".to_owned()));
    }

    #[test]
    fn addresses_can_be_pasted() {
        assert_eq!(
            address("/devices", &[("filter", Some("os:debian x")), ("after", None), ("sort", Some("-seen"))]),
            "/devices?filter=os%3Adebian%20x&sort=-seen"
        );
    }
}
