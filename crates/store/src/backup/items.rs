//! What a backup holds, one item after the other: a byte for its kind, then its parts, each with its length before it. A file
//! is its path and then parts until an empty one, so that neither side holds it whole.

use crate::database::{Moved, Value};
use std::io::{self, Read, Write};

/// Longest part, in bytes: bounds what a wicked backup can ask for. No value of a row is longer.
const PART_MAX: u64 = 64 << 20;
/// Longest part of a file, in bytes.
const FILE_PART: usize = 64 * 1024;
/// Most columns of a row.
const COLUMNS_MAX: u64 = 256;

/// One item.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// What the backup is; comes first.
    Manifest(Vec<u8>),
    /// The path of a file of the data folder; what it holds follows and is for [`read_file`].
    File(String),
    /// What the database holds.
    Moved(Moved),
    /// The end.
    End,
}

pub(super) fn write_item(out: &mut impl Write, item: &Item) -> io::Result<()> {
    match item {
        Item::Manifest(json) => {
            out.write_all(b"M")?;
            write_part(out, json)
        }
        Item::File(path) => {
            out.write_all(b"F")?;
            write_part(out, path.as_bytes())
        }
        Item::Moved(Moved::Row { table, values }) => {
            out.write_all(b"R")?;
            write_part(out, table.as_bytes())?;
            out.write_all(&(values.len() as u64).to_be_bytes())?;
            values.iter().try_for_each(|value| write_value(out, value))
        }
        Item::Moved(Moved::Newest { table, number }) => {
            out.write_all(b"N")?;
            write_part(out, table.as_bytes())?;
            out.write_all(&number.to_be_bytes())
        }
        Item::End => out.write_all(b"E"),
    }
}

/// Writes what a file holds, to its end.
pub(super) fn write_file(out: &mut impl Write, mut file: impl Read) -> io::Result<()> {
    let mut part = Vec::with_capacity(FILE_PART);
    loop {
        part.clear();
        (&mut file).take(FILE_PART as u64).read_to_end(&mut part)?;
        write_part(out, &part)?;
        if part.is_empty() {
            return Ok(());
        }
    }
}

pub(super) fn read_item(input: &mut impl Read) -> io::Result<Item> {
    match read_kind(input)? {
        b'M' => Ok(Item::Manifest(read_part(input, PART_MAX)?)),
        b'F' => Ok(Item::File(read_text(input)?)),
        b'R' => {
            let table = read_text(input)?.into();
            let count = read_number(input)?;
            if count > COLUMNS_MAX {
                return Err(io::Error::other(format!("a row with {count} columns")));
            }
            let values = (0..count).map(|_| read_value(input)).collect::<io::Result<_>>()?;
            Ok(Item::Moved(Moved::Row { table, values }))
        }
        b'N' => Ok(Item::Moved(Moved::Newest { table: read_text(input)?.into(), number: read_number(input)?.cast_signed() })),
        b'E' => Ok(Item::End),
        other => Err(io::Error::other(format!("an item of kind {other}"))),
    }
}

/// Reads what a file holds, to its end.
pub(super) fn read_file(input: &mut impl Read, mut to: impl Write) -> io::Result<()> {
    loop {
        let part = read_part(input, FILE_PART as u64)?;
        if part.is_empty() {
            return Ok(());
        }
        to.write_all(&part)?;
    }
}

fn write_value(out: &mut impl Write, value: &Value) -> io::Result<()> {
    match value {
        Value::Null => out.write_all(b"n"),
        Value::Integer(number) => {
            out.write_all(b"i")?;
            out.write_all(&number.to_be_bytes())
        }
        Value::Text(text) => {
            out.write_all(b"t")?;
            write_part(out, text.as_bytes())
        }
        Value::Blob(bytes) => {
            out.write_all(b"b")?;
            write_part(out, bytes)
        }
    }
}

fn read_value(input: &mut impl Read) -> io::Result<Value> {
    match read_kind(input)? {
        b'n' => Ok(Value::Null),
        b'i' => Ok(Value::Integer(read_number(input)?.cast_signed())),
        b't' => Ok(Value::Text(read_text(input)?)),
        b'b' => Ok(Value::Blob(read_part(input, PART_MAX)?)),
        other => Err(io::Error::other(format!("a value of kind {other}"))),
    }
}

/// What could not be read again is not written.
fn write_part(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = bytes.len() as u64;
    if length > PART_MAX {
        return Err(io::Error::other(format!("a value of {length} bytes; a backup takes {PART_MAX}")));
    }
    out.write_all(&length.to_be_bytes())?;
    out.write_all(bytes)
}

fn read_kind(input: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    input.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn read_number(input: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes))
}

fn read_part(input: &mut impl Read, max: u64) -> io::Result<Vec<u8>> {
    let length = read_number(input)?;
    if length > max {
        return Err(io::Error::other(format!("a part of {length} bytes")));
    }
    // The length is not believed: room is made for what is there.
    let mut bytes = Vec::new();
    let read = input.take(length).read_to_end(&mut bytes)? as u64;
    if read == length { Ok(bytes) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof)) }
}

fn read_text(input: &mut impl Read) -> io::Result<String> {
    String::from_utf8(read_part(input, PART_MAX)?).map_err(|e| io::Error::other(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_read_as_it_was_written() {
        let values = vec![Value::Null, Value::Integer(i64::MIN), Value::Text("日本 %".to_owned()), Value::Blob(vec![0, 255])];
        let items = [
            Item::Manifest(b"{}".to_vec()),
            Item::Moved(Moved::Row { table: "device".into(), values }),
            Item::Moved(Moved::Newest { table: "device".into(), number: -1 }),
            Item::End,
        ];
        let mut written = Vec::new();
        items.iter().try_for_each(|item| write_item(&mut written, item)).expect("written");
        let mut input = &written[..];
        for item in &items {
            assert_eq!(read_item(&mut input).ok().as_ref(), Some(item));
        }
        assert!(input.is_empty());
    }

    #[test]
    fn a_file_goes_through_in_parts() {
        for length in [0, 1, FILE_PART - 1, FILE_PART, FILE_PART + 1, 3 * FILE_PART] {
            let held = vec![7; length];
            let (mut written, mut read) = (Vec::new(), Vec::new());
            write_file(&mut written, &held[..]).expect("written");
            read_file(&mut &written[..], &mut read).expect("read");
            assert!(read == held, "{length} bytes");
        }
    }

    #[test]
    fn what_is_no_item_is_refused_and_asks_for_nothing() {
        for wicked in [&b"x"[..], b"F\0\0\0\xff\xff\xff\xff\xff", b"M\0\0\0\0\0\0\0\x09short", b"R\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff", b""] {
            assert!(read_item(&mut &*wicked).is_err(), "{wicked:?}");
        }
        let mut long = (FILE_PART as u64 + 1).to_be_bytes().to_vec();
        long.resize(2 * FILE_PART, 0);
        assert!(read_file(&mut &long[..], io::sink()).is_err());
    }
}
