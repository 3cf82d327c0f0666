//! What a host runs, once it was made.

use crate::host::Host;
use crate::topology::{self, Kind};
use crate::{domain_controller, member, service, ssh};
use std::io;

/// Starts the servers of a host that was made before and whose servers were stopped since.
///
/// # Errors
/// When one does not start, or does not answer in time.
pub fn serve(on: &Host, host: &topology::Host, network: u8) -> io::Result<()> {
    let address = host.address(network);
    match host.kind {
        Kind::DomainController | Kind::AdditionalController { .. } => domain_controller::serve(on, address)?,
        Kind::Member => member::serve(on, address)?,
        Kind::Database => service::serve(on, host, network, service::DATABASE)?,
        Kind::Mail => service::serve(on, host, network, service::MAIL)?,
        Kind::Proxy => service::serve(on, host, network, service::PROXY)?,
        Kind::Workgroup => {}
    }
    if host.kind.takes_ssh() { ssh::serve(on, address) } else { Ok(()) }
}
