//! Signing in, and each way in which it does not succeed.

use crate::kdc::Kdc;
use provost_domain::outcome::Outcome;
use provost_kerberos::Credential;
use std::path::Path;

#[test]
fn the_library_is_there_where_a_kdc_is() {
    if Kdc::from_environment().is_some() {
        provost_kerberos::available().expect("the library");
    }
}

#[test]
fn ways_to_fail_are_told_apart() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let failure = |principal: &str, password: &[u8]| Credential::with_password(principal, password).err().expect("a refusal");
    for (principal, outcome) in [
        ("nobody@MIT.EXAMPLE.TEST", Outcome::NoSuchAccount),
        ("expired@MIT.EXAMPLE.TEST", Outcome::Expired),
        ("stale@MIT.EXAMPLE.TEST", Outcome::MustChangePassword),
        ("fresh@MIT.EXAMPLE.TEST", Outcome::MustChangePassword),
        ("disabled@MIT.EXAMPLE.TEST", Outcome::LockedOrDisabled),
        ("locked@MIT.EXAMPLE.TEST", Outcome::LockedOrDisabled),
        ("ada@SKEWED.EXAMPLE.TEST", Outcome::ClockSkew),
        ("ada@SILENT.EXAMPLE.TEST", Outcome::Unreachable),
        ("ada@ELSEWHERE.EXAMPLE.TEST", Outcome::Unreachable),
    ] {
        let failure = failure(principal, &kdc.password);
        assert_eq!((failure.outcome, failure.step), (outcome, "sign in"), "{principal}: {failure}");
        assert!(!failure.to_string().contains("p%40ss"), "{failure}");
    }
    let wrong = failure("ben@MIT.EXAMPLE.TEST", b"marker-wrong-password");
    assert_eq!(wrong.outcome, Outcome::WrongPassword, "{wrong}");
    assert!(!format!("{wrong} {wrong:?}").contains("marker"), "{wrong}");
    assert!(failure("locked@MIT.EXAMPLE.TEST", &kdc.password).to_string().starts_with("the account is locked or disabled"));
}

#[test]
fn a_keytab_signs_a_computer_in_while_its_key_is_the_accounts() {
    let Some(kdc) = Kdc::from_environment() else { return };
    Credential::with_keytab("SITE$@MIT.EXAMPLE.TEST", &kdc.keytab("site")).expect("a credential");
    let failure = |principal: &str, keytab: &Path| Credential::with_keytab(principal, keytab).err().expect("a refusal");
    let old = failure("OLD$@MIT.EXAMPLE.TEST", &kdc.keytab("old"));
    assert_eq!(old.outcome, Outcome::WrongPassword, "a key that was replaced: {old}");
    let other = failure("SITE$@MIT.EXAMPLE.TEST", &kdc.keytab("http"));
    assert_eq!(other.outcome, Outcome::RefusedByRule, "no key for it: {other}");
    let missing = failure("SITE$@MIT.EXAMPLE.TEST", Path::new("/nowhere/site.keytab"));
    assert_eq!(missing.outcome, Outcome::RefusedByRule, "{missing}");
    assert!(missing.detail.contains("/nowhere/site.keytab"), "{missing}");
    let nonsense = kdc.folder.join("password");
    assert_ne!(failure("SITE$@MIT.EXAMPLE.TEST", &nonsense).outcome, Outcome::WrongPassword, "a file that is no keytab");
}
