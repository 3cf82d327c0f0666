//! Where the next page of a list begins, as a text that callers hand back and do not look into.

use crate::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use provost_store::Value;
use provost_store::views::Position;

/// Longest text that is read.
const TEXT_BYTES_MAX: usize = 16 * 1024;

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::Blob(_) => serde_json::Value::Null,
        Value::Integer(number) => (*number).into(),
        Value::Text(text) => text.clone().into(),
    }
}

fn from_json(value: &serde_json::Value) -> Option<Value> {
    match value {
        serde_json::Value::Null => Some(Value::Null),
        serde_json::Value::Number(number) => number.as_i64().map(Value::Integer),
        serde_json::Value::String(text) if !text.contains('\0') => Some(Value::Text(text.clone())),
        _ => None,
    }
}

/// Some values as a text.
pub fn write(values: &[Value]) -> String {
    let values: Vec<serde_json::Value> = values.iter().map(to_json).collect();
    URL_SAFE_NO_PAD.encode(serde_json::Value::from(values).to_string())
}

/// The values of a text that [`write`] made; `count` of them.
pub fn read(text: &str, count: usize) -> Result<Vec<Value>, ApiError> {
    let wrong = || ApiError::malformed("cannot tell where the page begins", "`after` is not what `next` of an earlier page said");
    if text.len() > TEXT_BYTES_MAX {
        return Err(wrong());
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    let values: Vec<serde_json::Value> = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    if values.len() != count {
        return Err(wrong());
    }
    values.iter().map(from_json).collect::<Option<_>>().ok_or_else(wrong)
}

/// A position as a text.
pub fn write_position(position: &Position) -> String {
    write(&[position.sort_key.clone(), position.row_key.clone()])
}

/// The position of a text; its keys must be of the kinds of `like`, or the text belongs to another list.
pub fn read_position(text: &str, sort_key_is_text: bool, row_key_is_text: bool) -> Result<Position, ApiError> {
    let mut values = read(text, 2)?;
    let (Some(row_key), Some(sort_key)) = (values.pop(), values.pop()) else {
        return Err(ApiError::malformed("cannot tell where the page begins", "`after` is empty"));
    };
    let fits = |value: &Value, text: bool| if text { matches!(value, Value::Text(_)) } else { matches!(value, Value::Integer(_)) };
    if !fits(&sort_key, sort_key_is_text) || !fits(&row_key, row_key_is_text) {
        return Err(ApiError::malformed("cannot tell where the page begins", "`after` belongs to a list that is sorted otherwise"));
    }
    Ok(Position { sort_key, row_key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_come_back() {
        let position = Position { sort_key: Value::Text("WS-01".to_owned()), row_key: Value::Integer(7) };
        let text = write_position(&position);
        assert_eq!(read_position(&text, true, false), Ok(position));
        assert!(read_position(&text, false, false).is_err());
        assert!(read_position("????", true, false).is_err());
        assert!(read_position(&write(&[Value::Integer(1)]), true, false).is_err());
    }
}
