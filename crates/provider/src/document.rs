//! Forms that all answers share.

use crate::error::ApiVersion;
use provost_domain::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// A point in time; RFC 3339 in UTC as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Timestamp);

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A point in time, RFC 3339 in UTC."))
            .examples(["2026-11-23T14:50:13.120Z"])
            .into()
    }
}

impl ToSchema for Time {}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct List<T: ToSchema> {
    /// Always `provost/v1`.
    #[serde(rename = "apiVersion")]
    #[schema(value_type = String, example = "provost/v1")]
    pub api_version: ApiVersion,
    /// Its items.
    pub items: Vec<T>,
    /// What to ask for as `after` to get the next page; null on the last one.
    #[schema(required)]
    pub next: Option<String>,
    /// How many items there are on all pages, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl<T: ToSchema> List<T> {
    /// A list with all its items.
    pub fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).ok();
        Self { api_version: ApiVersion, items, next: None, total }
    }

    /// One page.
    pub const fn page(items: Vec<T>, next: Option<String>, total: Option<i64>) -> Self {
        Self { api_version: ApiVersion, items, next, total }
    }
}

/// One object.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct One<T: ToSchema> {
    /// Always `provost/v1`.
    #[serde(rename = "apiVersion")]
    #[schema(value_type = String, example = "provost/v1")]
    pub api_version: ApiVersion,
    /// Its fields.
    #[serde(flatten)]
    pub object: T,
}

impl<T: ToSchema> One<T> {
    /// With its version.
    pub const fn new(object: T) -> Self {
        Self { api_version: ApiVersion, object }
    }
}

/// Most items of one page.
pub const LIMIT_MAX: usize = 500;
/// Items of a page when nobody says how many.
pub const LIMIT_DEFAULT: usize = 100;

/// How many items a page holds: as asked, within bounds.
#[must_use]
pub fn limit(asked: Option<usize>) -> usize {
    asked.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX)
}

/// Takes the item that was read beyond a page away; gives whether there was one.
pub fn cut<T>(items: &mut Vec<T>, limit: usize) -> bool {
    let more = items.len() > limit;
    items.truncate(limit);
    more
}

/// Nothing but the acknowledgement that it was done.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// What it was done to.
    pub object: String,
    /// What was done.
    pub done: String,
}
