//! Work that is given so long and no longer.

use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::future::Future;
use std::time::Duration;

/// Waits at most `limit`; what takes longer fails as `outcome`.
pub(crate) async fn within<T>(limit: Duration, outcome: Outcome, step: &'static str, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(Failure::new(outcome, step, format!("no answer within {} s", limit.as_secs()))),
    }
}
