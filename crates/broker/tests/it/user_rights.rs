//! Who holds user rights at domain controllers: each is asked, and what one grants or does not tell lets nothing pass.

use crate::directory_accounts::{bind, of, place, unit, verify};
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_catalog::user_rights::USER_RIGHTS;
use provost_domain::accounts::verification::{Finding, Verdict};
use provost_lab::change::Change;
use provost_lab::lab::{self, Lab, OwnLab};
use provost_lab::topology::CORP;
use provost_lab::user_right::AT_FIRST;
use serde_json::json;
use std::process::Command;

const PRIVILEGE: &str = "SeMachineAccountPrivilege";
const CHECK: &str = "must-not-have:add-workstations@anywhere";
/// Set in the process that a test starts itself in again, with a lab of its own.
const AGAIN: &str = "PROVOST_TEST_AGAIN";

/// An account of this test's own.
fn account(lab: &Lab, unit: &str, name: &str) -> String {
    let account = format!("{name}{}", std::process::id());
    let object = json!({ "objectClass": "user", "sAMAccountName": account, "userAccountControl": "512", "unicodePwd": lab.password(&CORP, &account) });
    lab.change(&CORP, &[Change::add(format!("CN={account},{unit}"), object)]).expect("the controller takes it");
    account
}

async fn findings(lab: &Lab, unit: &str, account: &str) -> Vec<Finding> {
    let place = place(lab, Profile::Hardened);
    verify(&place, &bind(&place, lab, AccountKind::ActiveDirectorySystemDiscovery, unit, account)).await
}

fn controllers(lab: &Lab) -> Vec<String> {
    ["dc1", "dc2"].into_iter().filter(|name| lab.host(name).is_ok()).map(|name| format!("{name}.{}", CORP.dns)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_add_workstations_at_one_controller_is_seen_there_until_that_is_taken_away() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Privileged", "");
    let name = account(&lab, &path, "priv");
    let known = format!("{}\\{name}", CORP.netbios);

    let all = findings(&lab, &path, &name).await;
    let free = of(&all, CHECK);
    assert_eq!(free.verdict, Verdict::Pass, "{free:?}");
    assert!(controllers(&lab).iter().all(|controller| free.evidence.contains(controller)), "every controller was asked: {free:?}");

    let last = if lab.host("dc2").is_ok() { "dc2" } else { "dc1" };
    // Another controller may not know the name yet.
    let sid = lab.sid_of("dc1", &known).expect("an identifier");
    lab.grant_right(last, &sid, PRIVILEGE).expect("granted");
    let all = findings(&lab, &path, &name).await;
    let held = of(&all, CHECK);
    assert_eq!(held.verdict, Verdict::Fail, "{held:?}");
    let told = format!("at {last}.{}: it holds {PRIVILEGE} through {name} ({sid})", CORP.dns);
    assert!(held.evidence.starts_with(&told), "{held:?}");
    assert!(
        held.evidence.contains(&format!("net rpc rights revoke {sid} SeMachineAccountPrivilege -S {last}.{}", CORP.dns))
            && held.evidence.contains("Add workstations to domain"),
        "{held:?}"
    );

    lab.revoke_right(last, &sid, PRIVILEGE).expect("revoked");
    assert_eq!(of(&findings(&lab, &path, &name).await, CHECK).verdict, Verdict::Pass);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_privilege_that_a_nested_group_holds_is_the_accounts() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "ByGroup", "");
    let (name, other) = (account(&lab, &path, "byg"), account(&lab, &path, "byo"));
    let (inner, outer) = (format!("inner{}", std::process::id()), format!("outer{}", std::process::id()));
    let group =
        |group: &str, member: String| Change::add(format!("CN={group},{path}"), json!({ "objectClass": "group", "sAMAccountName": group, "member": [member] }));
    lab.change(&CORP, &[group(&inner, format!("CN={name},{path}")), group(&outer, format!("CN={inner},{path}"))]).expect("the controller takes them");
    let known = format!("{}\\{outer}", CORP.netbios);
    lab.grant_right("dc1", &known, PRIVILEGE).expect("granted");
    let (member, stranger) = (findings(&lab, &path, &name).await, findings(&lab, &path, &other).await);
    lab.revoke_right("dc1", &known, PRIVILEGE).expect("revoked");
    let held = of(&member, CHECK);
    assert_eq!(held.verdict, Verdict::Fail, "{held:?}");
    assert!(held.evidence.contains(&format!("through {outer} (S-1-5-21-")), "{held:?}");
    assert_eq!(of(&stranger, CHECK).verdict, Verdict::Pass, "who is not in it does not hold it");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_on_to_a_controller_is_seen_and_to_other_hosts_is_not_said_to_be_checked() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "LogsOn", "");
    let (wrong, right) = (account(&lab, &path, "logw"), account(&lab, &path, "logr"));
    let known = format!("{}\\{wrong}", CORP.netbios);
    lab.grant_right("dc1", &known, "SeInteractiveLogonRight").expect("granted");
    let (seen, free) = (findings(&lab, &path, &wrong).await, findings(&lab, &path, &right).await);
    lab.revoke_right("dc1", &known, "SeInteractiveLogonRight").expect("revoked");
    let held = of(&seen, "must-not-have:log-on-interactively@anywhere");
    assert_eq!(held.verdict, Verdict::Fail, "{held:?}");
    assert!(held.evidence.contains(&format!("at dc1.{}: it holds SeInteractiveLogonRight through {wrong}", CORP.dns)), "{held:?}");
    for right in USER_RIGHTS.iter().filter(|right| right.denies.is_some()) {
        let finding = of(&free, &format!("must-not-have:{}@anywhere", right.right.id()));
        // The computers of the lab's people answer nobody.
        assert!(matches!(finding.verdict, Verdict::Unknown | Verdict::Unsupported), "{finding:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_a_controller_is_entered_as_the_account_that_asks() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Entered", "");
    let place = place(&lab, Profile::Hardened);
    verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectorySystemDiscovery, &path, "svc-ad-systems")).await;
    let uses = place.uses();
    for controller in controllers(&lab) {
        let asked: Vec<_> = uses.iter().filter(|used| used.target == format!("smb://{controller}")).collect();
        assert!(matches!(asked.as_slice(), [one] if one.outcome == "succeeded" && one.identity == "bound"), "{uses:?}");
    }
}

