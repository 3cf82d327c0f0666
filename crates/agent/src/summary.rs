//! How a client stands, for `provost-client status`: read from its data folder, which a running client goes on using.

use crate::condition;
use crate::folder::Folder;
use crate::identity::{Identity, Settings};
use crate::queue::Queue;
use crate::schedule::Done;
use provost_domain::Timestamp;
use std::fmt::Write;
use std::path::Path;

/// The client's standing as a table, or as one JSON document.
///
/// # Errors
/// When the folder is not a client's.
pub fn of(data: &Path, json: bool) -> Result<String, String> {
    let missing = |e: &dyn std::fmt::Display| format!("{} is not a client's data folder: {e}", data.display());
    let folder = Folder::look(data).map_err(|e| missing(&e))?;
    let Some(settings) = Settings::load(&folder).map_err(|e| missing(&e))? else { return Err(missing(&"it has no client.json")) };
    let queue = Queue::look(data);
    let waiting = queue.waiting().map_or(0, |waiting| waiting.len());
    let (refused, running, problem) = (queue.refused(), folder.is_locked(), condition::read(&folder));
    let (done, certified, key) = (Done::load(&folder), Identity::certificate(&folder).is_some(), Identity::key_digest(&folder));
    let policy = crate::policy::load(&folder, settings.policy_key.as_ref(), settings.site, settings.client).map(|(policy, _)| policy.version);
    let time = |at: Option<Timestamp>| at.map(|t| t.to_string());
    if json {
        let document = serde_json::json!({
            "apiVersion": "provost/v1", "client": settings.client, "site": settings.site, "management_point": settings.management_point,
            "running": running, "key_sha256": key, "certified": certified, "certificate_not_after": time(settings.certificate_not_after),
            "policy_version": policy, "messages_waiting": waiting, "messages_refused": refused, "last_policy_poll": time(done.policy_poll),
            "last_heartbeat": time(done.heartbeat), "last_hardware_inventory": time(done.hardware_inventory),
            "problem": problem.as_ref().map(|p| &p.problem), "problem_since": problem.as_ref().map(|p| p.since.to_string()),
        });
        return Ok(format!("{document}\n"));
    }
    let never = || "never".to_owned();
    let certificate = match (certified, time(settings.certificate_not_after)) {
        (false, _) => "none yet".to_owned(),
        (true, None) => "issued".to_owned(),
        (true, Some(end)) => format!("valid until {end}"),
    };
    let rows = [
        ("client", settings.client.to_string()),
        ("site", settings.site.to_string()),
        ("management point", settings.management_point),
        ("running", if running { "yes" } else { "no" }.to_owned()),
        ("key SHA-256", key.map_or_else(|| "none yet".to_owned(), |key| key.to_string())),
        ("certificate", certificate),
        ("policy", policy.map_or_else(|| "none yet".to_owned(), |v| format!("version {v}"))),
        ("messages waiting", waiting.to_string()),
        ("messages refused", refused.to_string()),
        ("last policy poll", time(done.policy_poll).unwrap_or_else(never)),
        ("last heartbeat", time(done.heartbeat).unwrap_or_else(never)),
        ("last inventory", time(done.hardware_inventory).unwrap_or_else(never)),
        ("problem", problem.map_or_else(|| "none".to_owned(), |p| format!("{} (since {})", p.problem, p.since))),
    ];
    let mut text = String::new();
    for (name, value) in rows {
        let _ = writeln!(text, "{name:<18} {value}");
    }
    Ok(text)
}
