//! Verification: what is checked of a binding, and what the verdicts make of it. Unknown never passes (design promise 5,
//! security.md §3.1).

mod remedy;

pub use remedy::{Remedy, Tools};

use super::resolution::{Target, holds};
use crate::Timestamp;
use provost_catalog::accounts::{Account, BASE, COMPUTER_BASE, PrincipalKind, Reach, Situation};
use provost_catalog::conditions::{Condition, OF_COMPUTERS};
use provost_catalog::rights::{Held, Place, Profile, Right};

/// What a check asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The account signs in.
    SignsIn,
    /// The server offers no way to sign in that shows the secret.
    ServerKeepsSecretsSafe,
    /// The server refuses who does not sign in.
    ServerAsksForSignIn,
    /// The account has a right that it needs.
    Has(Right, Place),
    /// The account does not have a right that it must not have.
    LacksForbidden(Right, Place),
    /// Something is true of the account, whatever it may do.
    Stands(Condition),
}

/// One check of one binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Check {
    /// What it asks.
    pub subject: Subject,
    /// The mildest profile that asks it.
    pub profile: Profile,
    /// Sentence of the seed it comes from; empty when this house says so.
    pub seed: &'static str,
}

impl Check {
    /// Its id on the command line and in tables, such as `needs:send-mail@mail-server`.
    #[must_use]
    pub fn id(&self) -> String {
        match self.subject {
            Subject::SignsIn => "needs:sign-in".to_owned(),
            Subject::ServerKeepsSecretsSafe => "server:keeps-secrets-safe".to_owned(),
            Subject::ServerAsksForSignIn => "server:asks-for-sign-in".to_owned(),
            Subject::Has(right, place) => format!("needs:{}@{}", right.id(), place.id()),
            Subject::LacksForbidden(right, place) => format!("must-not-have:{}@{}", right.id(), place.id()),
            Subject::Stands(condition) => format!("account:{}", condition.id()),
        }
    }

    /// As people read it.
    #[must_use]
    pub fn words(&self) -> String {
        match self.subject {
            Subject::SignsIn => "it signs in".to_owned(),
            Subject::ServerKeepsSecretsSafe => "the server offers no way to sign in that shows the password".to_owned(),
            Subject::ServerAsksForSignIn => "the server refuses who does not sign in".to_owned(),
            Subject::Has(right, place) => format!("it has {} at {}", right.words(), place.words()),
            Subject::LacksForbidden(right, place) => format!("it does not have {} at {}", right.words(), place.words()),
            Subject::Stands(condition) => condition.words().to_owned(),
        }
    }
}

/// Every check of a binding, from the account's definition: what it needs, what it must not have, and what its server must do.
#[must_use]
pub fn checks(account: &Account, profile: Profile, principal_kind: PrincipalKind, target: Target) -> Vec<Check> {
    let asked = |held: &&Held| held.profile() <= profile;
    let house = |subject| Check { subject, profile: Profile::Standard, seed: "" };
    let mut checks = Vec::new();
    if account.accepts.iter().any(|kind| *kind != PrincipalKind::Group) && principal_kind != PrincipalKind::Group {
        checks.push(house(Subject::SignsIn));
    }
    let reaches: Vec<Reach> = account.used_by.iter().map(|operation| operation.reaches()).collect();
    if reaches.iter().any(|reach| matches!(reach, Reach::MailServer | Reach::Proxy)) {
        checks.push(house(Subject::ServerAsksForSignIn));
    }
    if reaches.contains(&Reach::MailServer) {
        checks.push(house(Subject::ServerKeepsSecretsSafe));
    }
    let operation = account.used_by.first().copied();
    let case = |situation: Situation| match situation {
        Situation::ComputerAccountBound => principal_kind == PrincipalKind::ComputerAccount,
        other => operation.is_some_and(|operation| holds(other, operation, target)),
    };
    let needed: Vec<&Held> =
        account.requires.iter().chain(account.requires_when.iter().filter(|when| case(when.when)).map(|when| &when.held)).filter(asked).collect();
    checks.extend(needed.iter().map(|held| Check { subject: Subject::Has(held.right, held.place), profile: held.profile(), seed: held.seed }));
    let in_directory = reaches.contains(&Reach::Directory);
    let base = match principal_kind {
        PrincipalKind::ComputerAccount if in_directory => COMPUTER_BASE,
        PrincipalKind::ComputerAccount | PrincipalKind::Group => &[],
        _ => BASE,
    };
    for held in account.forbids.iter().chain(base).filter(asked) {
        let needed_too = needed.iter().any(|need| need.right == held.right);
        let subject = Subject::LacksForbidden(held.right, held.place);
        // What BASE forbids and the account needs is no contradiction; what the account itself forbids always counts.
        let from_base = !account.forbids.contains(held);
        let there = checks.iter().any(|check| check.subject == subject);
        if !there && (!from_base || !needed_too) {
            checks.push(Check { subject, profile: held.profile(), seed: held.seed });
        }
    }
    // Only a directory knows such accounts; those of computers are asked about where one is reached.
    let conditions = match principal_kind {
        _ if profile < Profile::Hardened => &[],
        PrincipalKind::DomainUser | PrincipalKind::GlobalAccount => Condition::ALL,
        PrincipalKind::ComputerAccount if in_directory => OF_COMPUTERS,
        _ => &[],
    };
    let stands = |condition: &Condition| Check { subject: Subject::Stands(*condition), profile: Profile::Hardened, seed: "" };
    checks.extend(conditions.iter().map(stands));
    // Whoever reaches the site database has the rights of its role and no other, in every profile: the grid is compared as an equality.
    let equal = Subject::LacksForbidden(Right::MoreThanNeeded, Place::SiteDatabase);
    if reaches.contains(&Reach::SiteDatabase) && !checks.iter().any(|check| check.subject == equal) {
        checks.push(house(equal));
    }
    checks
}

