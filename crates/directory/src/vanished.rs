//! Telling a domain controller that is gone without a word (cut off, without power) from one that only thinks for long.
//!
//! A request may be worked on for two minutes in which the server says nothing, so that no wait for an answer tells the two apart.
//! The kernels do: the one there acknowledges what is sent, and answers when it is asked whether it is there (keep-alive probes,
//! RFC 9293 §3.8.4), however busy its server is. OpenLDAP's clients have the same by `LDAP_OPT_X_KEEPALIVE_*` and
//! `LDAP_OPT_X_TCP_USER_TIMEOUT`; Windows' ask by a ping of ICMP after two minutes of silence (`LDAP_OPT_PING_KEEP_ALIVE`), which is
//! too long for a run that could go on elsewhere, and which firewalls swallow.

use rustix::net::sockopt;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::AsFd;
use std::time::Duration;

/// A connection on which the other computer gives no sign of life for so long has ended: long enough for some probes to be lost.
const GONE: Duration = Duration::from_secs(30);
/// The other computer is first asked whether it is there after so long without a word of it.
const QUIET: Duration = Duration::from_secs(10);
/// And then this often.
const AGAIN: Duration = Duration::from_secs(5);

/// Has the kernel watch a connection.
pub(crate) fn watch(stream: impl AsFd) -> Result<()> {
    sockopt::set_tcp_keepidle(&stream, QUIET)?;
    sockopt::set_tcp_keepintvl(&stream, AGAIN)?;
    sockopt::set_socket_keepalive(&stream, true)?;
    // What was sent and is not acknowledged counts as well; with it, it is this time that ends probing, not a number of probes (tcp(7)).
    sockopt::set_tcp_user_timeout(&stream, u32::try_from(GONE.as_millis()).unwrap_or(u32::MAX))?;
    Ok(())
}

/// What it means that a connection ended so; none when it did not for silence.
pub(crate) fn told(error: &Error) -> Option<String> {
    let silent = matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable);
    silent.then(|| format!("its computer gave no sign of life for {} s ({error})", GONE.as_secs()))
}
