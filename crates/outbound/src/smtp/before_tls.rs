//! The dialogue before TLS: greeting, `EHLO`, `STARTTLS`. Nothing secret is said here.

use crate::failure::{Failure, within};
use provost_domain::outcome::Outcome;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Longest wait for a whole answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Most bytes of an answer. RFC 5321 §4.5.3.1.5 allows 512 a line; real ones have a dozen lines.
const BYTES_MAX: usize = 16 * 1024;

/// What a server offers before TLS.
pub(super) struct Offered {
    /// Some way to sign in: whoever uses it shows the password.
    pub auth: bool,
}

/// Asks for TLS. The stream is then at the first byte of the handshake.
pub(super) async fn start_tls<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, hello: &str) -> Result<(S, Offered), Failure> {
    expect(&answer(&mut stream, "greeting").await?, "220", "greeting")?;
    say(&mut stream, &format!("EHLO {hello}\r\n"), "hello").await?;
    let lines = answer(&mut stream, "hello").await?;
    expect(&lines, "250", "hello")?;
    let offers = |keyword: &str| {
        lines.iter().skip(1).any(|line| line.get(4..).and_then(|rest| rest.split([' ', '=']).next()).is_some_and(|word| word.eq_ignore_ascii_case(keyword)))
    };
    let offered = Offered { auth: offers("AUTH") };
    if !offers("STARTTLS") {
        return Err(Failure::new(Outcome::NothingSafe, "starttls", "the server does not offer STARTTLS"));
    }
    say(&mut stream, "STARTTLS\r\n", "starttls").await?;
    expect(&answer(&mut stream, "starttls").await?, "220", "starttls")?;
    Ok((stream, offered))
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &str, step: &'static str) -> Result<(), Failure> {
    within(ANSWER, Outcome::Broken, step, async { stream.write_all(line.as_bytes()).await.map_err(|e| Failure::new(Outcome::Broken, step, e)) }).await
}

fn expect(lines: &[String], code: &str, step: &'static str) -> Result<(), Failure> {
    let last = lines.last().map_or("", String::as_str);
    match last.get(..3) {
        Some(found) if found == code => Ok(()),
        Some(found) if found.starts_with('4') => Err(Failure::new(Outcome::Unreachable, step, last)),
        _ => Err(Failure::new(Outcome::Broken, step, format!("{code} was expected: {last}"))),
    }
}

/// One answer, byte by byte: no byte after it is taken from the stream, so what somebody slipped in behind it before TLS
/// becomes part of the handshake and breaks it.
async fn answer<S: AsyncRead + Unpin>(stream: &mut S, step: &'static str) -> Result<Vec<String>, Failure> {
    within(ANSWER, Outcome::Broken, step, async {
        let mut lines = Vec::new();
        let mut line = Vec::new();
        for _ in 0..BYTES_MAX {
            let byte = stream.read_u8().await.map_err(|e| Failure::new(Outcome::Broken, step, format!("the server closed: {e}")))?;
            line.push(byte);
            if byte != b'\n' {
                continue;
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            let code = text.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_digit()));
            let (Some(_), more) = (code, text.as_bytes().get(3)) else {
                return Err(Failure::new(Outcome::Broken, step, format!("this is no SMTP answer: {text}")));
            };
            let last = !matches!(more, Some(b'-'));
            lines.push(text);
            if last {
                return Ok(lines);
            }
        }
        Err(Failure::new(Outcome::Broken, step, format!("the answer has more than {BYTES_MAX} bytes")))
    })
    .await
}
