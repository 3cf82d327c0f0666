//! Setting a person's password.

use super::not_found;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_store::keys::Secret;
use provost_store::people::{self, PASSWORD_BYTES_MAX, PasswordHash};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AdministrativeUser, Operation::Modify);

/// Fewest characters of a password. Length is what counts; no kinds of characters are asked for (NIST SP 800-63B §3.1.1.2).
pub const PASSWORD_CHARACTERS_MIN: usize = 12;

/// What is asked. No `Debug`: it holds a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The new password: at least 12 characters, at most 1,024 bytes.
    #[schema(format = Password)]
    pub password: String,
}

/// Why a password is too weak; `None` when it is not.
fn weakness(name: &str, password: &str) -> Option<String> {
    let characters = password.chars().count();
    let distinct = password.chars().collect::<std::collections::BTreeSet<_>>().len();
    if characters < PASSWORD_CHARACTERS_MIN {
        Some(format!("it has {characters} characters and needs {PASSWORD_CHARACTERS_MIN}"))
    } else if password.len() > PASSWORD_BYTES_MAX {
        Some(format!("it is longer than {PASSWORD_BYTES_MAX} bytes"))
    } else if distinct < 5 {
        Some("it repeats too few characters".to_owned())
    } else if name.len() > 2 && password.to_lowercase().contains(name) && characters < name.chars().count() + PASSWORD_CHARACTERS_MIN {
        Some("it is made of the person's name".to_owned())
    } else {
        None
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String, request: Request) -> Result<Done, ApiError> {
    caller.check(REQUIRES)?;
    let _turn = site.password_turn().await?;
    site.perform(caller, REQUIRES, move |work| {
        let password = Secret::new(request.password.into_bytes());
        let name = super::name(&name)?;
        if let Some(weakness) = weakness(name.as_str(), password.expose_text().unwrap_or_default()) {
            let error = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::WEAK_PASSWORD, "the password was not set", weakness);
            return Err(error.fix("take a longer one; four unrelated words are good"));
        }
        let hash = PasswordHash::of(&password);
        work.act("person.password", |tx| {
            if !people::set_password(tx, &name, &hash)? {
                return Err(not_found(&name).into());
            }
            Ok(Acted { answer: Done { object: name.to_string(), done: "password set".to_owned() }, object: name.to_string(), detail: json!({}) })
        })
    })
    .await
}

/// Sets a person's password and ends their sessions.
#[utoipa::path(put, path = "/api/v1/people/{name}/password", operation_id = "person_password", tag = "people",
    params(("name" = String, Path, description = "Their name")), request_body = inline(Request),
    responses((status = 200, description = "It is set", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>, Body(request): Body<Request>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, name, request).await.map(|done| Json(One::new(done)))
}

#[cfg(test)]
mod tests {
    use super::weakness;

    #[test]
    fn weak_passwords_are_told_why() {
        assert!(weakness("ada", "short").is_some_and(|w| w.contains("needs 12")));
        assert!(weakness("ada", "aaaaaaaaaaaaaa").is_some());
        assert!(weakness("ada.lovelace", "Ada.Lovelace1").is_some());
        assert!(weakness("ada", &"longword".repeat(200)).is_some());
        assert_eq!(weakness("ada", "plum kettle orbit 4"), None);
        assert_eq!(weakness("ada", "пароль-достаточно-длинный"), None);
    }
}
