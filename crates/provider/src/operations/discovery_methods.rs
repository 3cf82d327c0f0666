//! Discovery methods that read directories: how each is set.

pub mod list;
pub mod set;
pub mod show;

use crate::error::ApiError;
use provost_domain::discovery::Method;

/// The method that a person names.
pub(crate) fn named(id: &str) -> Result<Method, ApiError> {
    let shown: String = id.chars().filter(|c| !c.is_control()).take(64).collect();
    Method::from_id(id).ok_or_else(|| ApiError::not_found("discovery method", &shown, "provost discovery list"))
}
