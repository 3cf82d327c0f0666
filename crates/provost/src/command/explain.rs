//! `provost explain`.

use crate::command::catalog_document::{document, list};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Page, column, columns};
use provost_catalog::rules::{self, Rule, code};
use provost_provider::RuleDocument;

/// Explains a numbered error or message: what it means, what usually causes it, and what helps. Without a number, lists all.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// The number, such as PV1008.
    #[arg(value_name = "PV####", conflicts_with_all = ["filter", "sort"])]
    number: Option<String>,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "code",
    columns: columns(&[
        column("code", "code"),
        column("severity", "severity"),
        column("title", "title"),
        column("meaning", "meaning").wide(),
        column("fix", "fix").wide(),
    ]),
    nothing: "there are no messages",
};

impl Explain {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such number.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let Some(number) = &self.number else {
            context.output.list(&LISTING, &self.narrow.here(&LISTING, list(rules::all().map(RuleDocument::from))?)?)?;
            return Ok(Exit::Done);
        };
        let rule = find(number)?;
        context.output.object(&document(RuleDocument::from(rule))?, |_| page(rule));
        Ok(Exit::Done)
    }
}

/// The number in `PV1008`, `pv1008` or `1008`.
fn number(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("PV").or_else(|| text.strip_prefix("pv")).unwrap_or(text);
    if digits.len() == 4 { digits.parse().ok() } else { None }
}

fn find(text: &str) -> Result<&'static Rule, Failure> {
    let missing = || Failure::new(code::NOT_FOUND, format!("there is no message {text:?}"), "messages are numbered PV1001, PV1002 and so on");
    let number = number(text).ok_or_else(|| {
        missing().fix("write PV and four digits, as the error shows them: provost explain PV1008; see all: provost explain").exit(Exit::Usage)
    })?;
    rules::rule(number).ok_or_else(|| {
        // A mistyped number is most likely near the right one.
        let near = rules::all().filter(|rule| rule.code / 1000 == number / 1000).min_by_key(|rule| rule.code.abs_diff(number));
        let fix = near.map_or_else(|| "see all: provost explain".to_owned(), |rule| format!("the nearest is PV{:04}: {}", rule.code, rule.title));
        missing().fix(fix)
    })
}

fn page(rule: &Rule) -> Page {
    let name = format!("PV{:04}", rule.code);
    Page::new(name.as_str())
        .text_fact("Number", &name)
        .text_fact("Title", rule.title)
        .text_fact("Severity", rule.severity.words())
        .text_fact("Meaning", rule.meaning)
        .text_fact("Cause", rule.cause)
        .text_fact("Fix", rule.fix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandLine;
    use clap::CommandFactory;

    #[test]
    fn every_rule_is_found_as_people_write_it() {
        for rule in rules::all() {
            for text in [format!("PV{:04}", rule.code), format!("pv{}", rule.code), rule.code.to_string()] {
                assert_eq!(find(&text).map(|r| r.code), Ok(rule.code));
            }
        }
        assert_eq!(find("PVX").err().map(|f| f.exit), Some(Exit::Usage));
        assert!(find("PV1999").err().is_some_and(|f| f.fix.contains("PV1")));
    }

    /// Whatever the fixes of the rules tell people to type exists.
    #[test]
    fn every_command_of_a_fix_exists() {
        let mut wrong = Vec::new();
        for rule in rules::all() {
            for (at, _) in rule.fix.match_indices("provost ") {
                let words: Vec<&str> = rule.fix[at..].split(' ').take_while(|word| !word.is_empty()).collect();
                if !names_a_command(&words) {
                    wrong.push(format!("PV{:04}: {}", rule.code, rule.fix));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Whether words begin with a command that exists; what follows it is prose or arguments.
    fn names_a_command(words: &[&str]) -> bool {
        let mut command = CommandLine::command();
        command.build();
        let mut current = &command;
        for word in &words[1..] {
            let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            match current.get_subcommands().find(|c| c.get_name() == word) {
                Some(inner) => current = inner,
                None => break,
            }
        }
        !current.is_subcommand_required_set()
    }
}
