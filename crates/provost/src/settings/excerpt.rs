//! The line of a file that is wrong, with a caret below the place.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

/// A place in a text.
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    text: String,
    carets: usize,
}

impl Place {
    /// The place of bytes of a text.
    #[must_use]
    pub fn of(text: &str, span: &Range<usize>) -> Self {
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let line_start = text[..start].rfind('\n').map_or(0, |n| n + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |n| start + n);
        let mut end = span.end.clamp(start, line_end);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self {
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            text: text[line_start..line_end].trim_end().to_owned(),
            carets: text[start..end].chars().count().max(1),
        }
    }

    /// The line with carets, and what is to be said of it. A password inside an address is left out.
    #[must_use]
    pub fn excerpt(&self, path: &Path, saying: &str, secret: bool) -> String {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let mut text = format!("{margin}--> {}:{}:{}\n", path.display(), self.line, self.column);
        if secret || self.text.contains("://") {
            let _ = writeln!(text, "{margin} = {saying} (the line is not shown, for it may hold a password)");
            return text;
        }
        let shown: String = self.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(text, "{margin} |");
        let _ = writeln!(text, "{number} | {shown}");
        let _ = writeln!(text, "{margin} | {}{} {saying}", " ".repeat(self.column - 1), "^".repeat(self.carets));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_below_the_place() {
        let text = "code = \"LAB\"\nlsiten = \"ä\"\n";
        insta::assert_snapshot!(Place::of(text, &(13..19)).excerpt(Path::new("provost.toml"), "unknown key", false), @r#"
         --> provost.toml:2:1
          |
        2 | lsiten = "ä"
          | ^^^^^^ unknown key
        "#);
    }

    #[test]
    fn a_place_is_found_in_any_text() {
        for (text, span) in [("", 0..0), ("ä", 1..1), ("a\n", 2..9), ("\n\n", 1..2)] {
            let place = Place::of(text, &span);
            assert!(place.line >= 1 && place.column >= 1 && place.carets >= 1);
        }
    }
}
