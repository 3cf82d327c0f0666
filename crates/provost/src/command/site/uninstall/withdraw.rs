//! Taking away what is published, forest by forest: the next only when one is done.

use super::plan::Terms;
use crate::command::forest::publish::wait;
use crate::connection::{Connection, escaped};
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::rules::code;
use serde_json::{Value, json};

/// Switches publishing off in every forest but those to leave, and waits until the server that was written to says that nothing
/// of the site is there any more. Gives what was removed where.
///
/// # Errors
/// At the first forest where it is not so; the ones after it are as they were.
pub fn all(context: &Context, connection: &Connection, found: &Value, terms: &Terms, seconds: u64) -> Result<Vec<Value>, Failure> {
    let mut withdrawn = Vec::new();
    for forest in found["forests"].as_array().into_iter().flatten() {
        let name = forest["forest"].as_str().unwrap_or_default();
        if terms.leave.iter().any(|left| left == name) {
            continue;
        }
        let path = format!("/api/v1/forests/{}", escaped(name));
        let stopped = |cause: &str| {
            let what = format!("the uninstallation stopped: what is published in {name} is not gone");
            let fix = format!("mend that, then: provost site uninstall\nor accept that it stays there: provost site uninstall --leave {name}");
            let trying = format!("; publishing is switched off in {name} too, and the site goes on trying to take away what is there");
            after(Failure::new(code::UNINSTALL_STOPPED, what, cause).fix(fix), &withdrawn, &trying)
        };
        let switched = connection.put(&format!("{path}/publishing"), &json!({ "on": false }));
        switched.map_err(|failure| stopped(&format!("{}: {}", failure.what, failure.cause)))?;
        let done = |forest: &Value| forest["publishing"]["state"] == "off" || forest["publishing"]["tried_at"].is_string();
        let known = wait(context, connection, &path, seconds, done).map_err(|failure| stopped(&format!("{}: {}", failure.what, failure.cause)))?;
        let publishing = &known["publishing"];
        if publishing["state"] != "off" {
            let told = |field: &str| publishing[field].as_str().unwrap_or_default();
            return Err(stopped(if told("detail").is_empty() { told("outcome") } else { told("detail") }));
        }
        let objects: Vec<&Value> = forest["objects"].as_array().into_iter().flatten().map(|object| &object["dn"]).collect();
        withdrawn.push(json!({ "forest": name, "objects": objects, "as": publishing["account"], "domain_controller": publishing["domain_controller"] }));
    }
    Ok(withdrawn)
}

/// A failure with what is done already.
pub fn after(failure: Failure, withdrawn: &[Value], and: &str) -> Failure {
    let done: Vec<String> = withdrawn
        .iter()
        .map(|one| format!("{} ({} objects)", one["forest"].as_str().unwrap_or_default(), one["objects"].as_array().map_or(0, Vec::len)))
        .collect();
    let done = if done.is_empty() { "nothing was removed before".to_owned() } else { format!("removed before: {}", done.join(", ")) };
    failure.state(format!("{done}{and}; nothing else was removed, and the site runs"))
}
