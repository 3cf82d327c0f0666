//! Commands that people are told, so that they can be typed as they stand.

/// A word of a shell's command line: as it is where a shell takes it so, else in quotation marks (POSIX.1, Shell Command Language
/// §2.2).
#[must_use]
pub fn shell_word(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/@%+=,".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// A word of PowerShell's command line: in quotation marks, of which it takes the typographic ones for plain ones too (about_Quoting_Rules).
#[must_use]
pub fn powershell_word(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for c in text.chars() {
        quoted.push(c);
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(c);
        }
    }
    quoted.push('\'');
    quoted
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

    #[test]
    fn what_powershell_takes_for_the_end_of_a_word_is_doubled() {
        assert_eq!(powershell_word("OU=All PCs"), "'OU=All PCs'");
        assert_eq!(powershell_word("it's"), "'it''s'");
        assert_eq!(powershell_word("it\u{2019}s \u{201b}so\u{2018}"), "'it\u{2019}\u{2019}s \u{201b}\u{201b}so\u{2018}\u{2018}'");
    }
}
