//! One object for people: its facts one below the other, then tables.

use super::cell::{self, Show};
use super::listing;
use serde_json::Value;

/// One object, ready to be read.
pub struct Page {
    /// What `-o name` prints.
    pub name: String,
    facts: Vec<Fact>,
    sections: Vec<Section>,
}

struct Fact {
    title: String,
    plain: String,
    shown: String,
}

struct Section {
    title: String,
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    note: String,
    verbatim: Vec<String>,
}

impl Page {
    /// A page of the object with this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), facts: Vec::new(), sections: Vec::new() }
    }

    /// With a fact from the document; left out when the document does not have it, or says nothing of it.
    #[must_use]
    pub fn fact(self, title: &str, document: &Value, field: &str, show: Show) -> Self {
        let value = cell::at(document, field);
        match value {
            Value::Null => self,
            Value::String(text) if text.is_empty() => self,
            Value::Array(entries) if entries.is_empty() => self,
            value => self.told(title, &cell::plain(value), &cell::shown(value, show, listing::now())),
        }
    }

    /// As text for people.
    #[must_use]
    pub fn text(&self, width: Option<u16>) -> String {
        let title_width = self.facts.iter().map(|f| f.title.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for fact in &self.facts {
            let padding = title_width - fact.title.chars().count();
            let mut indent = format!("{}{}  ", fact.title, " ".repeat(padding));
            for line in wrapped(&fact.shown, width, title_width + 2) {
                text.push_str(format!("{indent}{line}").trim_end());
                text.push('\n');
                indent = " ".repeat(title_width + 2);
            }
        }
        for section in &self.sections {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&section.title);
            text.push('\n');
            if !section.rows.is_empty() {
                let table = listing::rows(section.headings.clone(), section.rows.iter().cloned(), width.map(|w| w.saturating_sub(2)));
                for line in table.lines() {
                    text.push_str("  ");
                    text.push_str(line);
                    text.push('\n');
                }
            }
            if !section.note.is_empty() {
                for line in wrapped(&section.note, width, 2) {
                    text.push_str("  ");
                    text.push_str(line.trim_end());
                    text.push('\n');
                }
            }
            for line in &section.verbatim {
                text.push_str("  ");
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }

    /// With a fact in words; left out when there are none.
    #[must_use]
    pub fn text_fact(self, title: &str, text: &str) -> Self {
        if text.is_empty() { self } else { self.told(title, text, text) }
    }

    /// With a fact that is told in one way to scripts and in another to people.
    #[must_use]
    pub fn told(mut self, title: &str, plain: &str, shown: &str) -> Self {
        self.facts.push(Fact { title: title.to_owned(), plain: plain.to_owned(), shown: shown.to_owned() });
        self
    }

    /// With a table below the facts.
    #[must_use]
    pub fn section(mut self, title: impl Into<String>, headings: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        self.sections.push(Section { title: title.into(), headings, rows, note: String::new(), verbatim: Vec::new() });
        self
    }

    /// With a paragraph below the facts.
    #[must_use]
    pub fn paragraph(mut self, title: impl Into<String>, text: impl Into<String>) -> Self {
        self.sections.push(Section { title: title.into(), headings: Vec::new(), rows: Vec::new(), note: text.into(), verbatim: Vec::new() });
        self
    }

    /// With lines below the facts that are never broken, so that each can be copied whole.
    #[must_use]
    pub fn verbatim(mut self, title: impl Into<String>, lines: Vec<String>) -> Self {
        self.sections.push(Section { title: title.into(), headings: Vec::new(), rows: Vec::new(), note: String::new(), verbatim: lines });
        self
    }

    /// Its facts as comma-separated values.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = listing::csv_line(["field", "value"].map(str::to_owned).into_iter());
        for fact in &self.facts {
            text.push_str(&listing::csv_line([fact.title.clone(), fact.plain.clone()].into_iter()));
        }
        text
    }
}

/// Lines of a text, broken at spaces to fit a terminal.
fn wrapped(text: &str, width: Option<u16>, indent: usize) -> Vec<String> {
    let room = width.map_or(usize::MAX, |w| usize::from(w).saturating_sub(indent).max(20));
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_then_sections() {
        let document = json!({ "name": "WS01", "memory": 2048, "nothing": null });
        let page = Page::new("WS01")
            .fact("Name", &document, "name", Show::Plain)
            .fact("Memory", &document, "memory", Show::Kibibytes)
            .fact("Nothing", &document, "nothing", Show::Plain)
            .section("Disks", vec!["DEVICE".into(), "SIZE".into()], vec![vec!["sda".into(), "1 GiB".into()]]);
        insta::assert_snapshot!(page.text(None), @r"
        Name    WS01
        Memory  2.0 MiB

        Disks
          DEVICE  SIZE
          sda     1 GiB
        ");
        assert_eq!(page.csv(), "field,value\nName,WS01\nMemory,2048\n");
    }

    #[test]
    fn long_texts_break_at_spaces() {
        assert_eq!(wrapped("aaaa bbbb cccc dddd eeee ffff", Some(22), 2), ["aaaa bbbb cccc dddd", "eeee ffff"]);
    }
}
