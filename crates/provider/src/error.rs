//! What the API says when it does not do what it was asked: the four parts that every error of Provost has.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use provost_catalog::rules::code;
use provost_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Status of the answer.
    pub status: StatusCode,
    /// Number of the rule.
    pub code: u16,
    /// What was attempted, and that it was not done.
    pub message: String,
    /// Why.
    pub cause: String,
    /// What is done and what is not.
    pub state: String,
    /// What to do, with a command to paste.
    pub fix: String,
    /// Seconds after which it makes sense to ask again.
    pub retry_after_seconds: Option<i64>,
}

impl ApiError {
    /// An error that changed nothing and is explained by its rule.
    pub fn new(status: StatusCode, code: u16, message: impl Into<String>, cause: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            cause: cause.into(),
            state: "nothing was changed".to_owned(),
            fix: format!("provost explain PV{code:04}"),
            retry_after_seconds: None,
        }
    }

    /// With a better fix than reading the rule.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    /// With another state than "nothing was changed".
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = state.into();
        self
    }

    /// With the time after which it makes sense to ask again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: i64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// There is no such thing; `list_command` shows those that are there.
    pub fn not_found(what: &str, name: &str, list_command: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, format!("there is no {what} {name}"), format!("no {what} has this name or number"))
            .fix(format!("see what is there: {list_command}"))
    }

    /// The request does not have the form that the operation reads.
    pub fn malformed(message: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::REQUEST_MALFORMED, message, cause).fix("read what the operation takes: GET /api/v1/openapi.json")
    }

    /// A bug, without its inner details: those are in the provider's log.
    pub fn bug(attempt: &str, cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(component = "provider", attempt, %cause, "a bug");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code::BUG, format!("{attempt} failed"), "this is a bug in Provost; the provider's log has the details")
            .state("what was asked may be done or not: look before repeating")
            .fix("provost explain PV1015")
    }

    /// The document of the error.
    #[must_use]
    pub fn document(&self) -> ErrorDocument {
        ErrorDocument {
            api_version: ApiVersion,
            error: ErrorParts {
                code: self.name(),
                message: self.message.clone(),
                cause: self.cause.clone(),
                state: self.state.clone(),
                fix: self.fix.clone(),
                link: self.link(),
            },
        }
    }

    /// Its name, such as `PV5001`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("PV{:04}", self.code)
    }

    /// Address of the page that explains the rule.
    #[must_use]
    pub fn link(&self) -> String {
        format!("/api/v1/rules/{}", self.name())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = "the site could not ask its database";
        match &error {
            StoreError::Unavailable(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, code::DATABASE_UNAVAILABLE, message, error.to_string())
                .state("what was asked is not done, unless the connection was lost while it was being kept: look before repeating")
                .retry_after(5),
            StoreError::Full(_) => Self::new(StatusCode::INSUFFICIENT_STORAGE, code::DISK_FULL, message, error.to_string()).retry_after(60),
            StoreError::Denied(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, code::DATABASE_DENIED, message, error.to_string()),
            StoreError::Conflict(_) => {
                Self::new(StatusCode::CONFLICT, code::DATABASE_UNAVAILABLE, "somebody else changed the same thing at the same time", error.to_string())
                    .fix("ask again")
            }
            StoreError::SchemaTooNew { .. } => Self::new(StatusCode::SERVICE_UNAVAILABLE, code::SCHEMA_TOO_NEW, message, error.to_string()),
            StoreError::NotThisSite { .. } => Self::new(StatusCode::SERVICE_UNAVAILABLE, code::SITE_CODE_DIFFERS, message, error.to_string()),
            StoreError::Corrupt(_) | StoreError::Statement(_) => Self::bug("asking the site database", &error),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.document())).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(0).unsigned_abs()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"provost\""));
        }
        response
    }
}

/// The API's version, `provost/v1`: within it, fields are only added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApiVersion;

/// What [`ApiVersion`] reads.
pub const API_VERSION: &str = "provost/v1";

impl Serialize for ApiVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(API_VERSION)
    }
}

/// An error.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorDocument {
    /// Always `provost/v1`.
    #[serde(rename = "apiVersion")]
    #[schema(value_type = String, example = "provost/v1")]
    pub api_version: ApiVersion,
    /// Its parts.
    pub error: ErrorParts,
}

/// The parts of an error.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorParts {
    /// Number of the rule; `provost explain` tells more.
    #[schema(example = "PV5001")]
    pub code: String,
    /// What was attempted, and that it was not done.
    pub message: String,
    /// Why.
    pub cause: String,
    /// What is done and what is not.
    pub state: String,
    /// What to do, with a command to paste.
    pub fix: String,
    /// Where the rule is explained.
    pub link: String,
}
