//! A Rust file taken apart: code with comments and literals blanked out, the literals, the comments, and which lines
//! are tests. Enough to look for words where they mean something; no parser.

use std::ops::Range;

/// A piece of text and the line it starts on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First line.
    pub line: usize,
    /// Without quotes or comment marks.
    pub text: String,
}

/// A file taken apart.
#[derive(Debug, Default)]
pub struct Source {
    /// The file with the content of comments and literals replaced by spaces; lines are kept.
    pub code: String,
    /// String literals.
    pub literals: Vec<Piece>,
    /// Comments.
    pub comments: Vec<Piece>,
    tests: Vec<Range<usize>>,
}

impl Source {
    /// Takes a file apart.
    pub fn read(text: &str) -> Self {
        let mut reader = Reader { rest: text, line: 1, source: Self::default() };
        while reader.step() {}
        let mut source = reader.source;
        source.tests = test_modules(&source.code);
        source
    }

    /// Whether a line lies in a module that is compiled for tests only.
    pub fn is_test(&self, line: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&line))
    }

    /// Lines of code, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    source: Source,
}

impl Reader<'_> {
    /// Reads one character of code, one comment or one literal; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest;
        let Some(first) = rest.chars().next() else { return false };
        if rest.starts_with("//") {
            self.comment(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.comment(block_comment(rest));
        } else if let Some((open, close, end)) = literal(rest).filter(|_| !self.after_word()) {
            self.literal(open, close, end);
        } else if first == '\''
            && let Some(end) = character(rest)
        {
            self.blank(end);
        } else {
            self.take(first.len_utf8());
        }
        true
    }

    /// Whether the character before belongs to a word: `var"` is no raw string.
    fn after_word(&self) -> bool {
        !self.rest.starts_with('"') && self.source.code.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    }

    fn comment(&mut self, end: usize) {
        let text = self.rest.get(..end).unwrap_or_default().trim_start_matches(['/', '!', '*']).trim_end_matches(['/', '*']);
        self.source.comments.push(Piece { line: self.line, text: text.to_owned() });
        self.blank(end);
    }

    fn literal(&mut self, open: usize, close: usize, end: usize) {
        self.source.literals.push(Piece { line: self.line, text: self.rest.get(open..close).unwrap_or_default().to_owned() });
        self.blank(end);
    }

    fn take(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += taken.matches('\n').count();
        self.source.code.push_str(taken);
        self.rest = rest;
    }

    fn blank(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += taken.matches('\n').count();
        self.source.code.extend(taken.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.rest = rest;
    }
}

/// Length of a block comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0_usize);
    while let Some(rest) = text.get(at..) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            let Some(next) = rest.chars().next() else { break };
            at += next.len_utf8();
        }
    }
    text.len()
}

/// Where the content of a string literal begins and ends, and where the literal ends.
fn literal(text: &str) -> Option<(usize, usize, usize)> {
    let prefix = text.find(|c: char| !matches!(c, 'b' | 'c' | 'r')).filter(|length| *length <= 2)?;
    let (mark, rest) = text.split_at(prefix);
    if mark.ends_with('r') {
        let hashes = rest.find(|c| c != '#')?;
        let content = rest.get(hashes..)?.strip_prefix('"')?;
        let open = prefix + hashes + 1;
        let closing = format!("\"{}", "#".repeat(hashes));
        let length = content.find(&closing)?;
        return Some((open, open + length, open + length + closing.len()));
    }
    let content = rest.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in content.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((prefix + 1, prefix + 1 + at, prefix + at + 2)),
            _ => {}
        }
    }
    None
}

/// Length of a character literal; `None` for a lifetime.
fn character(text: &str) -> Option<usize> {
    let content = text.strip_prefix('\'')?;
    let mut characters = content.char_indices();
    let (_, first) = characters.next()?;
    if first == '\\' {
        return content.get(2..)?.find('\'').map(|at| at + 4);
    }
    let (at, second) = characters.next()?;
    (second == '\'').then_some(at + 2)
}

/// Lines of each `#[cfg(test)] mod name { ... }`.
fn test_modules(code: &str) -> Vec<Range<usize>> {
    const MARK: &str = "#[cfg(test)]";
    let line_of = |at: usize| code.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let mut found = Vec::new();
    for (at, _) in code.match_indices(MARK) {
        let Some(rest) = code.get(at..) else { continue };
        let Some(open) = rest.find(['{', ';']).filter(|open| rest.as_bytes().get(*open) == Some(&b'{')) else { continue };
        let mut depth = 0_usize;
        let end = rest.char_indices().skip_while(|(index, _)| *index < open).find_map(|(index, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(index)
        });
        found.push(line_of(at)..line_of(at + end.unwrap_or(rest.len())) + 1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_not_code() {
        let source =
            Source::read("let a = \"SELECT \\\" 1\"; // expose(\nlet b = r#\"x \" y\"#; /* one /* two */ */ let c = 'x'; let d: &'a str = b\"raw\";\n");
        assert_eq!(source.literals.iter().map(|l| (l.line, l.text.as_str())).collect::<Vec<_>>(), [(1, "SELECT \\\" 1"), (2, "x \" y"), (2, "raw")]);
        assert_eq!(source.comments.len(), 2);
        assert!(!source.code.contains("expose") && !source.code.contains("SELECT") && !source.code.contains("two"));
        assert!(source.code.contains("let d: &'a str ="));
        assert_eq!(source.code.lines().count(), 2);
    }

    #[test]
    fn a_quote_in_a_character_opens_nothing() {
        let source = Source::read("f('\"'); g('\\''); h('\\u{1F600}'); let s = \"kept\"; attr\"after\"");
        assert_eq!(source.literals.iter().map(|l| l.text.as_str()).collect::<Vec<_>>(), ["kept", "after"]);
        assert!(source.code.contains("h(") && source.code.contains("let s ="));
    }

    #[test]
    fn lines_of_test_modules_are_known() {
        let source = Source::read("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { c(); }\n}\nfn d() {}\n#[cfg(test)]\nmod more;\nfn e() {}\n");
        assert_eq!((1..=9).filter(|line| source.is_test(*line)).collect::<Vec<_>>(), [2, 3, 4, 5]);
    }
}
