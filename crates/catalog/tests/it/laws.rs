//! What holds for every definition.

use provost_catalog::accounts::{ACCOUNTS, Account, Attempt, BASE, Cardinality, DefaultIdentity, Scope, Use, Weight, account};
use provost_catalog::components::COMPONENTS;
use provost_catalog::database::{PRINCIPALS, Table};
use provost_catalog::groups::{GROUPS, GroupPlace, Maintainer, group};
use provost_catalog::inboxes::{self, FOLDERS, INBOXES, RESERVED_INBOXES};
use provost_catalog::inventory::{CLASSES, class};
use provost_catalog::permissions::{OPERATIONS, bits};
use provost_catalog::rights::{Held, Place, Profile, Right};
use provost_catalog::roles::{ROLES, role};
use provost_catalog::rules;
use provost_catalog::securables::Securable;
use provost_catalog::security_roles::{SECURITY_ROLES, SecurityRole};
use std::collections::BTreeSet;

/// Insists that nothing comes twice.
fn unique<T: Ord + std::fmt::Debug>(what: &str, items: impl IntoIterator<Item = T>) {
    let mut seen = BTreeSet::new();
    for item in items {
        let text = format!("{item:?}");
        assert!(seen.insert(item), "{what}: {text} comes twice");
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn there_are_as_many_as_the_seed_has() {
    assert_eq!((ACCOUNTS.len(), GROUPS.len()), (26, 8));
}

#[test]
fn indexes_follow_their_enumerations() {
    ACCOUNTS.iter().for_each(|a| assert_eq!(a.kind.definition().id, a.id));
    GROUPS.iter().for_each(|g| assert_eq!(g.kind.definition().id, g.id));
    ROLES.iter().for_each(|r| assert_eq!(r.kind.definition().id, r.id));
    COMPONENTS.iter().for_each(|c| assert_eq!(c.name.definition().id, c.id));
    PRINCIPALS.iter().for_each(|p| assert_eq!(p.principal.definition().name, p.name));
    Table::ALL.iter().enumerate().for_each(|(at, table)| assert_eq!(*table as usize, at, "{table:?}"));
}

#[test]
fn names_are_unique_and_found() {
    unique("account ids", ACCOUNTS.iter().map(|a| a.id));
    unique("account titles", ACCOUNTS.iter().map(|a| a.title));
    unique("group ids", GROUPS.iter().map(|g| g.id));
    unique("group names", GROUPS.iter().map(|g| g.name));
    unique("role ids", ROLES.iter().map(|r| r.id));
    unique("component ids", COMPONENTS.iter().map(|c| c.id));
    unique("component logs", COMPONENTS.iter().map(|c| c.log_file));
    unique("inbox names", inboxes::all().map(|i| i.name));
    unique("role titles", ROLES.iter().map(|r| r.title));
    unique("inbox folders", inboxes::all().map(|i| i.folder).chain(FOLDERS.iter().map(|f| f.folder)));
    unique("classes", CLASSES.iter().map(|c| c.name));
    unique("tables", CLASSES.iter().map(|c| c.table).chain(Table::ALL.iter().filter_map(|t| t.name())));
    unique("principals", PRINCIPALS.iter().map(|p| p.name));
    unique("security role ids", SECURITY_ROLES.iter().map(|r| r.id));
    unique("rights", Right::ALL.iter().map(|r| r.id()));
    unique("places", Place::ALL.iter().map(|p| p.id()));
    for item in ACCOUNTS {
        assert!(is_id(item.id) && account(item.id).is_some(), "{}", item.id);
    }
    for item in GROUPS {
        assert!(is_id(item.id) && group(item.id).is_some(), "{}", item.id);
    }
    for item in ROLES {
        assert!(is_id(item.id) && role(item.id).is_some(), "{}", item.id);
    }
    for item in CLASSES {
        assert!(class(item.name).is_some(), "{}", item.name);
    }
}

#[test]
fn every_account_can_be_used_and_bound() {
    for account in ACCOUNTS {
        assert!(!account.used_by.is_empty(), "{} is used for nothing", account.id);
        assert!(!account.accepts.is_empty(), "nobody can be {}", account.id);
        assert!(!account.seed.is_empty(), "{} honours no sentence of the seed", account.id);
        assert!(account.purpose.ends_with('.'), "{}: a purpose is a sentence", account.id);
        if account.attempt == Attempt::InOrderThenSiteServer {
            assert_eq!(account.cardinality, Cardinality::OrderedList, "{}: an order needs a list", account.id);
        }
        if account.attempt == Attempt::BoundOnly {
            assert_eq!(account.default, DefaultIdentity::Nobody, "{}: nobody else may act", account.id);
            assert!(!account.mandatory_when.is_empty(), "{}: when it is needed must be said", account.id);
        }
    }
    unique("uses", ACCOUNTS.iter().flat_map(|a| a.used_by.iter().copied()));
}

#[test]
fn no_right_is_needed_and_forbidden_at_one_place() {
    for account in ACCOUNTS {
        for needed in account.requires.iter().chain(account.requires_when.iter().map(|h| &h.held)) {
            let contradicts = |f: &&Held| f.right == needed.right && (f.place == needed.place || f.place == Place::Anywhere);
            assert!(!account.forbids.iter().any(|f| contradicts(&f)), "{}: {} at {}", account.id, needed.right, needed.place);
        }
    }
}

/// Every right that a definition names.
fn all_held(account: &'static Account) -> impl Iterator<Item = &'static Held> {
    account.requires.iter().chain(account.requires_when.iter().map(|h| &h.held)).chain(account.forbids)
}

/// The seed says what an account needs; the hardened profile only takes away.
#[test]
fn the_hardened_profile_asks_for_nothing_more() {
    for account in ACCOUNTS {
        let needed = account.requires.iter().chain(account.requires_when.iter().map(|h| &h.held));
        assert!(needed.clone().all(|h| h.profile() == Profile::Standard), "{}: {:?}", account.id, needed.collect::<Vec<_>>());
        unique(account.id, account.forbids.iter().map(|h| (h.right, h.place)));
        unique(account.id, account.requires.iter().map(|h| (h.right, h.place)));
    }
    assert!(BASE.iter().all(|h| h.profile() == Profile::Hardened));
}

#[test]
fn what_is_off_until_asked_says_why() {
    for account in ACCOUNTS {
        let warned = account.advice.iter().any(|a| a.weight == Weight::Warning && a.seed.is_empty());
        assert_eq!(warned, account.off_until_asked, "{}", account.id);
    }
}

#[test]
fn accounts_that_must_not_be_shared_say_so_of_each_other() {
    for account in ACCOUNTS {
        for other in account.never_doubles_as {
            assert_ne!(*other, account.kind, "{} cannot exclude itself", account.id);
            assert!(
                other.definition().never_doubles_as.contains(&account.kind),
                "{} excludes {}, which does not exclude it",
                account.id,
                other.definition().id
            );
        }
    }
}

#[test]
fn every_situation_concerns_somebody() {
    for situation in provost_catalog::accounts::Situation::ALL {
        let concerns = |a: &&&Account| a.mandatory_when.contains(situation) || a.requires_when.iter().any(|h| h.when == *situation);
        assert!(ACCOUNTS.iter().any(|a| concerns(&a)), "{situation:?} concerns nobody");
    }
    for right in Right::ALL {
        let in_accounts = ACCOUNTS.iter().any(|a| all_held(a).any(|h| h.right == *right)) || BASE.iter().any(|h| h.right == *right);
        let in_groups = GROUPS.iter().any(|g| g.grants.iter().chain(g.others.iter().map(|o| &o.held)).any(|h| h.right == *right));
        assert!(in_accounts || in_groups, "{right:?} is held by nobody and forbidden to nobody");
    }
}

#[test]
fn groups_are_whole() {
    for group in GROUPS {
        assert_eq!(group.reserved, group.maintained_by == Maintainer::Nobody, "{}", group.id);
        assert_eq!(group.reserved, group.members.is_empty(), "{}", group.id);
        let has_a_role = ROLES.iter().any(|r| r.groups.contains(&group.kind));
        assert_eq!(has_a_role, group.place != GroupPlace::Clients, "{} is a role's, or the clients'", group.id);
    }
}

#[test]
fn every_account_belongs_to_a_role_or_to_clients() {
    for account in ACCOUNTS {
        let has_a_role = ROLES.iter().any(|r| r.accounts.contains(&account.kind));
        let by_clients = [Scope::TaskSequenceStep, Scope::ClientSettings].contains(&account.held_per);
        assert_ne!(has_a_role, by_clients, "{}", account.id);
    }
}

#[test]
fn inboxes_have_owners_and_extensions() {
    for inbox in inboxes::all() {
        assert!(!inbox.extensions.is_empty(), "{}", inbox.name);
        assert!(inbox.extensions.iter().all(|e| e.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())), "{}", inbox.name);
        assert!(!inboxes::all().any(|other| other.folder == inbox.bad_folder), "{}: what is bad would be read again", inbox.name);
        assert!(FOLDERS.iter().all(|f| f.folder != inbox.bad_folder), "{}", inbox.name);
    }
    for inbox in INBOXES {
        assert!(inbox.read_by_this_version && inbox.owner.definition().runs_in_this_version, "nobody reads {}", inbox.name);
    }
    assert!(RESERVED_INBOXES.iter().all(|inbox| !inbox.read_by_this_version));
    for folder in FOLDERS {
        let known = folder.configmgr_component.is_empty() || folder.configmgr_component.starts_with("SMS_");
        assert!(known && !folder.meaning.is_empty(), "{}", folder.folder);
    }
}

#[test]
fn running_roles_write_inboxes_that_are_read() {
    for role in ROLES.iter().filter(|r| r.runs_in_this_version) {
        assert!(role.writes.iter().all(|inbox| inbox.read_by_this_version), "{}", role.id);
    }
}

#[test]
fn the_management_point_only_reads_the_database() {
    let role = role("management-point").expect("it is a role");
    let grants = role.principal.expect("it connects").definition().grants;
    assert!(grants.iter().all(|g| g.rights == [provost_catalog::database::Right::Select]), "{grants:?}");
}

#[test]
fn only_the_provider_reads_people() {
    for principal in PRINCIPALS {
        let reads = principal.grants.iter().any(|g| [Table::Person, Table::Session, Table::SignInLink].contains(&g.table));
        assert_eq!(reads, principal.name == "provider", "{}", principal.name);
        assert!(
            !principal.grants.iter().any(|g| g.table == Table::Ledger && g.rights.iter().any(|r| *r as u8 > 1)),
            "{} may change the ledger",
            principal.name
        );
        unique(principal.name, principal.grants.iter().map(|g| g.table));
    }
}

#[test]
fn rules_are_numbered_once_and_complete() {
    unique("rules", rules::all().map(|r| r.code));
    for rule in rules::all() {
        for text in [rule.title, rule.meaning, rule.cause, rule.fix] {
            assert!(!text.is_empty(), "PV{} says nothing", rule.code);
        }
        assert!(rule.meaning.ends_with('.') && rule.cause.ends_with('.'), "PV{}: sentences end", rule.code);
        assert_eq!(rules::rule(rule.code).map(|r| r.title), Some(rule.title));
    }
    unique("ranges", rules::RANGES.iter().map(|r| r.id));
    for range in rules::RANGES {
        assert!(range.rules.iter().all(|r| r.code / 1000 == range.thousand), "{}: a rule is of another range", range.id);
        assert!(range.rules.is_sorted_by(|a, b| a.code < b.code), "{}: rules are in order", range.id);
    }
}

#[test]
fn operations_mean_something_for_classes() {
    unique("bits", OPERATIONS.iter().map(|o| o.bit));
    unique("object types", Securable::ALL.iter().filter_map(|s| s.object_type_id()));
    for operation in OPERATIONS {
        assert!(!operation.name.is_empty() || !operation.overloads.is_empty(), "bit {} means nothing", operation.bit);
        for class in Securable::ALL.iter().filter(|class| class.operations() & operation.value() != 0) {
            assert!(!operation.name_on(*class).is_empty(), "bit {} has no name on {class}", operation.bit);
        }
        for (class, name) in operation.overloads {
            assert!(class.operations() & operation.value() != 0, "{class} has no {name}");
        }
    }
    let named = OPERATIONS.iter().fold(0, |all, o| all | o.value());
    assert!(Securable::ALL.iter().all(|class| class.operations() & !named == 0), "a class has a bit without a name");
}

#[test]
fn security_roles_grant_what_classes_know() {
    for role in SECURITY_ROLES {
        for grant in role.grants {
            let unknown = grant.operations & !bits::AUTHOR & !grant.class.operations();
            assert_eq!(unknown, 0, "{}: {} knows no such operation", role.name, grant.class);
        }
        unique(role.name, role.grants.iter().map(|g| g.class));
        assert!(Securable::ALL.iter().any(|class| role.operations_on(*class) != 0), "{} grants nothing", role.name);
    }
    let role = |id| SECURITY_ROLES.iter().find(|r| r.id == id).expect("it is built in");
    assert_eq!(role("SMS0003R").operations_on(Securable::Collection), 4129, "configmgr.md §8.3 derives this number");
    for class in Securable::ALL {
        assert_eq!(role("SMS0001R").operations_on(*class), class.operations(), "a full administrator may do everything on {class}");
        assert_eq!(role("SMS000ER").operations_on(*class) == 0, class.is_security(), "operations administrators have nothing to do with {class}");
        let both = role("SMS0007R").operations_on(*class) | role("SMS0008R").operations_on(*class);
        assert_eq!(role("SMS0009R").operations_on(*class), both, "an application administrator deploys and authors on {class}");
    }
}

#[test]
fn who_may_give_themselves_more_is_known() {
    let may = |role: &&SecurityRole| Securable::ALL.iter().any(|class| class.is_security() && role.operations_on(*class) & (bits::CREATE | bits::MODIFY) != 0);
    let names: Vec<_> = SECURITY_ROLES.iter().filter(may).map(|r| r.name).collect();
    assert_eq!(names, ["Full Administrator", "Security Administrator"]);
}

#[test]
fn keys_come_first_and_are_texts() {
    for class in CLASSES {
        assert!(class.key_properties <= class.properties.len(), "{}", class.name);
        assert!(class.keys().iter().all(|k| k.ty == provost_catalog::inventory::Type::Text), "{}", class.name);
        unique(class.name, class.properties.iter().map(|p| p.name));
    }
}

#[test]
fn every_use_runs_under_one_account_and_is_off_where_its_account_is() {
    for operation in Use::ALL.iter().copied() {
        let accounts: Vec<_> = ACCOUNTS.iter().filter(|account| account.used_by.contains(&operation)).collect();
        assert_eq!(accounts.len(), 1, "{operation:?} runs under {accounts:?}");
        assert_eq!(operation.account().id, accounts[0].id);
    }
    for account in ACCOUNTS {
        assert_eq!(account.off_until_asked, account.used_by.iter().any(|operation| operation.off_until_asked()), "{}", account.id);
    }
}

#[test]
fn an_account_that_connects_to_the_site_database_is_of_a_role_that_has_grants() {
    use provost_catalog::accounts::Reach;
    use provost_catalog::roles::ROLES;
    for account in ACCOUNTS.iter().filter(|account| account.used_by.iter().any(|operation| operation.reaches() == Reach::SiteDatabase)) {
        let roles: Vec<_> = ROLES.iter().filter(|role| role.accounts.contains(&account.kind)).collect();
        assert_eq!(roles.len(), 1, "{}", account.id);
        assert!(roles[0].principal.is_some(), "{}: {} has no grants", account.id, roles[0].id);
    }
}
