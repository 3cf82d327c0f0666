//! Serves the console over a site that is made up: 40 devices, inventories, messages, a ledger. For looking at pages and
//! for tests of them; nothing of it is real, and it goes when the program ends.
//!
//! `cargo run -p provost-provider --example console [PORT]` prints the address of a welcome link; with `PAGES FILE` after
//! the port it also writes a signed-in session's token to the file.

mod seed;

use provost_provider::Provider;
use std::io::Write;
use std::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(Ok(8443), |port| port.parse())?;
    let session_file = arguments.next();
    let runtime = tokio::runtime::Runtime::new()?;
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let made = seed::make(&format!("https://localhost:{}", listener.local_addr()?.port()), provost_runtime::Clock::system().now())?;
    made.bind_accounts()?;
    made.discover()?;
    let (link, token) = (made.welcome_link()?, made.session()?);
    let provider = Provider::start(made.start(listener, runtime.handle().clone())?)?;
    writeln!(std::io::stdout(), "{link}")?;
    if let Some(file) = session_file {
        std::fs::write(file, token)?;
    }
    runtime.block_on(tokio::signal::ctrl_c())?;
    runtime.block_on(provider.stop());
    Ok(())
}
