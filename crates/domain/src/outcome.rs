//! What became of an attempt to connect as somebody; each way to fail is told apart, for each has another fix.

use provost_catalog::rules::code;

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It signed in.
    Succeeded,
    /// Our own rules forbade it; nothing was sent.
    RefusedByRule,
    /// Name or password is wrong. Counts towards a lock-out.
    WrongPassword,
    /// The account is locked.
    Locked,
    /// The account is disabled.
    Disabled,
    /// The account is locked, disabled or expired, and nobody tells which: Kerberos has one answer for all.
    LockedOrDisabled,
    /// The account or its password has expired.
    Expired,
    /// The password must be changed before the account may sign in.
    MustChangePassword,
    /// There is no such account.
    NoSuchAccount,
    /// The clocks of both sides are further apart than Kerberos allows.
    ClockSkew,
    /// It signed in and was refused what it is for.
    LacksRight,
    /// Nobody answers.
    Unreachable,
    /// Who answers has no certificate that is trusted. No secret was sent.
    CertificateNotTrusted,
    /// No way to sign in is offered that keeps the secret safe. No secret was sent.
    NothingSafe,
    /// The peer does not keep to its protocol: it closes, hangs, or answers what cannot be.
    Broken,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &'static [Self] = &[
        Self::Succeeded,
        Self::RefusedByRule,
        Self::WrongPassword,
        Self::Locked,
        Self::Disabled,
        Self::LockedOrDisabled,
        Self::Expired,
        Self::MustChangePassword,
        Self::NoSuchAccount,
        Self::ClockSkew,
        Self::LacksRight,
        Self::Unreachable,
        Self::CertificateNotTrusted,
        Self::NothingSafe,
        Self::Broken,
    ];

    /// Its id in tables and documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::RefusedByRule => "refused-by-rule",
            Self::WrongPassword => "wrong-password",
            Self::Locked => "locked",
            Self::Disabled => "disabled",
            Self::LockedOrDisabled => "locked-or-disabled",
            Self::Expired => "expired",
            Self::MustChangePassword => "must-change-password",
            Self::NoSuchAccount => "no-such-account",
            Self::ClockSkew => "clock-skew",
            Self::LacksRight => "lacks-right",
            Self::Unreachable => "unreachable",
            Self::CertificateNotTrusted => "certificate-not-trusted",
            Self::NothingSafe => "nothing-safe",
            Self::Broken => "broken",
        }
    }

    /// The outcome with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.id() == id)
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Succeeded => "signed in",
            Self::RefusedByRule => "refused by our own rules",
            Self::WrongPassword => "name or password is wrong",
            Self::Locked => "the account is locked",
            Self::Disabled => "the account is disabled",
            Self::LockedOrDisabled => "the account is locked or disabled",
            Self::Expired => "the account or its password has expired",
            Self::MustChangePassword => "the password must be changed first",
            Self::NoSuchAccount => "there is no such account",
            Self::ClockSkew => "the clocks differ by too much",
            Self::LacksRight => "the account lacks a right",
            Self::Unreachable => "nobody answers",
            Self::CertificateNotTrusted => "the certificate is not trusted",
            Self::NothingSafe => "no safe way to sign in is offered",
            Self::Broken => "the server does not keep to its protocol",
        }
    }

    /// Number of the message that explains it; none for success.
    #[must_use]
    pub const fn code(self) -> Option<u16> {
        Some(match self {
            Self::Succeeded => return None,
            Self::RefusedByRule => code::ACCOUNT_BLOCKED,
            Self::WrongPassword => code::SIGN_IN_WRONG_PASSWORD,
            Self::Locked => code::SIGN_IN_LOCKED,
            Self::Disabled => code::SIGN_IN_DISABLED,
            Self::LockedOrDisabled => code::SIGN_IN_LOCKED_OR_DISABLED,
            Self::Expired => code::SIGN_IN_EXPIRED,
            Self::MustChangePassword => code::SIGN_IN_MUST_CHANGE,
            Self::NoSuchAccount => code::SIGN_IN_NO_SUCH_ACCOUNT,
            Self::ClockSkew => code::SIGN_IN_CLOCK_SKEW,
            Self::LacksRight => code::SIGN_IN_LACKS_RIGHT,
            Self::Unreachable => code::TARGET_UNREACHABLE,
            Self::CertificateNotTrusted => code::TARGET_NOT_TRUSTED,
            Self::NothingSafe => code::TARGET_NOTHING_SAFE,
            Self::Broken => code::TARGET_BROKEN,
        })
    }

    /// Whether the directory counts it towards a lock-out, or may: the graver of what it can mean is believed.
    #[must_use]
    pub const fn counts_towards_lock_out(self) -> bool {
        matches!(self, Self::WrongPassword | Self::Locked | Self::LockedOrDisabled)
    }

    /// Whether another account of a list may still succeed where this one did not: the server answered, and what it said
    /// is about the account.
    #[must_use]
    pub const fn is_about_the_account(self) -> bool {
        matches!(
            self,
            Self::RefusedByRule
                | Self::WrongPassword
                | Self::Locked
                | Self::Disabled
                | Self::LockedOrDisabled
                | Self::Expired
                | Self::MustChangePassword
                | Self::NoSuchAccount
                | Self::LacksRight
        )
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.words())
    }
}
