//! Messages of remote procedure calls over a connection (C706 chapter 12, MS-RPCE §2.2.2): which interface is meant, one call in one
//! or more fragments, and its answer in as many. NDR32 only, which every Windows and Samba speaks. Nothing is signed here: the
//! session below is.

use crate::refusal::broken;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// Most bytes of a fragment, as Windows' own clients offer over pipes.
const FRAGMENT_MAX: u16 = 4280;
/// Least that a server must take (C706 §12.6.3.1).
const FRAGMENT_MIN: u16 = 1432;
/// Most bytes of a whole answer.
const ANSWER_MAX: usize = 4 << 20;
const HEADER: usize = 16;
/// What a call's fragment has before its values: room hint, context, operation.
const CALL: usize = 8;
const FIRST: u8 = 1;
const LAST: u8 = 2;
/// NDR32 (C706 §14, version 2), as its identifier is sent.
const NDR32: [u8; 20] = [0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0, 0];
const STEP: &str = "call";

/// Kinds of message that are written or read.
mod kind {
    pub(super) const REQUEST: u8 = 0;
    pub(super) const RESPONSE: u8 = 2;
    pub(super) const FAULT: u8 = 3;
    pub(super) const BIND: u8 = 11;
    pub(super) const BIND_ACK: u8 = 12;
    pub(super) const BIND_NAK: u8 = 13;
}

/// An interface: its identifier as it is sent, and its version.
#[derive(Clone, Copy, Debug)]
pub struct Interface {
    /// Sixteen bytes, the first three parts little-endian.
    pub identifier: [u8; 16],
    /// Its major version.
    pub version: u16,
}

fn message(kind: u8, flags: u8, call: u32, body: &[u8]) -> Vec<u8> {
    // What is written here is never longer than a fragment.
    let length = u16::try_from(HEADER + body.len()).unwrap_or(u16::MAX);
    let mut bytes = vec![5, 0, kind, flags, 0x10, 0, 0, 0];
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes.extend_from_slice(&call.to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Says which interface is meant.
#[must_use]
pub fn bind(call: u32, interface: Interface) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend_from_slice(&FRAGMENT_MAX.to_le_bytes());
    body.extend_from_slice(&FRAGMENT_MAX.to_le_bytes());
    // No group of connections; one context, the first, with one form of values.
    body.extend_from_slice(&[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
    body.extend_from_slice(&interface.identifier);
    body.extend_from_slice(&interface.version.to_le_bytes());
    body.extend_from_slice(&[0, 0]);
    body.extend_from_slice(&NDR32);
    message(kind::BIND, FIRST | LAST, call, &body)
}

/// A call of `operation`, in fragments of at most so many bytes.
#[must_use]
pub fn request(call: u32, operation: u16, values: &[u8], fragment: u16) -> Vec<Vec<u8>> {
    let room = usize::from(fragment.clamp(FRAGMENT_MIN, FRAGMENT_MAX)) - HEADER - CALL;
    let parts: Vec<&[u8]> = if values.is_empty() { vec![values] } else { values.chunks(room).collect() };
    let last = parts.len() - 1;
    let fragment = |(n, part): (usize, &&[u8])| {
        let flags = if n == 0 { FIRST } else { 0 } | if n == last { LAST } else { 0 };
        let left: usize = parts.iter().skip(n).map(|part| part.len()).sum();
        let mut body = u32::try_from(left).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        body.extend_from_slice(&[0, 0]);
        body.extend_from_slice(&operation.to_le_bytes());
        body.extend_from_slice(part);
        message(kind::REQUEST, flags, call, &body)
    };
    parts.iter().enumerate().map(fragment).collect()
}

/// One fragment at the front of what was read.
struct Fragment<'a> {
    kind: u8,
    flags: u8,
    body: &'a [u8],
    length: usize,
}

/// The next fragment, when it is all there.
fn next(read: &[u8], call: u32) -> Result<Option<Fragment<'_>>, Failure> {
    let Some(header) = read.first_chunk::<HEADER>() else { return Ok(None) };
    let &[major, minor, kind, flags, order, _, _, _, l0, l1, a0, a1, c0, c1, c2, c3] = header;
    let length = usize::from(u16::from_le_bytes([l0, l1]));
    if major != 5 || minor > 1 || order != 0x10 {
        return Err(broken(STEP, format!("version {major}.{minor} with byte order {order:#x}")));
    }
    if length < HEADER || [a0, a1] != [0, 0] || u32::from_le_bytes([c0, c1, c2, c3]) != call {
        return Err(broken(STEP, "a fragment that answers nothing that was asked"));
    }
    let Some(whole) = read.get(..length) else { return Ok(None) };
    Ok(Some(Fragment { kind, flags, body: whole.get(HEADER..).unwrap_or_default(), length }))
}

fn number<const N: usize>(body: &[u8], at: usize) -> Result<[u8; N], Failure> {
    let bytes = at.checked_add(N).and_then(|end| body.get(at..end)).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| broken(STEP, format!("a fragment that ends at byte {}", body.len())))
}

