//! One HTTP/1.1 exchange on a stream: only what tests need of it.

use std::io::{self, BufRead, BufReader, Read, Write};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header lines in lower case, as they came.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The body as text, for messages.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection that keeps alive over several exchanges.
pub struct Connection<S: Read + Write> {
    stream: BufReader<S>,
    line: String,
}

impl<S: Read + Write> Connection<S> {
    /// Over a stream that is ready to be written to.
    pub fn new(stream: S) -> Self {
        Self { stream: BufReader::with_capacity(16 * 1024, stream), line: String::new() }
    }

    /// The stream below.
    pub fn stream(&mut self) -> &mut S {
        self.stream.get_mut()
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// When the connection breaks or the answer is not HTTP/1.1 with a length.
    pub fn exchange(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let mut request = Vec::with_capacity(256 + body.len());
        write!(request, "{method} {path} HTTP/1.1\r\nhost: provost\r\n")?;
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n")?;
        }
        if !body.is_empty() || method == "POST" || method == "PUT" {
            write!(request, "content-length: {}\r\n", body.len())?;
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        self.stream.get_mut().flush()?;
        self.read_answer()
    }

    /// Reads an answer that was asked for.
    ///
    /// # Errors
    /// As [`Connection::exchange`].
    pub fn read_answer(&mut self) -> io::Result<Answer> {
        let status_line = self.read_line()?;
        let status = status_line.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| invalid(&status_line))?;
        let mut headers = Vec::new();
        loop {
            let line = self.read_line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| invalid(&line))?;
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let mut body = Vec::new();
        if status != 304 && status != 204 {
            if header("transfer-encoding") == Some("chunked") {
                self.read_chunks(&mut body)?;
            } else {
                let length: u64 = header("content-length").and_then(|v| v.parse().ok()).unwrap_or(0);
                self.stream.by_ref().take(length).read_to_end(&mut body)?;
                if body.len() as u64 != length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
        Ok(Answer { status, headers, body })
    }

    fn read_chunks(&mut self, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let line = self.read_line()?;
            let size = u64::from_str_radix(line.trim(), 16).map_err(|_| invalid(&line))?;
            self.stream.by_ref().take(size).read_to_end(body)?;
            self.read_line()?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    fn read_line(&mut self) -> io::Result<String> {
        self.line.clear();
        if self.stream.read_line(&mut self.line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(self.line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

fn invalid(line: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not an HTTP/1.1 answer: {line:?}"))
}
