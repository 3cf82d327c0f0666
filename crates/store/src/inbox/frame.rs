//! Frames: how messages lie in an inbox file.
//!
//! ```text
//! PVE1 <header bytes> <body bytes> <crc32 of both, 8 hexadecimal digits>\n
//! <header>\n
//! <body>\n
//! ```
//! Lengths and checksum make a half-written or damaged file lose only the frames that are damaged: reading goes on at
//! the next mark that begins a whole frame.

use std::io::{self, Write};

/// What a frame begins with.
const MARK: &[u8] = b"PVE1 ";
/// Longest first line of a frame, in bytes.
const LINE_BYTES_MAX: usize = 64;
/// Longest header, in bytes.
pub const HEADER_BYTES_MAX: usize = 4 * 1024;
/// Longest body, in bytes; the largest that any kind of message may have is far below.
pub const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Largest inbox file that is read; a larger one was not written by a management point and goes to the bad folder
/// unread.
pub const FILE_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// One message of an inbox file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Who sent what; the owner of the inbox reads it.
    pub header: Vec<u8>,
    /// What was sent.
    pub body: Vec<u8>,
}

/// One message of an inbox file, borrowed from the file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRef<'b> {
    /// Who sent what; the owner of the inbox reads it.
    pub header: &'b [u8],
    /// What was sent.
    pub body: &'b [u8],
}

/// A part of an inbox file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'b> {
    /// One whole frame.
    Frame(FrameRef<'b>),
    /// Bytes that are no frame.
    Bad {
        /// Why, for people.
        reason: String,
        /// The bytes as they lie there.
        bytes: &'b [u8],
    },
}

/// A part of an inbox file that is no frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFrame {
    /// Why, for people.
    pub reason: String,
    /// The bytes as they lay there.
    pub bytes: Vec<u8>,
}

/// Writes one frame.
///
/// # Errors
/// When the writer fails, or header or body are longer than a frame may be.
pub fn write_frame(to: &mut impl Write, header: &[u8], body: &[u8]) -> io::Result<()> {
    if header.len() > HEADER_BYTES_MAX || body.len() > BODY_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a frame longer than any message may be"));
    }
    writeln!(to, "PVE1 {} {} {:08x}", header.len(), body.len(), checksum(header, body))?;
    to.write_all(header)?;
    to.write_all(b"\n")?;
    to.write_all(body)?;
    to.write_all(b"\n")
}

fn checksum(header: &[u8], body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(header);
    crc.update(body);
    crc.finalize()
}

/// Reads all frames of a file's bytes, and what lies between them.
#[must_use]
pub fn read_frames(bytes: &[u8]) -> (Vec<Frame>, Vec<BadFrame>) {
    let (mut frames, mut bad) = (Vec::new(), Vec::new());
    for part in parts(bytes) {
        match part {
            Part::Frame(FrameRef { header, body }) => frames.push(Frame { header: header.to_vec(), body: body.to_vec() }),
            Part::Bad { reason, bytes } => bad.push(BadFrame { reason, bytes: bytes.to_vec() }),
        }
    }
    (frames, bad)
}

/// The parts of a file's bytes, in their order, without copying any.
pub fn parts(bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= bytes.len() {
            return None;
        }
        Some(match frame_at(&bytes[at..]) {
            Ok((frame, length)) => {
                at += length;
                Part::Frame(frame)
            }
            Err(reason) => {
                // Damage ends where the next whole frame begins. A mark inside a body cannot fool this: what follows it
                // would have to be whole and carry its own checksum.
                let (from, end) = (at, next_frame(bytes, at + 1));
                at = end;
                Part::Bad { reason: format!("at byte {from}: {reason}"), bytes: &bytes[from..end] }
            }
        })
    })
}

fn next_frame(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    // Each candidate costs a checksum over what it claims; claims are bounded, and so is their number.
    let mut candidates = 0;
    while at < bytes.len() && candidates < 10_000 {
        let Some(found) = bytes[at..].windows(MARK.len()).position(|w| w == MARK) else { return bytes.len() };
        at += found;
        if frame_at(&bytes[at..]).is_ok() {
            return at;
        }
        candidates += 1;
        at += 1;
    }
    bytes.len()
}

