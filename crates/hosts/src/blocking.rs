//! Work that may wait for a domain controller, on a thread that may wait.

use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// Runs it there.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => Err(Failure::new(Outcome::Broken, "sign in", panic)),
    }
}