/// Reads whether the interface was taken, when that is all there; gives the longest fragment that the server takes.
///
/// # Errors
/// [`Outcome::Broken`] when it was not taken, or what came is no such answer.
pub fn read_bound(read: &[u8], call: u32) -> Result<Option<u16>, Failure> {
    let Some(Fragment { kind, body, .. }) = next(read, call)? else { return Ok(None) };
    match kind {
        kind::BIND_ACK => {}
        kind::BIND_NAK => return Err(broken("bind", format!("refused, reason {}", u16::from_le_bytes(number(body, 0)?)))),
        other => return Err(broken("bind", format!("message {other} for an answer"))),
    }
    let takes = u16::from_le_bytes(number(body, 2)?);
    // The name of the pipe, then from a multiple of four the results.
    let name = usize::from(u16::from_le_bytes(number(body, 8)?));
    let results = (10 + name).next_multiple_of(4);
    let [count, ..] = number::<4>(body, results)?;
    let (result, reason) = (u16::from_le_bytes(number(body, results + 4)?), u16::from_le_bytes(number(body, results + 6)?));
    let form = number::<20>(body, results + 8)?;
    if count != 1 || result != 0 || form != NDR32 {
        return Err(broken("bind", format!("the interface is not spoken here: result {result}, reason {reason}")));
    }
    if takes < FRAGMENT_MIN {
        return Err(broken("bind", format!("fragments of {takes} bytes only")));
    }
    Ok(Some(takes))
}

/// An answer that is being read.
pub struct Answer {
    call: u32,
    read: Vec<u8>,
    values: Vec<u8>,
    begun: bool,
}

impl Answer {
    /// To this call.
    #[must_use]
    pub const fn to(call: u32) -> Self {
        Self { call, read: Vec::new(), values: Vec::new(), begun: false }
    }

    /// Takes what was read, however it was cut; gives the values when all are there.
    ///
    /// # Errors
    /// [`Outcome::LacksRight`] when the server says that access is denied, [`Outcome::Broken`] for any other fault, and when what came
    /// is no answer to this call or too long.
    pub fn take(&mut self, read: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        self.read.extend_from_slice(read);
        while let Some(Fragment { kind, flags, body, length }) = next(&self.read, self.call)? {
            match kind {
                kind::RESPONSE => {}
                kind::FAULT => return Err(fault(u32::from_le_bytes(number(body, CALL)?))),
                other => return Err(broken(STEP, format!("message {other} for an answer"))),
            }
            if (flags & FIRST != 0) == self.begun {
                return Err(broken(STEP, "fragments out of their order"));
            }
            let part = body.get(CALL..).ok_or_else(|| broken(STEP, "a fragment without its head"))?;
            if self.values.len() + part.len() > ANSWER_MAX {
                return Err(broken(STEP, format!("an answer of more than {ANSWER_MAX} bytes")));
            }
            self.values.extend_from_slice(part);
            self.begun = true;
            self.read.drain(..length);
            if flags & LAST != 0 {
                return Ok(Some(std::mem::take(&mut self.values)));
            }
        }
        Ok(None)
    }
}

