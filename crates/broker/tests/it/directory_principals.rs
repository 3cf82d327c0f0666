//! What must be true of a bound account of a directory, whatever it may do where it looks: its flags, password, groups and who
//! else may take it over. Each is shown at a real domain controller with an account that is as it should be and one that is not.

use crate::directory_accounts::{bind, for_windows, of, place, unit, verify};
use crate::place::Place;
use provost_broker::Directories;
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_catalog::unseen::{About, HOSTS, UNSEEN};
use provost_domain::accounts::verification::{Standing, Verdict};
use provost_domain::discovery::{Location, Method};
use provost_lab::change::Change;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::CORP;
use provost_store::settings;
use serde_json::json;

/// An account of this test's own in a unit of its own, for who is looked at while it is not as it should be.
pub fn account(lab: &Lab, unit: &str, name: &str, attributes: serde_json::Value) -> String {
    let account = format!("{name}{}", std::process::id());
    let mut object = json!({ "objectClass": "user", "sAMAccountName": account, "userAccountControl": RIGHT_FLAGS.to_string(),
        "unicodePwd": lab.password(&CORP, &account) });
    let whole = object.as_object_mut().expect("attributes");
    whole.extend(attributes.as_object().expect("attributes").clone());
    lab.change(&CORP, &[Change::add(format!("CN={account},{unit}"), object)]).expect("the controller takes it");
    account
}

/// A place for users that reaches a controller over TLS: of a lab of the test's own, this run's Kerberos does not know it.
pub fn over_tls(lab: &Lab, path: &str) -> Place {
    let place = place(lab, Profile::Hardened);
    let authority = std::fs::read_to_string(lab.authority()).expect("the authority");
    let location = Location { ca_pem: Some(authority), ..Location::new(Method::User, path).expect("a location") };
    place.set(|tx| provost_store::discovery::locations::add(tx, &location, "ada", crate::place::START));
    place
}

/// `userAccountControl` of a service account as it should be: normal, and never delegated.
const RIGHT_FLAGS: i64 = 0x200 | 0x10_0000;

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_flag_of_an_account_is_seen_and_named() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Flags", "");
    for (flag, condition, fix) in [
        (0x20, "password-required", "-PasswordNotRequired $false"),
        (0x80, "password-irreversible", "-AllowReversiblePasswordEncryption $false"),
        (0x1_0000, "password-ends", "-PasswordNeverExpires $false"),
        (0x20_0000, "more-than-des", "-UseDESKeyOnly $false"),
        (0x40_0000, "pre-authentication", "-DoesNotRequirePreAuth $false"),
        (0x10_0000, "not-delegated", "-AccountNotDelegated $true"),
    ] {
        let name = account(&lab, &path, &format!("f{flag:x}-"), json!({ "userAccountControl": (RIGHT_FLAGS ^ flag).to_string() }));
        // With DES alone nobody signs in by Kerberos here; LDAPS shows it.
        let place = over_tls(&lab, &path);
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, &name)).await;
        for finding in findings.iter().filter(|finding| finding.check_id.starts_with("account:")) {
            let is_it = finding.check_id == format!("account:{condition}");
            assert_eq!(finding.verdict == Verdict::Fail, is_it, "{finding:?}");
            assert!(!is_it || for_windows(finding, &format!("Set-ADAccountControl -Identity '{name}' {fix}")), "{finding:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_own_object_it_may_not_see_passes_nothing_that_is_written_there() {
    // What nobody may see would be told by others' tests of discovery.
    let Some(lab) = tokio::task::block_in_place(|| OwnLab::beside(&["dc1"])) else { return };
    let path = unit(&lab, "Hidden", "");
    let name = account(&lab, &path, "hid", json!({ "nTSecurityDescriptor": "O:DAG:DAD:P(A;;GA;;;DA)(A;;GA;;;SY)" }));
    let place = over_tls(&lab, &path);
    let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, &name)).await;
    assert_eq!(of(&findings, "needs:sign-in").verdict, Verdict::Pass);
    let of_object = |id: &str| id.starts_with("account:") && id != "account:one-kind";
    let written: Vec<_> = findings.iter().filter(|finding| of_object(&finding.check_id)).collect();
    assert!(written.len() > 5 && written.iter().all(|finding| matches!(finding.verdict, Verdict::Unknown | Verdict::Unsupported)), "{written:?}");
    assert_eq!(of(&findings, "must-not-have:delegation@anywhere").verdict, Verdict::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_directory_tells_is_said_with_the_reason_and_never_passes() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Unseen", "");
    let place = place(&lab, Profile::Hardened);
    let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectorySystemDiscovery, &path, "svc-ad-systems")).await;
    // What hosts tell is told by them.
    for unseen in UNSEEN.iter().filter(|unseen| unseen.why != HOSTS) {
        let id = match unseen.about {
            About::Right(right) => format!("must-not-have:{}@anywhere", right.id()),
            About::Condition(condition) => format!("account:{}", condition.id()),
        };
        let finding = of(&findings, &id);
        assert_eq!(finding.verdict, Verdict::Unsupported, "{finding:?}");
        assert!(finding.evidence.contains(unseen.check) && finding.evidence.contains(unseen.why), "{finding:?}");
        assert!(finding.evidence.contains(&unseen.look.replace("NAME", "svc-ad-systems")), "the command has the account's own name: {finding:?}");
    }
    assert_eq!(Standing::of(&findings, &[], crate::place::START), Standing::Blocked, "the domain's quota lets everybody join");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_protected_users_is_known_to_use_kerberos_alone() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Protected", "");
    let name = account(&lab, &path, "prot", json!({}));
    let group = format!("CN=Protected Users,CN=Users,{}", CORP.base);
    lab.change(&CORP, &[Change::append(group, json!({ "member": format!("CN={name},{path}") }))]).expect("the controller takes it");
    let place = place(&lab, Profile::Hardened);
    let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, &name)).await;
    let only = of(&findings, "account:kerberos-only");
    assert_eq!(only.verdict, Verdict::Pass, "{only:?}");
    assert!(only.evidence.contains("Protected Users"), "{only:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_take_an_account_over_is_seen_and_named() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Exposed", "");
    let everybody_reads = "D:P(A;;GA;;;DA)(A;;RPLCLORC;;;AU)";
    for (n, descriptor, how) in [
        ("1", format!("O:DAG:DA{everybody_reads}(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;{{ben}})"), Some("may reset its password")),
        ("2", format!("O:DAG:DA{everybody_reads}(OA;;WP;f3a64788-5306-11d1-a9c5-0000f80367c1;;{{ben}})"), Some("may write servicePrincipalName")),
        ("3", format!("O:DAG:DA{everybody_reads}(A;;WDWO;;;{{ben}})"), Some("may change its permissions, change its owner")),
        ("4", format!("O:{{ben}}G:DA{everybody_reads}"), Some("may own it")),
        ("5", format!("O:DAG:DA{everybody_reads}"), None),
    ] {
        let name = account(&lab, &path, &format!("x{n}-"), json!({ "nTSecurityDescriptor": descriptor }));
        let place = place(&lab, Profile::Hardened);
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, &name)).await;
        let protected = of(&findings, "account:own-object-protected");
        assert_eq!(protected.verdict, if how.is_some() { Verdict::Fail } else { Verdict::Pass }, "{protected:?}");
        if let Some(how) = how {
            assert!(protected.evidence.starts_with("ben (S-1-5-21-") && protected.evidence.ends_with(how) && for_windows(protected, "dsacls"), "{protected:?}");
        }
    }
}

