//! What the domain controllers of the run's lab answer to the system's own tools.

use crate::tickets::sign_in;
use provost_lab::lab::Lab;
use provost_lab::topology::{CORP, Domain, FABRIKAM};
use std::process::Command;

/// The names below a place that an account sees over LDAPS.
fn seen(lab: &Lab, domain: &Domain, account: &str, base: &str) -> Vec<String> {
    let address = lab.address(domain.controller().name).expect("an address");
    let output = Command::new("ldapsearch")
        .args(["-LLL", "-o", "ldif-wrap=no", "-x", "-H", &format!("ldaps://{address}"), "-D", &format!("{account}@{}", domain.dns), "-y"])
        .arg(lab.password_file(domain, account))
        .args(["-b", base, "-s", "one", "name"])
        .env("LDAPTLS_CACERT", lab.authority())
        .output()
        .expect("ldapsearch");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut names: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| line.strip_prefix("name: ").map(str::to_owned)).collect();
    names.sort();
    names
}

#[test]
fn people_sign_in_as_their_state_allows() {
    let Some(lab) = Lab::of_this_run() else { return };
    for domain in [&CORP, &FABRIKAM] {
        for account in ["ada", "ben", "svc-ad-users", "svc-too-much", "Administrator"] {
            sign_in(&lab, domain, account, &lab.password(domain, account), None).unwrap_or_else(|e| panic!("{account}: {e}"));
        }
        for (account, why) in [("carla", "revoked"), ("dora", "revoked"), ("frida", "revoked"), ("emil", "new password"), ("gustav", "new password")] {
            let refused = sign_in(&lab, domain, account, &lab.password(domain, account), None).expect_err("a refusal");
            assert!(refused.contains(why) || refused.contains("Cannot read password"), "{account}: {refused}");
        }
        let refused = sign_in(&lab, domain, "ben", "another password", None).expect_err("a refusal");
        assert!(refused.contains("Preauthentication failed") || refused.contains("Password incorrect"), "{refused}");
    }
    sign_in(&lab, &FABRIKAM, "ben", &lab.password(&CORP, "ben"), None).expect_err("the forests share no password");
}

#[test]
fn only_its_readers_see_what_is_in_the_sealed_unit() {
    let Some(lab) = Lab::of_this_run() else { return };
    let sealed = format!("OU=Sealed,OU=Provost,{}", CORP.base);
    assert_eq!(seen(&lab, &CORP, "svc-sealed", &sealed), ["HIDDEN1", "Hidden Person"]);
    assert!(seen(&lab, &CORP, "ben", &sealed).is_empty());
    let open = seen(&lab, &CORP, "ben", &format!("OU=Provost,{}", CORP.base));
    assert!(open.contains(&"People".to_owned()) && !open.contains(&"Sealed".to_owned()), "the rest is open to him: {open:?}");
}

#[test]
fn a_computer_signs_in_with_its_keytab() {
    let Some(lab) = Lab::of_this_run() else { return };
    let kinit = |principal: &str| {
        let mut command = Command::new("kinit");
        command.arg("-k").arg("-t").arg(lab.keytab(&CORP, "site1").expect("a keytab")).arg(principal);
        command.env("KRB5_CONFIG", lab.krb5_conf()).env("KRB5CCNAME", "MEMORY:").output().expect("kinit").status.success()
    };
    assert!(kinit("SITE1$@CORP.EXAMPLE.TEST"));
    assert!(!kinit("DC1$@CORP.EXAMPLE.TEST"), "it holds no key of another");
}
