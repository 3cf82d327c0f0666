//! Who is in every domain of the lab: one account for each of the seed's 26, and people in every state.

use crate::change::Change;
use crate::random::Seeded;
use crate::topology::Domain;
use provost_catalog::accounts::ACCOUNTS;
use serde_json::json;

/// The account of the lab that is meant to be bound as an account of the seed, by the latter's id.
pub const SERVICE_ACCOUNTS: &[(&str, &str)] = &[
    ("ad-group-discovery", "svc-ad-groups"),
    ("ad-system-discovery", "svc-ad-systems"),
    ("ad-user-discovery", "svc-ad-users"),
    ("ad-forest", "svc-ad-forest"),
    ("asset-intelligence-proxy", "svc-ai-proxy"),
    ("certificate-registration-point", "svc-crp-db"),
    ("capture-operating-system-image", "svc-capture"),
    ("client-push-installation", "svc-push"),
    ("enrollment-point-connection", "svc-enroll-db"),
    ("exchange-server-connection", "svc-exchange"),
    ("exchange-connector-proxy", "svc-exchange-proxy"),
    ("management-point-connection", "svc-mp-db"),
    ("multicast-connection", "svc-multicast-db"),
    ("network-access", "svc-naa"),
    ("package-access", "svc-package"),
    ("reporting-services-point", "svc-reports"),
    ("permitted-viewer", "svc-viewer"),
    ("site-system-installation", "svc-install"),
    ("smtp-server-connection", "svc-smtp"),
    ("software-update-point-connection", "svc-sup"),
    ("software-update-point-proxy", "svc-sup-proxy"),
    ("source-site", "svc-source-site"),
    ("source-site-database", "svc-source-db"),
    ("domain-joining", "svc-join"),
    ("network-folder-connection", "svc-folder"),
    ("task-sequence-run-as", "svc-run-as"),
];

/// A person, or an account that tests need in a certain state.
struct Person {
    name: &'static str,
    display: &'static str,
    control: u32,
    /// Further attributes, set after the password is.
    then: Option<(&'static str, &'static str)>,
}

/// `userAccountControl`: a user whose password does not end ([MS-ADTS] 2.2.16).
const ENABLED: u32 = 0x200 | 0x10000;
/// A service account as it should be: its password ends, and no server may act as it (security.md RC-L04).
const SERVICE: u32 = 0x200 | 0x10_0000;
/// The first, disabled.
const DISABLED: u32 = ENABLED | 0x2;
/// A user whose password ends.
const ENDING: u32 = 0x200;
/// Windows' time of 2016-02-13, in 100 ns since 1601.
const LONG_AGO: &str = "131000000000000000";

const PEOPLE: &[Person] = &[
    Person { name: "ada", display: "Ada Lovelace", control: ENABLED, then: None },
    Person { name: "ben", display: "Ben Ordinary", control: ENABLED, then: None },
    Person { name: "carla", display: "Carla Disabled", control: DISABLED, then: None },
    Person { name: "dora", display: "Dora Expired", control: ENABLED, then: Some(("accountExpires", LONG_AGO)) },
    Person { name: "emil", display: "Emil Must-Change", control: ENDING, then: Some(("pwdLastSet", "0")) },
    Person { name: "frida", display: "Frida Locked", control: ENABLED, then: Some(("lockoutTime", LONG_AGO)) },
    Person { name: "gustav", display: "Gustav Password-Expired", control: ENDING, then: Some(("pwdLastSet", LONG_AGO)) },
    Person { name: "svc-too-much", display: "A service account that is a domain administrator by nested groups", control: ENABLED, then: None },
    Person { name: "svc-sealed", display: "The only service account that may read the sealed OU", control: SERVICE, then: None },
];

/// Every account that has a password, [`ADMINISTRATOR`] included.
pub fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once(ADMINISTRATOR).chain(SERVICE_ACCOUNTS.iter().map(|(_, name)| *name)).chain(PEOPLE.iter().map(|person| person.name))
}

/// The domain's own administrator.
pub const ADMINISTRATOR: &str = "Administrator";

/// The password of an account: the same in every lab of this seed, and other than any account's of another domain. It holds
/// what programs fail at when they pass it on badly.
#[must_use]
pub fn password(domain: &Domain, account: &str, seed: u64) -> String {
    let mut random = Seeded::new(seed);
    for byte in domain.netbios.bytes().chain(account.to_lowercase().bytes()) {
        let next = random.number();
        random = Seeded::new(next ^ u64::from(byte));
    }
    format!("p%40 ß日\\$'Lab-{:016x}", random.number())
}

/// The distinguished name of an account of this module.
#[must_use]
pub fn distinguished_name(domain: &Domain, account: &str) -> String {
    let base = domain.base;
    match PEOPLE.iter().find(|person| person.name == account) {
        Some(person) if !person.name.starts_with("svc-") => format!("CN={},OU=People,OU=Provost,{base}", person.display),
        _ if account == ADMINISTRATOR => format!("CN={ADMINISTRATOR},CN=Users,{base}"),
        _ => format!("CN={account},OU=Service Accounts,OU=Provost,{base}"),
    }
}

/// `groupType`: a global, domain-local or universal security group, as signed numbers ([MS-ADTS] 2.2.12).
pub const GLOBAL: i32 = i32::MIN | 2;
/// A domain-local security group.
pub const DOMAIN_LOCAL: i32 = i32::MIN | 4;
/// A universal security group.
pub const UNIVERSAL: i32 = i32::MIN | 8;

