//! The SMTP server for alerts.

pub mod remove;
pub mod set;
pub mod show;
pub mod test;

use crate::error::ApiError;
use crate::site::Site;
use axum::http::StatusCode;
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;

fn unset(what: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, code::MAIL_SERVER_UNSET, what, "no SMTP server is set").fix("provost mail set HOST:PORT --sender ADDRESS")
}

impl Site {
    /// Wakes who sends mail, and who checks the account that signs in for it.
    fn mail_server_changed(&self) {
        for component in [ComponentName::AlertNotificationManager, ComponentName::AccountManager] {
            self.bells().ring(component);
        }
    }
}
