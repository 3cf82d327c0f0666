//! Options that every command takes.

use crate::connection::{Connection, ServerAddress, Trust};
use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{ColorChoice, Form, Output, ProgressChoice};
use provost_catalog::rules::code;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Options that every command takes.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Options {
    /// Form of the data on standard output.
    #[arg(short, long, global = true, value_enum, default_value_t, env = "PROVOST_OUTPUT", hide_env_values = true, value_name = "FORM")]
    pub output: Form,

    /// Columns of a list to show, by name, separated by commas; an unknown one is answered with all there are.
    #[arg(hide_short_help = true, long, global = true, value_delimiter = ',', value_name = "NAMES")]
    pub columns: Option<Vec<String>>,

    /// Data folder of a site on this machine. As root /var/lib/provost when not given, else provost in the folder for data ($XDG_DATA_HOME, ~/.local/share).
    #[arg(long, global = true, env = "PROVOST_DATA", hide_env_values = true, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// A site elsewhere, as https://HOST:PORT; needs a sign-in (provost admin sign-in). Wins over --data.
    #[arg(hide_short_help = true, long, global = true, env = "PROVOST_SERVER", hide_env_values = true, value_name = "URL")]
    pub server: Option<ServerAddress>,

    /// File with the certificate of the authority that signed the server's, in PEM.
    #[arg(hide_short_help = true, long, global = true, value_name = "FILE", conflicts_with = "fingerprint")]
    pub ca: Option<PathBuf>,

    /// SHA-256 of the server's certificate, which is then accepted as it is; `provost site show` prints it there.
    #[arg(hide_short_help = true, long, global = true, value_name = "SHA256")]
    pub fingerprint: Option<String>,

    /// Leaves out notes on standard error; never hides data or errors.
    #[arg(hide_short_help = true, short, long, global = true)]
    pub quiet: bool,

    /// Never asks on the terminal: what would be asked is an error.
    #[arg(hide_short_help = true, long, global = true)]
    pub no_input: bool,

    /// How it is told how far a command is that takes long.
    #[arg(hide_short_help = true, long, global = true, value_enum, default_value_t, value_name = "HOW")]
    pub progress: ProgressChoice,

    /// When colours are shown; NO_COLOR, CLICOLOR_FORCE and TERM=dumb are honoured.
    #[arg(hide_short_help = true, long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorChoice,
}

/// What a command works with.
pub struct Context {
    /// The options.
    pub options: Options,
    /// Where data and notes go.
    pub output: Output,
}

impl Context {
    /// From the options.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let output = Output::new(options.output, options.columns.clone(), options.quiet, options.progress, options.color);
        Self { options, output }
    }

    /// Whether a person can be asked on the terminal.
    ///
    /// # Errors
    /// Why not, for the failure of what had to be asked.
    pub fn may_ask(&self) -> Result<(), &'static str> {
        if self.options.no_input {
            return Err("--no-input forbids to ask");
        }
        if std::io::stdin().is_terminal() { Ok(()) } else { Err("there is no terminal to ask on") }
    }

    /// The data folder of this machine's site.
    ///
    /// # Errors
    /// When nothing says where it is.
    pub fn data_folder(&self) -> Result<DataFolder, Failure> {
        DataFolder::resolve(self.options.data.as_deref())
    }

    /// How the server's certificate is to be checked, when the command line says so.
    ///
    /// # Errors
    /// When the file cannot be read or the fingerprint is none.
    pub fn trust(&self) -> Result<Option<Trust>, Failure> {
        if let Some(path) = &self.options.ca {
            let pem = std::fs::read_to_string(path).map_err(|e| {
                Failure::new(code::CONFIG_WRONG_VALUE, format!("cannot read the authority's certificate in {}", path.display()), e).exit(Exit::Usage)
            })?;
            return Ok(Some(Trust::Authority(pem)));
        }
        let Some(text) = &self.options.fingerprint else { return Ok(None) };
        let trust = Trust::fingerprint(text).map_err(|e| {
            Failure::new(code::CONFIG_WRONG_VALUE, "cannot use the value of --fingerprint", e)
                .fix("copy it from `provost site show` on the site's machine")
                .exit(Exit::Usage)
        })?;
        Ok(Some(trust))
    }

    /// Connects to the site that the options name.
    ///
    /// # Errors
    /// When it cannot be told where it is or how its certificate is checked.
    pub fn connect(&self) -> Result<Connection, Failure> {
        match &self.options.server {
            Some(address) => Connection::remote(address.clone(), self.trust()?),
            None => Connection::local(self.data_folder()?),
        }
    }
}
