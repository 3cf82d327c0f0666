//! How far a command is that takes long: on standard error, and only when it does take long. On a terminal one line that
//! changes; elsewhere a line now and then, for logs; for programs that read documents line by line, events among them.

use super::{Form, Output};
use serde_json::{Value, json};
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// A command that is done by then says nothing.
const SILENT: Duration = Duration::from_millis(500);
/// Between two changes of the line on a terminal.
const CHANGE: Duration = Duration::from_millis(100);
/// Between two events.
const EVENT: Duration = Duration::from_secs(1);
/// Between two lines elsewhere.
const LINE: Duration = Duration::from_secs(10);

/// How it is told how far a command is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ProgressChoice {
    /// Events with -o jsonl, else a bar on a terminal, else plain.
    #[default]
    Auto,
    /// One line that changes.
    Bar,
    /// A line every ten seconds.
    Plain,
    /// Not at all.
    None,
}

/// How far a command is. Dropped, it takes its line off the terminal.
pub struct Progress {
    way: Way,
    due: Instant,
    shown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Bar,
    Plain,
    Events,
    Silent,
}

impl Way {
    const fn of(choice: ProgressChoice, form: Form, terminal: bool, quiet: bool) -> Self {
        match (choice, form) {
            (ProgressChoice::None, _) => Self::Silent,
            (ProgressChoice::Auto, Form::Jsonl) => Self::Events,
            _ if quiet => Self::Silent,
            (ProgressChoice::Bar, _) => Self::Bar,
            (ProgressChoice::Auto, _) if terminal => Self::Bar,
            (ProgressChoice::Auto | ProgressChoice::Plain, _) => Self::Plain,
        }
    }

    /// Before the first time, and between two.
    const fn pauses(self) -> (Duration, Duration) {
        match self {
            Self::Bar => (SILENT, CHANGE),
            Self::Events => (SILENT, EVENT),
            Self::Plain | Self::Silent => (LINE, LINE),
        }
    }
}

impl Progress {
    /// As was asked for; the clock starts now.
    #[must_use]
    pub fn new(output: &Output) -> Self {
        let way = Way::of(output.progress, output.form, io::stderr().is_terminal(), output.quiet);
        Self { way, due: Instant::now() + way.pauses().0, shown: false }
    }

    /// Tells how far it is when it is time to: `line` for people, the fields of `event` for programs.
    pub fn tell(&mut self, line: impl FnOnce() -> String, event: impl FnOnce() -> Value) {
        if self.way == Way::Silent || Instant::now() < self.due {
            return;
        }
        let mut stderr = io::stderr().lock();
        // Who does not read it does not stop the work.
        let _ = match self.way {
            Way::Bar => write!(stderr, "\r{}\x1b[K", line()).and_then(|()| stderr.flush()),
            Way::Plain => writeln!(stderr, "{}", line()),
            Way::Events => writeln!(io::stdout().lock(), "{}", super::versioned(&json!({ "event": "progress", "progress": event() }))),
            Way::Silent => Ok(()),
        };
        self.shown = true;
        self.due = Instant::now() + self.way.pauses().1;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown && self.way == Way::Bar {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_as_asked_for_and_fit_for_who_reads_it() {
        let way = |choice, form, terminal| Way::of(choice, form, terminal, false);
        assert_eq!(way(ProgressChoice::Auto, Form::Table, true), Way::Bar);
        assert_eq!(way(ProgressChoice::Auto, Form::Json, false), Way::Plain);
        assert_eq!(way(ProgressChoice::Auto, Form::Jsonl, true), Way::Events);
        assert_eq!(way(ProgressChoice::Plain, Form::Jsonl, true), Way::Plain);
        assert_eq!(way(ProgressChoice::Bar, Form::Table, false), Way::Bar);
        assert_eq!(way(ProgressChoice::None, Form::Jsonl, true), Way::Silent);
        // What goes to standard output was asked for; the rest is a note.
        assert_eq!(Way::of(ProgressChoice::Auto, Form::Jsonl, false, true), Way::Events);
        assert_eq!(Way::of(ProgressChoice::Bar, Form::Table, true, true), Way::Silent);
    }
}
