//! Commands that people are told, so that they can be typed as they stand.

/// A word of a shell's command line: as it is where a shell takes it so, else in quotation marks (POSIX.1, Shell Command Language
/// §2.2).
#[must_use]
pub fn shell_word(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/@%+=,".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(shell_word("os:debian"), "os:debian");
        assert_eq!(shell_word("OU=PCs,DC=corp,DC=example,DC=test"), "OU=PCs,DC=corp,DC=example,DC=test");
        assert_eq!(shell_word("OU=All PCs"), "'OU=All PCs'");
        assert_eq!(shell_word("it's a"), "'it'\\''s a'");
        assert_eq!(shell_word(""), "''");
    }
}