/// A lab of this test's own. Kerberos of one process knows one lab only, so the test is run again in a process that knows this one;
/// there it is given, and here nothing.
pub fn own_lab(test: &str, hosts: &[&str]) -> Option<Lab> {
    let lab = Lab::of_this_run()?;
    if std::env::var_os(AGAIN).is_some() {
        return Some(lab);
    }
    let own = OwnLab::beside(hosts)?;
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again.args([test, "--exact", "--nocapture"]).env(lab::VARIABLE, own.folder()).env("KRB5_CONFIG", own.krb5_conf()).env(AGAIN, "1");
    let ended = again.status().expect("it runs");
    assert!(ended.success(), "{test}: {ended}");
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn what_samba_gives_everybody_at_first_is_seen_and_taken_away_by_the_command_that_is_told() {
    let test = "user_rights::what_samba_gives_everybody_at_first_is_seen_and_taken_away_by_the_command_that_is_told";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1"])) else { return };
    let path = unit(&lab, "AtFirst", "");
    let (holder, right) = AT_FIRST;
    lab.grant_right("dc1", holder, right).expect("granted");
    let all = findings(&lab, &path, "svc-ad-systems").await;
    let held = of(&all, "must-not-have:log-on-remotely@anywhere");
    assert_eq!(held.verdict, Verdict::Fail, "{held:?}");
    assert!(held.evidence.contains("through Pre-Windows 2000 Compatible Access (S-1-5-32-554)"), "{held:?}");
    assert!(held.evidence.contains(&format!("net rpc rights revoke S-1-5-32-554 {right} -S dc1.{}", CORP.dns)), "{held:?}");
    lab.revoke_right("dc1", holder, right).expect("revoked");
    assert_eq!(
        of(&findings(&lab, &path, "svc-ad-systems").await, "must-not-have:log-on-remotely@anywhere").verdict,
        Verdict::Unknown,
        "other hosts answer nobody"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_controller_that_is_cut_off_or_refuses_passes_nothing() {
    let test = "user_rights::a_controller_that_is_cut_off_or_refuses_passes_nothing";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1", "dc2"])) else { return };
    let path = unit(&lab, "CutOff", "");
    let name = "svc-ad-systems";
    assert_eq!(of(&findings(&lab, &path, name).await, CHECK).verdict, Verdict::Pass);

    lab.cut("dc2").expect("cut off");
    let all = findings(&lab, &path, name).await;
    let silent = of(&all, CHECK);
    assert_eq!(silent.verdict, Verdict::Unknown, "{silent:?}");
    assert!(silent.evidence.starts_with("at dc2.corp.example.test: it did not answer on port 445 (connection timed out)"), "{silent:?}");
    lab.mend("dc2").expect("mended");

    // Samba lets nobody but its administrator call.
    let closed = "printf '[IPC$]\\npath = /tmp\\nvalid users = CORP\\\\\\\\Administrator\\n' >>/etc/samba/smb.conf && smbcontrol all reload-config";
    provost_lab::command::run(lab.host("dc2").expect("dc2").command("bash").args(["-c", closed])).expect("reloaded");
    let all = findings(&lab, &path, name).await;
    let refused = of(&all, CHECK);
    assert_eq!(refused.verdict, Verdict::Unknown, "{refused:?}");
    assert!(
        refused.evidence.contains("at dc2.") && refused.evidence.contains("STATUS_ACCESS_DENIED") && refused.evidence.contains("POLICY_LOOKUP_NAMES"),
        "{refused:?}"
    );
}
