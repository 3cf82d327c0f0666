//! What the discovery accounts read outside the locations that they are bound for: what everybody reads is told, an entry of an
//! account's own is a fail that names it, and what cannot be told is no pass.

use crate::directory_accounts::{bind, for_windows, of, place, unit, verify};
use crate::user_rights::own_lab;
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_domain::accounts::verification::{Finding, Verdict};
use provost_domain::discovery::{Location, Method};
use provost_lab::change::Change;
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;
use serde_json::json;

const CHECK: &str = "must-not-have:read@outside-locations";
const USERS: AccountKind = AccountKind::ActiveDirectoryUserDiscovery;

/// What is found of an account that is bound for a container, where the method looks in others too.
async fn found(lab: &Lab, path: &str, account: &str, others: &[&str]) -> Finding {
    let place = place(lab, Profile::Hardened);
    for other in others {
        let location = Location::new(Method::User, other).expect("a location");
        place.set(|tx| provost_store::discovery::locations::add(tx, &location, "ada", crate::place::START));
    }
    let findings = verify(&place, &bind(&place, lab, USERS, path, account)).await;
    of(&findings, CHECK).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_reads_outside_its_locations_by_an_entry_of_its_own_is_named() {
    let test = "directory_outside::what_an_account_reads_outside_its_locations_by_an_entry_of_its_own_is_named";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1"])) else { return };
    let path = unit(&lab, "Inside", "");
    let open = found(&lab, &path, "svc-ad-users", &[]).await;
    assert!(open.verdict == Verdict::Pass && open.evidence.contains("the forest is not locked down"), "{open:?}");
    assert!(open.evidence.contains("containers outside the locations were looked at"), "{open:?}");

    // One whom a group lets read what is closed to everybody else.
    let sealed = format!("OU=Sealed,OU=Provost,{}", CORP.base);
    let closed = found(&lab, &path, "svc-sealed", &[]).await;
    assert_eq!(closed.verdict, Verdict::Fail, "{closed:?}");
    assert!(closed.evidence.contains(&format!("{sealed}: an entry for Sealed Readers (S-1-5-21-")), "{closed:?}");
    assert!(for_windows(&closed, &format!("dsacls '{sealed}' /R 'Sealed Readers@{}'", CORP.dns)), "{closed:?}");
    let inside = found(&lab, &path, "svc-sealed", &[&sealed]).await;
    assert_eq!(inside.verdict, Verdict::Pass, "a location of the same method is not outside: {inside:?}");
    assert_eq!(found(&lab, CORP.base, "svc-sealed", &[]).await.verdict, Verdict::NotApplicable);

    // Its own name on what stands below, though everybody reads that anyhow.
    let beside = unit(&lab, "Beside", "");
    lab.change(&CORP, &[Change::permit(&beside, "(OA;CIIO;RP;;bf967aba-0de6-11d0-a285-00aa003049e2;{svc-ad-users})")]).expect("the controller takes it");
    let own = found(&lab, &path, "svc-ad-users", &[]).await;
    assert!(own.verdict == Verdict::Fail && own.evidence.contains("an entry for svc-ad-users (S-1-5-21-"), "{own:?}");
    assert!(own.evidence.contains("read attributes of each user below"), "{own:?}");
    assert_eq!(found(&lab, &path, "svc-ad-groups", &[]).await.verdict, Verdict::Pass, "another's entry is not this account's");

    // It is seen, and who lets it be seen may not be.
    let list = "O:DAG:DAD:P(A;CI;GA;;;DA)(A;CI;GA;;;SY)(A;;RPLCLO;;;AU)";
    let blind = json!({ "objectClass": "organizationalUnit", "nTSecurityDescriptor": list });
    lab.change(&CORP, &[Change::add(format!("OU=Blind,OU=Provost,{}", CORP.base), blind)]).expect("the controller takes it");
    let blind = found(&lab, &path, "svc-ad-groups", &[]).await;
    assert!(blind.verdict == Verdict::Unknown && blind.evidence.contains("OU=Blind,"), "{blind:?}");
}
