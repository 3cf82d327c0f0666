//! Changing a binding: its password, or its place in its list.

use super::list::{Binding, documents};
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::secret_text::SecretText;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_domain::accounts::Refusal;
use provost_store::accounts::bindings;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The new password.
    pub password: Option<SecretText>,
    /// The version that it replaces, as it was seen; another newest one is refused, so that of two people who replace it at
    /// once one is told.
    pub expected_version: Option<i64>,
    /// The new place in the list, from 1.
    pub position: Option<u32>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, binding_id: i64, request: Request) -> Result<Binding, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let what = "the account was not changed";
            let password = request.password.as_ref().map(SecretText::checked).transpose().map_err(|refusal| super::refused(what, refusal))?;
            let sealer = work.site.sealer().clone();
            work.act("account.set", |tx| {
                bindings::lock(tx)?;
                let stored = super::by_id(tx, binding_id)?;
                let (by, now) = (work.caller.name(), work.now());
                let sealed = match (password, stored.secret) {
                    (None, _) => None,
                    (Some(password), Some(id)) => Some(sealer.replace(tx, id, request.expected_version, password, by, now)),
                    (Some(password), None) => Some(sealer.add(tx, password, by, now)),
                };
                let sealed = sealed.transpose().map_err(|error| super::vault_refused("the password was not replaced", error))?;
                if let Some(sealed) = sealed {
                    bindings::set_secret(tx, binding_id, sealed.secret, by, now)?;
                }
                if let Some(position) = request.position {
                    let count = bindings::of(tx, stored.kind, &stored.object)?.len();
                    if position == 0 || usize::try_from(position).is_ok_and(|position| position > count) {
                        let refusal = Refusal {
                            code: provost_catalog::rules::code::ACCOUNT_ORDER_INVALID,
                            cause: format!("there is no place {position} among {count}"),
                            fix: "see the list: provost account list".to_owned(),
                        };
                        return Err(super::refused(what, refusal).into());
                    }
                    bindings::set_position(tx, &stored, position, by, now)?;
                }
                let detail = json!({
                    "kind": stored.kind.definition().id, "on": stored.object, "position": request.position,
                    "password_version": sealed.map(|sealed| sealed.version),
                });
                let object = stored.name.to_string();
                let stored = super::by_id(tx, binding_id)?;
                let mut answer = documents(tx, &[stored])?;
                let answer = answer.pop().ok_or_else(|| ApiError::not_found("binding", &binding_id.to_string(), "provost account list"))?;
                Ok(Acted { answer: (answer, sealed), object, detail })
            })
        })
        .await?;
    site.sealed(done.1);
    Ok(done.0)
}

/// Changes a binding's password or place.
#[utoipa::path(put, path = "/api/v1/bindings/{binding_id}", operation_id = "binding_set", tag = "bindings", request_body = inline(Request),
    params(("binding_id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The binding", body = One<Binding>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(
    State(site): State<Site>,
    caller: Caller,
    Path(binding_id): Path<i64>,
    Body(request): Body<Request>,
) -> Result<Json<One<Binding>>, ApiError> {
    ask(&site, &caller, binding_id, request).await.map(|binding| Json(One::new(binding)))
}
