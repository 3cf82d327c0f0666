//! Licence expressions (SPDX) against a list of allowed ones.

/// Whether the expression can be met with allowed licences alone. What cannot be read is not allowed.
pub fn allowed(expression: &str, list: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, list };
    reader.any() == Some(true) && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    list: &'a [String],
}

impl Reader<'_> {
    fn any(&mut self) -> Option<bool> {
        let mut met = self.all()?;
        while self.next_is("OR") {
            met |= self.all()?;
        }
        Some(met)
    }

    fn all(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.next_is("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.next_is("(") {
            let met = self.any()?;
            return self.next_is(")").then_some(met);
        }
        let name = self.take().filter(|word| !matches!(*word, ")" | "OR" | "AND" | "WITH"))?.to_owned();
        let name = if self.next_is("WITH") { format!("{name} WITH {}", self.take()?) } else { name };
        Some(self.list.contains(&name))
    }

    fn next_is(&mut self, word: &str) -> bool {
        let is = self.words.first() == Some(&word);
        if is {
            self.take();
        }
        is
    }

    fn take(&mut self) -> Option<&str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_or_not() {
        let list: Vec<String> = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].map(str::to_owned).to_vec();
        for met in ["MIT", "MIT/GPL-2.0", "GPL-2.0 OR MIT", "(MIT OR GPL-2.0) AND Unicode-3.0", "Apache-2.0 WITH LLVM-exception", "MIT AND (Apache-2.0)"] {
            assert!(allowed(met, &list), "{met}");
        }
        for refused in ["GPL-2.0", "MIT AND GPL-2.0", "", "(MIT", "MIT)", "MIT OR", "MIT MIT", "OR", "MIT WITH X", "GPL-2.0 WITH Classpath-exception-2.0"] {
            assert!(!allowed(refused, &list), "{refused}");
        }
    }
}
