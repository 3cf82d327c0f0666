//! "Did you mean": the known word that is nearest to a mistyped one.

/// The candidate nearest to `word`, when it is near enough to be meant: at most a third of its letters differ.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&word, &c.to_lowercase()), c))
        .filter(|(distance, c)| *distance * 3 <= c.chars().count().max(word.chars().count()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(nearest("lsiten", ["listen", "database", "code"]), Some("listen"));
        assert_eq!(nearest("zzz", ["listen", "database"]), None);
    }
}
