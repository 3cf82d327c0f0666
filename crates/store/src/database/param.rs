//! What is handed to a statement.

/// One parameter of a statement, borrowed from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param<'a> {
    /// No value.
    Null,
    /// A whole number; times are microseconds.
    Integer(i64),
    /// Text, without U+0000.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Param<'_> {
    /// 1 or 0: both engines keep truth as a whole number.
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Blob(value)
    }
}

impl From<provost_domain::Timestamp> for Param<'_> {
    fn from(value: provost_domain::Timestamp) -> Self {
        Self::Integer(value.as_micros())
    }
}

impl From<provost_domain::ResourceId> for Param<'_> {
    fn from(value: provost_domain::ResourceId) -> Self {
        Self::Integer(value.0)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A signed 64-bit whole number.
    Integer,
    /// Text.
    Text,
    /// Bytes.
    Blob,
}

/// A statement that adds many rows of one shape at once.
#[derive(Clone, Copy, Debug)]
pub struct Insert {
    /// The table.
    pub table: &'static str,
    /// Columns that get a value, in the order in which values come.
    pub columns: &'static [(&'static str, ColumnType)],
    /// What to do about rows that are there: empty for an error, `ON CONFLICT (..) DO NOTHING`, or
    /// `ON CONFLICT (..) DO UPDATE SET x = excluded.x`. With the last, no two rows of one call may have the same key:
    /// PostgreSQL refuses to change a row twice in one statement.
    pub conflict: &'static str,
}

impl Insert {
    /// The same for rows of which none is there: the embedded database keeps a copy of each page that a statement changes while
    /// that statement may write over a row.
    #[must_use]
    pub const fn of_new(self) -> Self {
        Self { conflict: "", ..self }
    }
}
