//! The field above a list: while words are typed that cannot be read yet, that is told beside it and the page stays.

use super::Answer;
use crate::error::ApiError;
use crate::{document::List, narrowing};
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::filter::{Looked, Name};
use utoipa::ToSchema;

/// A list, and why its filter cannot be read when it cannot.
pub fn told<T: ToSchema>(asked: Result<List<T>, ApiError>) -> Result<(List<T>, Option<ApiError>), ApiError> {
    match asked {
        Ok(list) => Ok((list, None)),
        Err(error) if error.code == code::REQUEST_MALFORMED => Ok((List::page(Vec::new(), None, None), Some(error))),
        Err(error) => Err(error),
    }
}

/// Keeps of a list that is here what the filter holds of, nothing when it cannot be read; gives why not.
pub fn kept<T>(items: &mut Vec<T>, filter: &str, names: &[Name], now: Timestamp, value: impl Fn(&T, usize) -> Looked) -> Option<ApiError> {
    let wrong = narrowing::keep(items, filter, names, now, value).err();
    if wrong.is_some() {
        items.clear();
    }
    wrong
}

/// The page with the status of what is wrong.
pub fn with_status(page: Answer, status: Option<StatusCode>) -> Answer {
    let mut response = page?;
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    Ok(response)
}
