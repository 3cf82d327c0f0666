//! What a statement gives back.

use super::error::StoreError;

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "no value",
            Self::Integer(_) => "a whole number",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }
}

/// One row: its values in the order of the statement's columns, counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row(pub(super) Vec<Value>);

impl Row {
    /// All values.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the column holds something else or is not there; so do all of these.
    pub fn integer(&self, column: usize) -> Result<i64, StoreError> {
        match self.0.get(column) {
            Some(Value::Integer(value)) => Ok(*value),
            other => Err(unexpected(column, "a whole number", other)),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value),
            other => Err(unexpected(column, "text", other)),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.0.get(column) {
            Some(Value::Blob(value)) => Ok(value),
            other => Err(unexpected(column, "bytes", other)),
        }
    }

    /// A whole number or none.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.integer(column).map(Some),
        }
    }

    /// A text or none.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// Truth, kept as 0 or 1.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn boolean(&self, column: usize) -> Result<bool, StoreError> {
        match self.integer(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(StoreError::corrupt("reading a row", format!("column {column} should be 0 or 1 and is {other}"))),
        }
    }

    /// A point in time.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn timestamp(&self, column: usize) -> Result<provost_domain::Timestamp, StoreError> {
        self.integer(column).map(provost_domain::Timestamp::from_micros)
    }

    /// A point in time or none.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn optional_timestamp(&self, column: usize) -> Result<Option<provost_domain::Timestamp>, StoreError> {
        Ok(self.optional_integer(column)?.map(provost_domain::Timestamp::from_micros))
    }

    /// A text that is read as a `T`, such as a digest or a client's identifier.
    ///
    /// # Errors
    /// As [`Row::integer`], and when the text is no `T`.
    pub fn parsed<T>(&self, column: usize) -> Result<T, StoreError>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.text(column)?.parse().map_err(|error| StoreError::corrupt("reading a row", format!("column {column}: {error}")))
    }

    /// As [`Row::parsed`], or none.
    ///
    /// # Errors
    /// As [`Row::parsed`].
    pub fn optional_parsed<T>(&self, column: usize) -> Result<Option<T>, StoreError>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.parsed(column).map(Some),
        }
    }
}

fn unexpected(column: usize, wanted: &str, found: Option<&Value>) -> StoreError {
    StoreError::corrupt("reading a row", format!("column {column} should be {wanted} and is {}", found.map_or("missing", Value::kind)))
}
