//! What `provost up` tells while a site starts and runs: one line for each fact, and `ok` only for facts that were
//! checked.

use crate::output::{Form, Meaning, Output, Page};
use serde_json::{Value, json};

/// Widest name of a fact; texts stand below each other.
const NAME_WIDTH: usize = 9;

/// The report of one start.
pub struct Report<'a> {
    output: &'a Output,
    facts: Vec<Value>,
    ready: bool,
}

impl<'a> Report<'a> {
    /// An empty report.
    #[must_use]
    pub const fn new(output: &'a Output) -> Self {
        Self { output, facts: Vec::new(), ready: false }
    }

    /// Tells which site starts where.
    pub fn begin(&self, text: &str) {
        if self.for_people() {
            self.output.line(text);
        }
    }

    /// A fact that was checked and is so.
    pub fn good(&mut self, name: &str, text: &str) {
        self.fact("ok", Meaning::Good, name, text);
    }

    /// A fact that is not as it should be, with the reason.
    pub fn bad(&mut self, name: &str, text: &str) {
        self.fact("!!", Meaning::Warning, name, text);
    }

    /// What people do next: commands that exist, each with its use.
    pub fn next(&self, commands: &[(String, &str)]) {
        if self.for_people() {
            let all: Vec<String> = commands.iter().map(|(command, purpose)| format!("{command}   {purpose}")).collect();
            self.output.line(&format!("next: {}", all.join("        ")));
        }
    }

    /// Ends the report of the start, for programs: the whole document.
    pub fn ready(&mut self, mut document: Value) {
        self.ready = true;
        if matches!(self.output.form, Form::Json | Form::Yaml) {
            document["facts"] = json!(std::mem::take(&mut self.facts));
            self.output.object(&document, |_| Page::new(""));
        }
    }

    fn fact(&mut self, sign: &str, meaning: Meaning, name: &str, text: &str) {
        let fact = json!({ "state": if sign == "ok" { "ok" } else { "not-ok" }, "name": name, "text": text });
        match self.output.form {
            Form::Json | Form::Yaml => self.facts.push(fact),
            Form::Jsonl => self.output.object(&fact, |_| Page::new(name)),
            _ => self.output.line(&format!("  {}  {name:<NAME_WIDTH$}  {text}", self.output.paint(meaning, sign))),
        }
    }

    /// Whether the start has been told to its end.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.ready
    }

    const fn for_people(&self) -> bool {
        !self.output.form.is_document()
    }
}
