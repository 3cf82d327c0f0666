//! A stream whose bytes are counted and told.

use super::{Output, Progress};
use serde_json::json;
use std::io::{self, Read, Write};

/// A stream whose bytes are counted and told.
pub struct Counted<S> {
    stream: S,
    doing: &'static str,
    bytes: u64,
    of: Option<u64>,
    progress: Progress,
}

impl<S> Counted<S> {
    /// Counts what goes through `stream`; `of` is how many bytes there will be, when that is known.
    pub fn new(output: &Output, doing: &'static str, stream: S, of: Option<u64>) -> Self {
        Self { stream, doing, bytes: 0, of, progress: Progress::new(output) }
    }

    fn moved(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        let (doing, bytes, of) = (self.doing, self.bytes, self.of);
        self.progress.tell(|| told(doing, bytes, of), || json!({ "doing": doing, "bytes": bytes, "of": of }));
    }
}

impl<S: Read> Read for Counted<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(into)?;
        self.moved(read);
        Ok(read)
    }
}

impl<S: Write> Write for Counted<S> {
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
