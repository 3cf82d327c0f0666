//! Long lists of names in what people read. What programs read keeps every name.

/// Names that stay, of more than [`LISTED_MAX`].
const NAMED: usize = 3;
/// Most names in a row that are all told.
const LISTED_MAX: usize = 8;

/// The same text, where of very many names in a row, such as hosts, the first are told and how many more there are.
#[must_use]
pub fn short_lists(text: &str) -> String {
    let mut short: Vec<String> = Vec::new();
    let mut parts: Vec<String> = text.split(", ").map(str::to_owned).collect();
    // A name between two others has no space; the first ends a sentence before it, and after the last another begins.
    let is_name = |part: &&String| !part.is_empty() && !part.contains(char::is_whitespace) && !part.contains(['\'', ';']);
    let mut at = 0;
    while at < parts.len() {
        // The first and the last of the row stand in texts of their own.
        let last = (at + 1 + parts[at + 1..].iter().take_while(is_name).count()).min(parts.len() - 1);
        let row = last - at + 1;
        let (name, rest) = parts[last].split_at(parts[last].find([' ', ';', ':']).unwrap_or(parts[last].len()));
        if row > LISTED_MAX && !name.is_empty() {
            let (counted, rest) = beyond(rest);
            let (kept, more) = (at + NAMED - 1, row - NAMED + counted);
            let told = format!("{} and {more} more{rest}", parts[kept]);
            short.extend(parts[at..kept].iter().cloned());
            // With what follows the last name another row may begin.
            parts[last] = told;
            at = last;
        } else {
            short.push(parts[at].clone());
            at += 1;
        }
    }
    short.join(", ")
}

/// How many more than the last of a row were counted already, and what follows that.
fn beyond(rest: &str) -> (usize, &str) {
    let counted = rest.strip_prefix(" and ").and_then(|rest| rest.split_once(" more"));
    counted.and_then(|(count, rest)| Some((count.parse().ok()?, rest))).unwrap_or((0, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(count: usize) -> String {
        (0..count).map(|n| format!("pc{n}.corp")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn of_many_names_the_first_are_told_and_of_few_all() {
        let of =
            |count| format!("at dc1, dc2: nothing held; {count} of 64 computers did not answer (connection timed out): {}; to settle it, do so", names(count));
        assert_eq!(
            short_lists(&of(41)),
            "at dc1, dc2: nothing held; 41 of 64 computers did not answer (connection timed out): pc0.corp, pc1.corp, pc2.corp and 38 more; to settle it, do so"
        );
        assert_eq!(short_lists(&of(8)), of(8));
        assert_eq!(short_lists(&format!("at {} and 900 more: not asked", names(20))), "at pc0.corp, pc1.corp, pc2.corp and 917 more: not asked");
        assert_eq!(short_lists(&names(9)), "pc0.corp, pc1.corp, pc2.corp and 6 more");
        let two = format!("at {}: a; at {}: b", names(10), names(12));
        assert_eq!(short_lists(&two), "at pc0.corp, pc1.corp, pc2.corp and 7 more: a; at pc0.corp, pc1.corp, pc2.corp and 9 more: b");
    }

    proptest! {
        #[test]
        fn what_has_no_long_row_stays_as_it_is(text in "([a-z;: ]{1,12}(, )?){0,7}") {
            prop_assert_eq!(short_lists(&text), text);
        }
    }
}
