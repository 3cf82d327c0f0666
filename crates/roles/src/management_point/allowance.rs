//! What one client may still ask and send, so that none takes what others need.

use provost_domain::Timestamp;
use provost_domain::rate::{Bucket, Rate};
use std::sync::{Mutex, PoisonError};

/// How many messages a client may send: far more than an honest one does, even after weeks without a connection.
pub const MESSAGES: Rate = Rate { burst: 300, per_second: 50 };
/// How often a client may poll its policy and offer an inventory, both together: an honest one polls once an hour, and with
/// every message at most.
pub const QUESTIONS: Rate = Rate { burst: 1500, per_second: 50 };

/// What is left of one rate of one client. One that was not heard yet has all of it, and takes no room for a bucket.
#[derive(Default)]
pub struct Allowance(Mutex<Option<Bucket>>);

impl Allowance {
    /// Takes one, or tells after how many seconds there is one.
    pub fn take(&self, rate: Rate, now: Timestamp) -> Result<(), u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| Bucket::full(rate, now)).take(rate, now)
    }
}
