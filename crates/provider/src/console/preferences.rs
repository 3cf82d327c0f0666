//! Theme and width of the rail, kept in cookies of the visitor's browser.

use super::shell::{RAIL_COOKIE, THEME_COOKIE};
use super::sign_in::own_page;
use super::{Answer, see};
use crate::request::Form;
use axum::http::{HeaderValue, header};
use serde::Deserialize;

/// What the form holds.
#[derive(Deserialize)]
pub struct Preferences {
    theme: Option<String>,
    rail: Option<String>,
    #[serde(default)]
    back: String,
}

/// Keeps them and goes back.
pub async fn keep(Form(form): Form<Preferences>) -> Answer {
    let mut response = see(own_page(&form.back));
    // A word of ours, never what was sent.
    let theme = form.theme.map(|theme| match theme.as_str() {
        "light" => "light",
        "dark" => "dark",
        _ => "",
    });
    let rail = form.rail.map(|rail| if rail == "narrow" { "narrow" } else { "" });
    for (name, value) in [(THEME_COOKIE, theme), (RAIL_COOKIE, rail)] {
        let Some(value) = value else { continue };
        let age = if value.is_empty() { 0 } else { 365 * 86_400 };
        if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={age}")) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}
