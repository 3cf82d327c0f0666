//! Administrative users: people who may sign in.

pub mod add;
pub mod list;
pub mod password;
pub mod remove;
pub mod welcome;

use crate::error::ApiError;
use provost_store::people::PersonName;

/// Reads a person's name.
fn name(text: &str) -> Result<PersonName, ApiError> {
    text.parse().map_err(|error: provost_store::people::PersonNameError| ApiError::malformed(format!("{text:?} is no name of a person"), error.to_string()))
}

fn not_found(name: &PersonName) -> ApiError {
    ApiError::not_found("administrative user", name.as_str(), "provost admin list")
}
