//! `provost site rekey`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use provost_catalog::rules::code;
use serde_json::json;
use std::time::{Duration, Instant};

/// Longest wait for the new key.
const WAIT: Duration = Duration::from_secs(120);

/// Makes a new site key and seals every password under it. A crash meanwhile loses nothing.
#[derive(Debug, clap::Args)]
pub struct Rekey {}

impl Rekey {
    /// Does it.
    ///
    /// # Errors
    /// When the key is lost or kept by the service manager, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let asked = connection.post("/api/v1/site-key", &json!({}))?;
        let path = format!("/api/v1/verifications/{}", asked["task_id"]);
        let began = Instant::now();
        loop {
            let task = connection.get(&path)?;
            if let Some(why) = task["failure"].as_str() {
                return Err(Failure::new(code::VAULT_KEY_MISSING, "the site key was not changed", why));
            }
            if !task["done_at"].is_null() {
                context.output.object(&task, |_| Page::new("site key").told("Site key", "changed", "changed; every password is sealed under the new one"));
                return Ok(Exit::Done);
            }
            if began.elapsed() > WAIT {
                let failure =
                    Failure::new(code::VAULT_KEY_MISSING, "it is not known whether the site key was changed", "the account manager did not answer in time");
                return Err(failure.state("it may be changed, or be changed later").fix("see what it does: provost role show site-server"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
