//! Forms of data, and when colours are shown.

/// Form in which data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Columns for people; not a contract.
    #[default]
    Table,
    /// More columns for people; not a contract.
    Wide,
    /// One JSON document; fields are only added within its apiVersion.
    Json,
    /// One JSON document on each line.
    Jsonl,
    /// The same document as YAML.
    Yaml,
    /// Comma-separated values with a heading.
    Csv,
    /// Names only, one on each line.
    Name,
}

/// When colours are shown. They only double a sign or a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` or `TERM=dumb` is set; or with `CLICOLOR_FORCE`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Form {
    /// Whether programs read it: then all there is goes into the document, and errors have its form too.
    #[must_use]
    pub const fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl | Self::Yaml)
    }
}

impl ColorChoice {
    /// Whether a stream shows colours.
    #[must_use]
    pub fn shows(self, terminal: bool) -> bool {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        self.decide(terminal && !dumb, set("NO_COLOR"), set("CLICOLOR_FORCE"))
    }

    const fn decide(self, terminal: bool, no_color: bool, force: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => !no_color && (force || terminal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ColorChoice;

    #[test]
    fn no_color_wins_over_force_and_the_flag_over_both() {
        assert!(ColorChoice::Auto.decide(true, false, false));
        assert!(!ColorChoice::Auto.decide(false, false, false));
        assert!(ColorChoice::Auto.decide(false, false, true));
        assert!(!ColorChoice::Auto.decide(true, true, true));
        assert!(ColorChoice::Always.decide(false, true, false));
        assert!(!ColorChoice::Never.decide(true, false, true));
    }
}
