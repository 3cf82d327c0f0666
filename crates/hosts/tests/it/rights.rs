//! Who holds a right, and which rights somebody holds.

use crate::controller::Controller;
use provost_hosts::Holders;
use provost_sd::Sid;
use std::collections::BTreeSet;

/// Who holds one, as the adapter reads it.
async fn read(dc: &Controller, right: &str) -> BTreeSet<String> {
    match dc.policy("ben").await.holders(right).await.expect("holders") {
        Holders::Known(sids) => sids.iter().map(Sid::to_string).collect(),
        Holders::NoSuchRight => panic!("{right} is known"),
    }
}

/// Who holds one, as Samba's own tool tells it.
fn told(dc: &Controller, right: &str) -> BTreeSet<String> {
    let names = dc.lab.privilege_holders("dc1", right).expect("Samba tells");
    names.iter().map(|name| if name.starts_with("S-1-") { name.clone() } else { dc.lab.sid_of("dc1", name).expect("an identifier") }).collect()
}

#[tokio::test]
async fn who_holds_a_privilege_is_what_sambas_own_tool_tells_to_the_last() {
    let Some(dc) = Controller::of_this_run() else { return };
    // Nobody else changes these.
    for right in ["SeBackupPrivilege", "SeDebugPrivilege", "SeEnableDelegationPrivilege", "SeRemoteShutdownPrivilege"] {
        let holders = read(&dc, right).await;
        assert!(!holders.is_empty(), "{right}");
        assert_eq!(holders, told(&dc, right), "{right}");
    }
    let right = "SePrintOperatorPrivilege";
    let (person, group) = (dc.account("user", "prt"), dc.account("group", "prg"));
    let before = read(&dc, right).await;
    for account in [&person, &group] {
        dc.lab.grant_right("dc1", account, right).expect("granted");
    }
    let given = read(&dc, right).await;
    assert_eq!(given, told(&dc, right));
    assert_eq!(given.len(), before.len() + 2);
    for account in [&person, &group] {
        assert!(given.contains(&dc.lab.sid_of("dc1", account).expect("an identifier")));
        dc.lab.revoke_right("dc1", account, right).expect("revoked");
    }
    assert_eq!(read(&dc, right).await, before);

    // More than one fragment holds. Samba's own tool does not tell them all, so nobody else may ask it meanwhile.
    let (first, count) = ("S-1-5-21-7-8-9-10000", 3000);
    dc.lab.let_many_hold("dc1", first, count, right, true).expect("written");
    let many = read(&dc, right).await;
    dc.lab.let_many_hold("dc1", first, count, right, false).expect("written");
    let expected: BTreeSet<String> = (10_000..13_000).map(|rid| format!("S-1-5-21-7-8-9-{rid}")).collect();
    assert_eq!(many.difference(&before).cloned().collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn which_rights_an_account_holds_is_the_same_seen_from_the_other_side() {
    let Some(dc) = Controller::of_this_run() else { return };
    let administrators: Sid = "S-1-5-32-544".parse().expect("an identifier");
    let mut policy = dc.policy("ben").await;
    let rights = policy.rights(&administrators).await.expect("rights");
    assert!(rights.iter().any(|right| right == "SeDebugPrivilege") && rights.iter().any(|right| right == "SeInteractiveLogonRight"), "{rights:?}");
    for right in &rights {
        let Holders::Known(holders) = policy.holders(right).await.expect("holders") else { panic!("{right} is known") };
        assert!(holders.contains(&administrators), "{right}");
    }
    let nobody: Sid = "S-1-5-21-1-2-3-4".parse().expect("an identifier");
    assert_eq!(policy.rights(&nobody).await, Ok(Vec::new()));
    policy.close().await.expect("closed");
}

#[tokio::test]
async fn a_right_that_the_host_does_not_know_is_told_apart_from_one_that_nobody_holds() {
    let Some(dc) = Controller::of_this_run() else { return };
    let mut policy = dc.policy("ben").await;
    for right in ["SeDenyInteractiveLogonRight", "SeServiceLogonRight", "SeNoSuchRight"] {
        assert_eq!(policy.holders(right).await, Ok(Holders::NoSuchRight), "{right}");
    }
    assert_eq!(policy.holders("SeDiskOperatorPrivilege").await, Ok(Holders::Known(Vec::new())));
}
