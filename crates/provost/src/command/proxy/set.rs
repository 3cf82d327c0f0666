//! `provost proxy set`.

use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use provost_catalog::rules::code;
use serde_json::json;
use std::path::PathBuf;

/// Sets the proxy server that an account passes for a site system, and what it must and must not reach through it.
#[derive(Debug, clap::Args)]
pub struct Set {
    /// The account: asset-intelligence-proxy, exchange-connector-proxy or software-update-point-proxy.
    #[arg(value_name = "KIND")]
    kind: String,

    /// Name and port of the proxy server.
    #[arg(value_name = "HOST:PORT")]
    proxy: String,

    /// The site system whose proxy it is.
    #[arg(long, value_name = "SITE-SYSTEM")]
    on: String,

    /// A host that it must reach, host or host:port; may be given several times.
    #[arg(long, value_name = "HOST")]
    allowed: Vec<String>,

    /// A host that it must not reach; checks try it.
    #[arg(long, value_name = "HOST")]
    forbidden: Option<String>,

    /// Certificates of the only authorities to trust for the hosts behind it, in PEM.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// The proxy asks for no sign-in.
    #[arg(long)]
    no_sign_in: bool,
}

impl Set {
    /// Does it.
    ///
    /// # Errors
    /// When the server or a file is none, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let wrong = |cause: String| Failure::new(code::PROXY_UNSET, "the proxy was not set", cause).exit(Exit::Usage);
        let (host, port) = self.proxy.rsplit_once(':').ok_or_else(|| wrong(format!("{} has no port", self.proxy)).fix("--server HOST:3128"))?;
        let port: u16 = port.parse().map_err(|_| wrong(format!("{port} is no port")).fix("--server HOST:3128"))?;
        let ca = self.ca_file.as_ref().map(|file| std::fs::read_to_string(file).map_err(|e| wrong(format!("{}: {e}", file.display())))).transpose()?;
        let body = json!({
            "host": host, "port": port, "authenticates": !self.no_sign_in, "allowed": self.allowed, "forbidden_host": self.forbidden, "ca_pem": ca,
        });
        let answer = context.connect()?.put(&format!("/api/v1/proxies/{}/{}", escaped(&self.kind), escaped(&self.on)), &body)?;
        context.output.object(&answer, |_| Page::new(&self.on).told("Proxy", &self.on, &format!("{}: {} by way of {}", self.on, self.kind, self.proxy)));
        Ok(Exit::Done)
    }
}
