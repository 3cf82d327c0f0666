//! The console: pages over the operations.

use crate::access::Caller;
use crate::error::ApiError;
use crate::site::Site;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

/// All pages.
pub fn routes() -> Router<Site> {
    Router::new()
}

/// An error as a page.
pub fn error_response(error: &ApiError) -> Response {
    error.clone().into_response()
}

/// No such page.
pub async fn not_found(State(_site): State<Site>, _caller: Caller) -> Response {
    axum::http::StatusCode::NOT_FOUND.into_response()
}
