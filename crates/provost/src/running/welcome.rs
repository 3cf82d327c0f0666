//! The link with which the owner of the data signs in to the console once.

use crate::connection::{Connection, escaped};
use crate::data_folder::DataFolder;
use crate::failure::Failure;
use hyper::Method;
use provost_catalog::rules::code;
use serde_json::{Value, json};

/// A link that works once. No `Debug`: it is a secret until it is used.
pub struct Link {
    /// Its address.
    pub url: String,
    /// When it stops working, RFC 3339.
    pub expires_at: String,
}

/// Makes a link for whoever the site takes this process's owner for; adds them as an administrative user first when
/// they are none yet.
///
/// # Errors
/// When the site refuses.
pub async fn link(folder: &DataFolder) -> Result<Link, Failure> {
    let me = Connection::ask_in_place(folder, &Method::GET, "/api/v1/whoami", None).await?;
    let name = text(&me, "name")?;
    let path = format!("/api/v1/people/{}/welcome", escaped(&name));
    let welcome = async || Connection::ask_in_place(folder, &Method::POST, &path, Some(&json!({}))).await;
    let link = match welcome().await {
        Err(failure) if failure.code == code::NOT_FOUND => {
            Connection::ask_in_place(folder, &Method::POST, "/api/v1/people", Some(&json!({ "name": name }))).await?;
            welcome().await?
        }
        other => other?,
    };
    Ok(Link { url: text(&link, "url")?, expires_at: text(&link, "expires_at")? })
}

/// A field of a document that must be there.
fn text(document: &Value, field: &str) -> Result<String, Failure> {
    document[field]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Failure::new(code::BUG, "the site's answer cannot be read", format!("the field {field} is missing")))
}
