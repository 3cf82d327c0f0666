//! `provost mail set`.

use super::{SERVER, show};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::rules::code;
use serde_json::json;
use std::path::PathBuf;

/// Most bytes of a file with certificates.
const CA_FILE_MAX: u64 = 1 << 20;

/// Sets the SMTP server for alerts. Mail is sent over TLS only: STARTTLS, or TLS from the first byte on port 465.
///
/// The account that signs in is bound apart: provost account add NAME --for smtp-server-connection
#[derive(Debug, clap::Args)]
pub struct Set {
    /// Its name and port, such as mail01.corp.example:587; its certificate must be for that name.
    #[arg(value_name = "HOST:PORT", value_parser = host_and_port)]
    smtp_server: HostAndPort,

    /// The address that mail comes from.
    #[arg(long, value_name = "ADDRESS")]
    sender: String,

    /// Certificates of the only authorities to trust for it, in PEM; the well-known ones when left out.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// The server takes mail without sign-in.
    #[arg(long)]
    no_sign_in: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct HostAndPort {
    host: String,
    port: u16,
}

fn host_and_port(text: &str) -> Result<HostAndPort, String> {
    let wrong = || "write it as HOST:PORT, such as mail01.corp.example:587".to_owned();
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').ok_or_else(wrong)?,
        None if host.contains(':') => return Err(wrong()),
        None => host,
    };
    let port = port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
    if host.is_empty() { Err(wrong()) } else { Ok(HostAndPort { host: host.to_owned(), port }) }
}

impl Set {
    /// Does it.
    ///
    /// # Errors
    /// When the file cannot be read, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let ca_pem = self.ca_file.as_ref().map(read).transpose()?;
        let HostAndPort { host, port } = &self.smtp_server;
        let body = json!({ "host": host, "port": port, "authenticates": !self.no_sign_in, "sender": self.sender, "ca_pem": ca_pem });
        let server = context.connect()?.put(SERVER, &body)?;
        context.output.object(&server, show::page);
        if !self.no_sign_in {
            context.output.note("it signs in as the account that is bound: provost account add NAME --for smtp-server-connection");
        }
        context.output.note("next: provost mail test ADDRESS");
        Ok(Exit::Done)
    }
}

fn read(path: &PathBuf) -> Result<String, Failure> {
    let failed = |cause: String| Failure::new(code::NOT_FOUND, format!("cannot read {}", path.display()), cause).fix("name a file with certificates in PEM");
    let size = std::fs::metadata(path).map_err(|e| failed(e.to_string()))?.len();
    if size > CA_FILE_MAX {
        return Err(failed(format!("it has {size} bytes; certificates have fewer")));
    }
    std::fs::read_to_string(path).map_err(|e| failed(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_name_and_a_port() {
        let read = |text| host_and_port(text).map(|server| (server.host, server.port));
        assert_eq!(read("mail01.corp.example:587"), Ok(("mail01.corp.example".to_owned(), 587)));
        assert_eq!(read("[2001:db8::1]:25"), Ok(("2001:db8::1".to_owned(), 25)));
        for text in ["mail01", ":587", "mail01:", "mail01:0", "mail01:65536", "2001:db8::1:25", "[2001:db8::1:25", ""] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }
}
