//! The seed's sentences, as `crates/catalog/seed.tsv` lists them.

use super::Page;
use super::markdown::{code, plain, section, table};
use provost_catalog::accounts::ACCOUNTS;
use provost_catalog::groups::GROUPS;
use std::path::Path;

/// The list, relative to the workspace.
const LIST: &str = "crates/catalog/seed.tsv";

/// One sentence.
pub struct Sentence {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: String,
    /// What honours it: `field:FILE#FIELD`, `test:FILE::NAME`, `planned:WHAT`.
    pub honoured_by: Vec<String>,
}

impl Sentence {
    /// The account or group that it is about, or the page.
    fn subject(&self) -> String {
        let about = |file: &str| self.honoured_by.iter().any(|by| by.strip_prefix("field:").and_then(|by| by.split('#').next()) == Some(file));
        let account = ACCOUNTS.iter().find(|a| about(a.kind.file())).map(|a| a.title.to_owned());
        let group = || GROUPS.iter().find(|g| about(g.kind.file())).map(|g| plain(g.name));
        account.or_else(group).unwrap_or_else(|| "The page".to_owned())
    }
}

/// Every sentence, in the seed's order.
pub struct Seed(Vec<Sentence>);

impl Seed {
    /// Reads the list.
    pub fn read(root: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(root.join(LIST)).map_err(|e| format!("cannot read {LIST}: {e}"))?;
        Self::parse(&text)
    }

    /// Reads the list's text: a line of titles, then three columns a line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut sentences = Vec::new();
        for (number, line) in text.lines().enumerate().skip(1) {
            let [id, text, honoured_by] = line.split('\t').collect::<Vec<_>>()[..] else {
                return Err(format!("{LIST}:{}: a row has three columns", number + 1));
            };
            sentences.push(Sentence { id: id.to_owned(), text: text.to_owned(), honoured_by: honoured_by.split("; ").map(str::to_owned).collect() });
        }
        Ok(Self(sentences))
    }

    /// The sentences that a definition's file honours, with the fields and tests that do.
    pub fn of(&self, file: &str) -> String {
        let rows: Vec<_> = self
            .0
            .iter()
            .filter_map(|sentence| {
                let fields: Vec<_> =
                    sentence.honoured_by.iter().filter_map(|by| by.strip_prefix("field:")?.strip_prefix(file)?.strip_prefix('#')).map(code).collect();
                (!fields.is_empty()).then(|| vec![code(&sentence.id), plain(&sentence.text), fields.join(", ")])
            })
            .collect();
        table(&["Sentence", "It says", "Honoured by"], &rows)
    }

    /// Counts of the sentences that a test proves, that a field records, and that wait for their operation.
    fn counts(&self) -> (usize, usize, usize) {
        let with = |kind: &str| self.0.iter().filter(|s| s.honoured_by.iter().any(|by| by.starts_with(kind))).count();
        let fields_only = self.0.iter().filter(|s| !s.honoured_by.iter().any(|by| by.starts_with("test:"))).count();
        (with("test:"), fields_only, with("planned:"))
    }

    /// The page of all sentences.
    pub fn page(&self) -> Page {
        let (tests, fields, planned) = self.counts();
        let mut body = format!(
            "# The seed, sentence by sentence\n\n\
             Provost starts from one page, *Accounts used in System Center Configuration Manager*. Each of its {} sentences is honoured by a field of a definition, \
             or by a test that is run; {tests} by a test, {fields} by a field alone. {planned} of them also wait for the operation that they are about.\n\n",
            self.0.len()
        );
        let mut sections: Vec<(String, Vec<Vec<String>>)> = Vec::new();
        for sentence in &self.0 {
            let row = vec![code(&sentence.id), plain(&sentence.text), sentence.honoured_by.iter().map(code).collect::<Vec<_>>().join("<br>")];
            match sections.last_mut() {
                Some((subject, rows)) if *subject == sentence.subject() => rows.push(row),
                _ => sections.push((sentence.subject(), vec![row])),
            }
        }
        sections.iter().for_each(|(subject, rows)| body.push_str(&section(subject, &table(&["Sentence", "It says", "Honoured by"], rows))));
        Page::new("seed.md", LIST, &body)
    }
}
