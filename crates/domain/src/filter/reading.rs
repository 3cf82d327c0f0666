//! Reading what people typed.

use super::{Kind, Name, Order, Pattern, Term, Test};
use crate::{Timestamp, suggestion};
use std::fmt::Write as _;

/// Longest filter, in bytes.
const FILTER_BYTES_MAX: usize = 1000;
/// Longest age, in seconds: 200 years.
const AGE_SECONDS_MAX: i64 = 200 * 365 * 86_400;

/// Why a filter or an order cannot be read, and what can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// What is wrong.
    pub cause: String,
    /// What the list knows, a line for each kind.
    pub usage: String,
}

/// Reads a filter of a list that knows these names.
///
/// # Errors
/// When it is too long, or when a word cannot be read.
pub fn read(text: &str, names: &[Name], now: Timestamp) -> Result<Vec<Term>, Misread> {
    let wrong = |cause: String| Misread { cause, usage: usage(names) };
    if text.len() > FILTER_BYTES_MAX || text.contains('\0') {
        return Err(wrong(format!("it is longer than {FILTER_BYTES_MAX} bytes, or holds a character that no text has")));
    }
    words(text).into_iter().map(|word| term(&word, names, now).map_err(wrong)).collect()
}

/// Reads what a list is to be sorted by, one of `names`: its place among them, and whether a `-` before it says that the
/// greatest comes first.
///
/// # Errors
/// When the list cannot be sorted so.
pub fn sorting(text: &str, names: &[&'static str]) -> Result<(usize, bool), Misread> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    names.iter().position(|known| *known == name).map(|at| (at, descending)).ok_or_else(|| Misread {
        cause: format!("this list is not sorted by {name:?}{}", meant(name, names.iter().copied(), "")),
        usage: format!("{}: with - before it the greatest comes first", names.join(", ")),
    })
}

fn meant<'a>(name: &str, names: impl Iterator<Item = &'a str>, behind: &str) -> String {
    suggestion::nearest(name, names).map(|name| format!("; did you mean {name}{behind}?")).unwrap_or_default()
}

/// A word between spaces, without its quotes.
#[derive(Default)]
struct Typed {
    text: String,
    /// Where the first colon outside of quotes is.
    colon: Option<usize>,
    excluded: bool,
    quoted: bool,
}

fn words(text: &str) -> Vec<Typed> {
    let (mut words, mut word, mut inside) = (Vec::new(), Typed::default(), false);
    for c in text.chars() {
        match c {
            '"' => (inside, word.quoted) = (!inside, true),
            c if c.is_whitespace() && !inside => words.push(std::mem::take(&mut word)),
            '-' if word.text.is_empty() && !word.quoted && !word.excluded => word.excluded = true,
            c => {
                if c == ':' && !inside && word.colon.is_none() {
                    word.colon = Some(word.text.len());
                }
                word.text.push(c);
            }
        }
    }
    words.push(word);
    words.retain(|word| !word.text.is_empty() || word.excluded);
    words
}

fn term(word: &Typed, names: &[Name], now: Timestamp) -> Result<Term, String> {
    if word.text.is_empty() {
        return Err("nothing stands after -".to_owned());
    }
    let named = word.colon.map(|at| (&word.text[..at], &word.text[at + 1..])).filter(|(name, value)| is_name(name, value, names));
    let Some((name, value)) = named else {
        return Ok(Term { excluded: word.excluded, name: None, test: Test::Text(Pattern::typed(&word.text, false)) });
    };
    let Some(at) = names.iter().position(|known| known.name == name) else {
        return Err(format!("no word of this filter is called {name}:{}", meant(name, names.iter().map(|known| known.name), ":")));
    };
    if value.is_empty() {
        return Err(format!("nothing stands after {name}: (write {name}:none for what is not there)"));
    }
    Ok(Term { excluded: word.excluded, name: Some(at), test: test(name, names[at].kind, value, now)? })
}

/// Whether what stands before a colon is meant as a name: `GUID:…`, an IPv6 address and a MAC address are words.
fn is_name(text: &str, value: &str, names: &[Name]) -> bool {
    let like_one = text.len() > 2 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !value.contains(':');
    names.iter().any(|known| known.name == text) || like_one
}