fn group(dn: String, name: &str, group_type: i32, members: &[String]) -> Change {
    let mut attributes = json!({ "objectClass": "group", "sAMAccountName": name, "groupType": group_type.to_string() });
    if !members.is_empty() {
        attributes["member"] = json!(members);
    }
    Change::add(dn, attributes)
}

/// The objects, in an order in which they can be added.
#[must_use]
pub fn changes(domain: &Domain, seed: u64) -> Vec<Change> {
    let base = domain.base;
    let provost = format!("OU=Provost,{base}");
    let groups = format!("OU=Groups,{provost}");
    let named = |name: &str| distinguished_name(domain, name);
    let mut changes = vec![
        // Ten wrong passwords lock an account until somebody unlocks it.
        Change::replace(base, json!({ "lockoutThreshold": "10", "lockoutDuration": "0", "lockOutObservationWindow": "-18000000000", "minPwdAge": "0" })),
        Change::replace(named(ADMINISTRATOR), json!({ "unicodePwd": password(domain, ADMINISTRATOR, seed), "userAccountControl": ENABLED.to_string() })),
        Change::unit(&provost),
    ];
    for unit in ["People", "Service Accounts", "Groups", "Servers", "Workstations", "Staging"] {
        changes.push(Change::unit(format!("OU={unit},{provost}")));
    }
    let user = |name: &str, display: &str, control: u32| {
        let attributes = json!({
            "objectClass": "user", "sAMAccountName": name, "userPrincipalName": format!("{name}@{}", domain.dns), "displayName": display,
            "userAccountControl": control.to_string(), "unicodePwd": password(domain, name, seed),
        });
        Change::add(named(name), attributes)
    };
    for (account, name) in SERVICE_ACCOUNTS {
        let title = ACCOUNTS.iter().find(|a| a.id == *account).map_or(*account, |a| a.title);
        changes.push(user(name, title, SERVICE));
    }
    for person in PEOPLE {
        changes.push(user(person.name, person.display, person.control));
        if let Some((attribute, value)) = person.then {
            changes.push(Change::replace(named(person.name), json!({ attribute: value })));
        }
    }

    // Ada administers the site by way of two groups; a service account is a domain administrator by way of two others.
    let inner = format!("CN=Site Operators,{groups}");
    let outer = format!("CN=Nested Administrators,{groups}");
    changes.push(group(inner.clone(), "Site Operators", GLOBAL, &[named("ada")]));
    changes.push(group(format!("CN=Provost Administrators,{groups}"), "Provost Administrators", DOMAIN_LOCAL, &[inner]));
    changes.push(group(outer.clone(), "Nested Administrators", GLOBAL, &[named("svc-too-much")]));
    changes.push(Change::append(format!("CN=Domain Admins,CN=Users,{base}"), json!({ "member": outer })));

    // What ordinary users may not see.
    let sealed = format!("OU=Sealed,{provost}");
    changes.push(group(format!("CN=Sealed Readers,{groups}"), "Sealed Readers", GLOBAL, &[named("svc-sealed")]));
    changes.push(Change::add(
        &sealed,
        json!({ "objectClass": "organizationalUnit", "nTSecurityDescriptor": "O:DAG:DAD:PAI(A;CI;GA;;;DA)(A;CI;GA;;;SY)(A;CI;GR;;;{Sealed Readers})" }),
    ));
    changes.push(Change::add(format!("CN=Hidden Person,{sealed}"), json!({ "objectClass": "user", "sAMAccountName": "hidden", "userAccountControl": "544" })));
    let computer =
        json!({ "objectClass": "computer", "sAMAccountName": "HIDDEN1$", "userAccountControl": "4096", "dNSHostName": format!("hidden1.{}", domain.dns) });
    changes.push(Change::add(format!("CN=HIDDEN1,{sealed}"), computer));

    // The rights that the seed gives to two of its accounts.
    let management = format!("CN=System Management,CN=System,{base}");
    changes.push(Change::add(&management, json!({ "objectClass": "container" })));
    changes.push(Change::permit(management, "(A;CI;GA;;;{svc-ad-forest})"));
    changes.push(Change::permit(format!("OU=Staging,{provost}"), "(OA;CI;CC;bf967a86-0de6-11d0-a285-00aa003049e2;;{svc-join})"));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::{CORP, FABRIKAM};

    #[test]
    fn each_account_of_the_seed_has_one_here() {
        let theirs: Vec<_> = ACCOUNTS.iter().map(|account| account.id).collect();
        for id in &theirs {
            assert_eq!(SERVICE_ACCOUNTS.iter().filter(|(account, _)| account == id).count(), 1, "{id}");
        }
        assert_eq!(SERVICE_ACCOUNTS.len(), theirs.len());
    }

    #[test]
    fn names_fit_and_passwords_differ() {
        let mut passwords = std::collections::BTreeSet::new();
        for name in names() {
            assert!(name.len() <= 20, "{name} is longer than sAMAccountName may be");
            for domain in [&CORP, &FABRIKAM] {
                assert!(passwords.insert(password(domain, name, 1)), "{name}");
            }
        }
        assert_eq!(password(&CORP, "ada", 1), password(&CORP, "ADA", 1));
        assert_ne!(password(&CORP, "ada", 1), password(&CORP, "ada", 2));
    }
}
