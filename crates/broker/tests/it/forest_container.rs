//! System Management, at a lab's own domain controller: who else is in its list is seen and named, with the command that takes the
//! entry away, and what its list cannot be compared with lets nothing pass.

use crate::directory_accounts::{bind, for_windows, of, place, verify};
use crate::user_rights::own_lab;
use provost_broker::Directories;
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_domain::accounts::verification::{Finding, Verdict};
use provost_lab::change::Change;
use provost_lab::lab::Lab;
use provost_lab::topology::{CORP, FABRIKAM};
use provost_store::settings;
use serde_json::json;

const CHECK: &str = "must-not-have:entries-for-others@system-management";
const BY_ITSELF: &str = "O:DAG:DAD:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)";
const PUBLISHER: &str = "(A;CI;GA;;;{svc-ad-forest})";

fn management() -> String {
    format!("CN=System Management,CN=System,{}", CORP.base)
}

/// Gives the container this list, and what it inherits.
fn listed(lab: &Lab, sddl: &str) {
    lab.change(&CORP, &[Change::replace(management(), json!({ "nTSecurityDescriptor": sddl }))]).expect("the controller takes it");
}

async fn found(lab: &Lab) -> Finding {
    let place = place(lab, Profile::Hardened);
    let findings = verify(&place, &bind(&place, lab, AccountKind::ActiveDirectoryForest, CORP.dns, "svc-ad-forest")).await;
    of(&findings, CHECK).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_else_is_in_the_list_of_system_management_is_named_until_the_entry_is_gone() {
    let test = "forest_container::who_else_is_in_the_list_of_system_management_is_named_until_the_entry_is_gone";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1"])) else { return };
    let free = found(&lab).await;
    assert_eq!(free.verdict, Verdict::Pass, "as it was made, with the publisher's entry: {free:?}");

    // Somebody may write in it, and everybody without signing in reads it.
    lab.change(&CORP, &[Change::permit(management(), "(A;CI;WP;;;{ben})(A;;RP;;;WD)")]).expect("the controller takes them");
    let held = found(&lab).await;
    assert_eq!(held.verdict, Verdict::Fail, "{held:?}");
    let ben = lab.sid_of("dc1", &format!("{}\\ben", CORP.netbios)).expect("an identifier");
    assert!(held.evidence.contains(&format!("ben ({ben}) may write attributes here and on what stands below, by the entry (A;CI;WP;;;{ben})")), "{held:?}");
    assert!(for_windows(&held, &format!("dsacls '{}' /R 'ben@{}'", management(), CORP.dns)), "{held:?}");
    assert!(held.evidence.contains("Everyone (S-1-1-0) may read attributes here, by the entry (A;;RP;;;WD)"), "{held:?}");
    listed(&lab, &format!("{BY_ITSELF}{PUBLISHER}"));
    assert_eq!(found(&lab).await.verdict, Verdict::Pass);

    // What is inherited from in between, and what the domain's head gives to change something.
    lab.change(&CORP, &[Change::permit(format!("CN=System,{}", CORP.base), "(A;CI;CCDC;;;{ben})")]).expect("the controller takes it");
    let between = found(&lab).await;
    assert!(between.verdict == Verdict::Fail && between.evidence.contains("may create children, delete children here and on what stands below"), "{between:?}");
    assert!(for_windows(&between, &format!("dsacls 'CN=System,{}' /R 'ben@{}'", CORP.base, CORP.dns)), "{between:?}");

    // The owner may do anything with the list.
    listed(&lab, &format!("{}{PUBLISHER}", BY_ITSELF.replace("O:DA", "O:{carla}")));
    let owned = found(&lab).await;
    assert!(owned.verdict == Verdict::Fail && owned.evidence.contains("carla (S-1-5-21-") && owned.evidence.contains("owns it"), "{owned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_servers_computer_is_no_stranger_and_a_list_that_may_not_be_read_is_no_pass() {
    let test = "forest_container::the_site_servers_computer_is_no_stranger_and_a_list_that_may_not_be_read_is_no_pass";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1", "site1", "file1"])) else { return };
    lab.change(&CORP, &[Change::permit(management(), "(A;CI;GA;;;{SITE1$})")]).expect("the controller takes it");
    assert_eq!(found(&lab).await.verdict, Verdict::Fail, "of a computer that is not known to be the site server's");
    let on_site1 = async || {
        let keytab = Some(lab.keytab(&CORP, "site1").expect("a keytab"));
        let place = crate::place::Place::on("site1.corp.example.test", Directories { dns_servers: lab.dns_servers(&CORP), ad_site: None, keytab });
        place.set(|tx| settings::set_profile(tx, Profile::Hardened));
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryForest, CORP.dns, "svc-ad-forest")).await;
        of(&findings, CHECK).clone()
    };
    assert_eq!(on_site1().await.verdict, Verdict::Pass, "a site publishes as its server too");
    lab.change(&CORP, &[Change::permit(management(), "(A;CI;GA;;;{FILE1$})")]).expect("the controller takes it");
    let other = on_site1().await;
    assert!(other.verdict == Verdict::Fail && other.evidence.contains("FILE1$ (S-1-5-21-"), "{other:?}");

    // It may write there and not see who else may.
    listed(&lab, "O:DAG:DAD:P(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;CI;RPWPCCDCLCLO;;;{svc-ad-forest})");
    let blind = found(&lab).await;
    assert!(blind.verdict == Verdict::Unknown && blind.evidence.contains("did not come"), "{blind:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_served_two_forests_before_the_site_was_hardened_is_seen() {
    let Some(lab) = Lab::of_this_run() else { return };
    let place = place(&lab, Profile::Standard);
    let here = bind(&place, &lab, AccountKind::ActiveDirectoryForest, CORP.dns, "svc-ad-forest");
    place.set(|tx| settings::set_profile(tx, Profile::Hardened));
    assert_eq!(of(&verify(&place, &here).await, "account:one-kind").verdict, Verdict::Pass);
    bind(&place, &lab, AccountKind::ActiveDirectoryForest, FABRIKAM.dns, "svc-ad-forest");
    let one = of(&verify(&place, &here).await, "account:one-kind").clone();
    assert!(one.verdict == Verdict::Fail && one.evidence.contains("it is also bound for fabrikam.example.test: make an account for each forest"), "{one:?}");
}