fn test(name: &str, kind: Kind, value: &str, now: Timestamp) -> Result<Test, String> {
    if value == "none" && !matches!(kind, Kind::Truth) {
        return Ok(Test::Nothing);
    }
    let (order, rest) = match value.split_at_checked(1) {
        Some(("<", rest)) => (Order::Less, rest),
        Some((">", rest)) => (Order::More, rest),
        _ => (Order::Same, value),
    };
    let number = |number: Option<i64>| {
        let number = number.map(|number| Test::Number(order, number));
        number.ok_or_else(|| format!("{value:?} is no number: write {name}:3, {name}:<3 or {name}:>3"))
    };
    match kind {
        Kind::Text | Kind::Beginning => Ok(Test::Text(Pattern::typed(value, kind == Kind::Beginning))),
        Kind::Words(words) => {
            let known = words.iter().find(|word| **word == value).map(|word| Test::Word(word));
            known.ok_or_else(|| format!("{name} is {}, not {value:?}{}", any_of(words), meant(value, words.iter().copied(), "")))
        }
        Kind::Number => number(rest.parse().ok()),
        Kind::Code => number(rest.strip_prefix("PV").or_else(|| rest.strip_prefix("pv")).unwrap_or(rest).parse().ok()),
        Kind::Bytes => number(bytes(rest)),
        Kind::Kibibytes => number(if rest.ends_with('B') { bytes(rest).map(|bytes| bytes / 1024) } else { rest.parse().ok() }),
        Kind::Time => time(order, rest, now).ok_or_else(|| format!("{value:?} is no age: write {name}:<2h, {name}:>30d or {name}:>2026-11-01")),
        Kind::Truth => match value {
            "yes" => Ok(Test::Truth(true)),
            "no" => Ok(Test::Truth(false)),
            _ => Err(format!("{name} is yes or no, not {value:?}")),
        },
    }
}

/// The number of a text such as `30d`, and what stands behind it.
fn with_unit(text: &str) -> Option<(i64, &str)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

fn bytes(text: &str) -> Option<i64> {
    let (number, unit) = with_unit(text)?;
    let shift = ["", "KiB", "MiB", "GiB", "TiB"].iter().position(|known| *known == unit).or((unit == "B").then_some(0))?;
    number.checked_mul(1 << (10 * shift))
}

fn time(order: Order, text: &str, now: Timestamp) -> Option<Test> {
    let day = || format!("{text}T00:00:00Z").parse::<Timestamp>();
    if let Ok(at) = text.parse::<Timestamp>().or_else(|_| day()) {
        return match order {
            Order::Less => Some(Test::Before { at, or_never: false }),
            Order::More => Some(Test::Since(at)),
            Order::Same => None,
        };
    }
    let (number, unit) = with_unit(text)?;
    let unit = match unit {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let at = now.plus_seconds(-number.checked_mul(unit).filter(|seconds| *seconds < AGE_SECONDS_MAX)?);
    match order {
        Order::Less => Some(Test::Since(at)),
        Order::More => Some(Test::Before { at, or_never: true }),
        Order::Same => None,
    }
}

fn any_of(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => words.join(""),
    }
}

