//! The sealed stream of a backup.

use crate::keys::Secret;
use argon2::{Algorithm, Argon2, Params, Version};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::io::{self, Read, Write};

const MAGIC: &[u8; 16] = b"PROVOST BACKUP 1";
const SALT: usize = 16;
const TAG: usize = 16;
/// Bytes of a chunk before it is sealed.
const CHUNK: usize = 64 * 1024;

/// What a guess at the passphrase costs: the second choice of RFC 9106 §4, since who holds the file may guess for years.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// Why a sealed stream does not open, or was not written.
#[derive(Debug)]
pub enum SealedError {
    /// It is no backup at all.
    NotABackup,
    /// The passphrase is another one, or its first chunk was changed.
    Passphrase,
    /// A later chunk was changed, or is of another backup.
    Damaged,
    /// It ends before its end.
    CutOff,
    /// Something comes after its end.
    TooLong,
    /// The file itself.
    Stream(io::Error),
}

impl fmt::Display for SealedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABackup => f.write_str("this file is no backup of Provost's"),
            Self::Passphrase => f.write_str("the passphrase does not open the backup, or its beginning was changed"),
            Self::Damaged => f.write_str("the backup was changed after it was written"),
            Self::CutOff => f.write_str("the backup was cut off: its end is missing"),
            Self::TooLong => f.write_str("something comes after the end of the backup"),
            Self::Stream(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SealedError {}

fn key(passphrase: &Secret, salt: &[u8]) -> Result<LessSafeKey, SealedError> {
    let mut bytes = [0; 32];
    let costs = Params::new(MEMORY_KIB, PASSES, LANES, Some(bytes.len())).map_err(|e| SealedError::Stream(io::Error::other(e.to_string())))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, costs);
    hasher.hash_password_into(passphrase.expose(), salt, &mut bytes).map_err(|e| SealedError::Stream(io::Error::other(e.to_string())))?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes).map(LessSafeKey::new).map_err(|_| SealedError::Stream(io::Error::other("the cipher refuses its key")));
    bytes.fill(0);
    std::hint::black_box(&bytes);
    key
}

/// Numbers a chunk; the last one is numbered otherwise. A key seals one backup only, so no number comes twice.
fn nonce(number: u64, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8] = u8::from(last);
    Nonce::assume_unique_for_key(bytes)
}

/// Seals what is written.
pub struct Sealing<W> {
    out: W,
    key: LessSafeKey,
    salt: [u8; SALT],
    number: u64,
    buffer: Vec<u8>,
}

