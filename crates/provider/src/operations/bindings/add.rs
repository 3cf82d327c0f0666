//! Binding a principal as an account.

use super::list::{Binding, documents};
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::secret_text::SecretText;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::binding::{Wanted, admit};
use provost_domain::accounts::scope;
use provost_store::accounts::{Binding as Stored, NewBinding, bindings};
use provost_store::settings;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// As which account, by id.
    #[schema(example = "smtp-server-connection")]
    pub kind: String,
    /// For what; left out where there is one thing only, such as this site.
    pub on: Option<String>,
    /// Who: `dns.domain\user`, `DOMAIN\user`, `user@dns.domain`, a SID, a distinguished name, or a name alone.
    pub name: String,
    /// What kind of principal it is, where the name does not tell: a group, a user of the service.
    pub principal_kind: Option<String>,
    /// Its place in an ordered list, from 1; the end when left out.
    pub position: Option<u32>,
    /// Its password. A computer account and a group have none.
    pub password: Option<SecretText>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Binding, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let what = format!("{} was not bound", request.name.chars().filter(|c| !c.is_control()).take(64).collect::<String>());
            let account = super::kind(&request.kind)?;
            let stated = super::principal_kind(request.principal_kind.as_deref())?;
            let name = AccountName::parse(&request.name).map_err(|refusal| super::refused(&what, refusal))?;
            let object = scope::object(account, request.on.as_deref(), work.site.status().facts().code).map_err(|refusal| super::refused(&what, refusal))?;
            let password = request.password.as_ref().map(SecretText::checked).transpose().map_err(|refusal| super::refused(&what, refusal))?;
            let sealer = work.site.sealer().clone();
            work.act("account.add", |tx| {
                bindings::lock(tx)?;
                let trust = super::trust_of(tx, &work.site, account, &object)?;
                let existing: Vec<_> = bindings::list(tx)?.iter().map(Stored::bound).collect();
                let wanted = Wanted { account, object: &object, name: &name, principal_kind: stated, position: request.position, trust, secondary_site: false };
                let admitted = admit(&wanted, &existing, settings::profile(tx)?).map_err(|refusal| super::refused(&what, refusal))?;
                let sealed = match password {
                    Some(password) => Some(
                        sealer.add(tx, password, work.caller.name(), work.now()).map_err(|error| super::vault_refused("the password was not sealed", error))?,
                    ),
                    None => None,
                };
                let secret = sealed.map(|sealed| sealed.secret);
                let new = NewBinding { kind: account.kind, object: &object, admitted, name: &name, secret, by: work.caller.name(), at: work.now() };
                let id = bindings::insert(tx, &new)?;
                let stored = super::by_id(tx, id)?;
                let mut answer = documents(tx, &[stored])?;
                let answer = answer.pop().ok_or_else(|| ApiError::not_found("binding", &id.to_string(), "provost account list"))?;
                let detail = json!({
                    "kind": account.id, "on": object, "position": admitted.position, "principal_kind": admitted.principal_kind.id(),
                    "with_password": sealed.is_some(),
                });
                Ok(Acted { answer: (answer, sealed), object: name.to_string(), detail })
            })
        })
        .await?;
    site.sealed(done.1);
    Ok(done.0)
}

/// Binds a principal as an account. Rules that forbid it say why.
#[utoipa::path(post, path = "/api/v1/bindings", operation_id = "binding_add", tag = "bindings", request_body = inline(Request),
    responses((status = 200, description = "The binding", body = One<Binding>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Binding>>, ApiError> {
    ask(&site, &caller, request).await.map(|binding| Json(One::new(binding)))
}
