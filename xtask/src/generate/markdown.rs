//! The few forms of Markdown that the pages use.

use std::fmt::Display;

/// Text that stays text: what Markdown would take for markup is escaped.
pub fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '<' | '>' | '|' | '*' | '_' | '`' | '\\' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Text as code.
pub fn code(text: impl Display) -> String {
    format!("`{text}`")
}

/// A sentence from words that fit into one: its first letter is a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Words to choose from: `a, b or c`.
pub fn or(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A table; cells are Markdown already. Nothing when there are no rows.
pub fn table(titles: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut text = format!("| {} |\n|{}\n", titles.join(" | "), "---|".repeat(titles.len()));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text.push('\n');
    text
}

/// Facts: what and its value, one a row; those without a value are left out.
pub fn facts(facts: &[(&str, String)]) -> String {
    let rows: Vec<_> = facts.iter().filter(|(_, value)| !value.is_empty()).map(|(what, value)| vec![format!("**{what}**"), value.clone()]).collect();
    table(&["", ""], &rows)
}

/// Points, one a line; they are Markdown already. Nothing when there are none.
pub fn points(points: &[String]) -> String {
    if points.is_empty() {
        return String::new();
    }
    let mut text: String = points.iter().map(|point| format!("- {point}\n")).collect();
    text.push('\n');
    text
}

/// A section with its heading; nothing when its body is empty.
pub fn section(title: &str, body: &str) -> String {
    if body.trim().is_empty() { String::new() } else { format!("## {title}\n\n{}\n\n", body.trim_end()) }
}
