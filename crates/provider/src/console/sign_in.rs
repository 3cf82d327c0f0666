//! Signing in and out, and the one-time link.

use super::markup;
use super::shell::theme;
use super::{Answer, assets, page, see};
use crate::access::{Access, Caller, cleared_cookie, fresh_cookie, is_from_elsewhere};
use crate::error::ApiError;
use crate::operations::session::{self, SessionDocument};
use crate::request::{Form, Path, Query};
use crate::site::Site;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use provost_catalog::rules::code;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    back: String,
    ended: Option<String>,
    out: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    theme: &'static str,
    site_code: String,
    site_name: String,
    back: String,
    name: String,
    ended: bool,
    signed_out: bool,
    /// Where a ticket is taken; empty where none is.
    ticket_address: String,
    error: Option<ApiError>,
}

/// Shows the form.
pub async fn form(State(site): State<Site>, caller: Caller, headers: HeaderMap, Query(asked): Query<Asked>) -> Answer {
    if caller.check(Access::SignedIn).is_ok() {
        return Ok(see(own_page(&asked.back)));
    }
    blank(&site, &headers, &asked)
}

fn blank(site: &Site, headers: &HeaderMap, asked: &Asked) -> Answer {
    let facts = site.status().facts();
    page(&SignInPage {
        theme: theme(headers),
        site_code: facts.code.to_string(),
        site_name: facts.name.clone(),
        back: own_page(&asked.back).to_owned(),
        name: String::new(),
        ended: asked.ended.is_some(),
        signed_out: asked.out.is_some(),
        ticket_address: ticket_address(site, &asked.back),
        error: None,
    })
}

fn ticket_address(site: &Site, back: &str) -> String {
    let address = || markup::address("/sign-in/negotiate", &[("back", Some(own_page(back)))]);
    site.tickets().map(|_| address()).unwrap_or_default()
}

/// The form again, with why it did not do.
fn again_with(site: &Site, headers: &HeaderMap, back: &str, name: String, error: ApiError) -> Answer {
    let facts = site.status().facts();
    let status = error.status;
    let mut response = page(&SignInPage {
        theme: theme(headers),
        site_code: facts.code.to_string(),
        site_name: facts.name.clone(),
        back: own_page(back).to_owned(),
        name,
        ended: false,
        signed_out: false,
        ticket_address: ticket_address(site, back),
        error: Some(error),
    })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Signs in with a ticket. Without one the answer asks for it, and shows the form to whoever has none. No page of another
/// site signs anybody in: a browser would bring the ticket unasked.
pub async fn negotiate(State(site): State<Site>, caller: Caller, headers: HeaderMap, Query(asked): Query<Asked>) -> Answer {
    if caller.check(Access::SignedIn).is_ok() {
        return Ok(see("/"));
    }
    if is_from_elsewhere(&headers) {
        return blank(&site, &headers, &asked);
    }
    match session::negotiate::ask(&site, &caller, &headers).await {
        Ok(session::negotiate::Negotiated { session, proof }) => {
            let mut response = begun(&site, &session, own_page(&asked.back))?;
            if let Some(proof) = proof {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, proof);
            }
            Ok(response)
        }
        Err(error) => {
            let asks = error.code == code::NOT_SIGNED_IN;
            let mut response = again_with(&site, &headers, &asked.back, String::new(), error)?;
            if asks {
                session::negotiate::ask_for_ticket(&mut response);
            }
            Ok(response)
        }
    }
}

/// A page of this console; anything else becomes the overview.
pub fn own_page(back: &str) -> &str {
    let own = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n', '\t']) && !back.starts_with("/sign-in") && back.is_ascii();
    if own { back } else { "/" }
}

/// What the form holds. No `Debug`: it holds a secret.
#[derive(Deserialize)]
pub struct SignIn {
    name: String,
    password: String,
    #[serde(default)]
    back: String,
}

/// Signs in.
pub async fn sign_in(State(site): State<Site>, caller: Caller, headers: HeaderMap, Form(form): Form<SignIn>) -> Answer {
    let SignIn { name, password, back } = form;
    let request = session::sign_in::Request { name: name.clone(), password };
    match session::sign_in::ask(&site, &caller, request).await {
        Ok(session) => begun(&site, &session, own_page(&back)),
        Err(error) => again_with(&site, &headers, &back, name, error),
    }
}

/// Sets the session's cookie and goes on.
fn begun(site: &Site, session: &SessionDocument, to: &str) -> Answer {
    let seconds = session.expires_at.0.seconds_since(site.clock().now());
    let cookie = fresh_cookie(&session.token, seconds).ok_or_else(|| ApiError::bug("keeping the session", &"its token is no cookie"))?;
    let mut response = see(to);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage {
    theme: &'static str,
    site_code: String,
    site_name: String,
    token: String,
}

/// Shows the button. Looking at the link does not use it up, and does not tell whether it is good.
pub async fn welcome(State(site): State<Site>, headers: HeaderMap, Path(token): Path<String>) -> Answer {
    let facts = site.status().facts();
    page(&WelcomePage { theme: theme(&headers), site_code: facts.code.to_string(), site_name: facts.name.clone(), token: markup::address_part(&token) })
}

/// Uses the link up and signs in.
pub async fn use_welcome(State(site): State<Site>, caller: Caller, Path(token): Path<String>) -> Answer {
    let session = session::welcome::ask(&site, &caller, token).await?;
    begun(&site, &session, "/me?done=welcome")
}

/// Signs out.
pub async fn sign_out(State(site): State<Site>, caller: Caller) -> Answer {
    match session::sign_out::ask(&site, &caller).await {
        Ok(_) => {}
        // Nobody is signed out already.
        Err(error) if error.status == StatusCode::UNAUTHORIZED || error.code == code::SESSION_EXPIRED => {}
        Err(error) => return Err(error.into()),
    }
    let mut response: Response = see("/sign-in?out=yes");
    response.headers_mut().append(header::SET_COOKIE, cleared_cookie());
    Ok(response)
}

/// Begins another session for somebody whose password was just changed: their old sessions ended with it.
pub async fn again(site: &Site, caller: &Caller) -> Answer {
    let session = session::renew(site, caller).await?;
    begun(site, &session, "/me?done=password")
}

#[cfg(test)]
mod tests {
    use super::own_page;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(own_page("/devices?filter=x"), "/devices?filter=x");
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "javascript:x",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
            "/sign-in?back=/sign-in",
        ] {
            assert_eq!(own_page(elsewhere), "/", "{elsewhere}");
        }
    }
}
