//! The Active Directory accounts, at the lab's domain controllers: each is proved where it holds what it needs and no more,
//! and where it does not, that is seen.

use crate::place::Place;
use crate::user_rights::own_lab;
use provost_broker::{Asker, Directories};
use provost_catalog::accounts::AccountKind;
use provost_catalog::rights::Profile;
use provost_domain::accounts::verification::{Finding, Tools, Verdict};
use provost_domain::discovery::{Location, Method};
use provost_lab::change::Change;
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;
use provost_store::accounts::Binding;
use provost_store::keys::Secret;
use provost_store::settings;
use serde_json::json;

/// A place whose broker reaches the lab.
pub fn place(lab: &Lab, profile: Profile) -> Place {
    let place = Place::with(Directories { dns_servers: lab.dns_servers(&CORP), ..Directories::default() });
    place.set(|tx| settings::set_profile(tx, profile));
    place
}

/// Binds an account of the lab for what is in a container, which is read by LDAPS when `tls`.
pub fn bind(place: &Place, lab: &Lab, kind: AccountKind, object: &str, account: &str) -> Binding {
    let password = Secret::new(lab.password(&CORP, account).into_bytes());
    place.bind(kind, object, &format!("{account}@{}", CORP.dns), &password)
}

pub async fn verify(place: &Place, binding: &Binding) -> Vec<Finding> {
    let findings = place.broker.verify(binding, "ada", Asker::Person).await.expect("findings");
    for finding in &findings {
        eprintln!("{} {}: {}", finding.verdict.id(), finding.check_id, finding.evidence);
    }
    findings
}

/// The commands of a finding that are for these tools.
pub fn of_tools(finding: &Finding, tools: Tools) -> impl Iterator<Item = &str> {
    finding.mending.iter().filter(move |remedy| remedy.tools == tools).flat_map(|remedy| remedy.commands.iter().map(String::as_str))
}

/// Whether one of the commands for Windows' tools has this in it.
pub fn for_windows(finding: &Finding, part: &str) -> bool {
    of_tools(finding, Tools::Windows).any(|command| command.contains(part))
}

pub fn of<'a>(findings: &'a [Finding], check: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.check_id == check).unwrap_or_else(|| panic!("{check} is not among {findings:?}"))
}

fn verdicts(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{} {}", finding.verdict.id(), finding.check_id)).collect::<Vec<_>>().join("\n")
}

/// A unit of this test's own, with a user, a computer and a group in it.
pub fn unit(lab: &Lab, name: &str, entries: &str) -> String {
    let dn = format!("OU={name}-{},OU=Provost,{}", std::process::id(), CORP.base);
    let short = format!("{name}{}", std::process::id()).to_lowercase();
    let mut changes = vec![
        Change::unit(&dn),
        Change::add(format!("CN=User,{dn}"), json!({ "objectClass": "user", "sAMAccountName": format!("{short}u") })),
        Change::add(format!("CN=Group,{dn}"), json!({ "objectClass": "group", "sAMAccountName": format!("{short}g") })),
        Change::add(format!("CN=Computer,{dn}"), json!({ "objectClass": "computer", "sAMAccountName": format!("{short}$"), "userAccountControl": "4096" })),
    ];
    if !entries.is_empty() {
        changes.push(Change::permit(format!("CN=User,{dn}"), entries));
    }
    lab.change(&CORP, &changes).expect("the controller takes them");
    dn.to_lowercase().replace("ou=", "OU=").replace("dc=", "DC=")
}

