//! Keys that sign in as somebody (`msDS-KeyCredentialLink`), and other writing of what others are: who may is seen, and tried.

use crate::directory_accounts::{bind, of, place, unit, verify};
use crate::directory_principals::{account, over_tls};
use crate::directory_secrets::{WRITE, assert_told, extend, ldap, protected, says};
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_domain::accounts::verification::Verdict;
use provost_lab::change::Change;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::CORP;
use serde_json::json;

const KEY_CREDENTIAL: &str = "5b47d60f-6090-40b2-9f37-2a4de88f3063";
/// The property set that it is in.
const KEY_CREDENTIAL_SET: &str = "9b026da6-0d3c-465c-8bee-5199d7165cba";

/// `msDS-KeyCredentialLink` as Windows Server 2016 has it, which the lab's schema is older than.
fn extend_by_key_credentials(lab: &Lab) {
    let attributes = [
        (
            "ms-DS-Key-Credential-Link",
            json!({ "lDAPDisplayName": "msDS-KeyCredentialLink", "attributeID": "1.2.840.113556.1.4.2328", "schemaIDGUID": KEY_CREDENTIAL,
                "attributeSecurityGUID": KEY_CREDENTIAL_SET, "attributeSyntax": "2.5.5.7", "oMSyntax": "127", "oMObjectClass": "base64:KoZIhvcUAQEBCw==",
                "linkID": "2220", "isSingleValued": "FALSE", "searchFlags": "0" }),
        ),
        (
            "ms-DS-Key-Credential-Link-BL",
            json!({ "lDAPDisplayName": "msDS-KeyCredentialLink-BL", "attributeID": "1.2.840.113556.1.4.2329",
                "schemaIDGUID": "938ad788-225f-4eee-93b9-ad24a159e1db", "attributeSyntax": "2.5.5.1", "oMSyntax": "127",
                "oMObjectClass": "base64:KwwCh3McAIVK", "linkID": "2221", "isSingleValued": "FALSE", "searchFlags": "0", "systemFlags": "1" }),
        ),
    ];
    extend(lab, &attributes, &[("User", &["msDS-KeyCredentialLink"]), ("Top", &["msDS-KeyCredentialLink-BL"])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_give_others_a_key_to_sign_in_with_is_seen() {
    let Some(lab) = tokio::task::block_in_place(|| OwnLab::beside(&["dc1"])) else { return };
    extend_by_key_credentials(&lab);
    let who = "svc-ad-users";
    for (n, (object, entry, may)) in [
        ("User", String::new(), false),
        ("User", format!("(OA;;WP;{KEY_CREDENTIAL};;{{{who}}})"), true),
        ("User", format!("(OA;;WP;{KEY_CREDENTIAL_SET};;DU)"), true),
        ("Computer", format!("(OA;;WP;{KEY_CREDENTIAL};;{{{who}}})"), true),
        ("Computer", format!("(OD;;WP;{KEY_CREDENTIAL};;{{{who}}})(OA;;WP;{KEY_CREDENTIAL};;{{{who}}})"), false),
    ]
    .into_iter()
    .enumerate()
    {
        let path = unit(&lab, &format!("Key{n}"), "");
        let dn = format!("CN={object},{path}");
        lab.change(&CORP, &[Change::replace(&dn, json!({ "nTSecurityDescriptor": protected(&entry) }))]).expect("the controller takes it");
        let place = over_tls(&lab, &path);
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, who)).await;
        let write = of(&findings, WRITE);
        assert_eq!(write.verdict, if may { Verdict::Fail } else { Verdict::Pass }, "{write:?}");
        assert_eq!(says(write, &format!("{dn}: it may write msds-keycredentiallink")), may, "{write:?}");
        // What the controller lets it do when it tries is the same.
        let ldif = lab.folder().join("key.ldif");
        std::fs::write(&ldif, format!("dn: {dn}\nchangetype: modify\nadd: msDS-KeyCredentialLink\nmsDS-KeyCredentialLink: B:8:00020000:{dn}\n"))
            .expect("a file");
        let output = ldap(&lab, "ldapmodify", who, &["-f", &ldif.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(if may { 0 } else { 50 }), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validated_write_of_others_is_a_change() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Validated", "");
    let who = account(&lab, &path, "va-", json!({}));
    let (computer, name) = (format!("CN=Computer,{path}"), format!("HOST/validated{}", std::process::id()));
    for (entry, may) in [(String::new(), false), (format!("(OA;;SW;f3a64788-5306-11d1-a9c5-0000f80367c1;;{{{who}}})"), true)] {
        lab.change(&CORP, &[Change::replace(&computer, json!({ "nTSecurityDescriptor": protected(&entry) }))]).expect("the controller takes it");
        let place = place(&lab, Profile::Hardened);
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, &who)).await;
        assert_eq!(of(&findings, WRITE).verdict, if may { Verdict::Fail } else { Verdict::Pass }, "{findings:?}");
        assert_eq!(says(of(&findings, WRITE), &format!("{computer}: it may make validated writes")), may, "{findings:?}");
        let ldif = lab.folder().join(format!("{who}.ldif"));
        std::fs::write(&ldif, format!("dn: {computer}\nchangetype: modify\nadd: servicePrincipalName\nservicePrincipalName: {name}\n")).expect("a file");
        let output = ldap(&lab, "ldapmodify", &who, &["-f", &ldif.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(if may { 0 } else { 50 }), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_a_key_and_one_whom_others_may_give_one_are_seen() {
    let Some(lab) = tokio::task::block_in_place(|| OwnLab::beside(&["dc1"])) else { return };
    extend_by_key_credentials(&lab);
    let path = unit(&lab, "Keyed", "");
    let (delegation, taken_over) = ("must-not-have:delegation@anywhere", "account:own-object-protected");
    let look = async |name: &str| {
        let place = over_tls(&lab, &path);
        verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, name)).await
    };
    let plain = account(&lab, &path, "plain-", json!({ "nTSecurityDescriptor": protected("") }));
    let findings = look(&plain).await;
    assert_told(of(&findings, delegation), Verdict::Pass, &["msDS-KeyCredentialLink"]);
    assert_told(of(&findings, taken_over), Verdict::Pass, &[]);
    let dn = format!("CN={plain},{path}");
    lab.change(&CORP, &[Change::append(&dn, json!({ "msDS-KeyCredentialLink": format!("B:8:00020000:{dn}") }))]).expect("the controller takes it");
    assert_told(of(&look(&plain).await, delegation), Verdict::Fail, &["msDS-KeyCredentialLink has a value"]);
    let entries = format!("(OD;;RP;{KEY_CREDENTIAL};;AU)");
    let unseen = account(&lab, &path, "unseen-", json!({ "nTSecurityDescriptor": protected(&entries) }));
    assert_told(of(&look(&unseen).await, delegation), Verdict::Unknown, &["msDS-KeyCredentialLink"]);
    let entries = format!("(OA;;WP;{KEY_CREDENTIAL};;{{ben}})");
    let given = account(&lab, &path, "given-", json!({ "nTSecurityDescriptor": protected(&entries) }));
    assert_told(of(&look(&given).await, taken_over), Verdict::Fail, &["ben (S-1-5-21-", "may write msDS-KeyCredentialLink"]);
}
