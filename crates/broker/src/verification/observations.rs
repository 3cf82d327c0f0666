//! What was seen, by check.

use super::Withheld;
use provost_catalog::accounts::PrincipalKind;
use provost_catalog::rights::Place;
use provost_catalog::unseen::{About, Unseen, unseen};
use provost_domain::accounts::verification::{Check, Finding, Subject, Verdict};
use provost_domain::{Timestamp, shell_word};
use provost_store::accounts::Binding;

/// Observations; several of one check come to one verdict.
#[derive(Default)]
pub(super) struct Observations {
    seen: Vec<(Subject, Verdict, String)>,
    rest: Option<(Verdict, String)>,
}

impl Observations {
    /// Something that was seen.
    pub(super) fn add(&mut self, subject: Subject, verdict: Verdict, evidence: impl Into<String>) {
        self.seen.push((subject, verdict, evidence.into()));
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
        let of_check: Vec<_> = self.seen.iter().filter(|(subject, ..)| *subject == check.subject).collect();
        let (verdict, evidence) = if of_check.is_empty() {
            self.unseen(check, binding)
        } else {
            let evidence: Vec<&str> = of_check.iter().map(|(_, _, evidence)| evidence.as_str()).collect();
            (Verdict::of_all(of_check.iter().map(|(_, verdict, _)| *verdict)), evidence.join("; "))
        };
        Finding { check_id: check.id(), verdict, evidence, at }
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
