//! Values of remote procedure calls in NDR32, little-endian (C706 chapter 14, MS-RPCE §2.2.5). Each is aligned to its own size from
//! the start of the whole; what a pointer points to comes after the structure that has it.

use crate::refusal::broken;
use provost_domain::Failure;
use provost_sd::Sid;

/// Bytes of a context handle.
const HANDLE: usize = 20;
/// Least bytes of a text's structure in an array.
const TEXT: usize = 8;
/// Most characters of a text that is read; a name has far fewer.
const TEXT_MAX: usize = 1024;
const STEP: &str = "read an answer";

/// What a server gives to be named by: opaque.
pub type Handle = [u8; HANDLE];

/// Reads a stranger's bytes: nothing outside of them, and never more values than they have room for.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Of a whole answer.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Failure> {
        let taken = self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| broken(STEP, format!("it ends after {} bytes, at {} more are needed", self.bytes.len(), self.at)))?;
        self.at += count;
        Ok(taken)
    }

    fn align(&mut self, size: usize) -> Result<(), Failure> {
        let beyond = self.at % size;
        if beyond == 0 { Ok(()) } else { self.take(size - beyond).map(drop) }
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        self.take(N)?.try_into().map_err(|_| broken(STEP, "it ends"))
    }

    /// A number of two bytes.
    ///
    /// # Errors
    /// As for all of them: [`provost_domain::outcome::Outcome::Broken`] when it is not there.
    pub fn u16(&mut self) -> Result<u16, Failure> {
        self.align(2)?;
        self.fixed().map(u16::from_le_bytes)
    }

    /// A number of four bytes.
    ///
    /// # Errors
    /// When it is not there.
    pub fn u32(&mut self) -> Result<u32, Failure> {
        self.align(4)?;
        self.fixed().map(u32::from_le_bytes)
    }

    /// Whether a pointer points to something.
    ///
    /// # Errors
    /// When it is not there.
    pub fn pointer(&mut self) -> Result<bool, Failure> {
        self.u32().map(|referent| referent != 0)
    }

    /// How many things follow, each of at least so many bytes.
    ///
    /// # Errors
    /// When there is no room for them.
    pub fn count(&mut self, least: usize) -> Result<usize, Failure> {
        let count = usize::try_from(self.u32()?).unwrap_or(usize::MAX);
        let room = self.bytes.len().saturating_sub(self.at);
        match count.checked_mul(least) {
            Some(bytes) if bytes <= room => Ok(count),
            _ => Err(broken(STEP, format!("{count} things in {room} bytes"))),
        }
    }

    /// How many entries an array has that a structure points to and tells the number of; each is of at least so many bytes, and they
    /// follow.
    ///
    /// # Errors
    /// When the two numbers differ, or there is no room for them.
    pub fn entries(&mut self, least: usize) -> Result<usize, Failure> {
        let told = self.u32()?;
        let count = if self.pointer()? { self.count(least)? } else { 0 };
        if usize::try_from(told) == Ok(count) { Ok(count) } else { Err(broken(STEP, format!("{told} entries in room for {count}"))) }
    }

    /// Texts of such an array; none for each that is not there.
    ///
    /// # Errors
    /// As [`Reader::entries`] and [`Reader::text`].
    pub fn texts(&mut self) -> Result<Vec<Option<String>>, Failure> {
        let mut pointers = Vec::new();
        for _ in 0..self.entries(TEXT)? {
            let _lengths = (self.u16()?, self.u16()?);
            pointers.push(self.pointer()?);
        }
        pointers.into_iter().map(|pointer| if pointer { self.text().map(Some) } else { Ok(None) }).collect()
    }

    /// A context handle.
    ///
    /// # Errors
    /// When it is not there.
    pub fn handle(&mut self) -> Result<Handle, Failure> {
        self.align(4)?;
        self.fixed()
    }

    /// A security identifier (MS-DTYP §2.4.2.3): the count of its parts, then itself.
    ///
    /// # Errors
    /// When it is none, or its counts differ.
    pub fn sid(&mut self) -> Result<Sid, Failure> {
        const FIXED: usize = 8;
        let count = self.count(4)?;
        let start = self.at;
        let inner = self.take(FIXED)?.get(1).copied();
        if inner.map(usize::from) != Some(count) {
            return Err(broken(STEP, format!("a security identifier of {count} parts that says it has {inner:?}")));
        }
        self.take(count * 4)?;
        let bytes = self.bytes.get(start..self.at).unwrap_or_default();
        Sid::from_bytes(bytes).map_err(|error| broken(STEP, error))
    }

    /// A text that a structure points to: room, start and length in characters, then the characters.
    ///
    /// # Errors
    /// When it is longer than its room, begins elsewhere, or is no UTF-16.
    pub fn text(&mut self) -> Result<String, Failure> {
        let (room, start) = (self.u32()?, self.u32()?);
        let length = self.count(2)?;
        if start != 0 || length > TEXT_MAX || u32::try_from(length).is_ok_and(|length| length > room) {
            return Err(broken(STEP, format!("a text of {length} characters from {start} in room for {room}")));
        }
        let units: Vec<u16> = self.take(length * 2)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|error| broken(STEP, error))
    }
}

