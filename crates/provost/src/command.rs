//! The commands: a noun, then a verb. One file for each command; its doc comment is its help.

mod account;
mod admin;
mod alert;
mod boundary;
mod catalog_document;
mod certificates;
mod client;
mod completions;
mod config;
mod confirmation;
mod device;
mod discovery;
mod explain;
mod forest;
mod group;
mod help;
mod inbox;
mod ledger;
mod mail;
mod manual;
mod membership;
mod message;
mod named;
mod password;
mod proxy;
mod role;
mod schema;
mod site;
mod site_settings;
mod trust;
mod up;
mod user;
mod usergroup;
mod verify;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::{Context, Options};

/// Provost runs your endpoints, and keeps the groups and service accounts it needs small, known and rotated.
///
/// `provost up` starts a whole site on this machine and manages this machine with it. Every other command asks the
/// running site: on this machine over its local socket, elsewhere with --server and a sign-in.
#[derive(Debug, clap::Parser)]
#[command(name = "provost", version, max_term_width = 120, disable_help_subcommand = true, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "`provost help TOPIC` tells more: exit-codes, environment, filters, cmdlets, or any command.")]
pub struct CommandLine {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Up(up::Up),
    #[command(subcommand)]
    Site(site::Command),
    #[command(subcommand)]
    Role(role::Command),
    #[command(subcommand)]
    Account(account::Command),
    Verify(verify::Verify),
    #[command(subcommand)]
    Trust(trust::Command),
    #[command(subcommand)]
    Proxy(proxy::Command),
    #[command(subcommand)]
    Group(group::Command),
    #[command(subcommand)]
    Device(device::Command),
    #[command(subcommand)]
    User(user::Command),
    #[command(subcommand)]
    Usergroup(usergroup::Command),
    #[command(subcommand)]
    Client(client::Command),
    #[command(subcommand)]
    Discovery(discovery::Command),
    #[command(subcommand)]
    Forest(forest::Command),
    #[command(subcommand)]
    Boundary(boundary::Command),
    #[command(subcommand)]
    Inbox(inbox::Command),
    #[command(subcommand)]
    Message(message::Command),
    #[command(subcommand)]
    Alert(alert::Command),
    #[command(subcommand)]
    Mail(mail::Command),
    #[command(subcommand)]
    Ledger(ledger::Command),
    #[command(subcommand)]
    Admin(admin::Command),
    Explain(explain::Explain),
    #[command(subcommand)]
    Config(config::Command),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Manual(manual::Manual),
    Help(help::Help),
}

impl CommandLine {
    /// Does what the command line says. Failures are told on standard error.
    #[must_use]
    pub fn run(self) -> Exit {
        let context = Context::new(self.options);
        self.command.run(&context).unwrap_or_else(|failure| {
            context.output.failure(&failure);
            failure.exit
        })
    }
}

impl Command {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Up(command) => command.run(context),
            Self::Site(command) => command.run(context),
            Self::Role(command) => command.run(context),
            Self::Account(command) => command.run(context),
            Self::Verify(command) => command.run(context),
            Self::Trust(command) => command.run(context),
            Self::Proxy(command) => command.run(context),
            Self::Group(command) => command.run(context),
            Self::Device(command) => command.run(context),
            Self::User(command) => command.run(context),
            Self::Usergroup(command) => command.run(context),
            Self::Client(command) => command.run(context),
            Self::Discovery(command) => command.run(context),
            Self::Forest(command) => command.run(context),
            Self::Boundary(command) => command.run(context),
            Self::Inbox(command) => command.run(context),
            Self::Message(command) => command.run(context),
            Self::Alert(command) => command.run(context),
            Self::Mail(command) => command.run(context),
            Self::Ledger(command) => command.run(context),
            Self::Admin(command) => command.run(context),
            Self::Explain(command) => command.run(context),
            Self::Config(command) => command.run(context),
            Self::Schema(command) => command.run(context),
            Self::Completions(command) => command.run(context),
            Self::Manual(command) => command.run(context),
            Self::Help(command) => command.run(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::fmt::Write as _;

    #[test]
    fn the_grammar_is_sound() {
        CommandLine::command().debug_assert();
    }

    /// The manual of the command line: every command with its help. A change here is a change of a contract.
    #[test]
    fn the_manual_is_reviewed() {
        let mut root = CommandLine::command().term_width(110);
        root.build();
        let mut manual = String::new();
        describe(&mut root, &mut manual);
        insta::assert_snapshot!("cli-reference", manual);
    }

    fn describe(command: &mut clap::Command, manual: &mut String) {
        let _ = writeln!(manual, "## {}\n", command.get_bin_name().unwrap_or("provost"));
        let mut shown = command.clone();
        if command.get_name() != "provost" {
            for argument in ["output", "columns", "data", "server", "ca", "fingerprint", "quiet", "no_input", "progress", "color"] {
                shown = shown.mut_arg(argument, |a| a.hide(true));
            }
        }
        let _ = writeln!(manual, "{}", shown.render_long_help().to_string().trim_end());
        manual.push('\n');
        for inner in command.get_subcommands_mut() {
            describe(inner, manual);
        }
    }

    /// What prints a list takes it from [`crate::output::Narrow`], so that none is without these options; here, that none
    /// is without the same.
    #[test]
    fn every_list_is_narrowed_and_sorted_by_the_same_options() {
        let mut root = CommandLine::command();
        root.build();
        let (mut commands, mut lists): (Vec<&clap::Command>, _) = (vec![&root], Vec::new());
        while let Some(command) = commands.pop() {
            let name = command.get_bin_name().unwrap_or_default();
            let has = |id: &str| command.get_arguments().find(|argument| argument.get_id() == id);
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let is_list = ["list", "kinds", "uses", "history"].contains(&command.get_name()) || about.starts_with("Lists ");
            let options = ["filter", "sort", "columns"].map(|id| has(id).is_some());
            assert!(!is_list || options == [true; 3], "{name}: a list without --filter, --sort or --columns");
            assert_eq!(options[0], options[1], "{name}: --filter and --sort go together");
            if let (Some(filter), Some(sort)) = (has("filter"), has("sort")) {
                assert!(filter.get_help().is_some_and(|help| help.to_string().contains("seen:>30d")), "{name}: the same words for the same option");
                assert!(sort.is_allow_hyphen_values_set() && filter.is_allow_hyphen_values_set(), "{name}: --sort -name, --filter -word");
                lists.push(name.to_owned());
            }
            commands.extend(command.get_subcommands());
        }
        assert!(lists.len() > 25, "{lists:?}");
    }

    #[test]
    fn every_command_has_the_options_of_every_command() {
        let mut root = CommandLine::command();
        root.build();
        let mut commands: Vec<&clap::Command> = vec![&root];
        while let Some(command) = commands.pop() {
            assert!(command.get_arguments().any(|a| a.get_short() == Some('o') && a.get_id() == "output"), "{}", command.get_name());
            assert!(command.get_about().is_some(), "{} has no help", command.get_bin_name().unwrap_or_default());
            commands.extend(command.get_subcommands());
        }
    }
}
