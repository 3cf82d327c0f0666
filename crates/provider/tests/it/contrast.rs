//! Contrast of the console's colours (WCAG 2.2, 1.4.3 and 1.4.11), light and dark.

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../../assets/console.css");

/// Text on its ground: at least 4.5 to 1.
const TEXT: &[(&str, &str)] = &[
    ("text", "ground"),
    ("text", "surface"),
    ("text", "raised"),
    ("text", "hover"),
    ("text-soft", "ground"),
    ("text-soft", "surface"),
    ("text-soft", "raised"),
    ("text-soft", "hover"),
    ("text-faint", "ground"),
    ("text-faint", "surface"),
    ("text-faint", "hover"),
    ("link", "ground"),
    ("link", "surface"),
    ("link", "hover"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "accent-soft"),
    ("on-environment", "environment"),
    ("pass", "pass-soft"),
    ("fail", "fail-soft"),
    ("fail", "surface"),
    ("surface", "fail"),
    ("unknown", "unknown-soft"),
    ("off", "off-soft"),
    ("noted", "noted-soft"),
];

/// Borders of fields, focus, bars: at least 3 to 1.
const SHAPES: &[(&str, &str)] = &[
    ("line-strong", "surface"),
    ("focus", "surface"),
    ("focus", "ground"),
    ("bar", "bar-track"),
    ("bar", "surface"),
    ("bar-warn", "surface"),
    ("accent", "ground"),
];

fn palette(selector: &str) -> BTreeMap<String, f64> {
    let begin = STYLE.find(&format!("\n{selector} {{")).unwrap_or_else(|| panic!("{selector} has colours"));
    let body = &STYLE[begin..];
    let body = &body[..body.find('}').expect("an end")];
    body.lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.trim_end_matches(';').split_once(": #"))
        .map(|(name, hex)| (name.to_owned(), luminance(hex)))
        .collect()
}

fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("six digits")) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn colours_can_be_told_apart_in_both_themes() {
    let mut wrong = Vec::new();
    for (theme, selector) in [("light", ":root"), ("dark", ":root[data-theme=\"dark\"]")] {
        let colours = palette(selector);
        for (pairs, least) in [(TEXT, 4.5), (SHAPES, 3.0)] {
            for (front, back) in pairs {
                let found = contrast(colours[*front], colours[*back]);
                if found < least {
                    wrong.push(format!("{theme}: {front} on {back} is {found:.2}, needs {least}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_systems_dark_is_the_chosen_dark() {
    let system = STYLE.split(":root:not([data-theme=\"light\"]) {").nth(1).and_then(|rest| rest.split('}').next()).expect("the system's dark");
    let chosen = STYLE.split(":root[data-theme=\"dark\"] {").nth(1).and_then(|rest| rest.split('}').next()).expect("the chosen dark");
    let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(system), lines(chosen));
}

#[test]
fn colours_are_told_in_the_palettes_only() {
    let after = &STYLE[STYLE.find("*, *::before").expect("the rules")..];
    let told: Vec<&str> = after.lines().filter(|line| line.contains('#') && line.contains("color") || line.contains("rgb(")).collect();
    assert!(told.is_empty(), "{told:?}");
}