/// Writes what is asked.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
    referents: u32,
}

impl Writer {
    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn align(&mut self, size: usize) {
        self.bytes.resize(self.bytes.len().next_multiple_of(size), 0);
    }

    /// A number of two bytes.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.align(2);
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// A number of four bytes.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.align(4);
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// A pointer to something that follows the structure.
    pub fn pointer(&mut self) -> &mut Self {
        self.referents += 1;
        let referent = 0x0002_0000 + self.referents * 4;
        self.u32(referent)
    }

    /// A pointer to nothing.
    pub fn null(&mut self) -> &mut Self {
        self.u32(0)
    }

    /// A context handle.
    pub fn handle(&mut self, handle: &Handle) -> &mut Self {
        self.align(4);
        self.bytes.extend_from_slice(handle);
        self
    }

    /// A security identifier.
    pub fn sid(&mut self, sid: &Sid) -> &mut Self {
        self.u32(u32::try_from(sid.sub_authorities().len()).unwrap_or(0));
        self.bytes.extend_from_slice(&sid.to_bytes());
        self
    }

    /// The structure `RPC_UNICODE_STRING` (MS-DTYP §2.3.10) of a text of the house's own, and the text that it points to. Its
    /// lengths are in bytes.
    pub fn unicode(&mut self, text: &str) -> &mut Self {
        let units: Vec<u16> = text.encode_utf16().collect();
        let bytes = u16::try_from(units.len() * 2).unwrap_or(u16::MAX);
        let length = u32::from(bytes / 2);
        self.align(4);
        self.u16(bytes).u16(bytes).pointer().u32(length).u32(0).u32(length);
        units.iter().take(usize::from(bytes / 2)).for_each(|unit| self.bytes.extend_from_slice(&unit.to_le_bytes()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_has_no_room_is_refused_before_it_is_made_room_for() {
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0, 0]).count(1).is_err());
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0x7f]).sid().is_err());
        assert!(Reader::new(&[1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]).text().is_err());
        assert!(Reader::new(&[0; 3]).u32().is_err());
        assert!(Reader::new(&[0; 19]).handle().is_err());
    }

    #[test]
    fn a_text_must_lie_in_its_room() {
        let text = |room: u32, start: u32, length: u32| {
            let mut bytes: Vec<u8> = [room, start, length].iter().flat_map(|number| number.to_le_bytes()).collect();
            bytes.extend_from_slice(&[b'a', 0, b'b', 0]);
            Reader::new(&bytes).text()
        };
        assert_eq!(text(2, 0, 2).as_deref(), Ok("ab"));
        assert!(text(1, 0, 2).is_err() && text(2, 1, 1).is_err() && text(9, 0, 3).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number in any::<u32>(), short in any::<u16>(), text in "[a-zA-Z ä€]{0,40}", handle in any::<[u8; 20]>(), parts in proptest::collection::vec(any::<u32>(), 1..=15)) {
            let parts: Vec<String> = parts.iter().map(u32::to_string).collect();
            let sid: Sid = format!("S-1-5-{}", parts.join("-")).parse().expect("an identifier");
            let mut writer = Writer::default();
            writer.u16(short).u32(number).handle(&handle).unicode(&text).sid(&sid).null();
            let bytes = writer.into_bytes();
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.u16(), Ok(short));
            prop_assert_eq!(reader.u32(), Ok(number));
            prop_assert_eq!(reader.handle(), Ok(handle));
            let length = u16::try_from(text.encode_utf16().count() * 2).expect("short");
            prop_assert_eq!((reader.u16(), reader.u16(), reader.pointer()), (Ok(length), Ok(length), Ok(true)));
            prop_assert_eq!(reader.text(), Ok(text));
            prop_assert_eq!(reader.sid(), Ok(sid));
            prop_assert_eq!(reader.pointer(), Ok(false));
        }

        #[test]
        fn no_bytes_make_it_read_beyond_them(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&bytes);
            while reader.sid().is_ok() || reader.text().is_ok() || reader.u16().is_ok() {}
        }
    }
}
