use super::*;
use proptest::prelude::*;
use provost_catalog::accounts::{ACCOUNTS, account};

fn name(text: &str) -> AccountName {
    AccountName::parse(text).expect("a name")
}

fn wanted<'a>(id: &str, object: &'a str, name: &'a AccountName) -> Wanted<'a> {
    let account = account(id).expect("an account");
    Wanted { account, object, name, principal_kind: None, position: None, trust: Trust::SameForest, secondary_site: false }
}

fn bound(binding_id: i64, id: &str, object: &str, position: u32, who: &str) -> Bound {
    Bound { binding_id, kind: account(id).expect("an account").kind, object: object.to_owned(), position, name: name(who) }
}

fn code_of(result: Result<Admitted, Refusal>) -> Option<u16> {
    result.err().map(|refusal| refusal.code)
}

#[test]
fn a_network_access_account_always_names_its_domain() {
    let alone = name("svc-naa");
    assert_eq!(code_of(admit(&wanted("network-access", "LAB", &alone), &[], Profile::Standard)), Some(code::ACCOUNT_NAME_NEEDS_DOMAIN));
    let whole = name("corp.example.test\\svc-naa");
    let admitted = admit(&wanted("network-access", "LAB", &whole), &[], Profile::Standard).expect("admitted");
    assert_eq!(admitted, Admitted { principal_kind: PrincipalKind::DomainUser, position: 1 });
}

#[test]
fn the_network_access_account_is_not_shared_whichever_comes_first_and_however_it_is_spelt() {
    for other in ["domain-joining", "capture-operating-system-image", "network-folder-connection", "task-sequence-run-as"] {
        let (short, long) = (name("CORP\\svc"), name("corp.example.test\\SVC"));
        let first = [bound(1, "network-access", "LAB", 1, "CORP\\svc")];
        let refusal = admit(&wanted(other, "s/1", &long), &first, Profile::Standard).expect_err(other);
        assert_eq!(refusal.code, code::ACCOUNT_SHARED, "{other}");
        assert!(refusal.cause.contains("CORP\\svc"), "the other spelling is named: {}", refusal.cause);
        let first = [bound(1, other, "s/1", 1, "corp.example.test\\svc")];
        assert_eq!(code_of(admit(&wanted("network-access", "LAB", &short), &first, Profile::Standard)), Some(code::ACCOUNT_SHARED), "{other}");
    }
}

#[test]
fn one_account_may_serve_all_task_sequence_steps_but_in_the_hardened_profile() {
    let who = name("corp.example.test\\svc-ts");
    let first = [bound(1, "capture-operating-system-image", "s/1", 1, "corp.example.test\\svc-ts")];
    let wanted = wanted("network-folder-connection", "s/2", &who);
    assert_eq!(code_of(admit(&wanted, &first, Profile::Standard)), None);
    assert_eq!(code_of(admit(&wanted, &first, Profile::Hardened)), Some(code::ACCOUNT_SHARED));
}

#[test]
fn an_eleventh_network_access_account_is_refused() {
    let ten: Vec<Bound> = (1..=10).map(|n| bound(n, "network-access", "LAB", 1, &format!("corp.example.test\\naa{n}"))).collect();
    let who = name("corp.example.test\\naa11");
    assert_eq!(code_of(admit(&wanted("network-access", "LAB", &who), &ten[..9], Profile::Standard)), None);
    let refusal = admit(&wanted("network-access", "LAB", &who), &ten, Profile::Standard).expect_err("a refusal");
    assert_eq!(refusal.code, code::ACCOUNT_TOO_MANY);
    assert_eq!(code_of(admit(&wanted("network-access", "P01", &who), &ten, Profile::Standard)), None, "another site has its own ten");
}

#[test]
fn where_the_forest_is_not_trusted_only_a_global_account_is_taken() {
    let (computer, user) = (name("corp.example.test\\CM01$"), name("fabrikam.example.test\\svc-forest"));
    let mut asked = wanted("ad-forest", "fabrikam.example.test", &computer);
    assert_eq!(code_of(admit(&asked, &[], Profile::Standard)), None);
    for trust in [Trust::UntrustedForest, Trust::Unknown, Trust::UntrustedDomain] {
        asked.trust = trust;
        let refusal = admit(&asked, &[], Profile::Standard).expect_err("a refusal");
        assert_eq!(refusal.code, code::ACCOUNT_PRINCIPAL_KIND);
        assert!(refusal.fix.contains("global account") && !refusal.fix.contains("computer"), "{}", refusal.fix);
    }
    asked.name = &user;
    assert_eq!(admit(&asked, &[], Profile::Standard).expect("admitted").principal_kind, PrincipalKind::GlobalAccount);
    asked.name = &computer;
    asked.trust = Trust::SameForest;
    asked.secondary_site = true;
    assert_eq!(code_of(admit(&asked, &[], Profile::Standard)), Some(code::SECONDARY_SITE_ACCOUNT));
}

