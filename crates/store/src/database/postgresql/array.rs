//! One column of many rows as a PostgreSQL array, written straight from the rows.

use crate::database::param::{ColumnType, Param};
use ::postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use bytes::BytesMut;
use std::error::Error;

/// Every `width`th value, from the `column`th on.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) values: &'a [Param<'a>],
    pub(super) column: usize,
    pub(super) width: usize,
    pub(super) ty: ColumnType,
}

impl Column<'_> {
    /// PostgreSQL's name of the array's type.
    pub(super) const fn array_type(ty: ColumnType) -> &'static str {
        match ty {
            ColumnType::Integer => "bigint[]",
            ColumnType::Text => "text[]",
            ColumnType::Blob => "bytea[]",
        }
    }

    const fn element_type(&self) -> Type {
        match self.ty {
            ColumnType::Integer => Type::INT8,
            ColumnType::Text => Type::TEXT,
            ColumnType::Blob => Type::BYTEA,
        }
    }
}

impl ToSql for Column<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let element = self.element_type();
        let values = self.values.iter().skip(self.column).step_by(self.width);
        let has_null = values.clone().any(|value| *value == Param::Null);
        let length = i32::try_from(values.len())?;
        for word in [1, i32::from(has_null), element.oid().cast_signed(), length, 1] {
            out.extend_from_slice(&word.to_be_bytes());
        }
        for value in values {
            let at = out.len();
            out.extend_from_slice(&(-1_i32).to_be_bytes());
            if let IsNull::No = value.to_sql(&element, out)? {
                let size = i32::try_from(out.len() - at - 4)?;
                out[at..at + 4].copy_from_slice(&size.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