/// How a check ended. Only [`Verdict::Pass`] counts as pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is as it should be, and that was seen.
    Pass,
    /// It is not as it should be, and that was seen.
    Fail,
    /// It could not be seen.
    Unknown,
    /// This version, or this server, has no way to see it.
    Unsupported,
    /// It does not concern this binding.
    NotApplicable,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: &'static [Self] = &[Self::Pass, Self::Fail, Self::Unknown, Self::Unsupported, Self::NotApplicable];

    /// Its id in tables and documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Unsupported => "unsupported",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The verdict with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verdict| verdict.id() == id)
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "FAIL",
            Self::Unknown => "unknown",
            Self::Unsupported => "unsupported",
            Self::NotApplicable => "not applicable",
        }
    }

    /// The verdict of a check that was made of several observations: one that fails decides, then one that is unknown;
    /// of none nothing is known.
    #[must_use]
    pub fn of_all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let weight = |verdict: Self| match verdict {
            Self::NotApplicable => 0,
            Self::Pass => 1,
            Self::Unsupported => 2,
            Self::Unknown => 3,
            Self::Fail => 4,
        };
        verdicts.into_iter().max_by_key(|verdict| weight(*verdict)).unwrap_or(Self::Unknown)
    }
}

/// What was found by one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// [`Check::id`].
    pub check_id: String,
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen, in words; never a secret.
    pub evidence: String,
    /// What mends it, where it is known.
    pub mending: Vec<Remedy>,
    /// When.
    pub at: Timestamp,
}

/// Somebody answers for a failed check until a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// [`Check::id`].
    pub check_id: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub granted_by: String,
    /// Since when.
    pub granted_at: Timestamp,
    /// Until when; from then on the check counts again.
    pub ends_at: Timestamp,
}

/// Longest time that a waiver may last, in microseconds: a year.
pub const WAIVER_MICROS_MAX: i64 = 366 * 24 * 3600 * 1_000_000;

/// Fewest characters of a waiver's reason.
pub const WAIVER_REASON_MIN: usize = 10;

/// Whether a waiver may be granted.
///
/// # Errors
/// What is wrong with it.
pub fn check_waiver(verdict: Option<Verdict>, reason: &str, now: Timestamp, ends_at: Timestamp) -> Result<(), String> {
    if verdict != Some(Verdict::Fail) {
        return Err("only a check that failed can be waived".to_owned());
    }
    if reason.trim().chars().count() < WAIVER_REASON_MIN {
        return Err(format!("the reason has fewer than {WAIVER_REASON_MIN} characters"));
    }
    let lasts = ends_at.as_micros().saturating_sub(now.as_micros());
    if lasts <= 0 || lasts > WAIVER_MICROS_MAX {
        return Err("it must end in the future, within a year".to_owned());
    }
    Ok(())
}

/// What a binding's verdicts come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// A check failed and nobody answers for it: the account is not used.
    Blocked,
    /// Something could not be seen, or was waived: the account is used and shown as not proved.
    NotProved,
    /// Everything was seen to be as it should.
    Proved,
}

impl Standing {
    /// Every standing.
    pub const ALL: &'static [Self] = &[Self::Blocked, Self::NotProved, Self::Proved];

    /// Its id in tables and documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::NotProved => "not-proved",
            Self::Proved => "proved",
        }
    }

    /// The standing with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|standing| standing.id() == id)
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::NotProved => "not proved",
            Self::Proved => "proved",
        }
    }

    /// What `findings` come to at `now`. No findings at all prove nothing.
    #[must_use]
    pub fn of(findings: &[Finding], waivers: &[Waiver], now: Timestamp) -> Self {
        let waived = |finding: &Finding| waivers.iter().any(|waiver| waiver.check_id == finding.check_id && waiver.granted_at <= now && now < waiver.ends_at);
        let of_one = |finding: &Finding| match finding.verdict {
            Verdict::Pass | Verdict::NotApplicable => Self::Proved,
            Verdict::Unknown | Verdict::Unsupported => Self::NotProved,
            Verdict::Fail if waived(finding) => Self::NotProved,
            Verdict::Fail => Self::Blocked,
        };
        if findings.iter().all(|finding| finding.verdict == Verdict::NotApplicable) {
            return Self::NotProved;
        }
        findings.iter().map(of_one).min().unwrap_or(Self::NotProved)
    }
}

#[cfg(test)]
mod tests;
