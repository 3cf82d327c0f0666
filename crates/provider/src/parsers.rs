//! What this crate itself reads of the texts that strangers write into a request; lines, headers, forms and JSON are read by
//! hyper and axum. Here for the fuzz targets.

pub use crate::access::{named_cookie as cookie, same_site};
pub use crate::cursor::read as cursor;
pub use crate::operations::session::negotiate::token as ticket;

use provost_domain::Timestamp;
use provost_domain::filter::{Misread, Term, read};
use provost_store::views::devices;

/// The filter of a list of devices.
///
/// # Errors
/// When it is too long, or when a word cannot be read.
pub fn device_filter(text: &str, now: Timestamp) -> Result<Vec<Term>, Misread> {
    read(text, &devices::FIELDS.names(), now)
}