const DISCOVERIES: &[(AccountKind, &str)] = &[
    (AccountKind::ActiveDirectorySystemDiscovery, "svc-ad-systems"),
    (AccountKind::ActiveDirectoryUserDiscovery, "svc-ad-users"),
    (AccountKind::ActiveDirectoryGroupDiscovery, "svc-ad-groups"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_discovery_accounts_read_where_they_look_and_change_nothing() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Proved", "");
    let mut seen = String::new();
    for profile in [Profile::Standard, Profile::Hardened] {
        for (kind, account) in DISCOVERIES {
            let place = place(&lab, profile);
            let binding = bind(&place, &lab, *kind, &path, account);
            let findings = verify(&place, &binding).await;
            let controllers = if profile == Profile::Hardened { lab.dns_servers(&CORP).len() } else { 0 };
            // Members of the lab are entered too, where it has them.
            assert!(place.uses().len() > controllers, "the sign-ins of the check are written down: {:?}", place.uses());
            seen += &format!("{account}, {}\n{}\n\n", profile.id(), verdicts(&findings));
        }
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_seen_over_tls() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Tls", "");
    let kind = AccountKind::ActiveDirectoryUserDiscovery;
    let place = place(&lab, Profile::Hardened);
    let binding = bind(&place, &lab, kind, &path, "svc-ad-users");
    let kerberos = verify(&place, &binding).await;
    let authority = std::fs::read_to_string(lab.authority()).expect("the authority");
    let location = Location { ca_pem: Some(authority), ..Location::new(Method::User, &path).expect("a location") };
    place.set(|tx| provost_store::discovery::locations::add(tx, &location, "ada", crate::place::START));
    let tls = verify(&place, &binding).await;
    assert_eq!(verdicts(&kerberos), verdicts(&tls));
    assert!(place.uses().iter().any(|used| used.target.starts_with("ldaps://")), "{:?}", place.uses());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_too_many_is_seen_and_named() {
    let Some(lab) = Lab::of_this_run() else { return };
    let entries = "(OA;;WP;bf967950-0de6-11d0-a285-00aa003049e2;;{svc-ad-users})(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;{svc-ad-users})";
    let path = unit(&lab, "TooMuch", entries);
    let place = place(&lab, Profile::Hardened);
    let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, &path, "svc-ad-users")).await;
    let write = of(&findings, "must-not-have:write@discovery-locations");
    assert_eq!(write.verdict, Verdict::Fail);
    assert!(write.evidence.contains("it may write description"), "{}", write.evidence);
    let reset = of(&findings, "must-not-have:reset-password@discovery-locations");
    assert_eq!(reset.verdict, Verdict::Fail);
    assert!(reset.evidence.contains("reset the password"), "{}", reset.evidence);
    assert_eq!(of(&findings, "needs:read@discovery-locations").verdict, Verdict::Pass);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_administrator_by_nested_groups_is_seen() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "Nested", "");
    let place = place(&lab, Profile::Hardened);
    let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectorySystemDiscovery, &path, "svc-too-much")).await;
    for check in
        ["domain-administrator@anywhere", "local-administrator@anywhere", "directory-replication@anywhere", "write@discovery-locations", "join-domain@anywhere"]
    {
        assert_eq!(of(&findings, &format!("must-not-have:{check}")).verdict, Verdict::Fail, "{check}: {findings:?}");
    }
    assert!(of(&findings, "must-not-have:domain-administrator@anywhere").evidence.contains("Domain Admins"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_the_account_may_not_see_is_no_pass() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = format!("OU=sealed,OU=provost,{}", CORP.base);
    let kind = AccountKind::ActiveDirectoryUserDiscovery;
    let hidden = place(&lab, Profile::Hardened);
    let findings = verify(&hidden, &bind(&hidden, &lab, kind, &path, "svc-ad-users")).await;
    assert_eq!(of(&findings, "needs:read@discovery-locations").verdict, Verdict::Fail);
    assert_eq!(of(&findings, "must-not-have:write@discovery-locations").verdict, Verdict::Unknown);
    let reader = place(&lab, Profile::Hardened);
    let findings = verify(&reader, &bind(&reader, &lab, kind, &path, "svc-sealed")).await;
    assert_eq!(of(&findings, "needs:read@discovery-locations").verdict, Verdict::Pass, "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_does_not_sign_in_shows_nothing() {
    let Some(lab) = Lab::of_this_run() else { return };
    let place = place(&lab, Profile::Hardened);
    let name = format!("svc-viewer@{}", CORP.dns);
    let binding = place.bind(AccountKind::ActiveDirectoryUserDiscovery, CORP.base, &name, &crate::place::secret("wrong"));
    let findings = verify(&place, &binding).await;
    assert_eq!(of(&findings, "needs:sign-in").verdict, Verdict::Fail);
    // As what else it is bound the site itself knows.
    assert_eq!(of(&findings, "account:one-kind").verdict, Verdict::Pass);
    let others = findings.iter().filter(|finding| !["needs:sign-in", "account:one-kind"].contains(&finding.check_id.as_str()));
    assert!(others.clone().count() > 5 && others.into_iter().all(|finding| finding.verdict == Verdict::Unknown), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forest_account_controls_system_management_and_nothing_else() {
    // It is held to the whole domain, in which other tests give everybody rights.
    let test = "directory_accounts::the_forest_account_controls_system_management_and_nothing_else";
    let Some(lab) = tokio::task::block_in_place(|| own_lab(test, &["dc1"])) else { return };
    let mut seen = String::new();
    for (profile, account) in
        [(Profile::Standard, "svc-ad-forest"), (Profile::Hardened, "svc-ad-forest"), (Profile::Hardened, "svc-ad-users"), (Profile::Hardened, "svc-too-much")]
    {
        let place = place(&lab, profile);
        let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryForest, CORP.dns, account)).await;
        seen += &format!("{account}, {}\n{}\n\n", profile.id(), verdicts(&findings));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_account_is_proved_by_its_keytab() {
    let Some(lab) = Lab::of_this_run() else { return };
    let path = unit(&lab, "ByKeytab", "");
    let keytab = Some(lab.keytab(&CORP, "site1").expect("a keytab"));
    let directories = Directories { dns_servers: lab.dns_servers(&CORP), ad_site: None, keytab };
    let place = Place::on("site1.corp.example.test", directories);
    place.set(|tx| settings::set_profile(tx, Profile::Hardened));
    let own = place.bind_computer(AccountKind::ActiveDirectorySystemDiscovery, &path, "corp.example.test\\SITE1$");
    let findings = verify(&place, &own).await;
    assert_eq!(of(&findings, "needs:sign-in").verdict, Verdict::Pass);
    insta::assert_snapshot!(verdicts(&findings));
    assert_eq!(place.uses().len(), 1 + lab.dns_servers(&CORP).len(), "the directory, and each controller: {:?}", place.uses());
    let other = place.bind_computer(AccountKind::ActiveDirectorySystemDiscovery, CORP.base, "corp.example.test\\FILE1$");
    let findings = verify(&place, &other).await;
    let mut asked = findings.iter().filter(|finding| finding.check_id != "account:one-kind");
    assert!(asked.all(|finding| finding.verdict == Verdict::Unknown), "{findings:?}");
    assert!(of(&findings, "needs:sign-in").evidence.contains("no keytab of that computer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_is_refused_says_why() {
    let Some(lab) = Lab::of_this_run() else { return };
    let keytab = Some(lab.keytab(&CORP, "site1").expect("a keytab"));
    let place = Place::on("site1.corp.example.test", Directories { dns_servers: lab.dns_servers(&CORP), ad_site: None, keytab });
    let findings = verify(&place, &bind(&place, &lab, AccountKind::ActiveDirectoryUserDiscovery, CORP.base, "carla")).await;
    let signs_in = of(&findings, "needs:sign-in");
    assert_eq!(signs_in.verdict, Verdict::Fail);
    assert!(signs_in.evidence.contains("its object says that it is disabled"), "{}", signs_in.evidence);
}
