//! The made-up objects are in the directory as the census has them.

use provost_lab::lab::Lab;
use provost_lab::population::{AWKWARD_NAMES, STRANGER, fleet};
use provost_lab::topology::{CORP, Domain, FABRIKAM};
use std::process::Command;

/// The values of an attribute of what a filter finds.
fn found(lab: &Lab, domain: &Domain, base: &str, filter: &str, attribute: &str) -> Vec<String> {
    let address = lab.address(domain.controller().name).expect("an address");
    let output = Command::new("ldapsearch")
        .args(["-LLL", "-o", "ldif-wrap=no", "-x", "-H", &format!("ldaps://{address}"), "-D", &format!("svc-ad-users@{}", domain.dns), "-y"])
        .arg(lab.password_file(domain, "svc-ad-users"))
        .args(["-E", "pr=500/noprompt", "-b", base, filter, attribute])
        .env("LDAPTLS_CACERT", lab.authority())
        .output()
        .expect("ldapsearch");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().filter_map(|line| line.strip_prefix(attribute)?.strip_prefix(':')).map(|value| value.trim_start_matches([' ', ':']).to_owned()).collect()
}

#[test]
fn each_forest_holds_what_the_census_counts() {
    let Some(lab) = Lab::of_this_run() else { return };
    for domain in [&CORP, &FABRIKAM] {
        let census = lab.census(domain);
        let count = |filter: &str| found(&lab, domain, &fleet(domain), filter, "objectGUID").len() as u32;
        let disabled = "(userAccountControl:1.2.840.113556.1.4.803:=2)";
        let stale = "(lastLogonTimestamp<=132000000000000000)(pwdLastSet<=132000000000000000)";
        let security = "(groupType:1.2.840.113556.1.4.803:=2147483648)";
        assert_eq!(count("(&(objectCategory=person)(objectClass=user))"), census.users);
        assert_eq!(count(&format!("(&(objectCategory=person)(objectClass=user){disabled})")), census.users_disabled);
        assert_eq!(count(&format!("(&(objectCategory=person)(objectClass=user){stale})")), census.users_stale);
        assert_eq!(count("(objectCategory=computer)"), census.computers);
        assert_eq!(count(&format!("(&(objectCategory=computer){disabled})")), census.computers_disabled);
        assert_eq!(count(&format!("(&(objectCategory=computer){stale})")), census.computers_stale);
        assert_eq!(count(&format!("(&(objectCategory=group){security})")), census.security_groups);
        assert_eq!(count(&format!("(&(objectCategory=group)(!{security}))")), census.distribution_groups);
    }
}

#[test]
fn awkward_names_and_strangers_are_there() {
    let Some(lab) = Lab::of_this_run() else { return };
    let people = found(&lab, &CORP, &fleet(&CORP), "(&(objectCategory=person)(sAMAccountName=u00000*))", "objectGUID");
    assert_eq!(people.len(), 10.min(AWKWARD_NAMES.len()));
    // What a filter escapes (RFC 4515 3), asked for as it is.
    let star = found(&lab, &CORP, &fleet(&CORP), "(cn=Star\\2a \\28in brackets\\29)", "sAMAccountName");
    assert_eq!(star, ["u000010"]);
    let strangers = found(&lab, &CORP, &fleet(&CORP), "(cn=Strangers)", "member");
    assert!(matches!(&strangers[..], [only] if only.contains(STRANGER)), "{strangers:?}");
    assert!(found(&lab, &CORP, &fleet(&CORP), "(sAMAccountName=leaver)", "sAMAccountName").is_empty());
    let subnets = found(&lab, &CORP, &format!("CN=Subnets,CN=Sites,CN=Configuration,{}", CORP.base), "(objectClass=subnet)", "name");
    assert!(subnets.iter().any(|name| name == "10.1.0.0/16") && subnets.iter().any(|name| name == "2001:db8:1::/48"), "{subnets:?}");
}
