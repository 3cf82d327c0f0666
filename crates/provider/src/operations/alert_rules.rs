//! Alert rules: what people want to be told of.

pub mod add;
pub mod list;
pub mod remove;
pub mod set;

use crate::error::ApiError;
use crate::site::Site;
use axum::http::StatusCode;
use provost_catalog::components::ComponentName;
use provost_domain::alerts::{Invalid, RuleName};

fn refused(what: impl Into<String>, invalid: &Invalid) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, invalid.code(), what, invalid.to_string()).fix("provost alert rule add --help")
}

/// Reads a rule's name; one that has not the form of a name is none's.
fn name(text: &str) -> Result<RuleName, ApiError> {
    text.parse().map_err(|_: Invalid| not_found(text))
}

fn not_found(name: &str) -> ApiError {
    let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
    ApiError::not_found("alert rule", &shown, "provost alert rule list")
}

impl Site {
    /// Wakes who tells of alerts.
    pub(crate) fn alerts_changed(&self) {
        self.bells().ring(ComponentName::AlertNotificationManager);
    }
}
