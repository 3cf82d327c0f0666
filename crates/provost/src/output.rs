//! What commands print: data on standard output in the form that was asked for, everything else on standard error.

pub mod cell;
mod counted;
mod form;
mod listing;
mod narrow;
mod page;
mod progress;

pub use cell::Show;
pub use counted::Counted;
pub use form::{ColorChoice, Form};
pub use listing::{Column, Listing, column, columns, named};
pub use narrow::{Items, Narrow};
pub use page::Page;
pub use progress::{Progress, ProgressChoice};

use crate::failure::Failure;
use clap::builder::styling::{AnsiColor, Style};
use serde_json::{Value, json};
use std::io::{self, IsTerminal, Write};

/// Version of the JSON documents: within one version, fields are only added.
pub const API_VERSION: &str = "provost/v1";

/// Where and how to print.
pub struct Output {
    /// The form of data.
    pub form: Form,
    /// Columns asked for by name; `None` for the form's own.
    pub columns: Option<Vec<String>>,
    /// Leaves out notes; never hides data.
    pub quiet: bool,
    /// How it is told how far a command is.
    pub progress: ProgressChoice,
    color: ColorChoice,
}

/// What a sign or word means; colour only doubles it.
#[derive(Clone, Copy)]
pub enum Meaning {
    /// A checked fact.
    Good,
    /// Needs a look.
    Warning,
    /// An error.
    Bad,
}

impl Output {
    /// Output as asked for.
    #[must_use]
    pub const fn new(form: Form, columns: Option<Vec<String>>, quiet: bool, progress: ProgressChoice, color: ColorChoice) -> Self {
        Self { form, columns, quiet, progress, color }
    }

    /// Prints a list, narrowed as the command line says.
    ///
    /// # Errors
    /// When a column asked for does not exist.
    pub fn list(&self, listing: &Listing, list: &Items) -> Result<(), Failure> {
        let document = list.document();
        let items = document["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        match self.form {
            Form::Json => self.json(document),
            Form::Yaml => self.text(&yaml(&versioned(document))),
            Form::Jsonl => items.iter().for_each(|item| self.line(&versioned(item).to_string())),
            Form::Name => items.iter().for_each(|item| self.line(&cell::plain(cell::at(item, listing.name)))),
            Form::Csv => self.text(&listing.csv(items, self.columns.as_deref())?),
            Form::Table | Form::Wide => {
                let columns = listing.chosen(self.columns.as_deref(), self.form == Form::Wide)?;
                if items.is_empty() {
                    self.note(listing.nothing);
                } else {
                    self.text(&listing::table(&columns, items, self.width()));
                }
            }
        }
        Ok(())
    }

    /// Prints what people read below a list, and nobody else.
    pub fn below(&self, page: &Page) {
        let text = page.text(self.width());
        if matches!(self.form, Form::Table | Form::Wide) && !text.is_empty() {
            self.text(&format!("\n{text}"));
        }
    }

    /// Prints one object of the API: as JSON, or as the page that `page` makes of it.
    pub fn object(&self, document: &Value, page: impl FnOnce(&Value) -> Page) {
        match self.form {
            Form::Json => self.json(document),
            Form::Yaml => self.text(&yaml(&versioned(document))),
            Form::Jsonl => self.line(&versioned(document).to_string()),
            Form::Name => self.line(&page(document).name),
            Form::Csv => self.text(&page(document).csv()),
            Form::Table | Form::Wide => self.text(&page(document).text(self.width())),
        }
    }

    /// Prints a JSON document with its version.
    fn json(&self, document: &Value) {
        self.line(&serde_json::to_string_pretty(&versioned(document)).unwrap_or_default());
    }

    /// Prints one line of data.
    pub fn line(&self, line: &str) {
        let _ = writeln!(io::stdout().lock(), "{line}");
    }

    /// Prints data that ends its own lines.
    pub fn text(&self, text: &str) {
        let _ = io::stdout().lock().write_all(text.as_bytes());
    }

