//! Files with certificates that a person hands over.

use crate::exit::Exit;
use crate::failure::Failure;
use std::io::Read;
use std::path::Path;

/// Most bytes of such a file.
const BYTES_MAX: u64 = 1 << 20;

/// The certificates of a file, in PEM; none when no file is named. `code` is the number of the rule when it cannot be read.
///
/// # Errors
/// When it cannot be read, is too large, or is no text.
pub fn read(file: Option<&Path>, code: u16) -> Result<Option<String>, Failure> {
    let Some(file) = file else { return Ok(None) };
    let failed = |cause: String| Failure::new(code, format!("cannot read certificates from {}", file.display()), cause).exit(Exit::Usage);
    let mut text = String::new();
    let opened = std::fs::File::open(file).map_err(|e| failed(e.to_string()))?;
    opened.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(|e| failed(e.to_string()))?;
    if text.len() as u64 > BYTES_MAX {
        return Err(failed(format!("it has more than {BYTES_MAX} bytes")));
    }
    Ok(Some(text))
}
