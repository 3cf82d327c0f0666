//! What a finding says that mends it, done as it says at a real domain controller: a shell of the controller runs each
//! command, and the check passes. Names have what shells and directories would take apart.

use crate::directory_accounts::{bind, for_windows, of, of_tools, place, verify};
use crate::user_rights::own_lab;
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_domain::accounts::verification::{Finding, Tools, Verdict};
use provost_lab::change::Change;
use provost_lab::command::run;
use provost_lab::lab::Lab;
use provost_lab::principals::distinguished_name;
use provost_lab::topology::CORP;
use serde_json::json;

const FOREST: AccountKind = AccountKind::ActiveDirectoryForest;
const USERS: AccountKind = AccountKind::ActiveDirectoryUserDiscovery;

/// Does what a finding says, as a person does: in a shell of the domain controller.
fn mend(lab: &Lab, finding: &Finding) {
    assert_eq!(finding.verdict, Verdict::Fail, "{finding:?}");
    let commands: Vec<&str> = of_tools(finding, Tools::Samba).collect();
    assert!(!commands.is_empty() && finding.mending.iter().all(|remedy| remedy.more == 0), "not every command: {finding:?}");
    for command in commands {
        eprintln!("$ {command}");
        run(lab.host("dc1").expect("dc1").command("sh").args(["-c", command])).expect("what the finding says is done");
    }
}

async fn found(lab: &Lab, kind: AccountKind, object: &str, account: &str) -> Vec<Finding> {
    let place = place(lab, Profile::Hardened);
    verify(&place, &bind(&place, lab, kind, object, account)).await
}

/// That a check fails, and passes once that was done which its finding says.
async fn mended(lab: &Lab, kind: AccountKind, object: &str, account: &str, check: &str) -> Finding {
    let failed = of(&found(lab, kind, object, account).await, check).clone();
    mend(lab, &failed);
    let passed = of(&found(lab, kind, object, account).await, check).clone();
    assert_eq!(passed.verdict, Verdict::Pass, "it was {failed:?}");
    failed
}

fn change(lab: &Lab, changes: &[Change]) {
    lab.change(&CORP, changes).expect("the controller takes them");
}

