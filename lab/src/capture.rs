//! What crossed the lab's network: nobody ever spoke NTLM.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How an NTLM message begins ([MS-NLMP] 2.2.1), and how its beginning looks in Base64, in which HTTP, SMTP and LDIF carry it.
const MARKS: &[&[u8]] = &[b"NTLMSSP\0", b"TlRMTVNTUA"];

/// How much is read at a time.
const PIECE: usize = 1 << 20;

/// How often an NTLM message begins in a file.
///
/// # Errors
/// When the file cannot be read.
pub fn ntlm_messages(capture: &Path) -> io::Result<usize> {
    let longest = MARKS.iter().map(|mark| mark.len()).max().unwrap_or_default();
    let mut file = File::open(capture)?;
    let mut buffer = Vec::with_capacity(PIECE + longest);
    let mut found = 0;
    loop {
        let kept = buffer.len();
        if file.by_ref().take(PIECE as u64).read_to_end(&mut buffer)? == 0 {
            return Ok(found);
        }
        // One that lies across two pieces is found with the second; one that ended in the first was found with it.
        found += MARKS.iter().map(|mark| buffer.windows(mark.len()).enumerate().filter(|(at, w)| w == mark && at + mark.len() > kept).count()).sum::<usize>();
        buffer.drain(..buffer.len().saturating_sub(longest - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_once_wherever_it_lies() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("capture");
        for before in [0, PIECE - 12, PIECE - 8, PIECE - 3, PIECE - 1, PIECE, 2 * PIECE + 5] {
            for mark in MARKS {
                std::fs::write(&path, [&vec![b'x'; before], *mark, b"rest"].concat()).expect("it is written");
                assert_eq!(ntlm_messages(&path).expect("it is read"), 1, "{before}");
            }
        }
        std::fs::write(&path, b"NTLMSSP without its end").expect("it is written");
        assert_eq!(ntlm_messages(&path).expect("it is read"), 0);
    }
}