/// The frame at the beginning of `bytes` and its whole length.
fn frame_at(bytes: &[u8]) -> Result<(FrameRef<'_>, usize), String> {
    let rest = bytes.strip_prefix(MARK).ok_or("a frame begins with PVE1")?;
    let line_end = rest.iter().take(LINE_BYTES_MAX).position(|b| *b == b'\n').ok_or("the frame's first line does not end")?;
    let line = std::str::from_utf8(&rest[..line_end]).map_err(|_| "the frame's first line is no text")?;
    let mut parts = line.split(' ');
    let mut number = |name: &str, max: usize| -> Result<usize, String> {
        let text = parts.next().ok_or(format!("the frame's {name} is missing"))?;
        let value: usize = text.parse().map_err(|_| format!("the frame's {name} is no number"))?;
        if value > max { Err(format!("the frame's {name} is {value}; at most {max} is possible")) } else { Ok(value) }
    };
    let header_length = number("header length", HEADER_BYTES_MAX)?;
    let body_length = number("body length", BODY_BYTES_MAX)?;
    let sum = parts.next().filter(|text| text.len() == 8).and_then(|text| u32::from_str_radix(text, 16).ok());
    let crc = sum.ok_or("the frame's checksum is missing, or is not eight digits")?;
    let content = &rest[line_end + 1..];
    let whole = header_length + 1 + body_length + 1;
    if content.len() < whole {
        return Err(format!("the frame should have {whole} more bytes and has {}", content.len()));
    }
    let (header, content) = content.split_at(header_length);
    let body = &content[1..=body_length];
    if content[0] != b'\n' || content[1 + body_length] != b'\n' {
        return Err("the frame's parts do not end where they should".to_owned());
    }
    if checksum(header, body) != crc {
        return Err("the frame's checksum does not fit its contents".to_owned());
    }
    Ok((FrameRef { header, body }, MARK.len() + line_end + 1 + whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(messages: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (header, body) in messages {
            write_frame(&mut bytes, header, body).expect("it writes");
        }
        bytes
    }

    fn message() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
        (proptest::collection::vec(any::<u8>(), 0..40), proptest::collection::vec(any::<u8>(), 0..80))
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(messages in proptest::collection::vec(message(), 0..6)) {
            let (frames, bad) = read_frames(&file(&messages));
            prop_assert!(bad.is_empty());
            prop_assert_eq!(frames.into_iter().map(|f| (f.header, f.body)).collect::<Vec<_>>(), messages);
        }

        #[test]
        fn a_file_cut_anywhere_keeps_its_whole_frames(messages in proptest::collection::vec(message(), 1..6), cut in any::<proptest::sample::Index>()) {
            let bytes = file(&messages);
            let cut = cut.index(bytes.len());
            let whole = (0..=messages.len()).rev().find(|n| file(&messages[..*n]).len() <= cut).unwrap_or(0);
            let (frames, bad) = read_frames(&bytes[..cut]);
            prop_assert_eq!(frames.len(), whole);
            prop_assert_eq!(bad.len(), usize::from(file(&messages[..whole]).len() != cut));
        }

        #[test]
        fn damage_costs_only_what_it_touches(messages in proptest::collection::vec(message(), 3..6), at in any::<proptest::sample::Index>()) {
            let before = file(&messages[..1]).len();
            let second = file(&messages[1..2]).len();
            let mut bytes = file(&messages);
            bytes[before + at.index(second)] ^= 0x55;
            let (frames, _) = read_frames(&bytes);
            let expected: Vec<_> = messages.iter().enumerate().filter(|(n, _)| *n != 1).map(|(_, m)| m.clone()).collect();
            prop_assert_eq!(frames.into_iter().map(|f| (f.header, f.body)).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let (frames, bad) = read_frames(&bytes);
            prop_assert!(frames.is_empty() && bad.len() == usize::from(!bytes.is_empty()));
        }
    }
}
