//! What was seen, by check.

use super::Withheld;
use provost_catalog::accounts::PrincipalKind;
use provost_catalog::rights::Place;
use provost_catalog::unseen::{About, Unseen, unseen};
use provost_domain::accounts::directory_rights::Told;
use provost_domain::accounts::verification::{Check, Finding, Remedy, Subject, Verdict};
use provost_domain::{Timestamp, shell_word};
use provost_store::accounts::Binding;

/// Observations; several of one check come to one verdict.
#[derive(Default)]
pub(super) struct Observations {
    seen: Vec<(Subject, Told)>,
    rest: Option<(Verdict, String)>,
}

impl Observations {
    /// Something that was seen.
    pub(super) fn add(&mut self, subject: Subject, verdict: Verdict, evidence: impl Into<String>) {
        self.told(subject, Told::new(verdict, evidence));
    }

    /// Something that was seen, with what mends it.
    pub(super) fn told(&mut self, subject: Subject, told: impl Into<Told>) {
        self.seen.push((subject, told.into()));
    }

    /// What holds for every check that nothing was seen of.
    pub(super) fn rest(&mut self, verdict: Verdict, evidence: impl Into<String>) {
        self.rest = Some((verdict, evidence.into()));
    }

    /// No password was tried.
    pub(super) fn withheld(&mut self, Withheld { verdict, why }: Withheld) {
        self.add(Subject::SignsIn, verdict, why);
        self.rest(Verdict::Unknown, why);
    }

    /// What a check comes to.
    pub(super) fn finding(&self, check: &Check, binding: &Binding, at: Timestamp) -> Finding {
        let of_check: Vec<&Told> = self.seen.iter().filter(|(subject, _)| *subject == check.subject).map(|(_, told)| told).collect();
        let told = if of_check.is_empty() {
            self.unseen(check, binding).into()
        } else {
            let evidence: Vec<&str> = of_check.iter().map(|told| told.evidence.as_str()).collect();
            let mut mending: Vec<Remedy> = Vec::new();
            for remedy in of_check.iter().flat_map(|told| &told.mending) {
                // One entry may let the account do several things.
                if !mending.contains(remedy) {
                    mending.push(remedy.clone());
                }
            }
            Told { mending, ..Told::new(Verdict::of_all(of_check.iter().map(|told| told.verdict)), evidence.join("; ")) }
        };
        Finding { check_id: check.id(), verdict: told.verdict, evidence: told.evidence, mending: told.mending, at }
    }

    fn unseen(&self, check: &Check, binding: &Binding) -> (Verdict, String) {
        // Somebody whom only one service knows has no rights on computers or in directories.
        let elsewhere = matches!(check.subject, Subject::Has(_, place) | Subject::LacksForbidden(_, place) if place == Place::Anywhere);
        if elsewhere && matches!(binding.principal_kind, PrincipalKind::ServiceUser | PrincipalKind::LocalDatabaseAccount) {
            return (Verdict::NotApplicable, format!("it is {}, which no computer or directory knows", binding.principal_kind.words()));
        }
        // Where the account did not sign in, that is the reason; else what is known of the check by itself.
        let about = match check.subject {
            Subject::LacksForbidden(right, Place::Anywhere) => Some(About::Right(right)),
            Subject::Stands(condition) => Some(About::Condition(condition)),
            _ => None,
        };
        let looked = self.rest.as_ref().is_none_or(|(verdict, _)| *verdict == Verdict::Unsupported);
        if let Some(known) = about.filter(|_| looked).and_then(unseen) {
            return (Verdict::Unsupported, not_carried_out(known, binding));
        }
        let nothing = || (Verdict::Unsupported, "this version has no way to look at that".to_owned());
        self.rest.clone().unwrap_or_else(nothing)
    }
}

/// That a check is not carried out, why, and what shows it of this very account.
pub(super) fn not_carried_out(known: &Unseen, binding: &Binding) -> String {
    let look = known.look.replace("NAME", &shell_word(binding.name.user()));
    format!("not checked here ({}): {}. To look yourself: {look}", known.check, known.why)
}
