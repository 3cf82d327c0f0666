//! What this crate itself reads of the texts that strangers write into a request; lines, headers, forms and JSON are read by
//! hyper and axum. Here for the fuzz targets.

pub use crate::access::{named_cookie as cookie, same_site};
pub use crate::cursor::read as cursor;
pub use crate::operations::devices::filter::read as device_filter;
pub use crate::operations::session::negotiate::token as ticket;
