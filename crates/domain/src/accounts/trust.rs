//! Trust between this site's forest and others: explicit data, never guessed (design §4).

/// How a target stands to the site server's forest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trust {
    /// In the same forest, or on the same computer.
    SameForest,
    /// In a forest that is trusted.
    TrustedForest,
    /// In a domain that is not trusted, of a forest that is.
    UntrustedDomain,
    /// In a forest that is not trusted.
    UntrustedForest,
    /// Nobody said; treated as untrusted, for unknown never passes.
    Unknown,
}

impl Trust {
    /// Every trust.
    pub const ALL: &'static [Self] = &[Self::SameForest, Self::TrustedForest, Self::UntrustedDomain, Self::UntrustedForest, Self::Unknown];

    /// Its id in tables and documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::SameForest => "same-forest",
            Self::TrustedForest => "trusted-forest",
            Self::UntrustedDomain => "untrusted-domain",
            Self::UntrustedForest => "untrusted-forest",
            Self::Unknown => "unknown",
        }
    }

    /// The trust with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|trust| trust.id() == id)
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::SameForest => "the site's own forest",
            Self::TrustedForest => "a trusted forest",
            Self::UntrustedDomain => "a domain that is not trusted",
            Self::UntrustedForest => "a forest that is not trusted",
            Self::Unknown => "nobody said whether it is trusted",
        }
    }

    /// Whether a computer account of the site's forest means something there.
    #[must_use]
    pub const fn domain_is_trusted(self) -> bool {
        matches!(self, Self::SameForest | Self::TrustedForest)
    }

    /// Whether the forest is trusted.
    #[must_use]
    pub const fn forest_is_trusted(self) -> bool {
        matches!(self, Self::SameForest | Self::TrustedForest | Self::UntrustedDomain)
    }
}

/// A domain's DNS name in lower case, without a last dot; none when it is no such name.
#[must_use]
pub fn domain_name(text: &str) -> Option<String> {
    let name = text.trim().trim_end_matches('.').to_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    (name.len() <= 253 && name.contains('.') && name.split('.').all(label)).then_some(name)
}

/// The trust of `host`, a DNS name: that of the longest known domain that it is in. A name without a domain is a
/// computer of the site's own network; `own` is the DNS domain of the site server, empty without one.
#[must_use]
pub fn of_host<'a>(host: &str, own: &str, known: impl Iterator<Item = (&'a str, Trust)>) -> Trust {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if !host.contains('.') || host.parse::<core::net::IpAddr>().is_ok_and(|address| address.is_loopback()) {
        return Trust::SameForest;
    }
    let inside = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    let stated = known.filter(|(domain, _)| inside(&domain.to_ascii_lowercase())).max_by_key(|(domain, _)| domain.len());
    match stated {
        Some((_, trust)) => trust,
        None if !own.is_empty() && inside(&own.to_ascii_lowercase()) => Trust::SameForest,
        None => Trust::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_known_domain_decides_and_unknown_stays_unknown() {
        let known =
            [("fabrikam.example.test", Trust::UntrustedForest), ("lab.fabrikam.example.test", Trust::TrustedForest), ("partner.test", Trust::UntrustedDomain)];
        let of = |host: &str| of_host(host, "corp.example.test", known.iter().copied());
        assert_eq!(of("dc1.fabrikam.example.test"), Trust::UntrustedForest);
        assert_eq!(of("DC1.LAB.fabrikam.example.test."), Trust::TrustedForest);
        assert_eq!(of("notfabrikam.example.test"), Trust::Unknown);
        assert_eq!(of("dp1.corp.example.test"), Trust::SameForest);
        assert_eq!(of("dp1"), Trust::SameForest);
        assert_eq!(of("127.0.0.1"), Trust::SameForest);
        assert_eq!(of("192.0.2.1"), Trust::Unknown);
        assert_eq!(of("partner.test"), Trust::UntrustedDomain);
        assert_eq!(of_host("a.b", "", std::iter::empty()), Trust::Unknown);
    }
}
