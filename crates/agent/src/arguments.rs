//! The few arguments of the client. Read by hand, to keep the tree small; none of them is ever a secret.

use provost_domain::SiteCode;
use std::ffi::OsString;
use std::path::PathBuf;

/// What `--help` prints.
pub const HELP: &str = "\
The client of a Provost site: keeps this computer's record, inventory and policy up to date.

Usage:
  provost-client run --data DIR [--management-point HOST:PORT --site CODE --trust FILE [--token-file FILE]]
  provost-client status --data DIR [-o json]

Options of run:
  --data DIR                     folder for key, certificate and queue; kept between runs
  --management-point HOST:PORT   where the site's management point answers; needed the first time
  --site CODE                    code of the site; needed the first time
  --trust FILE                   certificate of the site's authority in PEM; needed the first time
  --token-file FILE              one-time approval token (`provost client token`); the file is removed once it was used
  --with-parent                  stop when standard input closes

  --version, --help
Exit codes: 0 stopped when asked, 1 failed, 2 wrong arguments.
";

/// Arguments of `run`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Data folder.
    pub data: PathBuf,
    /// Host and port of the management point.
    pub management_point: Option<String>,
    /// Code of the site.
    pub site: Option<SiteCode>,
    /// Certificate of the site's authority.
    pub trust: Option<PathBuf>,
    /// File with a one-time approval token.
    pub token_file: Option<PathBuf>,
    /// Stop when standard input closes.
    pub with_parent: bool,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run until stopped.
    Run(Arguments),
    /// Tell how things stand.
    Status {
        /// Data folder.
        data: PathBuf,
        /// As JSON.
        json: bool,
    },
    /// Print help.
    Help,
    /// Print the version.
    Version,
}

/// Reads the arguments, without the program's name.
///
/// # Errors
/// A sentence that says what is wrong and where help is.
pub fn parse(arguments: &[OsString]) -> Result<Command, String> {
    let mut rest = arguments.iter();
    let (mut run, mut json, mut data) = (Arguments::default(), false, None);
    let verb = match rest.next().and_then(|v| v.to_str()) {
        Some("--help" | "-h" | "help") => return Ok(Command::Help),
        Some("--version" | "-V") => return Ok(Command::Version),
        Some(verb @ ("run" | "status")) => verb,
        Some(other) => return Err(format!("there is no command {other:?}; see provost-client --help")),
        None => return Err("a command is missing; see provost-client --help".to_owned()),
    };
    while let Some(argument) = rest.next() {
        let name = argument.to_string_lossy();
        let mut value = || rest.next().ok_or_else(|| format!("{name} needs a value; see provost-client --help"));
        match (verb, name.as_ref()) {
            (_, "--help" | "-h") => return Ok(Command::Help),
            (_, "--data") => data = Some(PathBuf::from(value()?)),
            ("run", "--management-point") => run.management_point = Some(address(&value()?.to_string_lossy())?),
            ("run", "--site") => run.site = Some(value()?.to_string_lossy().parse().map_err(|e| format!("--site: {e}"))?),
            ("run", "--trust") => run.trust = Some(PathBuf::from(value()?)),
            ("run", "--token-file") => run.token_file = Some(PathBuf::from(value()?)),
            ("run", "--with-parent") => run.with_parent = true,
            ("status", "-o") => match value()?.to_str() {
                Some("json") => json = true,
                Some("table") => json = false,
                _ => return Err("-o is json or table".to_owned()),
            },
            _ => return Err(format!("{verb} does not know {name:?}; see provost-client --help")),
        }
    }
    let data = data.ok_or_else(|| format!("{verb} needs --data DIR; see provost-client --help"))?;
    Ok(if verb == "run" { Command::Run(Arguments { data, ..run }) } else { Command::Status { data, json } })
}

/// Insists on HOST:PORT.
fn address(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|p| p > 0) => Ok(text.to_owned()),
        _ => Err(format!("--management-point is HOST:PORT, not {text:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn run_takes_all_its_options() {
        let parsed = parse(&words("run --data /d --management-point mp1:8443 --site P01 --trust /ca --token-file /t --with-parent"));
        let wanted = Arguments {
            data: "/d".into(),
            management_point: Some("mp1:8443".to_owned()),
            site: "P01".parse().ok(),
            trust: Some("/ca".into()),
            token_file: Some("/t".into()),
            with_parent: true,
        };
        assert_eq!(parsed, Ok(Command::Run(wanted)));
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for (text, reason) in [
            ("", "missing"),
            ("walk", "no command"),
            ("run", "--data"),
            ("run --data", "needs a value"),
            ("run --data /d --site SMS", "reserved"),
            ("run --data /d --management-point mp1", "HOST:PORT"),
            ("run --data /d --token secret", "does not know"),
            ("status --data /d -o xml", "json or table"),
        ] {
            let error = parse(&words(text)).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