#[test]
fn kinds_of_principal_are_told_from_the_name_or_stated_and_checked() {
    let kind = |id: &str, who: &str, stated| principal_kind(account(id).expect("an account"), &name(who), stated).map_err(|refusal| refusal.code);
    assert_eq!(kind("management-point-connection", "svc_mp", None), Ok(PrincipalKind::LocalDatabaseAccount));
    assert_eq!(kind("management-point-connection", "CORP\\svc", None), Ok(PrincipalKind::DomainUser));
    assert_eq!(kind("management-point-connection", "CORP\\MP1$", None), Ok(PrincipalKind::ComputerAccount));
    assert_eq!(kind("management-point-connection", "MP1$", None), Err(code::ACCOUNT_NAME_NEEDS_DOMAIN));
    assert_eq!(kind("network-access", "CORP\\MP1$", None), Err(code::ACCOUNT_PRINCIPAL_KIND));
    assert_eq!(kind("network-access", "CORP\\svc", Some(PrincipalKind::ComputerAccount)), Err(code::ACCOUNT_PRINCIPAL_KIND));
    assert_eq!(kind("package-access", "CORP\\Staff", Some(PrincipalKind::Group)), Ok(PrincipalKind::Group));
    assert_eq!(kind("package-access", "CORP\\Staff", None), Ok(PrincipalKind::DomainUser), "a group is never guessed");
    assert_eq!(kind("client-push-installation", "administrator", None), Ok(PrincipalKind::LocalAccount));
    assert_eq!(kind("smtp-server-connection", "alerts@corp.example.test", Some(PrincipalKind::ServiceUser)), Ok(PrincipalKind::ServiceUser));
    assert_eq!(kind("smtp-server-connection", "alerts", None), Ok(PrincipalKind::ServiceUser));
}

#[test]
fn places_of_an_ordered_list_are_kept_without_gaps() {
    let list = [bound(1, "client-push-installation", "LAB", 1, "CORP\\a"), bound(2, "client-push-installation", "LAB", 2, "CORP\\b")];
    let who = name("CORP\\c");
    let mut asked = wanted("client-push-installation", "LAB", &who);
    for (position, want) in
        [(None, Ok(3)), (Some(1), Ok(1)), (Some(3), Ok(3)), (Some(0), Err(code::ACCOUNT_ORDER_INVALID)), (Some(4), Err(code::ACCOUNT_ORDER_INVALID))]
    {
        asked.position = position;
        assert_eq!(admit(&asked, &list, Profile::Standard).map(|admitted| admitted.position).map_err(|refusal| refusal.code), want, "{position:?}");
    }
    asked.name = &list[0].name;
    asked.position = None;
    assert_eq!(code_of(admit(&asked, &list, Profile::Standard)), Some(code::ACCOUNT_EXISTS));
}

proptest! {
    /// However accounts are added, no definition is ever broken.
    #[test]
    fn no_order_of_adding_breaks_a_definition(steps in prop::collection::vec((0usize..26, 0u8..4, 0u8..3), 0..60), hardened in any::<bool>()) {
        let profile = if hardened { Profile::Hardened } else { Profile::Standard };
        let mut existing: Vec<Bound> = Vec::new();
        for (kind, user, form) in steps {
            let definition = ACCOUNTS[kind];
            let who = name(&match form { 0 => format!("CORP\\u{user}"), 1 => format!("corp.example.test\\U{user}"), _ => format!("u{user}") });
            let asked = Wanted { account: definition, object: "o", name: &who, principal_kind: None, position: None, trust: Trust::SameForest, secondary_site: false };
            if let Ok(admitted) = admit(&asked, &existing, profile) {
                existing.push(Bound { binding_id: 0, kind: definition.kind, object: "o".to_owned(), position: admitted.position, name: who });
            }
        }
        for a in &existing {
            let definition = a.kind.definition();
            let count = existing.iter().filter(|b| b.kind == a.kind).count();
            match definition.cardinality {
                Cardinality::One => prop_assert_eq!(count, 1),
                Cardinality::UpTo(most) => prop_assert!(count <= most as usize),
                Cardinality::OrderedList | Cardinality::Many => {}
            }
            for b in existing.iter().filter(|b| b.kind != a.kind && b.name.may_be(&a.name)) {
                prop_assert!(!definition.never_doubles_as.contains(&b.kind));
                prop_assert!(!hardened);
            }
        }
    }
}

#[test]
fn one_account_for_two_forests_is_refused_in_the_hardened_profile_however_it_is_spelt() {
    let who = name("svc-forest@corp.example.test");
    let first = [bound(1, "ad-forest", "corp.example.test", 1, "corp.example.test\\svc-forest")];
    let wanted_there = wanted("ad-forest", "fabrikam.example.test", &who);
    assert_eq!(code_of(admit(&wanted_there, &first, Profile::Standard)), None);
    let refusal = admit(&wanted_there, &first, Profile::Hardened).expect_err("a refusal");
    assert!(refusal.code == code::ACCOUNT_SHARED && refusal.cause.contains("corp.example.test already"), "{refusal}");
    let first = [bound(1, "ad-user-discovery", "OU=A,DC=corp,DC=example,DC=test", 1, "corp.example.test\\svc-forest")];
    let other_place = wanted("ad-user-discovery", "OU=B,DC=corp,DC=example,DC=test", &who);
    assert_eq!(code_of(admit(&other_place, &first, Profile::Hardened)), None, "several locations may be read by one");
}
