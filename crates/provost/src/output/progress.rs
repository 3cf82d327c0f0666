//! How far a command is that takes long: on standard error, and only when it does take long. On a terminal one line that
//! changes; elsewhere a line now and then, for logs.

use super::Output;
use std::io::{self, IsTerminal, Read, Write};
use std::time::{Duration, Instant};

/// A command that is done by then says nothing.
const SILENT: Duration = Duration::from_millis(500);
/// Between two changes of the line on a terminal.
const CHANGE: Duration = Duration::from_millis(100);
/// Between two lines elsewhere.
const LINE: Duration = Duration::from_secs(10);

/// A stream whose bytes are counted and told. Dropped, it takes its line off the terminal.
pub struct Progress<S> {
    stream: S,
    doing: &'static str,
    bytes: u64,
    of: Option<u64>,
    due: Instant,
    terminal: bool,
    quiet: bool,
    shown: bool,
}

impl<S> Progress<S> {
    /// Counts what goes through `stream`; `of` is how many bytes there will be, when that is known.
    pub fn new(output: &Output, doing: &'static str, stream: S, of: Option<u64>) -> Self {
        let terminal = io::stderr().is_terminal();
        let first = if terminal { SILENT } else { LINE };
        Self { stream, doing, bytes: 0, of, due: Instant::now() + first, terminal, quiet: output.quiet, shown: false }
    }

    fn moved(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        if self.quiet || Instant::now() < self.due {
            return;
        }
        let line = told(self.doing, self.bytes, self.of);
        let mut stderr = io::stderr().lock();
        let _ = if self.terminal { write!(stderr, "\r{line}\x1b[K").and_then(|()| stderr.flush()) } else { writeln!(stderr, "{line}") };
        self.shown = true;
        self.due = Instant::now() + if self.terminal { CHANGE } else { LINE };
    }
}

impl<S> Drop for Progress<S> {
    fn drop(&mut self) {
        if self.shown && self.terminal {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl<S: Read> Read for Progress<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(into)?;
        self.moved(read);
        Ok(read)
    }
}

impl<S: Write> Write for Progress<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.stream.write(bytes)?;
        self.moved(written);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn told(doing: &str, bytes: u64, of: Option<u64>) -> String {
    let mebibytes = bytes >> 20;
    match of.filter(|of| *of > 0) {
        Some(of) => format!("{doing}: {mebibytes} of {} MiB, {} %", of >> 20, 100 * bytes.min(of) / of),
        None => format!("{doing}: {mebibytes} MiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_told() {
        assert_eq!(told("writing", 3 << 20, None), "writing: 3 MiB");
        assert_eq!(told("checking", 3 << 20, Some(12 << 20)), "checking: 3 of 12 MiB, 25 %");
        assert_eq!(told("checking", 1, Some(0)), "checking: 0 MiB", "an empty file");
    }
}