    /// Tells something beside the data, on standard error; not with `--quiet`.
    pub fn note(&self, note: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{note}");
        }
    }

    /// Tells of a failure, on standard error: as text, or as JSON or YAML when data would be.
    pub fn failure(&self, failure: &Failure) {
        let mut stderr = io::stderr().lock();
        let _ = match self.form {
            Form::Json => writeln!(stderr, "{:#}", failure.document()),
            Form::Jsonl => writeln!(stderr, "{}", failure.document()),
            Form::Yaml => stderr.write_all(yaml(&failure.document()).as_bytes()),
            _ => {
                let text = failure.to_string();
                let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
                let (sign, what) = first.split_at(first.find(':').unwrap_or(0));
                write!(stderr, "{}{what}\n{rest}", paint(Meaning::Bad, sign, self.colored(&io::stderr()))).and_then(|()| stderr.flush())
            }
        };
    }

    /// A word in the colour of its meaning when standard output shows colours.
    #[must_use]
    pub fn paint(&self, meaning: Meaning, word: &str) -> String {
        paint(meaning, word, self.colored(&io::stdout()))
    }

    fn colored(&self, stream: &impl IsTerminal) -> bool {
        self.color.shows(stream.is_terminal())
    }

    /// Columns of the terminal; `None` when standard output is none, where no line is broken.
    fn width(&self) -> Option<u16> {
        if !io::stdout().is_terminal() {
            return None;
        }
        rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| size.ws_col).filter(|columns| *columns >= 20)
    }
}

fn yaml(document: &Value) -> String {
    serde_saphyr::to_string(document).unwrap_or_default()
}

fn versioned(document: &Value) -> Value {
    let mut with = json!({ "apiVersion": API_VERSION });
    match (with.as_object_mut(), document.as_object()) {
        (Some(with), Some(fields)) => with.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone()))),
        _ => with["value"] = document.clone(),
    }
    with
}

fn paint(meaning: Meaning, word: &str, colored: bool) -> String {
    if !colored {
        return word.to_owned();
    }
    let style = match meaning {
        Meaning::Good => Style::new().fg_color(Some(AnsiColor::Green.into())),
        Meaning::Warning => Style::new().fg_color(Some(AnsiColor::Yellow.into())).bold(),
        Meaning::Bad => Style::new().fg_color(Some(AnsiColor::Red.into())).bold(),
    };
    format!("{style}{word}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_says_what_the_document_says() {
        // What readers of YAML 1.1 or 1.2 take for something else when it is not quoted, and what breaks a line or a document.
        let texts: &[&str] = &[
            "on",
            "off",
            "yes",
            "no",
            "y",
            "n",
            "true",
            "null",
            "~",
            "",
            "1",
            "1.0",
            "0x10",
            "1e3",
            "1_000",
            "12:30",
            "2026-11-28",
            " leading",
            "trailing ",
            "a: b",
            "a #b",
            "# a",
            "- a",
            "? a",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a",
            "{a}",
            "[a]",
            "'a'",
            "\"a\"",
            "a\nb",
            "a\n",
            "\n",
            "\ta",
            "a\r\nb",
            "\u{7f}",
            "\u{85}",
            "\u{2028}",
            "\u{feff}a",
            "\u{0}",
            "Gräfin \u{1f510}",
            "---",
            "...",
            "<<",
            "=",
            ".inf",
            ".nan",
            "corp.example.test\\svc",
        ];
        let mut document =
            json!({ "texts": texts, "empty": {}, "none": [], "nothing": null, "numbers": [0, -1, i64::MAX, u64::MAX, 1.5], "truth": [true, false] });
        document["names"] = texts.iter().map(|text| ((*text).to_owned(), json!({ "of": [[text], {}] }))).collect::<serde_json::Map<_, _>>().into();
        let text = yaml(&document);
        assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap_or_else(|e| panic!("{e}\n{text}")), document, "{text}");
    }
}