/// Windows' time so many days ago, in 100 ns since 1601.
fn days_ago(days: i64) -> String {
    let at = provost_runtime::Clock::system().now().plus_seconds(-days * 24 * 3600);
    (at.as_micros() * 10 + 116_444_736_000_000_000).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_too_old_is_seen_with_its_age_and_what_ends_it() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Aged", "");
    let settings = format!("CN=Long-{},CN=Password Settings Container,CN=System,{}", std::process::id(), CORP.base);
    let aged = account(&lab, &path, "aged", json!({}));
    let dn = format!("CN={aged},{path}");
    // The domain would have ended it after 42 days.
    let long = json!({ "objectClass": "msDS-PasswordSettings", "msDS-PasswordSettingsPrecedence": "7", "msDS-PSOAppliesTo": dn,
        "msDS-PasswordReversibleEncryptionEnabled": "FALSE", "msDS-PasswordHistoryLength": "24", "msDS-PasswordComplexityEnabled": "TRUE",
        "msDS-MinimumPasswordLength": "7", "msDS-MinimumPasswordAge": "0", "msDS-MaximumPasswordAge": "-315360000000000",
        "msDS-LockoutThreshold": "0", "msDS-LockoutObservationWindow": "-18000000000", "msDS-LockoutDuration": "-18000000000" });
    let changes = [Change::add(&settings, long), Change::replace(&dn, json!({ "pwdLastSet": days_ago(100) }))];
    lab.change(&CORP, &changes).expect("the controller takes them");
    let place = place(&lab, Profile::Hardened);
    let binding = bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, &aged);
    let findings = verify(&place, &binding).await;
    let age = of(&findings, "account:password-fresh");
    assert_eq!(age.verdict, Verdict::Fail, "{age:?}");
    assert!(age.evidence.contains("100 days ago; the limit is 90, and") && age.evidence.contains("ends it at"), "{age:?}");
    lab.change(&CORP, &[Change::replace(&dn, json!({ "pwdLastSet": days_ago(80) }))]).expect("the controller takes it");
    let findings = verify(&place, &binding).await;
    let age = of(&findings, "account:password-fresh");
    assert!(age.verdict == Verdict::Pass && age.evidence.contains("80 days ago"), "{age:?}");
    lab.change(&CORP, &[Change::Delete { dn: settings }]).expect("the controller takes it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_counted_without_a_membership_that_shows_is_an_alarm() {
    // What nobody may see would be told by others' tests of discovery.
    let Some(lab) = tokio::task::block_in_place(|| OwnLab::beside(&["dc1"])) else { return };
    let path = unit(&lab, "Groups", "");
    let add = |name: &str, group_type: i64, members: &[String], descriptor: &str| {
        let mut attributes = json!({ "objectClass": "group", "sAMAccountName": format!("{name}{}", std::process::id()), "groupType": group_type.to_string(), "member": members });
        if !descriptor.is_empty() {
            attributes["nTSecurityDescriptor"] = json!(descriptor);
        }
        Change::add(format!("CN={name},{path}"), attributes)
    };
    let names: Vec<String> = ["nest", "shut", "dark", "mail"].iter().map(|name| account(&lab, &path, &format!("{name}-"), json!({}))).collect();
    let member = |n: usize| vec![format!("CN={},{path}", names[n])];
    let (global, distribution) = (-0x7fff_fffe, 2);
    // What a group between is in may not be read; a group may not be seen at all; one is behind a distribution group.
    let changes = [
        add("inner", global, &member(0), ""),
        add("outer", global, &[format!("CN=inner,{path}")], ""),
        add("shut", global, &member(1), "O:DAG:DAD:P(A;;GA;;;DA)(OD;;RP;bf967991-0de6-11d0-a285-00aa003049e2;;AU)(A;;RPLCLORC;;;AU)"),
        add("above", global, &[format!("CN=shut,{path}")], ""),
        add("dark", global, &member(2), "O:DAG:DAD:P(A;;GA;;;DA)"),
        add("list", distribution, &member(3), ""),
        add("behind", global, &[format!("CN=list,{path}")], ""),
    ];
    lab.change(&CORP, &changes).expect("the controller takes them");
    for (name, verdict, evidence) in [
        (&names[0], Verdict::Pass, "its memberships lead to the same"),
        (&names[1], Verdict::Fail, "counted when it signs in, though no membership that it may see leads there: CN=above,"),
        (&names[2], Verdict::Unknown, "it may not see"),
        (&names[3], Verdict::Pass, "its memberships lead to the same"),
    ] {
        let place = over_tls(&lab, &path);
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, name)).await;
        let agree = of(&findings, "account:memberships-agree");
        assert_eq!(agree.verdict, verdict, "{name}: {agree:?}");
        assert!(agree.evidence.contains(evidence), "{name}: {agree:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_to_reset_an_administrators_password_and_to_read_what_computers_keep_is_seen() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Tier0", "");
    let name = account(&lab, &path, "tier", json!({}));
    // One that the directory marks as an administrator, of this test's own.
    let marked = format!("CN=Marked,{path}");
    let reset = format!("O:DAG:DAD:P(A;;GA;;;DA)(A;;RPLCLORC;;;AU)(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;{{{name}}})");
    let attributes =
        json!({ "objectClass": "user", "sAMAccountName": format!("marked{}", std::process::id()), "adminCount": "1", "nTSecurityDescriptor": reset });
    let keeper = format!("CN=Keeper,{path}");
    let keeps = json!({ "objectClass": "computer", "sAMAccountName": format!("keep{}$", std::process::id()), "userAccountControl": "4096",
        "nTSecurityDescriptor": format!("O:DAG:DAD:P(A;;GA;;;DA)(A;;RPLCLORC;;;AU)(A;;CR;;;{{{name}}})") });
    lab.change(&CORP, &[Change::add(&marked, attributes), Change::add(&keeper, keeps)]).expect("the controller takes them");
    let look = async |account: &str| {
        let place = place(&lab, Profile::Hardened);
        verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, account)).await
    };
    let (wrong, right) = (look(&name).await, look("svc-ad-users").await);
    lab.change(&CORP, &[Change::Delete { dn: marked.clone() }]).expect("the controller takes it");
    for (check, evidence) in [("reset-password@administrators", "CN=Marked,"), ("read-confidential@discovery-locations", "CN=Keeper,")] {
        let finding = of(&wrong, &format!("must-not-have:{check}"));
        assert!(finding.verdict == Verdict::Fail && finding.evidence.contains(evidence), "{finding:?}");
        assert_eq!(of(&right, &format!("must-not-have:{check}")).verdict, Verdict::Pass);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forest_account_that_may_change_where_it_stands_itself_is_seen() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Stands", "");
    let name = account(&lab, &path, "stand", json!({}));
    lab.change(&CORP, &[Change::permit(&path, &format!("(OA;;CC;bf967aba-0de6-11d0-a285-00aa003049e2;;{{{name}}})"))]).expect("the controller takes it");
    let place = place(&lab, Profile::Hardened);
    let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryForest, CORP.dns, &name)).await;
    let more = of(&findings, "must-not-have:more-than-needed@anywhere");
    assert!(more.verdict == Verdict::Fail && more.evidence.contains("may create user") && more.evidence.contains("OU=Stands-"), "{more:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_account_that_may_act_as_others_or_that_others_manage_is_seen() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Machine", "");
    let short = format!("mach{}", std::process::id());
    let account = format!("{}$", short.to_uppercase());
    let machine = json!({ "objectClass": "computer", "sAMAccountName": account, "userAccountControl": (0x1000 | 0x8_0000).to_string(),
        "dNSHostName": format!("{short}.{}", CORP.dns), "servicePrincipalName": format!("HOST/{short}.{}", CORP.dns),
        "msDS-SupportedEncryptionTypes": "24", "unicodePwd": lab.password(&CORP, &account) });
    let dn = format!("CN={short},{path}");
    lab.change(&CORP, &[Change::add(&dn, machine), Change::permit(&dn, "(A;;WD;;;{ben})")]).expect("the controller takes it");
    let controller = lab.host("dc1").expect("a host");
    let keytab = controller.folder.join(format!("{short}.keytab"));
    let exported = controller.command("samba-tool").args(["domain", "exportkeytab"]).arg(&keytab).arg(format!("--principal={account}")).status();
    assert!(exported.expect("samba-tool runs").success());
    let directories = Directories { dns_servers: lab.dns_servers(&CORP), ad_site: None, keytab: Some(keytab) };
    let place = Place::on(&format!("{short}.{}", CORP.dns), directories);
    place.set(|tx| settings::set_profile(tx, Profile::Hardened));
    let findings = verify(&place, &place.bind_computer(AccountKind::ActiveDirectoryUserDiscovery, &path, &format!("{}\\{account}", CORP.dns))).await;
    assert_eq!(of(&findings, "needs:sign-in").verdict, Verdict::Pass, "{findings:?}");
    for (check, verdict, evidence, command) in [
        ("must-not-have:delegation@anywhere", Verdict::Fail, "it is trusted for delegation", Some("-TrustedForDelegation $false")),
        ("must-not-have:domain-administrator@anywhere", Verdict::Pass, "", None),
        ("account:not-delegated", Verdict::Fail, "userAccountControl is 0x81000, without ", Some("-AccountNotDelegated $true")),
        ("account:own-object-protected", Verdict::Fail, "ben (S-1-5-21-", Some("dsacls ")),
        ("account:password-fresh", Verdict::Pass, "0 days ago", None),
    ] {
        let finding = of(&findings, check);
        assert!(finding.verdict == verdict && finding.evidence.contains(evidence), "{finding:?}");
        assert!(command.map_or(finding.mending.is_empty(), |command| for_windows(finding, command)), "{finding:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_served_two_kinds_before_the_site_was_hardened_is_seen() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Twice", "");
    let place = place(&lab, Profile::Standard);
    let users = bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, "svc-ad-users");
    let groups = bind(&place, &lab, AccountKind::ActiveDirectoryGroupDiscovery, &path, "svc-ad-users");
    place.set(|tx| settings::set_profile(tx, Profile::Hardened));
    for (binding, other) in [(&users, "Active Directory Group Discovery Account"), (&groups, "Active Directory User Discovery Account")] {
        let findings = verify(&place, binding).await;
        let one = of(&findings, "account:one-kind");
        assert!(one.verdict == Verdict::Fail && one.evidence.contains(other), "{one:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn account_operators_are_nobody_until_somebody_is_one() {
    let Some(lab) = tokio::task::block_in_place(|| OwnLab::beside(&["dc1"])) else { return };
    let path = unit(&lab, "Operators", "");
    let place = over_tls(&lab, &path);
    let binding = bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, "svc-ad-users");
    let look = async || of(&verify(&place, &binding).await, "account:own-object-protected").clone();
    let empty = look().await;
    assert!(empty.verdict == Verdict::Pass && empty.evidence.ends_with("nobody is in Account Operators (S-1-5-32-548)"), "{empty:?}");
    let group = format!("CN=Account Operators,CN=Builtin,{}", CORP.base);
    let ben = provost_lab::principals::distinguished_name(&CORP, "ben");
    lab.change(&CORP, &[Change::append(group, json!({ "member": ben }))]).expect("the controller takes it");
    let held = look().await;
    assert!(held.verdict == Verdict::Fail && held.evidence.starts_with("Account Operators (S-1-5-32-548) may reset its password"), "{held:?}");
}
