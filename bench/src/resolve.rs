//! `resolve`: who acts, for every use at every kind of target, with lists of every length.

use provost_catalog::accounts::{PrincipalKind, Use};
use provost_catalog::roles::SiteType;
use provost_domain::accounts::Trust;
use provost_domain::accounts::resolution::{Candidate, Question, SiteFacts, Switches, Target, resolve};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

/// Resolutions per second on the thread that asks.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a rate")]
pub fn run(times: u64) -> Vec<Value> {
    let bound: Vec<Candidate> =
        (1..=10).map(|binding_id| Candidate { binding_id, principal_kind: PrincipalKind::DomainUser, blocked: binding_id == 3 }).collect();
    let mut switched_on = Use::ALL.iter().fold(Switches::default(), |switches, operation| switches.with(*operation));
    switched_on.push_as_site_server = true;
    let mut questions = Vec::new();
    for operation in Use::ALL.iter().copied() {
        for trust in Trust::ALL.iter().copied() {
            for length in [0, 1, 10] {
                let target = Target { trust, authenticates: length % 2 == 1, not_as_local_system: false };
                questions.push(Question { operation, target, bound: &bound[..length], site: SiteFacts { site_type: SiteType::Primary, switched_on } });
            }
        }
    }
    let started = Instant::now();
    let (mut asked, mut attempts) = (0, 0);
    for question in questions.iter().cycle() {
        if asked == times {
            break;
        }
        asked += 1;
        attempts += black_box(resolve(black_box(question))).map_or(0, |attempts| attempts.len());
    }
    let figure = asked as f64 / started.elapsed().as_secs_f64();
    vec![json!({
        "claim": "resolve", "figure": figure, "unit": "resolutions per second on one core", "resolutions": asked, "attempts": attempts, "questions": questions.len(),
    })]
}
