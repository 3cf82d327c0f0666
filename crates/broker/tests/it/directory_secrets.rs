//! What a directory keeps of others: passwords of local administrators (LAPS), of group managed service accounts, and what
//! BitLocker leaves. At real domain controllers, whose answers to the account are also had by another program.

use crate::directory_accounts::{bind, of, place, unit, verify};
use crate::directory_principals::{account, over_tls};
use crate::user_rights::own_lab;
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_domain::accounts::verification::{Finding, Verdict};
use provost_lab::change::Change;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::CORP;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

const CONFIDENTIAL: &str = "must-not-have:read-confidential@discovery-locations";
pub const WRITE: &str = "must-not-have:write@discovery-locations";
const RESET: &str = "must-not-have:reset-password@discovery-locations";

/// The identifiers of the attributes that keep passwords are made anew in each forest: Microsoft's programs name none.
const ADM_PWD: &str = "5b2fb3a0-7c1e-4f7b-9a33-0d6f0c6a1101";
const LAPS_PASSWORD: &str = "5b2fb3a0-7c1e-4f7b-9a33-0d6f0c6a1102";
const LAPS_ENCRYPTED: &str = "5b2fb3a0-7c1e-4f7b-9a33-0d6f0c6a1103";
/// The property set of what Windows LAPS encrypts, `ms-LAPS-Encrypted-Password-Attributes`.
const LAPS_SET: &str = "f3531ec6-6330-4f8e-8d39-7a671fbac605";
/// Identifiers of the base schema: `msDS-GroupMSAMembership`, `searchFlags`, `description`, `user`, and the right to reset a password.
const MEMBERSHIP: &str = "888eedd6-ce04-df40-b462-b8a50e41ba38";
const SEARCH_FLAGS: &str = "bf967a2d-0de6-11d0-a285-00aa003049e2";
const DESCRIPTION: &str = "bf967950-0de6-11d0-a285-00aa003049e2";
const USER: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";
const RESET_PASSWORD: &str = "00299570-246d-11d0-a768-00aa006e0529";

const ARC_OF_LAPS: &str = "1.2.840.113556.1.8000.2554.50051.45980.28112.18903.35903.6685103.1224907.2";
/// What is kept of a computer's local administrator.
const KEPT: &[&str] = &["ms-Mcs-AdmPwd", "msLAPS-Password", "msLAPS-EncryptedPassword"];

fn definition(cn: &str) -> String {
    format!("CN={cn},CN=Schema,CN=Configuration,{}", CORP.base)
}

/// Adds attributes, by common name, to classes of a forest that this test has for itself.
pub fn extend(lab: &Lab, attributes: &[(&str, Value)], may: &[(&str, &[&str])]) {
    let added: Vec<Change> = attributes
        .iter()
        .map(|(cn, of)| {
            let mut whole = json!({ "objectClass": "attributeSchema" });
            whole.as_object_mut().expect("attributes").extend(of.as_object().expect("attributes").clone());
            Change::add(definition(cn), whole)
        })
        .collect();
    lab.change(&CORP, &added).expect("the schema is extended");
    // A class names attributes that are there already.
    let may: Vec<Change> = may.iter().map(|(class, names)| Change::append(definition(class), json!({ "mayContain": names }))).collect();
    lab.change(&CORP, &may).expect("the schema is extended");
}

/// The published attributes of both generations of LAPS (<https://learn.microsoft.com/windows-server/identity/laps>).
fn extend_by_laps(lab: &Lab) {
    let ia5 = |name: &str, id: String, guid: &str| {
        json!({ "lDAPDisplayName": name, "attributeID": id, "schemaIDGUID": guid, "attributeSyntax": "2.5.5.5", "oMSyntax": "19", "isSingleValued": "TRUE",
            "searchFlags": "904" })
    };
    let attributes = [
        ("ms-Mcs-AdmPwd", ia5("ms-Mcs-AdmPwd", format!("{ARC_OF_LAPS}.1"), ADM_PWD)),
        // Without flags: what everybody reads may be defined so.
        (
            "ms-Mcs-AdmPwdExpirationTime",
            json!({ "lDAPDisplayName": "ms-Mcs-AdmPwdExpirationTime", "attributeID": format!("{ARC_OF_LAPS}.2"), "attributeSyntax": "2.5.5.16",
                "oMSyntax": "65", "isSingleValued": "TRUE" }),
        ),
        ("ms-LAPS-Password", ia5("msLAPS-Password", "1.2.840.113556.1.6.44.1.2".to_owned(), LAPS_PASSWORD)),
        (
            "ms-LAPS-EncryptedPassword",
            json!({ "lDAPDisplayName": "msLAPS-EncryptedPassword", "attributeID": "1.2.840.113556.1.6.44.1.3", "schemaIDGUID": LAPS_ENCRYPTED,
                "attributeSecurityGUID": LAPS_SET, "attributeSyntax": "2.5.5.10", "oMSyntax": "4", "isSingleValued": "TRUE", "searchFlags": "904" }),
        ),
    ];
    extend(lab, &attributes, &[("Computer", &["ms-Mcs-AdmPwd", "ms-Mcs-AdmPwdExpirationTime", "msLAPS-Password", "msLAPS-EncryptedPassword"])]);
}

