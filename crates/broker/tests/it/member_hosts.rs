//! Members of the domain, asked as the account over SMB: what each refuses, what it grants, and what is not told.

use crate::directory_accounts::{bind, of, unit, verify};
use crate::place::Place;
use crate::user_rights::own_lab;
use provost_broker::Directories;
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_domain::accounts::verification::{Finding, Verdict};
use provost_lab::command::run;
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;
use provost_store::settings;

const ACCOUNT: &str = "svc-ad-systems";
const SHARES: &str = "account:admin-shares-refused";
const REMOTE: &str = "account:no-remote-access";
const ADMINISTRATOR: &str = "must-not-have:local-administrator@anywhere";
/// Disables every computer that is not one of these hosts: the lab's people have computers that answer nobody.
const DISABLE: &str = r#"
import sys, ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
lp = LoadParm(); lp.load_default()
db = SamDB(session_info=system_session(), lp=lp)
for found in db.search(db.domain_dn(), ldb.SCOPE_SUBTREE, "(objectCategory=computer)", ["sAMAccountName", "userAccountControl"]):
    if str(found["sAMAccountName"]).rstrip("$").lower() not in sys.argv[1:]:
        made = ldb.Message(found.dn)
        made["x"] = ldb.MessageElement(str(int(str(found["userAccountControl"])) | 2), ldb.FLAG_MOD_REPLACE, "userAccountControl")
        db.modify(made)
"#;

fn on(lab: &Lab, host: &str, script: &str) {
    run(lab.host(host).expect("a host").command("bash").args(["-ec", script])).expect("done");
}

async fn found(lab: &Lab, path: &str) -> Vec<Finding> {
    let directories = Directories { dns_servers: lab.dns_servers(&CORP), ..Directories::default() };
    let place = Place::on("site1.corp.example.test", directories);
    place.set(|tx| settings::set_profile(tx, Profile::Hardened));
    let findings = verify(&place, &bind(&place, lab, AccountKind::ActiveDirectorySystemDiscovery, path, ACCOUNT)).await;
    for host in ["dc1", "file1", "site1"] {
        let target = format!("smb://{host}.{}", CORP.dns);
        assert!(place.uses().iter().filter(|used| used.target == target).count() == 1, "each host is entered once: {:?}", place.uses());
    }
    findings
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_member_grants_is_named_and_a_member_that_does_not_answer_passes_nothing() {
    let test = "member_hosts::what_a_member_grants_is_named_and_a_member_that_does_not_answer_passes_nothing";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1", "site1", "file1"])) else { return };
    let path = unit(&lab, "Members", "");
    run(lab.host("dc1").expect("dc1").command("python3").args(["-c", DISABLE, "dc1", "site1", "file1"])).expect("disabled");
    let file1 = format!("file1.{}", CORP.dns);

    // As they were joined: nothing is granted.
    let free = found(&lab, &path).await;
    for check in [SHARES, REMOTE, ADMINISTRATOR] {
        let finding = of(&free, check);
        assert!(finding.verdict == Verdict::Pass && finding.evidence.contains(&file1), "{finding:?}");
    }
    assert!(of(&free, SHARES).evidence.contains("ADMIN$ and C$ not there"), "{free:?}");
    // Samba knows no right to log on at a member; what it does not know is no pass.
    let logs_on = of(&free, "must-not-have:log-on-interactively@anywhere");
    assert!(logs_on.verdict == Verdict::Unsupported && logs_on.evidence.contains(&format!("site1.{}, {file1}", CORP.dns)), "{logs_on:?}");
    assert_eq!(of(&free, "must-not-have:add-workstations@anywhere").verdict, Verdict::Pass, "which counts at controllers alone");

    // A share that is there and refuses, then one that lets in.
    let share = r"printf '[C$]\npath = /srv\nvalid users = CORP\\\\Administrator\n' >>/etc/samba/smb.conf; smbcontrol all reload-config";
    on(&lab, "file1", share);
    let refused = found(&lab, &path).await;
    let finding = of(&refused, SHARES);
    assert!(finding.verdict == Verdict::Pass && finding.evidence.contains(&format!("at {file1}: C$ refused, ADMIN$ not there")), "{finding:?}");
    on(&lab, "file1", "sed -i '/^valid users/d' /etc/samba/smb.conf; smbcontrol all reload-config");
    let open = found(&lab, &path).await;
    let finding = of(&open, SHARES);
    assert!(finding.verdict == Verdict::Fail && finding.evidence.starts_with(&format!("at {file1}: it lets the account into C$")), "{finding:?}");
    assert!(finding.evidence.contains(&format!("net rpc share list -S {file1}")), "{finding:?}");

    // Local groups: the administrators, and one of the eight.
    on(&lab, "file1", &format!("net sam addmem 'BUILTIN\\Administrators' 'CORP\\{ACCOUNT}'"));
    on(&lab, "site1", &format!("net sam createlocalgroup 'SMS Admins'; net sam addmem 'SMS Admins' 'CORP\\{ACCOUNT}'"));
    let held = found(&lab, &path).await;
    let finding = of(&held, ADMINISTRATOR);
    assert!(finding.verdict == Verdict::Fail && finding.evidence.contains(&format!("at {file1}: it is in Administrators")), "{finding:?}");
    let finding = of(&held, REMOTE);
    assert!(finding.verdict == Verdict::Fail && finding.evidence.contains(&format!("at site1.{}: it is in SMS Admins", CORP.dns)), "{finding:?}");
    on(
        &lab,
        "file1",
        &format!("net sam delmem 'BUILTIN\\Administrators' 'CORP\\{ACCOUNT}'; sed -i '/^\\[C\\$\\]/,$d' /etc/samba/smb.conf; smbcontrol all reload-config"),
    );
    on(&lab, "site1", &format!("net sam delmem 'SMS Admins' 'CORP\\{ACCOUNT}'"));
    assert_eq!(of(&found(&lab, &path).await, ADMINISTRATOR).verdict, Verdict::Pass);

    // One that does not answer.
    lab.cut("site1").expect("cut off");
    let silent = found(&lab, &path).await;
    for check in [SHARES, REMOTE, ADMINISTRATOR, "must-not-have:log-on-interactively@anywhere"] {
        let finding = of(&silent, check);
        assert!(
            finding.verdict == Verdict::Unknown
                && finding.evidence.contains(&format!("at site1.{}: it did not answer on port 445 (connection timed out); to settle it", CORP.dns)),
            "{finding:?}"
        );
    }
}