/// What can be typed, a line for each kind of value.
fn usage(names: &[Name]) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    for name in names {
        let what = match name.kind {
            Kind::Text => "a text in it, or with * the whole of it".to_owned(),
            Kind::Beginning => "what it begins with, or with * the whole of it".to_owned(),
            Kind::Words(words) => any_of(words),
            Kind::Number => "a number, or <3 or >3".to_owned(),
            Kind::Code => "PV4001, or <4000 or >4000".to_owned(),
            Kind::Bytes | Kind::Kibibytes => "a size, as in >10MiB".to_owned(),
            Kind::Time => {
                "<2h for less than two hours ago, >30d for longer ago or never; <2026-11-01 for before, >2026-11-01 for after; s, min, h or d".to_owned()
            }
            Kind::Truth => "yes or no".to_owned(),
        };
        match lines.iter_mut().find(|(_, known)| *known == what) {
            Some((alike, _)) => {
                let _ = write!(alike, ", {}:", name.name);
            }
            None => lines.push((format!("{}:", name.name), what)),
        }
    }
    let mut text: String = lines.iter().fold(String::new(), |mut text, (names, what)| {
        let _ = writeln!(text, "{names} {what}");
        text
    });
    text.push_str("a word without a name: in any text; none after a name: nothing is there; - before a word: it must not hold");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);
    const NAMES: &[Name] = &[
        Name { name: "os", kind: Kind::Text },
        Name { name: "address", kind: Kind::Beginning },
        Name { name: "client", kind: Kind::Words(&["registered", "approved"]) },
        Name { name: "waiting", kind: Kind::Number },
        Name { name: "size", kind: Kind::Bytes },
        Name { name: "number", kind: Kind::Code },
        Name { name: "seen", kind: Kind::Time },
        Name { name: "obsolete", kind: Kind::Truth },
    ];

    fn text(typed: &str) -> Test {
        Test::Text(Pattern::typed(typed, false))
    }

    fn tests(typed: &str) -> Vec<(bool, Option<&'static str>, Test)> {
        let terms = read(typed, NAMES, NOW).unwrap_or_else(|wrong| panic!("{typed}: {}", wrong.cause));
        terms.into_iter().map(|term| (term.excluded, term.name.map(|at| NAMES[at].name), term.test)).collect()
    }

    #[test]
    fn words_and_named_words_and_what_is_excluded() {
        assert_eq!(
            tests("ws-01 os:\"debian gnu\" -client:approved seen:>30d"),
            [
                (false, None, text("ws-01")),
                (false, Some("os"), text("debian gnu")),
                (true, Some("client"), Test::Word("approved")),
                (false, Some("seen"), Test::Before { at: NOW.plus_seconds(-30 * 86_400), or_never: true }),
            ]
        );
        assert_eq!(tests("-old"), [(true, None, text("old"))]);
        assert_eq!(tests("\"-old\" \"os:x\""), [(false, None, text("-old")), (false, None, text("os:x"))], "quotes take it as it is");
        assert_eq!(tests("client:none -seen:none"), [(false, Some("client"), Test::Nothing), (true, Some("seen"), Test::Nothing)]);
        assert_eq!(
            tests("waiting:>3 size:<2KiB number:PV4001"),
            [
                (false, Some("waiting"), Test::Number(Order::More, 3)),
                (false, Some("size"), Test::Number(Order::Less, 2048)),
                (false, Some("number"), Test::Number(Order::Same, 4001)),
            ]
        );
        let day: Timestamp = "2026-11-01T00:00:00Z".parse().expect("a time");
        assert_eq!(
            tests("seen:<2026-11-01 seen:>2026-11-01"),
            [(false, Some("seen"), Test::Before { at: day, or_never: false }), (false, Some("seen"), Test::Since(day)),]
        );
    }

    #[test]
    fn identities_and_addresses_are_words() {
        for word in ["GUID:AB-CD", "aa:bb:cc", "fade::1", "C:\\x"] {
            assert_eq!(tests(word), [(false, None, text(word))]);
        }
    }

    #[test]
    fn wrong_filters_say_what_is_wrong_and_which_words_there_are() {
        let wrong = |text: &str| read(text, NAMES, NOW).expect_err("no filter");
        assert!(wrong("adress:x").cause.contains("did you mean address:"), "{:?}", wrong("adress:x"));
        assert!(wrong("adress:x").usage.starts_with("os: a text in it"), "{:?}", wrong("adress:x"));
        assert!(wrong("seen:30d").cause.contains("seen:<2h"));
        assert!(wrong("seen:>99999999999999999d").cause.contains("no age"));
        assert!(wrong("client:maybe").cause.contains("registered or approved"));
        assert!(wrong("waiting:many").cause.contains("no number"));
        assert!(wrong("obsolete:none").cause.contains("yes or no"));
        assert!(wrong("os:").cause.contains("os:none"));
        assert!(wrong("-").cause.contains("after -"));
        assert!(wrong(&"x".repeat(1001)).cause.contains("1000"));
    }

    #[test]
    fn a_list_is_sorted_by_what_it_has() {
        assert_eq!(sorting("-seen", &["name", "seen"]), Ok((1, true)));
        let wrong = sorting("sen", &["name", "seen"]).expect_err("no order");
        assert!(wrong.cause.contains("did you mean seen?") && wrong.usage.contains("name, seen"), "{wrong:?}");
    }
}
