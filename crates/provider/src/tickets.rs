//! What tickets of people are checked with.

use std::path::PathBuf;

/// What tickets of people of a directory are checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tickets {
    /// Keytab with the keys of this site's service.
    pub keytab: PathBuf,
    /// The service, as `HTTP@host.name`: what browsers ask a ticket for, and what a password is proved with.
    pub service: String,
    /// This machine's computer account, `SITE1$@CORP.EXAMPLE.TEST`: as it, people's domains are asked whether they still may.
    /// Without one, or without its key in the keytab, a session ends when what its ticket said is too old.
    pub computer: Option<String>,
}
