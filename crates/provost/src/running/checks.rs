//! What is checked before `up` says `ok`.

use super::listeners::local;
use crate::connection::{Connection, Trust, escaped, probe};
use crate::data_folder::DataFolder;
use crate::failure::Failure;
use hyper::Method;
use provost_catalog::components::{COMPONENTS, ComponentName};
use provost_domain::{Approval, SmsId, Timestamp};
use provost_wire::client::path;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

/// How long something may take to become true. Builds with assertions are many times slower, and so are the machines
/// that test them.
pub const TIMEOUT: Duration = if cfg!(debug_assertions) { Duration::from_secs(60) } else { Duration::from_secs(10) };
/// Wait between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// Looks again and again until there is an answer or [`TIMEOUT`] is over.
async fn until<T>(mut look: impl AsyncFnMut() -> Result<T, String>) -> Result<T, String> {
    let end = tokio::time::Instant::now() + TIMEOUT;
    loop {
        let missing = match look().await {
            Ok(found) => return Ok(found),
            Err(missing) => missing,
        };
        if tokio::time::Instant::now() >= end {
            return Err(format!("{missing} (waited {} s)", TIMEOUT.as_secs()));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether a server answers on its real socket with a certificate of the site's authority.
///
/// # Errors
/// Why not.
pub async fn server_answers(address: SocketAddr, authority: &Trust, path: &str) -> Result<(), String> {
    until(async || match probe(local(address), authority, path).await {
        Ok(200) => Ok(()),
        Ok(status) => Err(format!("https://{}{path} answers with status {status}", local(address))),
        Err(error) => Err(format!("https://{}{path} does not answer: {error}", local(address))),
    })
    .await
}

/// Whether the management point answers.
///
/// # Errors
/// Why not.
pub async fn management_point_answers(address: SocketAddr, authority: &Trust) -> Result<(), String> {
    server_answers(address, authority, path::SITE).await
}

/// Waits until something is told to fail, and gives the reason; for ever when it is not.
pub async fn told_to_fail(reason: impl Fn() -> Option<String>) -> String {
    loop {
        match reason() {
            Some(reason) => return reason,
            None => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Whether console and API answer. That they are ready, `/readyz`, follows from what all roles are told to be, so it
/// cannot be asked before.
///
/// # Errors
/// Why not.
pub async fn provider_answers(address: SocketAddr, authority: &Trust) -> Result<(), String> {
    server_answers(address, authority, "/livez").await
}

/// Whether every component of the site server has told that it runs.
///
/// # Errors
/// Which does not, and why.
pub async fn components_run(folder: &DataFolder, since: Timestamp) -> Result<(), String> {
    until(async || {
        let components = ask(folder, "/api/v1/components").await?;
        let told = |id: &str| components["items"].as_array().into_iter().flatten().find(|c| c["name"] == id);
        for component in COMPONENTS.iter().filter(|c| c.runs_in_this_version && belongs_to_site_server(c.name)) {
            let Some(told) = told(component.id) else { return Err(format!("{} has not reported", component.id)) };
            let state = told["state"].as_str().unwrap_or("unknown");
            // What was told in an earlier run does not count.
            let now = told["since"].as_str().and_then(|at| at.parse::<Timestamp>().ok()).is_some_and(|at| at.plus_seconds(1) >= since);
            match (state, now) {
                ("running", true) => {}
                ("failing", _) => return Err(format!("{}: {}", component.id, told["reason"].as_str().unwrap_or_default())),
                _ => return Err(format!("{} has not started", component.id)),
            }
        }
        Ok(())
    })
    .await
}

const fn belongs_to_site_server(name: ComponentName) -> bool {
    !matches!(name, ComponentName::ManagementPoint | ComponentName::Provider)
}

/// What is true of this machine's client.
pub struct ClientFacts {
    /// When its inventory was loaded.
    pub inventory_at: Timestamp,
}

/// Waits until this machine's client is registered and approved and its inventory is loaded.
///
/// # Errors
/// What is still missing.
pub async fn client_is_managed(folder: &DataFolder) -> Result<ClientFacts, String> {
    until(async || {
        let Some(client) = client_of(folder) else { return Err("it has not made its identity".to_owned()) };
        let path = format!("/api/v1/clients/{}", escaped(&client.to_string()));
        let document = ask(folder, &path).await.map_err(|why| format!("it is not registered: {why}"))?;
        match document["approval"].as_str() {
            Some(word) if word == Approval::Approved.word() => {}
            Some(word) if word == Approval::Blocked.word() => return Err("it is blocked: provost client list --approval blocked".to_owned()),
            _ => return Err("it is registered and not approved: provost client list --approval registered".to_owned()),
        }
        let number = document["resource_id"].as_i64().ok_or("it has no device record")?;
        let device = ask(folder, &format!("/api/v1/devices/{number}")).await?;
        let loaded = device["inventory"]["loaded_at"].as_str().and_then(|at| at.parse().ok());
        loaded.map(|inventory_at| ClientFacts { inventory_at }).ok_or_else(|| "it is approved; its first inventory is not loaded".to_owned())
    })
    .await
}

/// The identity that this machine's client made for itself.
fn client_of(folder: &DataFolder) -> Option<SmsId> {
    let text = std::fs::read(folder.client().join("client.json")).ok()?;
    let document: Value = serde_json::from_slice(&text).ok()?;
    document["client"].as_str()?.parse().ok()
}

async fn ask(folder: &DataFolder, path: &str) -> Result<Value, String> {
    Connection::ask_in_place(folder, &Method::GET, path, None).await.map_err(|failure: Failure| format!("{}: {}", failure.what, failure.cause))
}
