use super::*;
use crate::accounts::Trust;
use proptest::prelude::*;
use provost_catalog::accounts::{ACCOUNTS, account};

const NEAR: Target = Target { trust: Trust::SameForest, authenticates: true, not_as_local_system: true };

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn finding(check_id: &str, verdict: Verdict) -> Finding {
    Finding { check_id: check_id.to_owned(), verdict, evidence: String::new(), mending: Vec::new(), at: at(0) }
}

#[test]
fn what_is_checked_of_every_account() {
    let mut text = String::new();
    for account in ACCOUNTS {
        text += &format!("{}\n", account.id);
        let user = account.accepts.iter().copied().find(|kind| *kind != PrincipalKind::ComputerAccount).unwrap_or(PrincipalKind::DomainUser);
        let all = checks(account, Profile::Hardened, user, NEAR);
        let standard = checks(account, Profile::Standard, user, NEAR);
        for check in &all {
            let profile = if standard.contains(check) { "standard" } else { "hardened" };
            text += &format!("  {profile} {}{}\n", check.id(), if check.seed.is_empty() { String::new() } else { format!("  ({})", check.seed) });
        }
        let ids: std::collections::BTreeSet<String> = all.iter().map(Check::id).collect();
        assert_eq!(ids.len(), all.len(), "{}: an id comes twice", account.id);
        assert!(standard.iter().all(|check| all.contains(check)), "{}: hardened leaves something out", account.id);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_computer_account_of_the_source_database_needs_more() {
    let account = account("source-site-database").expect("an account");
    let of = |kind| checks(account, Profile::Standard, kind, NEAR).iter().filter(|check| matches!(check.subject, Subject::Has(..))).count();
    assert!(of(PrincipalKind::ComputerAccount) > of(PrincipalKind::DomainUser));
}

#[test]
fn a_failure_blocks_until_it_is_waived_and_again_when_the_waiver_ends() {
    let findings = [finding("a", Verdict::Pass), finding("b", Verdict::Fail)];
    let waiver = Waiver { check_id: "b".to_owned(), reason: "being moved".to_owned(), granted_by: "ada".to_owned(), granted_at: at(10), ends_at: at(20) };
    assert_eq!(Standing::of(&findings, &[], at(15)), Standing::Blocked);
    for (now, standing) in [(9, Standing::Blocked), (10, Standing::NotProved), (19, Standing::NotProved), (20, Standing::Blocked)] {
        assert_eq!(Standing::of(&findings, std::slice::from_ref(&waiver), at(now)), standing, "{now}");
    }
    assert_eq!(Standing::of(&findings[..1], &[], at(0)), Standing::Proved);
    assert_eq!(Standing::of(&[], &[], at(0)), Standing::NotProved);
    assert_eq!(Standing::of(&[finding("a", Verdict::NotApplicable)], &[], at(0)), Standing::NotProved);
}

#[test]
fn a_waiver_needs_a_failure_a_reason_and_an_end() {
    let ok = |verdict, reason: &str, ends| check_waiver(verdict, reason, at(0), at(ends)).is_ok();
    assert!(ok(Some(Verdict::Fail), "moved to another server", 60));
    for verdict in [None, Some(Verdict::Pass), Some(Verdict::Unknown)] {
        assert!(!ok(verdict, "moved to another server", 60));
    }
    assert!(!ok(Some(Verdict::Fail), "   short   ", 60));
    assert!(!ok(Some(Verdict::Fail), "moved to another server", 0));
    assert!(!ok(Some(Verdict::Fail), "moved to another server", 367 * 24 * 3600));
}

proptest! {
    #[test]
    fn only_passes_prove(verdicts in prop::collection::vec(0..5usize, 0..8)) {
        let findings: Vec<Finding> = verdicts.iter().map(|v| finding("x", Verdict::ALL[*v])).collect();
        let standing = Standing::of(&findings, &[], at(0));
        let has = |verdict| findings.iter().any(|f| f.verdict == verdict);
        prop_assert_eq!(standing == Standing::Blocked, has(Verdict::Fail));
        if standing == Standing::Proved {
            prop_assert!(has(Verdict::Pass) && !has(Verdict::Unknown) && !has(Verdict::Unsupported));
        }
        if Verdict::of_all(findings.iter().map(|f| f.verdict)) == Verdict::Pass {
            prop_assert!(has(Verdict::Pass) && !has(Verdict::Unknown) && !has(Verdict::Unsupported) && !has(Verdict::Fail));
        }
    }
}
