//! PostgreSQL's error codes as facts that people can act on.

use crate::database::error::{Circumstance, StoreError};
use ::postgres::error::SqlState;

/// Says what an error of PostgreSQL's means.
pub(super) fn classified(attempt: &str, error: &::postgres::Error) -> StoreError {
    let cause = match error.as_db_error() {
        Some(said) => match said.detail() {
            // The detail of a unique violation quotes the row.
            Some(detail) if !said.code().code().starts_with("23") => format!("{} ({}; {detail})", said.message(), said.code().code()),
            _ => format!("{} ({})", said.message(), said.code().code()),
        },
        None => super::address::whole(error),
    };
    let circumstance = Circumstance { attempt: attempt.to_owned(), principal: String::new(), cause };
    let Some(code) = error.code() else {
        // Without an answer of the server's: the connection, or a value that could not be sent or read.
        return if error.is_closed() || std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>()) {
            StoreError::Unavailable(circumstance)
        } else if circumstance.cause.starts_with("invalid configuration") {
            StoreError::Denied(circumstance)
        } else {
            unsent(error, circumstance)
        };
    };
    match code.code() {
        "42501" | "28000" | "28P01" => StoreError::Denied(circumstance),
        "23505" => StoreError::Conflict(circumstance),
        "53100" => StoreError::Full(circumstance),
        "55P03" | "55006" | "57014" | "3D000" | "25006" | "58030" => StoreError::Unavailable(circumstance),
        "XX001" | "XX002" => StoreError::Corrupt(circumstance),
        other => match &other[..2] {
            // Connection; resources; an administrator's stop; deadlock or serialisation.
            "08" | "53" | "57" | "40" => StoreError::Unavailable(circumstance),
            _ => StoreError::Statement(circumstance),
        },
    }
}

fn unsent(error: &::postgres::Error, circumstance: Circumstance) -> StoreError {
    let text = error.to_string();
    if text.contains("deserializing") {
        StoreError::Corrupt(circumstance)
    } else if text.contains("serializing") || text.contains("parameters") {
        StoreError::Statement(circumstance)
    } else {
        StoreError::Unavailable(circumstance)
    }
}

/// Whether the server ended the transaction so that another could go on.
pub(super) fn asks_again(error: &::postgres::Error) -> bool {
    matches!(error.code(), Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE))
}
