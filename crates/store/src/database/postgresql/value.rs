//! Parameters and values in PostgreSQL's binary form.

use crate::database::param::Param;
use crate::database::row::Value;
use ::postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use bytes::BytesMut;
use std::error::Error;

type Failure = Box<dyn Error + Sync + Send>;

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match (self, ty) {
            (Param::Null, _) => return Ok(IsNull::Yes),
            (Param::Integer(value), &Type::INT8) => out.extend_from_slice(&value.to_be_bytes()),
            (Param::Integer(value), &Type::INT4) => out.extend_from_slice(&i32::try_from(*value)?.to_be_bytes()),
            (Param::Text(value), &Type::TEXT | &Type::VARCHAR | &Type::NAME | &Type::UNKNOWN) => out.extend_from_slice(value.as_bytes()),
            (Param::Blob(value), &Type::BYTEA) => out.extend_from_slice(value),
            (Param::Integer(_), _) => return Err(format!("a whole number was given for {ty}; CAST it").into()),
            (Param::Text(_), _) => return Err(format!("text was given for {ty}; CAST it").into()),
            (Param::Blob(_), _) => return Err(format!("bytes were given for {ty}; CAST them").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(match *ty {
            Type::INT8 => Value::Integer(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Value::Integer(i64::from(i32::from_be_bytes(raw.try_into()?))),
            Type::INT2 => Value::Integer(i64::from(i16::from_be_bytes(raw.try_into()?))),
            Type::BOOL => Value::Integer(i64::from(raw == [1])),
            Type::NUMERIC => Value::Integer(whole_number(raw)?),
            Type::BYTEA => Value::Blob(raw.to_vec()),
            _ => Value::Text(std::str::from_utf8(raw)?.to_owned()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Value::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::NUMERIC | Type::BYTEA | Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN)
    }
}

/// A sum of whole numbers is a `numeric` in PostgreSQL: digits of base 10,000, the first with weight `weight`.
fn whole_number(raw: &[u8]) -> Result<i64, Failure> {
    let words: Vec<i16> = raw.chunks_exact(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]])).collect();
    let [count, weight, sign, _scale, digits @ ..] = words.as_slice() else { return Err("a number without a header".into()) };
    if usize::try_from(*count)? != digits.len() || !matches!(*sign, 0 | 0x4000) {
        return Err("a number that is not finite".into());
    }
    let mut value: i128 = 0;
    for i in 0..=*weight {
        let digit = usize::try_from(i).ok().and_then(|i| digits.get(i)).copied().unwrap_or(0);
        value = value.checked_mul(10_000).and_then(|v| v.checked_add(i128::from(digit))).ok_or("a number beyond 64 bits")?;
    }
    if digits.iter().skip(usize::try_from(weight + 1).unwrap_or(0)).any(|digit| *digit != 0) {
        return Err("a number with a fraction; CAST it".into());
    }
    Ok(i64::try_from(if *sign == 0 { value } else { -value })?)
}

#[cfg(test)]
mod tests {
    use super::whole_number;

    fn numeric(words: &[i16]) -> Vec<u8> {
        words.iter().flat_map(|w| w.to_be_bytes()).collect()
    }

    #[test]
    fn sums_are_read_as_whole_numbers() {
        assert_eq!(whole_number(&numeric(&[0, 0, 0, 0])).ok(), Some(0));
        assert_eq!(whole_number(&numeric(&[2, 1, 0, 0, 12, 3456])).ok(), Some(123_456));
        assert_eq!(whole_number(&numeric(&[1, 1, 0x4000, 0, 5])).ok(), Some(-50_000));
        assert_eq!(whole_number(&numeric(&[5, 4, 0, 0, 922, 3372, 368, 5477, 5807])).ok(), Some(i64::MAX));
    }

    #[test]
    fn fractions_and_too_large_numbers_are_not() {
        assert!(whole_number(&numeric(&[1, -1, 0, 1, 5000])).is_err());
        assert!(whole_number(&numeric(&[5, 4, 0, 0, 9222, 0, 0, 0, 0])).is_err());
        assert!(whole_number(&numeric(&[0, 0, -16384, 0])).is_err());
        assert!(whole_number(&[0]).is_err());
    }
}
