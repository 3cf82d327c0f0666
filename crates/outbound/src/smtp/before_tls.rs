//! The dialogue before TLS: greeting, `EHLO`, `STARTTLS`. Nothing secret is said here.

use super::lines::{answer, say};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use tokio::io::{AsyncRead, AsyncWrite};

/// What a server offers before TLS.
pub struct Offered {
    /// Some way to sign in: whoever uses it shows the password.
    pub auth: bool,
}

/// Asks for TLS. The stream is then at the first byte of the handshake.
///
/// # Errors
/// [`Outcome::NothingSafe`] where TLS is not offered, else as [`Failure`] tells.
pub async fn start_tls<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, hello: &str) -> Result<(S, Offered), Failure> {
    answer(&mut stream, "greeting").await?.expect("220", "greeting")?;
    say(&mut stream, format!("EHLO {hello}\r\n").as_bytes(), "hello").await?;
    let offers = answer(&mut stream, "hello").await?;
    offers.expect("250", "hello")?;
    let offered = Offered { auth: offers.offer("AUTH").is_some() };
    if offers.offer("STARTTLS").is_none() {
        return Err(Failure::new(Outcome::NothingSafe, "starttls", "the server does not offer STARTTLS"));
    }
    say(&mut stream, b"STARTTLS\r\n", "starttls").await?;
    answer(&mut stream, "starttls").await?.expect("220", "starttls")?;
    Ok((stream, offered))
}
