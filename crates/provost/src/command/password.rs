//! Passwords: typed without echo, or read from a file or standard input; never an argument, never the environment.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::rules::code;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};

/// Longest password file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Where a password comes from.
#[derive(Clone, Debug, clap::Args)]
pub struct PasswordSource {
    /// File with the password, or - for standard input; one line end at its end does not count. Asked for on the terminal when not given.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Taken only to say why it is not.
    #[arg(long, value_name = "PASSWORD", hide = true)]
    password: Option<String>,
}

/// A variable that people may think of.
const VARIABLE: &str = "PROVOST_PASSWORD";

impl PasswordSource {
    /// Refuses a password in an argument or a variable, before anything is asked or read.
    ///
    /// # Errors
    /// [`code::SECRET_SOURCE`].
    pub fn check(&self) -> Result<(), Failure> {
        let place = match (&self.password, std::env::var_os(VARIABLE)) {
            (Some(_), _) => "an argument",
            (None, Some(_)) => "the environment variable PROVOST_PASSWORD",
            (None, None) => return Ok(()),
        };
        let cause = format!("it stands in {place}, which other programs of this machine can read");
        let failure = Failure::new(code::SECRET_SOURCE, "the password was not taken", cause);
        Err(failure.fix("change that password, then: --password-file FILE, --password-file - or the prompt").exit(Exit::Usage))
    }

    /// Whether a file is named.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.password_file.is_some()
    }

    /// The password; typed twice when it is a new one.
    ///
    /// # Errors
    /// When the file cannot be read, when there is no terminal, or when the two differ.
    pub fn read(&self, context: &Context, prompt: &str, new: bool) -> Result<String, Failure> {
        self.check()?;
        read_secret(context, self.password_file.as_deref(), prompt, new)
    }
}

/// A secret from a file, standard input or the terminal; typed twice when it is a new one.
///
/// # Errors
/// As [`PasswordSource::read`].
pub fn read_secret(context: &Context, file: Option<&Path>, prompt: &str, new: bool) -> Result<String, Failure> {
    match file {
        Some(path) if path == Path::new("-") => from(io::stdin().lock(), "standard input"),
        Some(path) => from(private(path)?, &path.display().to_string()),
        None => {
            let first = typed(context, prompt)?;
            if new && typed(context, "again: ")? != first {
                return Err(Failure::new(code::WEAK_PASSWORD, "the password was not taken", "the two that were typed differ"));
            }
            Ok(first)
        }
    }
}

fn unreadable(path: &str, error: &io::Error) -> Failure {
    Failure::new(code::WRONG_PASSWORD, format!("cannot read the password from {path}"), error)
        .fix("name a file that you may read: --password-file FILE")
        .exit(Exit::Usage)
}

/// Opens a password's file, which nobody else may read.
fn private(path: &Path) -> Result<std::fs::File, Failure> {
    use std::os::unix::fs::PermissionsExt;
    let told = path.display().to_string();
    let file = std::fs::File::open(path).map_err(|e| unreadable(&told, &e))?;
    let metadata = file.metadata().map_err(|e| unreadable(&told, &e))?;
    let mode = metadata.permissions().mode() & 0o777;
    if metadata.is_file() && mode & 0o077 != 0 {
        let failure = Failure::new(
            code::SECRET_FILE_OPEN,
            format!("the password in {told} was not taken"),
            format!("the file has mode {mode:04o}, so others can read it"),
        );
        return Err(failure.fix(format!("change that password, and: chmod 600 {told}")).exit(Exit::Usage));
    }
    Ok(file)
}

fn from(reader: impl Read, name: &str) -> Result<String, Failure> {
    let mut text = String::new();
    reader.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(|e| unreadable(name, &e))?;
    Ok(provost_domain::accounts::password::of_file(&text).to_owned())
}

fn typed(context: &Context, prompt: &str) -> Result<String, Failure> {
    let no_terminal = |cause: String| {
        Failure::new(code::WRONG_PASSWORD, "cannot ask for the password", cause)
            .fix("put it into a file of mode 0600: --password-file FILE, or - for standard input")
            .exit(Exit::Usage)
    };
    context.may_ask().map_err(|why| no_terminal(why.to_owned()))?;
    let stdin = io::stdin();
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{prompt}").and_then(|()| stderr.flush());
    let before = tcgetattr(&stdin).map_err(|e| no_terminal(e.to_string()))?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Now, &silent).map_err(|e| no_terminal(e.to_string()))?;
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line);
    let _ = tcsetattr(&stdin, OptionalActions::Now, &before);
    let _ = writeln!(stderr);
    read.map_err(|e| no_terminal(e.to_string()))?;
    from(line.as_bytes(), "the terminal")
}

#[cfg(test)]
mod tests {
    use super::from;

    #[test]
    fn any_password_goes_through_whole() {
        for password in ["ä%\" 'pass\u{1F511}  ", "two\nlines", ""] {
            assert_eq!(from(format!("{password}\n").as_bytes(), "a test").as_deref(), Ok(password));
            assert_eq!(from(format!("{password}\r\n").as_bytes(), "a test").as_deref(), Ok(password));
        }
        assert_eq!(from("no line end".as_bytes(), "a test").as_deref(), Ok("no line end"));
    }
}
