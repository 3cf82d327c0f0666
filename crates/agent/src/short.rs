//! Texts that are kept short.

/// Cuts a text to at most so many bytes without breaking a character.
pub fn cut(text: &mut String, bytes_max: usize) {
    let at = (0..=bytes_max.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.truncate(at);
}
