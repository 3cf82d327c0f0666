//! What changed since a cookie, by DirSync (MS-ADTS §3.1.1.3.4.1.3): a naming context's changed and deleted objects, in the
//! order of one domain controller's changes. Also by `uSNChanged`, for a part of a naming context.

use crate::control;
use crate::entry::Entry;
use crate::refusal::{failure, of_request, result};
use crate::search::{Found, Scope};
use crate::session::Session;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::ops::ControlFlow;

/// Bytes that a domain controller is asked to give at most at once.
const BYTES_MAX: i64 = 1 << 20;
const STEP: &str = "changes";

/// Some changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Changed objects, with those asked attributes that changed; of deleted ones `isDeleted` is set.
    pub entries: Vec<Entry>,
    /// To be kept in the same transaction as the objects, and given the next time.
    pub cookie: Vec<u8>,
    /// Whether more are waiting.
    pub more: bool,
}

impl Session {
    /// Some changes below `base`, the root of a naming context, since `cookie`; everything when that is empty. Asked again with
    /// the new cookie until there are no more.
    ///
    /// # Errors
    /// As [`Failure`] tells. The old cookie stays valid.
    pub async fn dir_sync(&mut self, base: &str, filter: &str, attributes: &[&str], cookie: &[u8]) -> Result<Changes, Failure> {
        let (entries, answer) = self.connection.ask(vec![control::dir_sync(BYTES_MAX, cookie)], base, Scope::Subtree, filter, attributes).await?;
        if answer.rc != result::SUCCESS {
            return Err(failure(of_request(answer.rc), STEP, answer.rc, &answer.text));
        }
        let (more, cookie) =
            control::next_changes(&answer).ok_or_else(|| Failure::new(Outcome::Broken, STEP, "the server does not say how to ask for the next changes"))?;
        Ok(Changes { entries, cookie, more })
    }

    /// Hands on what changed below `base` after the change with this number, deleted objects too (those are where the directory
    /// keeps them, so `base` is the naming context's root for them). The number means something on the domain controller that
    /// said it only, as long as its invocation id is the same.
    ///
    /// # Errors
    /// As [`Session::search`].
    pub async fn changed_since(
        &mut self,
        base: &str,
        filter: &str,
        attributes: &[&str],
        usn: u64,
        on_entry: impl FnMut(Entry) -> ControlFlow<()> + Send,
    ) -> Result<Found, Failure> {
        let filter = format!("(&(uSNChanged>={}){filter})", usn.saturating_add(1));
        self.search_deleted_too(base, Scope::Subtree, &filter, attributes, on_entry).await
    }
}
