//! `provost completions`.

use super::CommandLine;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;

/// Prints completions for a shell.
///
/// For bash: provost completions bash > ~/.local/share/bash-completion/completions/provost
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    /// Does it.
    ///
    /// # Errors
    /// Never.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut CommandLine::command(), "provost", &mut script);
        let script = String::from_utf8_lossy(&script);
        match context.output.form {
            form if form.is_document() => {
                let document = json!({ "shell": self.shell.to_string(), "script": script });
                context.output.object(&document, |_| crate::output::Page::new(self.shell.to_string()));
            }
            _ => context.output.text(&script),
        }
        Ok(Exit::Done)
    }
}