/// A program of OpenLDAP that asks the lab's first controller as the account.
pub fn ldap(lab: &Lab, program: &str, account: &str, arguments: &[&str]) -> std::process::Output {
    let password = lab.folder().join(format!("{account}.password"));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&password).expect("a file");
    file.write_all(lab.password(&CORP, account).as_bytes()).expect("written");
    let controller = CORP.controller().full_name();
    let mut command = lab.host(CORP.controller().name).expect("a host").command(program);
    command.env("LDAPTLS_CACERT", lab.authority()).args(["-x", "-H", &format!("ldaps://{controller}"), "-D", &format!("{account}@{}", CORP.dns), "-y"]);
    command.arg(password).args(arguments).output().expect("it runs")
}

/// Which of these attributes a domain controller gives the account of an object.
fn given(lab: &Lab, account: &str, dn: &str, attributes: &[&'static str]) -> BTreeSet<&'static str> {
    let output = ldap(lab, "ldapsearch", account, &[&["-LLL", "-o", "ldif-wrap=no", "-s", "base", "-b", dn, "(objectClass=*)"], attributes].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    attributes.iter().copied().filter(|name| text.lines().any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))).collect()
}

/// A descriptor that the domain's administrators, whoever is in `entries`, and everybody who reads are in.
pub fn protected(entries: &str) -> String {
    format!("O:DAG:DAD:P(A;;GA;;;DA)(A;;GA;;;SY){entries}(A;;RPLCLORC;;;AU)")
}

/// Whether the evidence says so; a unit's name is made up in other letters than the directory keeps it in.
pub fn says(finding: &Finding, part: &str) -> bool {
    finding.evidence.to_lowercase().contains(&part.to_lowercase())
}

pub fn assert_told(finding: &Finding, verdict: Verdict, evidence: &[&str]) {
    assert!(finding.verdict == verdict && evidence.iter().all(|part| says(finding, part)), "{verdict:?} with {evidence:?}: {finding:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_local_password_is_seen_by_the_right_to_it_and_by_asking() {
    let Some(lab) = tokio::task::block_in_place(|| OwnLab::beside(&["dc1"])) else { return };
    extend_by_laps(&lab);
    let who = "svc-ad-users";
    let cases: &[(String, &[&str], &[&str])] = &[
        (String::new(), &[], &[]),
        (format!("(OA;;RP;{ADM_PWD};;{{{who}}})"), &[], &[]),
        (format!("(OA;;CR;{ADM_PWD};;{{{who}}})"), &["ms-Mcs-AdmPwd"], &["ms-Mcs-AdmPwd came"]),
        (format!("(OA;;RPCR;{LAPS_PASSWORD};;{{{who}}})"), &["msLAPS-Password"], &["msLAPS-Password came"]),
        (format!("(OA;;CR;{LAPS_SET};;{{{who}}})"), &["msLAPS-EncryptedPassword"], &["msLAPS-EncryptedPassword came"]),
        (format!("(A;;CR;;;{{{who}}})"), KEPT, &["ms-Mcs-AdmPwd", "msLAPS-Password", "msLAPS-EncryptedPassword", " came, it may read "]),
        (format!("(OA;;CR;{ADM_PWD};;DU)"), &["ms-Mcs-AdmPwd"], &["ms-Mcs-AdmPwd came"]),
        (format!("(OD;;RP;{ADM_PWD};;{{{who}}})(OA;;CR;{ADM_PWD};;{{{who}}})"), &[], &[]),
        (format!("(OD;;CR;{ADM_PWD};;DU)(OA;;CR;{ADM_PWD};;{{{who}}})"), &[], &[]),
    ];
    for (n, (entries, comes, evidence)) in cases.iter().enumerate() {
        let path = unit(&lab, &format!("Kept{n}"), "");
        let computer = format!("CN=Computer,{path}");
        let values = json!({ "ms-Mcs-AdmPwd": "kept", "ms-Mcs-AdmPwdExpirationTime": "133500000000000000", "msLAPS-Password": "{\"p\":\"kept\"}",
            "msLAPS-EncryptedPassword": "base64:AAEC", "nTSecurityDescriptor": protected(entries) });
        lab.change(&CORP, &[Change::replace(&computer, values)]).expect("the controller takes it");
        assert_eq!(given(&lab, who, &computer, KEPT), comes.iter().copied().collect(), "{entries}");
        let place = over_tls(&lab, &path);
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, who)).await;
        let told = of(&findings, CONFIDENTIAL);
        assert_told(told, if comes.is_empty() { Verdict::Pass } else { Verdict::Fail }, evidence);
        assert!(comes.is_empty() || says(told, &computer), "{told:?}");
        assert!(!says(told, "though the descriptor"), "the two agree: {told:?}");
        assert_eq!(of(&findings, RESET).verdict == Verdict::Fail, entries.contains(";CR;;;"), "{entries}: {findings:?}");
        // Samba 4.17 lets an attribute be written by the right of control access on it, which no specification says: then the two
        // disagree, and that is told. All extended rights let more be done than a server tells.
        let writes = !given(&lab, who, &computer, &["allowedAttributesEffective"]).is_empty();
        assert_eq!(of(&findings, WRITE).verdict == Verdict::Fail, writes || entries.contains(";CR;;;"), "{entries}: {findings:?}");
        assert_eq!(says(of(&findings, WRITE), "disagree"), writes, "{entries}: {findings:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_password_is_found_wherever_it_shows_in_the_location() {
    let Some(lab) = tokio::task::block_in_place(|| OwnLab::beside(&["dc1"])) else { return };
    extend_by_laps(&lab);
    let path = unit(&lab, "Many", "");
    let mut changes = vec![Change::unit(format!("OU=Servers,{path}"))];
    for n in 0..60 {
        let of = json!({ "objectClass": "computer", "sAMAccountName": format!("m{n}$"), "userAccountControl": "4096" });
        changes.push(Change::add(format!("CN=M{n},{path}"), of));
    }
    // What is given on a unit is on the computers below it, and on no container.
    let kept = json!({ "objectClass": "computer", "sAMAccountName": "kept$", "userAccountControl": "4096", "ms-Mcs-AdmPwd": "kept" });
    changes.push(Change::permit(format!("OU=Servers,{path}"), &format!("(OA;CIIO;CR;{ADM_PWD};bf967a86-0de6-11d0-a285-00aa003049e2;{{svc-ad-users}})")));
    changes.push(Change::add(format!("CN=Kept,OU=Servers,{path}"), kept));
    lab.change(&CORP, &changes).expect("the controller takes them");
    let place = over_tls(&lab, &path);
    let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, "svc-ad-users")).await;
    assert_told(of(&findings, CONFIDENTIAL), Verdict::Fail, &[&format!("CN=Kept,OU=Servers,{path}: ms-Mcs-AdmPwd came")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_seen_of_a_kept_password_never_passes() {
    let Some(lab) = tokio::task::block_in_place(|| OwnLab::beside(&["dc1"])) else { return };
    extend_by_laps(&lab);
    let who = "svc-ad-users";
    let path = unit(&lab, "Unsure", "");
    let computer = format!("CN=Computer,{path}");
    let place = over_tls(&lab, &path);
    let binding = bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, who);
    let set =
        |dn: &str, descriptor: &str| lab.change(&CORP, &[Change::replace(dn, json!({ "nTSecurityDescriptor": descriptor }))]).expect("the controller takes it");
    lab.change(&CORP, &[Change::replace(&computer, json!({ "ms-Mcs-AdmPwd": "kept" }))]).expect("the controller takes it");
    let told = async || of(&verify(&place, &binding).await, CONFIDENTIAL).clone();
    assert_told(&told().await, Verdict::Pass, &[]);
    // Everybody reads its attributes and nobody its descriptor.
    let hidden = |entries: &str| format!("O:DAG:DAD:P(A;;GA;;;DA)(A;;GA;;;SY){entries}(A;;RPLC;;;AU)");
    set(&computer, &hidden(""));
    assert_told(&told().await, Verdict::Unknown, &[&computer, "its descriptor or its attributes did not come"]);
    set(&computer, &hidden(&format!("(OA;;CR;{ADM_PWD};;{{{who}}})")));
    assert_eq!(given(&lab, who, &computer, KEPT), BTreeSet::from(["ms-Mcs-AdmPwd"]));
    assert_told(&told().await, Verdict::Fail, &[&computer, "ms-Mcs-AdmPwd came"]);
    set(&computer, &protected(&format!("(OA;;CR;{ADM_PWD};;{{{who}}})")));
    // The account may read the password of which the schema does not show it that it is one.
    let password = definition("ms-Mcs-AdmPwd");
    set(&password, &protected(&format!("(OD;;RP;{SEARCH_FLAGS};;AU)")));
    assert_told(&told().await, Verdict::Unknown, &["whether ms-Mcs-AdmPwd is confidential cannot be told"]);
    set(&password, "O:DAG:DAD:P(A;;GA;;;DA)(A;;GA;;;SY)");
    assert_told(&told().await, Verdict::Unknown, &["whether it may read ms-Mcs-AdmPwd cannot be told"]);
    set(&password, &protected(""));
    assert_told(&told().await, Verdict::Fail, &[&computer, "ms-Mcs-AdmPwd came"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_managed_service_account_lets_retrieve_its_password_is_seen() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Managed", "");
    let id = std::process::id();
    let who = account(&lab, &path, "gm-", json!({}));
    let group = format!("managed{id}g");
    let mut changes = vec![Change::append(format!("CN=Group,{path}"), json!({ "member": format!("CN={who},{path}") }))];
    // More of another kind than are looked at: none may hide what there are few of.
    for n in 0..40 {
        let of = json!({ "objectClass": "computer", "sAMAccountName": format!("gm{id}-{n}$"), "userAccountControl": "4096" });
        changes.push(Change::add(format!("CN=M{n},{path}"), of));
    }
    lab.change(&CORP, &changes).expect("the controller takes them");
    let readers = format!("(A;;0xf01ff;;;{{{who}}})");
    let unread = protected(&format!("(OD;;RP;{MEMBERSHIP};;AU)"));
    let written = protected(&format!("(OA;;WP;{MEMBERSHIP};;{{{who}}})"));
    let names = "its msDS-GroupMSAMembership lets it retrieve msDS-ManagedPassword";
    let cases: &[(Option<String>, Option<&str>, Verdict, &str)] = &[
        (None, None, Verdict::Pass, ""),
        (Some("O:BAD:(A;;0xf01ff;;;{ben})".to_owned()), None, Verdict::Pass, ""),
        (Some(format!("O:BAD:{readers}")), None, Verdict::Fail, names),
        (Some(format!("O:BAD:(A;;RP;;;{{{group}}})")), None, Verdict::Fail, names),
        (Some("O:BAD:(A;;GR;;;AU)".to_owned()), None, Verdict::Fail, names),
        (Some(format!("O:BAD:(A;;WP;;;{{{who}}})")), None, Verdict::Pass, ""),
        (Some(format!("O:BAD:(D;;0xf01ff;;;{{{group}}}){readers}")), None, Verdict::Pass, ""),
        (Some(format!("O:BAD:{readers}")), Some(&unread), Verdict::Unknown, "who may retrieve its password cannot be seen"),
        (None, Some(&unread), Verdict::Unknown, "who may retrieve its password cannot be seen"),
        (Some("base64:AAEC".to_owned()), None, Verdict::Unknown, "its msDS-GroupMSAMembership cannot be judged"),
        (None, Some(&written), Verdict::Pass, ""),
    ];
    let service = format!("CN=Service,{path}");
    for (n, (membership, descriptor, verdict, evidence)) in cases.iter().enumerate() {
        let mut attributes = json!({ "objectClass": "msDS-GroupManagedServiceAccount", "sAMAccountName": format!("gs{id}-{n}$"), "userAccountControl": "4096",
            "msDS-ManagedPasswordInterval": "30", "nTSecurityDescriptor": descriptor.map_or_else(|| protected(""), str::to_owned) });
        if let Some(membership) = membership {
            attributes["msDS-GroupMSAMembership"] = json!(membership);
        }
        lab.change(&CORP, &[Change::add(&service, attributes)]).expect("the controller takes it");
        // This server computes no such password for anybody, so what it gives tells nothing of who would get it.
        let comes = given(&lab, &who, &service, &["msDS-GroupMSAMembership", "msDS-ManagedPassword"]);
        assert_eq!(comes.contains("msDS-GroupMSAMembership"), membership.is_some() && *descriptor != Some(&unread), "{comes:?}");
        assert!(!comes.contains("msDS-ManagedPassword"), "{comes:?}");
        let place = place(&lab, Profile::Hardened);
        let kinds = [AccountKind::ActiveDirectoryUserDiscovery, AccountKind::ActiveDirectorySystemDiscovery];
        for kind in &kinds[..if *verdict == Verdict::Fail { 2 } else { 1 }] {
            let findings = verify(&place, &bind(&place, &lab, *kind, &path, &who)).await;
            assert_told(of(&findings, CONFIDENTIAL), *verdict, &[evidence]);
            assert!(*verdict == Verdict::Pass || says(of(&findings, CONFIDENTIAL), &format!("{service}: ")), "{findings:?}");
            let write = of(&findings, WRITE);
            let may = *descriptor == Some(&written);
            assert_eq!(says(write, &format!("{service}: it may write msds-groupmsamembership")), may, "{write:?}");
        }
        lab.change(&CORP, &[Change::Delete { dn: service.clone() }]).expect("the controller takes it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_bitlocker_leaves_below_a_computer_is_looked_at_for_discovery_and_in_the_whole_domain_for_a_forest() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Recovery", "");
    let recovery = format!("CN=2026-11-29T00:00:00-00:00{{0}},CN=Computer,{path}");
    let kept = &["msFVE-RecoveryPassword"];
    for (name, entries, fails) in
        [("rn-", "(A;;RPLCLORC;;;AU)", false), ("ry-", "(A;;RPLCLORC;;;AU)(OA;;CR;43061ac1-c8ad-4ccc-b785-2bfac20fc60a;;{WHO})", true)]
    {
        let who = account(&lab, &path, name, json!({}));
        let of_kept = json!({ "objectClass": "msFVE-RecoveryInformation", "msFVE-RecoveryGuid": "base64:AAECAwQFBgcICQoLDA0ODw==",
            "msFVE-RecoveryPassword": "000000-111111", "nTSecurityDescriptor": format!("O:DAG:DAD:P(A;;GA;;;DA){}", entries.replace("WHO", &who)) });
        lab.change(&CORP, &[Change::add(&recovery, of_kept)]).expect("the controller takes it");
        assert_eq!(given(&lab, &who, &recovery, kept).is_empty(), !fails);
        let place = place(&lab, Profile::Hardened);
        for (kind, object, check) in [
            (AccountKind::ActiveDirectoryGroupDiscovery, path.as_str(), CONFIDENTIAL),
            (AccountKind::ActiveDirectoryForest, CORP.dns, "must-not-have:more-than-needed@anywhere"),
        ] {
            let findings = verify(&place, &bind(&place, &lab, kind, object, &who)).await;
            let told = of(&findings, check);
            assert_eq!(says(told, "msFVE-RecoveryPassword came"), fails, "{told:?}");
            assert!(!fails || told.verdict == Verdict::Fail, "{told:?}");
        }
        lab.change(&CORP, &[Change::Delete { dn: recovery.clone() }]).expect("the controller takes it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forest_account_is_held_to_what_is_given_below_containers() {
    let test = "directory_secrets::a_forest_account_is_held_to_what_is_given_below_containers";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1"])) else { return };
    let check = "must-not-have:more-than-needed@anywhere";
    let (path, own) = (unit(&lab, "Below", ""), unit(&lab, "Forest", ""));
    let who = account(&lab, &own, "fo-", json!({}));
    let marked = format!("CN=Marked,{path}");
    // Of users only, and of no container.
    for (entries, evidence) in [
        (None, None),
        (Some(format!("(OA;CIIO;CR;{RESET_PASSWORD};{USER};{{{who}}})")), Some("the descriptor lets it reset the password")),
        (Some(format!("(OA;CIIO;WP;{DESCRIPTION};{USER};{{{who}}})")), Some("it may write description")),
    ] {
        let inherited = format!("O:DAG:DAD:(A;;GA;;;DA)(A;CI;RPLCLORC;;;AU){}", entries.unwrap_or_default());
        let of_marked = json!({ "objectClass": "user", "sAMAccountName": format!("marked{}", std::process::id()), "adminCount": "1" });
        let changes = [Change::replace(&path, json!({ "nTSecurityDescriptor": inherited })), Change::add(&marked, of_marked)];
        lab.change(&CORP, &changes).expect("the controller takes them");
        let place = place(&lab, Profile::Hardened);
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryForest, CORP.dns, &who)).await;
        let told = of(&findings, check);
        match evidence {
            None => assert_told(told, Verdict::Pass, &[]),
            Some(evidence) => assert_told(told, Verdict::Fail, &[&format!("{marked}: {evidence}")]),
        }
        lab.change(&CORP, &[Change::Delete { dn: marked.clone() }]).expect("the controller takes it");
    }
}