impl<W: Write> Sealing<W> {
    /// Begins a stream. Takes some time, on purpose: the passphrase is stretched.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn new(passphrase: &Secret, mut out: W) -> Result<Self, SealedError> {
        let mut salt = [0; SALT];
        SystemRandom::new().fill(&mut salt).map_err(|_| SealedError::Stream(io::Error::other("the operating system gives no randomness")))?;
        let key = key(passphrase, &salt)?;
        out.write_all(MAGIC).and_then(|()| out.write_all(&salt)).map_err(SealedError::Stream)?;
        Ok(Self { out, key, salt, number: 0, buffer: Vec::with_capacity(CHUNK + TAG) })
    }

    /// Writes the end.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn finish(mut self) -> Result<(), SealedError> {
        self.chunk(true).and_then(|()| self.out.flush()).map_err(SealedError::Stream)
    }

    fn chunk(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.key.seal_in_place_append_tag(nonce(self.number, last), Aad::from([&MAGIC[..], &self.salt].concat()), &mut self.buffer);
        sealed.map_err(|_| io::Error::other("the cipher refuses"))?;
        self.number += 1;
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk is written when more follows, so that the last one is never empty but for an empty stream.
        if self.buffer.len() == CHUNK {
            self.chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens what was sealed.
pub struct Opening<R> {
    input: R,
    key: LessSafeKey,
    salt: [u8; SALT],
    number: u64,
    chunk: Vec<u8>,
    at: usize,
    last: bool,
    /// What was read beyond the chunk at hand.
    ahead: Vec<u8>,
    trouble: Option<SealedError>,
}

impl<R: Read> Opening<R> {
    /// Begins to read, and opens the first chunk.
    ///
    /// # Errors
    /// As [`SealedError`] tells.
    pub fn new(passphrase: &Secret, mut input: R) -> Result<Self, SealedError> {
        let mut head = [0; MAGIC.len() + SALT];
        input.read_exact(&mut head).map_err(|e| if e.kind() == io::ErrorKind::UnexpectedEof { SealedError::NotABackup } else { SealedError::Stream(e) })?;
        let (magic, salt) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(SealedError::NotABackup);
        }
        let key = key(passphrase, salt)?;
        let salt = salt.try_into().unwrap_or([0; SALT]);
        let mut opening = Self { input, key, salt, number: 0, chunk: Vec::new(), at: 0, last: false, ahead: Vec::new(), trouble: None };
        opening.next_chunk().map_err(|error| if matches!(error, SealedError::Damaged) { SealedError::Passphrase } else { error })?;
        Ok(opening)
    }

    /// Why reading failed, when it was the stream.
    pub fn trouble(&mut self) -> Option<SealedError> {
        self.trouble.take()
    }

    /// Checks that the end was reached and nothing follows.
    ///
    /// # Errors
    /// [`SealedError::TooLong`] or [`SealedError::CutOff`].
    pub fn expect_end(&mut self) -> Result<(), SealedError> {
        if self.at < self.chunk.len() || !self.ahead.is_empty() {
            return Err(SealedError::TooLong);
        }
        if self.last { Ok(()) } else { Err(SealedError::CutOff) }
    }

    fn next_chunk(&mut self) -> Result<(), SealedError> {
        let mut sealed = std::mem::take(&mut self.ahead);
        let wanted = CHUNK + TAG + 1;
        let more = u64::try_from(wanted - sealed.len()).unwrap_or(0);
        (&mut self.input).take(more).read_to_end(&mut sealed).map_err(SealedError::Stream)?;
        let last = sealed.len() < wanted;
        if !last {
            self.ahead = sealed.split_off(CHUNK + TAG);
        }
        let aad = Aad::from([&MAGIC[..], &self.salt].concat());
        let mut copy = if last { sealed.clone() } else { Vec::new() };
        let opened = match self.key.open_in_place(nonce(self.number, last), aad, &mut sealed) {
            Ok(opened) => opened.len(),
            Err(_) if last => {
                // The end of the file, but not of the backup: a chunk that says that more follows.
                let aad = Aad::from([&MAGIC[..], &self.salt].concat());
                let whole = self.key.open_in_place(nonce(self.number, false), aad, &mut copy).is_ok();
                let cut = whole || copy.len() < TAG || (self.number > 0 && copy.len() < CHUNK + TAG);
                return Err(if cut { SealedError::CutOff } else { SealedError::Damaged });
            }
            Err(_) => return Err(SealedError::Damaged),
        };
        sealed.truncate(opened);
        self.chunk = sealed;
        self.at = 0;
        self.last = last;
        self.number += 1;
        Ok(())
    }
}

impl<R: Read> Read for Opening<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len()
            && !self.last
            && let Err(error) = self.next_chunk()
        {
            let told = io::Error::other(error.to_string());
            self.trouble = Some(error);
            return Err(told);
        }
        let taken = out.len().min(self.chunk.len() - self.at);
        out[..taken].copy_from_slice(&self.chunk[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> Secret {
        Secret::new(text.as_bytes().to_vec())
    }

    fn sealed(content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut sealing = Sealing::new(&passphrase("right"), &mut out).expect("a stream");
        sealing.write_all(content).expect("written");
        sealing.finish().expect("finished");
        out
    }

    fn opened(bytes: &[u8], with: &str) -> Result<Vec<u8>, SealedError> {
        let mut opening = Opening::new(&passphrase(with), bytes)?;
        let mut content = Vec::new();
        match opening.read_to_end(&mut content) {
            Ok(_) => opening.expect_end().map(|()| content),
            Err(error) => Err(opening.trouble().unwrap_or(SealedError::Stream(error))),
        }
    }

    #[test]
    fn what_was_sealed_opens_whole_whatever_its_length() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7] {
            let content: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).expect("small")).collect();
            assert!(opened(&sealed(&content), "right").is_ok_and(|read| read == content), "{length} bytes");
        }
    }

    #[test]
    fn a_wrong_passphrase_a_changed_byte_and_a_missing_end_are_told_apart() {
        let whole = sealed(&vec![7; 2 * CHUNK + 100]);
        assert!(matches!(opened(&whole, "wrong"), Err(SealedError::Passphrase)));
        assert!(matches!(opened(b"PK", "right"), Err(SealedError::NotABackup)));
        assert!(matches!(opened(&[0; 100], "right"), Err(SealedError::NotABackup)));
        for at in [16, 40, CHUNK + 200, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(matches!(opened(&changed, "right"), Err(SealedError::Passphrase | SealedError::Damaged | SealedError::CutOff)), "byte {at}");
        }
        for end in [33, 32 + CHUNK + 16, 32 + CHUNK + 500, whole.len() - 1] {
            assert!(opened(&whole[..end], "right").is_err(), "{end} bytes");
        }
        assert!(matches!(opened(&whole[..32 + CHUNK + 16], "right"), Err(SealedError::CutOff)));
        let longer = [&whole[..], &[0; 10]].concat();
        assert!(opened(&longer, "right").is_err());
        // Chunks of another backup under the same passphrase do not fit.
        let other = sealed(&vec![9; 2 * CHUNK + 100]);
        let mixed = [&whole[..32 + CHUNK + 16], &other[32 + CHUNK + 16..]].concat();
        assert!(opened(&mixed, "right").is_err());
    }
}
