//! A text that is looked for.

/// A text that is looked for, whatever the case of its letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Letters of ASCII in lower case; whatever may be between two of them, nothing before the first and behind the last.
    pieces: Vec<String>,
}

impl Pattern {
    /// What people typed: with a `*` in it the whole text, each `*` standing for anything; else a part of it, or with
    /// `beginning` its begin.
    #[must_use]
    pub fn typed(text: &str, beginning: bool) -> Self {
        let lower = text.to_ascii_lowercase();
        let pieces = if lower.contains('*') {
            lower.split('*').map(str::to_owned).collect()
        } else if beginning {
            vec![lower, String::new()]
        } else {
            vec![String::new(), lower, String::new()]
        };
        Self { pieces }
    }

    /// The parts, their letters of ASCII in lower case, as databases compare: anything may be between two of them, nothing before the first and behind the last.
    #[must_use]
    pub fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// Whether a text is like this.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        let pieces: Vec<String> = self.pieces.iter().map(|piece| piece.to_lowercase()).collect();
        let Some((last, before)) = pieces.split_last() else { return true };
        let Some((first, between)) = before.split_first() else { return lower == *last };
        let Some(mut rest) = lower.strip_prefix(first.as_str()) else { return false };
        for piece in between {
            match rest.find(piece.as_str()) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_part_a_beginning_and_the_whole() {
        let like = |typed: &str, text: &str| Pattern::typed(typed, false).matches(text);
        assert!(like("BIAN", "Debian 12") && !like("bian12", "Debian 12"));
        assert!(like("ws*", "WS01") && !like("ws*", "old-ws01"));
        assert!(like("w*0*1", "ws-0-11") && !like("w*0*1", "ws-1"));
        assert!(like("*", ""), "anything, also nothing");
        assert!(like("GRÄFIN", "gräfin Ada"));
        assert!(!like("ab*ba", "aba"), "nothing is used twice");
        assert!(Pattern::typed("10.4.", true).matches("10.4.7.1") && !Pattern::typed("10.4.", true).matches("110.4.7.1"));
    }
}
