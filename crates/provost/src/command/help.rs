//! `provost help`.

use super::CommandLine;
use crate::exit::{CODES, Exit};
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};
use clap::CommandFactory;
use provost_catalog::rules::code;
use provost_domain::suggestion;
use serde_json::{Value, json};

/// Explains a command or a topic: exit-codes, environment, filters, cmdlets.
#[derive(Debug, clap::Args)]
pub struct Help {
    /// A topic, or a command such as `device list`.
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,

    #[command(flatten)]
    narrow: Narrow,
}

/// One topic: a short list.
struct Topic {
    name: &'static str,
    listing: Listing,
    items: fn() -> Vec<Value>,
}

const TOPICS: &[Topic] = &[
    Topic {
        name: "exit-codes",
        listing: Listing { name: "code", columns: columns(&[column("code", "code").shown(Show::Number), column("meaning", "meaning")]), nothing: "" },
        items: || CODES.iter().map(|c| json!({ "code": c.code, "meaning": c.meaning })).collect(),
    },
    Topic {
        name: "environment",
        listing: Listing { name: "variable", columns: columns(&[column("variable", "variable"), column("meaning", "meaning")]), nothing: "" },
        items: || ENVIRONMENT.iter().map(|(variable, meaning)| json!({ "variable": variable, "meaning": meaning })).collect(),
    },
    Topic {
        name: "filters",
        listing: Listing { name: "word", columns: columns(&[column("word", "word"), column("meaning", "meaning")]), nothing: "" },
        items: || FILTERS.iter().map(|(word, meaning)| json!({ "word": word, "meaning": meaning })).collect(),
    },
    Topic {
        name: "cmdlets",
        listing: Listing { name: "cmdlet", columns: columns(&[column("cmdlet", "cmdlet"), column("command", "command")]), nothing: "" },
        items: || CMDLETS.iter().map(|(cmdlet, command)| json!({ "cmdlet": cmdlet, "command": command })).collect(),
    },
];

/// Variables that change something. None holds a secret.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("PROVOST_DATA", "data folder, as --data"),
    ("PROVOST_SERVER", "address of a site elsewhere, as --server"),
    ("PROVOST_OUTPUT", "form of data, as --output"),
    ("PROVOST_LOG", "what the site logs, as --log of `provost up`"),
    ("NO_COLOR", "no colours (https://no-color.org)"),
    ("CLICOLOR_FORCE", "colours also where there is no terminal"),
    ("XDG_DATA_HOME", "where the data folder is for a person who is not root; ~/.local/share when not set"),
    ("XDG_STATE_HOME", "where sign-ins are kept; ~/.local/state when not set"),
];

/// Words of `--filter`, the same for every list; in quotes of the shell, for < and > are its own.
const FILTERS: &[(&str, &str)] = &[
    ("WORD", "a text with WORD in it, whatever the case of letters; all words must hold"),
    ("\"TWO WORDS\"", "as it stands, spaces, colons and - too"),
    ("-WORD", "what must not hold; so before any of these"),
    ("COLUMN:WORD", "in this column; an unknown one is answered with all that the list has"),
    ("COLUMN:WS*", "the whole text, * standing for anything"),
    ("COLUMN:none", "nothing is there, or never"),
    ("COLUMN:>3", "a number that is more; COLUMN:<3 less, COLUMN:3 the same; sizes with a unit, as >10MiB"),
    ("COLUMN:<2h", "a time less than two hours ago; s, min, h or d"),
    ("COLUMN:>30d", "a time longer ago than 30 days, or never"),
    ("COLUMN:>2026-11-01", "a time after a day; COLUMN:<2026-11-01 before it"),
    ("COLUMN:yes", "or no"),
];

/// Cmdlets of Configuration Manager and the command for the same.
pub(super) const CMDLETS: &[(&str, &str)] = &[
    ("Get-CMSite", "provost site show"),
    ("Get-CMSiteRole", "provost role list"),
    ("Get-CMSiteComponent", "provost role show site-server"),
    ("Get-CMAccount", "provost account kinds"),
    ("Get-CMDevice", "provost device list"),
    ("Get-CMDevice -Name NAME -Resource", "provost device show NAME"),
    ("Remove-CMDevice", "provost device remove NAME"),
    ("Approve-CMDevice", "provost client approve NAME"),
    ("Block-CMDevice", "provost client block NAME"),
    ("Unblock-CMDevice", "provost client unblock NAME"),
    ("Invoke-CMClientAction -ActionType ClientNotificationRequestHWInvNow", "provost client inventory NAME"),
    ("Get-CMSiteStatusMessage", "provost message list"),
    ("Get-CMAdministrativeUser", "provost admin list"),
    ("New-CMAdministrativeUser", "provost admin add NAME"),
    ("Remove-CMAdministrativeUser", "provost admin remove NAME"),
];

impl Help {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such topic or command.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        if let [name] = self.topic.as_slice()
            && let Some(topic) = TOPICS.iter().find(|t| t.name == name)
        {
            let list = self.narrow.here(&topic.listing, json!({ "items": (topic.items)(), "next": null }))?;
            context.output.list(&topic.listing, &list)?;
            return Ok(Exit::Done);
        }
        self.narrow.refuse_without_list("provost help exit-codes, environment, filters or cmdlets, each a list")?;
        let mut root = CommandLine::command();
        root.build();
        let mut command = &mut root;
        for word in &self.topic {
            let words: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).chain(TOPICS.iter().map(|t| t.name.to_owned())).collect();
            command = command.find_subcommand_mut(word).ok_or_else(|| unknown(word, &words))?;
        }
        let help = command.render_long_help().to_string();
        let name = command.get_bin_name().unwrap_or("provost").to_owned();
        let document = json!({ "command": name, "help": help });
        match context.output.form {
            form if form.is_document() => context.output.object(&document, |_| crate::output::Page::new(name.clone())),
            _ => context.output.text(&help),
        }
        Ok(Exit::Done)
    }
}

fn unknown(word: &str, words: &[String]) -> Failure {
    let fix = match suggestion::nearest(word, words.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean {meant:?}?"),
        None => "see all: provost help".to_owned(),
    };
    Failure::new(code::NOT_FOUND, format!("there is no help for {word:?}"), "it is neither a command nor a topic").fix(fix).exit(Exit::Usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever help and notes tell people to type exists.
    #[test]
    fn every_command_named_beside_a_cmdlet_exists() {
        for (cmdlet, command) in CMDLETS {
            let words = command.split(' ').map(|word| if word == "NAME" { "WS01" } else { word });
            let parsed = CommandLine::command().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{cmdlet}: {command}");
        }
    }
}