fn entry(lab: &Lab, dn: &str, entries: &str) {
    change(lab, &[Change::permit(dn, entries)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_forest_account_has_too_much_is_taken_away_as_its_findings_say() {
    let test = "mending::what_the_forest_account_has_too_much_is_taken_away_as_its_findings_say";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1"])) else { return };
    let (management, account) = (format!("CN=System Management,CN=System,{}", CORP.base), "svc-ad-forest");

    // Others in the list, by two entries of one and by one of somebody whom no directory names; and what is inherited from above.
    entry(&lab, &management, "(A;CI;WP;;;{ben})(OA;;RP;bf967950-0de6-11d0-a285-00aa003049e2;;{ben})(A;;RP;;;WD)");
    entry(&lab, &format!("CN=System,{}", CORP.base), "(A;CI;CCDC;;;{carla})");
    let company = mended(&lab, FOREST, CORP.dns, account, "must-not-have:entries-for-others@system-management").await;
    assert!(for_windows(&company, &format!("dsacls 'CN=System,{}' /R 'carla@{}'", CORP.base, CORP.dns)), "{company:?}");

    // What it was given in System Management as the seed has it: all of it, which the hardened profile narrows, and what is left is enough.
    let permissions = mended(&lab, FOREST, CORP.dns, account, "must-not-have:change-permissions@system-management").await;
    assert!(for_windows(&permissions, &format!("dsacls '{management}' /R '{account}@{}'", CORP.dns)), "{permissions:?}");
    let controls = of(&found(&lab, FOREST, CORP.dns, account).await, "needs:full-control@system-management").clone();
    mend(&lab, &controls);
    let all = found(&lab, FOREST, CORP.dns, account).await;
    assert_eq!(of(&all, "needs:full-control@system-management").verdict, Verdict::Pass, "{all:?}");
    assert_eq!(of(&all, "must-not-have:change-permissions@system-management").verdict, Verdict::Pass, "{all:?}");

    // Permissions of an object that it owns.
    let published = format!("CN=Published,{management}");
    let owned = json!({ "objectClass": "container", "nTSecurityDescriptor": format!("O:{{{account}}}G:DAD:(A;;GA;;;DA)") });
    change(&lab, &[Change::add(&published, owned)]);
    let owner = mended(&lab, FOREST, CORP.dns, account, "must-not-have:change-permissions@system-management").await;
    assert!(for_windows(&owner, &format!("dsacls '{published}' /takeOwnership")), "{owner:?}");

    // A right on an object that whoever may change it takes the domain over with.
    entry(&lab, &format!("OU=Domain Controllers,{}", CORP.base), &format!("(A;CI;WPWD;;;{{{account}}})"));
    mended(&lab, FOREST, CORP.dns, account, "must-not-have:more-than-needed@anywhere").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_discovery_account_has_too_much_is_taken_away_as_its_findings_say() {
    let test = "mending::what_a_discovery_account_has_too_much_is_taken_away_as_its_findings_say";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1"])) else { return };
    // As a directory writes them (RFC 4514): with quotation marks, commas and what shells would run.
    let odd = format!(r#"OU=It's \"$(touch here)\"\, `so`\; 50% & ’more’,OU=Provost,{}"#, CORP.base);
    let inside = format!("OU=Inside it's\\, here,{odd}");
    let user = format!("CN=O'Hara\\, Ann,{inside}");
    let own = json!({ "objectClass": "user", "sAMAccountName": "o'hara ann" });
    change(&lab, &[Change::unit(&odd), Change::unit(&inside), Change::add(&user, own)]);
    let account = "svc-ad-users";
    let check = async |check: &str| mended(&lab, USERS, &inside, account, check).await;

    // A write right and permissions on what is discovered, the one given above and inherited.
    entry(&lab, &user, &format!("(OA;;WP;bf967950-0de6-11d0-a285-00aa003049e2;;{{{account}}})(A;;WDWO;;;{{{account}}})"));
    entry(&lab, &inside, &format!("(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;{{{account}}})"));
    check("must-not-have:write@discovery-locations").await;
    check("must-not-have:reset-password@discovery-locations").await;
    // Reading outside.
    entry(&lab, &odd, &format!("(A;CI;RPLC;;;{{{account}}})"));
    check("must-not-have:read@outside-locations").await;
    // Confidential attributes.
    entry(&lab, &user, &format!("(A;;CR;;;{{{account}}})"));
    check("must-not-have:reset-password@discovery-locations").await;
    // Replication.
    entry(&lab, CORP.base, &format!("(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;{{{account}}})"));
    check("must-not-have:directory-replication@anywhere").await;

    // Groups: in one, and by way of another with an odd name.
    let dn = distinguished_name(&CORP, account);
    let helpers = format!("CN=Helpers\\, it's,{odd}");
    let group = json!({ "objectClass": "group", "sAMAccountName": "Helpers it's", "groupType": (-0x7fff_fffe_i64).to_string(), "member": dn });
    let members = |name: &str, place: &str, member: &str| Change::append(format!("CN={name},{place},{}", CORP.base), json!({ "member": member }));
    change(&lab, &[Change::add(&helpers, group), members("Domain Admins", "CN=Users", &helpers), members("Backup Operators", "CN=Builtin", &dn)]);
    let groups = check("must-not-have:domain-administrator@anywhere").await;
    assert!(for_windows(&groups, "Remove-ADGroupMember -Identity 'Helpers it''s' -Members '"), "{groups:?}");

    // Delegation, names of services, a profile, and flags.
    let delegates = json!({ "userAccountControl": (0x200 | 0x10_0000 | 0x8_0000 | 0x100_0000 | 0x40_0000).to_string(), "servicePrincipalName": ["http/a.corp.example.test", "http/b"], "profilePath": r"\\file1\profiles" });
    change(&lab, &[Change::replace(&dn, delegates)]);
    check("must-not-have:delegation@anywhere").await;
    check("must-not-have:roaming-profile@anywhere").await;
    check("account:pre-authentication").await;

    // Who may take it over, and who owns it.
    entry(&lab, &dn, "(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;{ben})(A;;WO;;;{ben})");
    check("account:own-object-protected").await;
    let here = run(lab.host("dc1").expect("dc1").command("sh").args(["-c", "ls . /root; true"])).expect("a look");
    assert!(!here.contains("here"), "a name was run by the shell: {here}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_domains_quota_is_set_as_the_finding_says() {
    let test = "mending::the_domains_quota_is_set_as_the_finding_says";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1"])) else { return };
    let path = format!("OU=Machines,{}", CORP.base);
    change(&lab, &[Change::unit(&path)]);
    entry(&lab, &path, "(OA;CI;CC;bf967a86-0de6-11d0-a285-00aa003049e2;;{svc-ad-systems})");
    let check = "must-not-have:join-domain@anywhere";
    let joins = mended(&lab, AccountKind::ActiveDirectorySystemDiscovery, &path, "svc-ad-systems", check).await;
    assert!(for_windows(&joins, "Set-ADObject -Identity 'DC=corp,DC=example,DC=test' -Replace @{'ms-DS-MachineAccountQuota'=0}"), "{joins:?}");
}
