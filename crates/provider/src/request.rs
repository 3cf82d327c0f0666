//! What requests carry. A request that has not the right form is answered like any other that is not done.

use crate::error::ApiError;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Parts of the path.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|e| ApiError::malformed("the request's path cannot be read", e.body_text()))
    }
}

/// Parameters.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|axum::extract::Query(value)| Self(value)).map_err(|e| ApiError::malformed("the request's parameters cannot be read", e.body_text()))
    }
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let body = axum::Json::<T>::from_request(request, state).await;
        // A body that does not fit may hold a password: nothing of it is told.
        body.map(|axum::Json(value)| Self(value)).map_err(|e| {
            let cause = match e.status().as_u16() {
                413 => "the body is too large",
                415 => "the body must be JSON, with Content-Type: application/json",
                422 => "a field is missing, unknown, or of the wrong type",
                _ => "the body is no JSON",
            };
            let mut error = ApiError::malformed("the request's body cannot be read", cause);
            error.status = e.status();
            error
        })
    }
}

/// A form of a page.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let form = axum::Form::<T>::from_request(request, state).await;
        form.map(|axum::Form(value)| Self(value)).map_err(|e| {
            let mut error = ApiError::malformed("the form cannot be read", "a field is missing, or the form is too large");
            error.status = e.status();
            error
        })
    }
}
