//! Who visits, and their password.

use super::shell::{Shell, Visit};
use super::{Answer, assets, markup, page, see};
use crate::access::Caller;
use crate::error::ApiError;
use crate::operations::session::whoami::{self, Whoami};
use crate::operations::{people, session};
use crate::request::Form;
use askama::Template;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "me.html")]
struct Page {
    shell: Shell,
    sentence: String,
    whoami: Whoami,
    has_password: bool,
    of_directory: bool,
    error: Option<ApiError>,
}

/// Shows it.
pub async fn show(visit: Visit) -> Answer {
    me(visit, None).await
}

async fn me(visit: Visit, error: Option<ApiError>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let whoami = whoami::ask(&site, &caller).await?;
    let people = people::list::ask(&site, &caller, people::list::Request { limit: Some(500), after: None }).await?.items;
    let has_password = people.iter().any(|person| person.name == whoami.name && person.has_password);
    let of_directory = session::directory::is_of_directory(&whoami.name);
    let sentence = format!("You are {}, a full administrator of this site.", whoami.name);
    let status = error.as_ref().map(|error| error.status);
    let mut response = page(&Page { shell, sentence, whoami, has_password, of_directory, error })?;
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    Ok(response)
}

/// What the form holds. No `Debug`: it holds secrets.
#[derive(Deserialize)]
pub struct NewPassword {
    password: String,
    again: String,
}

/// Sets the password of whoever asks. Their sessions end, this one too, so they sign in with it at once.
pub async fn password(visit: Visit, Form(form): Form<NewPassword>) -> Answer {
    let NewPassword { password, again } = form;
    if password != again {
        let error = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::WEAK_PASSWORD, "the password was not set", "the two are not the same")
            .fix("type it twice, the same");
        return me(visit, Some(error)).await;
    }
    let Caller::Person { name, .. } = &visit.caller else { return Ok(see("/me")) };
    match people::password::ask(&visit.site, &visit.caller, name.clone(), people::password::Request { password }).await {
        Ok(_) => super::sign_in::again(&visit.site, &visit.caller).await,
        Err(error) if error.code == code::WEAK_PASSWORD => me(visit, Some(error)).await,
        Err(error) => Err(error.into()),
    }
}
