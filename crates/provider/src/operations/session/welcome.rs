//! Signing in with a one-time link. The console's page asks for it with a button, so that a program that only looks at
//! the link does not use it up.

use super::{SessionDocument, begin, refuse_too_many};
use crate::access::{Access, Caller};
use crate::error::ApiError;
use crate::site::Site;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_store::people::{self, Token};

/// What the caller needs.
pub const REQUIRES: Access = Access::Anyone;

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, token: String) -> Result<SessionDocument, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        refuse_too_many(work, None)?;
        let refused = || {
            ApiError::new(
                StatusCode::UNAUTHORIZED,
                code::LINK_USED_OR_EXPIRED,
                "the link does not sign in",
                "it was used already, is older than 10 minutes, or is not one of this site's",
            )
            .fix("make another on the site's machine: provost admin welcome NAME")
        };
        let digest = Token::parse(&token).map(|token| token.digest());
        let begun = match digest {
            None => Err(refused()),
            // Whose link it is, is known only inside the transaction that uses it up; the entry names them.
            Some(digest) => work.act_as_found("session.begin", |tx| {
                let person = people::use_sign_in_link(tx, &digest, work.now())?.ok_or_else(refused)?;
                Ok((person.to_string(), begin(work, tx, &person, "welcome link")?))
            }),
        };
        if begun.as_ref().is_err_and(|error| error.code == code::LINK_USED_OR_EXPIRED) {
            work.site.attempts().failed(None, work.caller.origin(), work.now());
        }
        begun
    })
    .await
}
