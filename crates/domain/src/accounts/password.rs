//! What a password may be. Any Unicode is: what is typed is what is kept (experience.md §2; configmgr.md §13 on `%`).

use super::refusal::Refusal;
use provost_catalog::rules::code;

/// Most characters of a password; Windows takes 256 (MS-SAMR §3.1.1.8.7 bounds it by its encoding).
pub const CHARACTERS_MAX: usize = 256;

/// Checks a password that is to be kept.
///
/// # Errors
/// [`code::SECRET_INVALID`] for an empty one, one that is too long, and one with a line break or NUL, which no server takes.
pub fn check(password: &str) -> Result<(), Refusal> {
    let refused = |why: &str| Err(Refusal::new(code::SECRET_INVALID, why, "write the password alone on one line"));
    if password.is_empty() {
        return refused("it is empty");
    }
    if password.chars().count() > CHARACTERS_MAX {
        return refused("it has more than 256 characters");
    }
    if password.contains(['\n', '\r', '\0']) {
        return refused("it has a line break or NUL within");
    }
    Ok(())
}

/// The password that a file or standard input holds: without one line end at the end, and without the byte order mark that
/// some editors put before everything.
#[must_use]
pub fn of_file(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.strip_suffix('\n').map_or(text, |rest| rest.strip_suffix('\r').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_and_a_mark_before_are_not_the_password() {
        for (file, password) in [
            ("p%40ss", "p%40ss"),
            ("p%40ss\n", "p%40ss"),
            ("p%40ss\r\n", "p%40ss"),
            ("\u{feff}p%40ss\n", "p%40ss"),
            ("p \n", "p "),
            (" \u{feff}p", " \u{feff}p"),
            ("two\n\n", "two\n"),
        ] {
            assert_eq!(of_file(file), password, "{file:?}");
        }
    }

    #[test]
    fn any_unicode_is_a_password_and_a_line_break_is_not() {
        for password in ["%", "a", "日本 \u{1F511}\u{200d}", "\t", &"ß".repeat(256)] {
            assert_eq!(check(password), Ok(()), "{password:?}");
        }
        for password in ["", "a\nb", "a\r", "a\0b", &"ß".repeat(257)] {
            assert_eq!(check(password).map_err(|refusal| refusal.code), Err(code::SECRET_INVALID), "{password:?}");
        }
    }
}