/// What a fault means (MS-RPCE §2.2.2.12, C706 appendix E).
fn fault(code: u32) -> Failure {
    const ACCESS_DENIED: u32 = 5;
    let outcome = if code == ACCESS_DENIED { Outcome::LacksRight } else { Outcome::Broken };
    Failure::new(outcome, STEP, format!("fault {code:#010x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn response(flags: u8, call: u32, values: &[u8]) -> Vec<u8> {
        let mut body = vec![0; CALL];
        body.extend_from_slice(values);
        message(kind::RESPONSE, flags, call, &body)
    }

    #[test]
    fn a_fault_is_told_and_access_denied_is_about_the_account() {
        let of = |code: u32| {
            let mut body = vec![0; CALL];
            body.extend_from_slice(&code.to_le_bytes());
            Answer::to(3).take(&message(kind::FAULT, FIRST | LAST, 3, &body)).expect_err("a fault").outcome
        };
        assert_eq!(of(5), Outcome::LacksRight);
        assert_eq!(of(0x1c01_0002), Outcome::Broken);
    }

    #[test]
    fn what_answers_another_call_or_comes_out_of_order_is_refused() {
        assert!(Answer::to(2).take(&response(FIRST | LAST, 3, b"x")).is_err());
        assert!(Answer::to(2).take(&response(LAST, 2, b"x")).is_err(), "without a first");
        let twice = [response(FIRST, 2, b"x"), response(FIRST | LAST, 2, b"y")].concat();
        assert!(Answer::to(2).take(&twice).is_err(), "two firsts");
        let mut big_endian = response(FIRST | LAST, 2, b"x");
        big_endian[4] = 0;
        assert!(Answer::to(2).take(&big_endian).is_err());
        let mut short = response(FIRST | LAST, 2, b"");
        short[8] = 15;
        assert!(Answer::to(2).take(&short).is_err(), "shorter than its header");
    }

    #[test]
    fn an_interface_that_is_not_spoken_is_refused() {
        let taken = |result: u16| {
            let mut body = vec![0xb8, 0x10, 0xb8, 0x10, 0, 0, 0, 0, 3, 0, b'a', b'b', 0, 0, 0, 0, 1, 0, 0, 0];
            body.extend_from_slice(&result.to_le_bytes());
            body.extend_from_slice(&[0, 0]);
            body.extend_from_slice(&NDR32);
            message(kind::BIND_ACK, FIRST | LAST, 1, &body)
        };
        assert_eq!(read_bound(&taken(0), 1), Ok(Some(4280)));
        assert!(read_bound(&taken(2), 1).is_err());
        assert_eq!(read_bound(&taken(0)[..20], 1), Ok(None));
        assert!(read_bound(&message(kind::BIND_NAK, FIRST | LAST, 1, &[4, 0]), 1).is_err());
    }

    proptest! {
        #[test]
        fn an_answer_is_the_same_however_it_is_cut(parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..6), cut in 1usize..50) {
            let last = parts.len() - 1;
            let flags = |n: usize| if n == 0 { FIRST } else { 0 } | if n == last { LAST } else { 0 };
            let wire: Vec<u8> = parts.iter().enumerate().flat_map(|(n, part)| response(flags(n), 7, part)).collect();
            let (mut answer, mut values) = (Answer::to(7), None);
            for piece in wire.chunks(cut) {
                prop_assert!(values.is_none(), "it ends with the last fragment");
                values = answer.take(piece).expect("an answer");
            }
            prop_assert_eq!(values, Some(parts.concat()));
        }

        #[test]
        fn a_call_is_cut_into_fragments_that_a_server_takes(length in 0usize..20_000, fragment in any::<u16>()) {
            let values: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let fragments = request(9, 35, &values, fragment);
            let most = usize::from(fragment.clamp(FRAGMENT_MIN, FRAGMENT_MAX));
            prop_assert!(fragments.iter().all(|fragment| fragment.len() <= most));
            let sent: Vec<u8> = fragments.iter().flat_map(|fragment| fragment[HEADER + CALL..].to_vec()).collect();
            prop_assert_eq!(sent, values);
            prop_assert!(fragments[0][3] & FIRST != 0 && fragments[fragments.len() - 1][3] & LAST != 0);
        }

        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = read_bound(&bytes, 0);
            let _ = Answer::to(0).take(&bytes);
        }
    }
}
