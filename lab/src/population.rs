//! Made-up people, computers and groups of a domain: the same for the same seed.
//!
//! What real directories have and tests forget: names with every character that DNs and filters escape, groups nested over
//! three scopes and in a ring, distribution groups, disabled and stale objects, sites with IPv4 and IPv6 subnets, members
//! from nowhere, and rights of an account that is gone.

use crate::change::Change;
use crate::principals::{DOMAIN_LOCAL, GLOBAL, UNIVERSAL};
use crate::random::Seeded;
use crate::topology::Domain;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fmt::Write;

/// How many of what. The same numbers make the same domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// Users in all places together.
    pub users: u32,
    /// Computers in all places together.
    pub computers: u32,
    /// Members of the group [`ONE_GROUP`], who are users beside those above; 0 for no such group.
    pub members_of_one_group: u32,
}

impl Population {
    /// What CI runs with.
    pub const SMALL: Self = Self { users: 240, computers: 120, members_of_one_group: 0 };
}

/// Places: an organizational unit and an Active Directory site each.
pub const PLACES: &[&str] = &["Berlin", "Lyon", "Osaka", "Quito"];

/// Names with every character that RFC 4514 or RFC 4515 escapes, and some that neither does.
pub const AWKWARD_NAMES: &[&str] = &[
    "Comma, Anna",
    "Plus+Bert",
    "Quote \"Cid\"",
    "Back\\Slash",
    "Less<More>",
    "Semi;Colon",
    "Equal=Sign",
    "#Hash",
    " Space before",
    "Space behind ",
    "Star* (in brackets)",
    "Slash/Stroke",
    "Ümläut Ñandú 日本語",
    "Emoji 🦊",
];

/// The group that [`Population::members_of_one_group`] are in.
pub const ONE_GROUP: &str = "Everyone In One Group";

/// The SID of an account of a domain that is not here: a member of `Strangers`.
pub const STRANGER: &str = "S-1-5-21-3623811015-3361044348-30300820-1013";

/// Every so many users and computers one is disabled.
const DISABLED_EVERY: u32 = 10;
/// Every so many one has not signed in or changed its password for years.
const STALE_EVERY: u32 = 12;

/// A value of a name in a distinguished name (RFC 4514 2.4).
#[must_use]
pub fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len() + 4);
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        let special = matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') || (c == '#' && at == 0) || (c == ' ' && (at == 0 || at == last));
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// What a domain holds of this module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// Users.
    pub users: u32,
    /// Users whose account is disabled.
    pub users_disabled: u32,
    /// Users without a sign-in or a new password for years.
    pub users_stale: u32,
    /// Computers.
    pub computers: u32,
    /// Computers whose account is disabled.
    pub computers_disabled: u32,
    /// Computers without a sign-in or a new password for years.
    pub computers_stale: u32,
    /// Security groups.
    pub security_groups: u32,
    /// Distribution groups.
    pub distribution_groups: u32,
}

/// The naming context of the forest's configuration.
#[must_use]
pub fn configuration(domain: &Domain) -> String {
    format!("CN=Configuration,{}", domain.base)
}

/// The unit that everything but sites is in.
#[must_use]
pub fn fleet(domain: &Domain) -> String {
    format!("OU=Fleet,{}", domain.base)
}

struct Making<'a> {
    domain: &'a Domain,
    random: Seeded,
    changes: Vec<Change>,
    census: Census,
}

const FIRST: &[&str] = &["Anna", "Bo", "Chidi", "Dana", "Emre", "Fatou", "Goran", "Hana", "Ines", "Jun", "Kofi", "Lena", "Mio", "Noor", "Olga", "Pau"];
const LAST: &[&str] = &["Abe", "Berg", "Costa", "Diaz", "Evans", "Fox", "Gupta", "Haas", "Ito", "Jansen", "Kaya", "Lopez", "Mori", "Novak", "Okafor", "Petit"];
const SYSTEMS: &[(&str, &str)] = &[
    ("Windows 11 Enterprise", "10.0 (22631)"),
    ("Windows 10 Pro", "10.0 (19045)"),
    ("Windows Server 2022 Standard", "10.0 (20348)"),
    ("Debian GNU/Linux", "12"),
];

impl Making<'_> {
    fn pick<'b>(&mut self, from: &[&'b str]) -> &'b str {
        from[self.random.below(from.len() as u64) as usize]
    }

    /// When an object last signed in and changed its password: `now`, or long ago.
    const fn when(number: u32) -> &'static str {
        if number.is_multiple_of(STALE_EVERY) { "131000000000000000" } else { "now" }
    }

    /// Adds a user and gives its distinguished name.
    fn user(&mut self, number: u32, name: &str, unit: &str) -> String {
        let account = format!("u{number:06}");
        let dn = format!("CN={},{unit}", escaped(name));
        let is_disabled = number % DISABLED_EVERY == 3;
        self.census.users += 1;
        self.census.users_disabled += u32::from(is_disabled);
        self.census.users_stale += u32::from(number.is_multiple_of(STALE_EVERY));
        let attributes = json!({
            "objectClass": "user", "sAMAccountName": account, "userPrincipalName": format!("{account}@{}", self.domain.dns), "displayName": name,
            "givenName": self.pick(FIRST), "sn": self.pick(LAST), "department": format!("Department {}", number % 7), "mail": format!("{account}@{}", self.domain.dns),
            // Without a password, which is allowed to them: a key for each would take longer than all else.
            "userAccountControl": if is_disabled { "546" } else { "544" },
            "pwdLastSet": Self::when(number), "lastLogonTimestamp": Self::when(number),
        });
        self.changes.push(Change::add(&dn, attributes));
        dn
    }

    fn computer(&mut self, number: u32, unit: &str) -> String {
        let name = format!("PC{number:06}");
        let dn = format!("CN={name},{unit}");
        let is_disabled = number % DISABLED_EVERY == 3;
        self.census.computers += 1;
        self.census.computers_disabled += u32::from(is_disabled);
        self.census.computers_stale += u32::from(number.is_multiple_of(STALE_EVERY));
        let (system, version) = SYSTEMS[self.random.below(SYSTEMS.len() as u64) as usize];
        let attributes = json!({
            "objectClass": "computer", "sAMAccountName": format!("{name}$"), "dNSHostName": format!("{}.{}", name.to_lowercase(), self.domain.dns),
            "operatingSystem": system, "operatingSystemVersion": version, "userAccountControl": if is_disabled { "4130" } else { "4128" },
            "pwdLastSet": Self::when(number), "lastLogonTimestamp": Self::when(number),
        });
        self.changes.push(Change::add(&dn, attributes));
        dn
    }

    fn group(&mut self, name: &str, group_type: i32, members: &[String]) -> String {
        let dn = format!("CN={},OU=Groups,{}", escaped(name), fleet(self.domain));
        let mut attributes = json!({ "objectClass": "group", "sAMAccountName": account_name(name), "groupType": group_type.to_string() });
        if !members.is_empty() {
            attributes["member"] = json!(members);
        }
        if group_type < 0 {
            self.census.security_groups += 1
        } else {
            self.census.distribution_groups += 1
        }
        self.changes.push(Change::add(&dn, attributes));
        dn
    }
}

/// A name as `sAMAccountName` takes it ([MS-SAMR] 3.1.1.6).
fn account_name(name: &str) -> String {
    name.trim().chars().map(|c| if "\"/\\[]:;|=,+*?<>@".contains(c) { '_' } else { c }).collect()
}

/// The objects, in an order in which they can be added, and how many they are.
#[must_use]
pub fn changes(domain: &Domain, population: Population, seed: u64) -> (Vec<Change>, Census) {
    let mut making = Making { domain, random: Seeded::new(seed ^ 0x706f_7075), changes: Vec::new(), census: Census::default() };
    let fleet = fleet(domain);
    making.changes.push(Change::unit(&fleet));
    making.changes.push(Change::unit(format!("OU=Groups,{fleet}")));
    sites(&mut making);
    let mut users_of_place = Vec::new();
    let mut computers_of_place = Vec::new();
    for place in PLACES {
        let unit = format!("OU={place},{fleet}");
        for new in [unit.clone(), format!("OU=Users,{unit}"), format!("OU=Computers,{unit}"), format!("OU=Guests,OU=Users,{unit}")] {
            making.changes.push(Change::unit(new));
        }
        users_of_place.push(Vec::new());
        computers_of_place.push(Vec::new());
    }
    let places = PLACES.len();
    for number in 0..population.users {
        let at = number as usize % places;
        let guests = if number % 5 == 4 { "OU=Guests," } else { "" };
        let unit = format!("{guests}OU=Users,OU={},{fleet}", PLACES[at]);
        let name = match AWKWARD_NAMES.get(number as usize) {
            Some(name) => (*name).to_owned(),
            None => format!("{} {} {number}", making.pick(FIRST), making.pick(LAST)),
        };
        let dn = making.user(number, &name, &unit);
        users_of_place[at].push(dn);
    }
    for number in 0..population.computers {
        let at = number as usize % places;
        let dn = making.computer(number, &format!("OU=Computers,OU={},{fleet}", PLACES[at]));
        computers_of_place[at].push(dn);
    }
    groups(&mut making, &users_of_place, &computers_of_place);
    if population.members_of_one_group > 0 {
        one_group(&mut making, population.members_of_one_group);
    }
    leaver(&mut making);
    (making.changes, making.census)
}

/// Sites with subnets of both kinds. The lab's own network stays with the site that domain controllers come up in.
fn sites(making: &mut Making<'_>) {
    let sites = format!("CN=Sites,{}", configuration(making.domain));
    for (number, place) in PLACES.iter().enumerate() {
        let site = format!("CN={place},{sites}");
        making.changes.push(Change::add(&site, json!({ "objectClass": "site" })));
        making.changes.push(Change::add(format!("CN=NTDS Site Settings,{site}"), json!({ "objectClass": "nTDSSiteSettings" })));
        making.changes.push(Change::add(format!("CN=Servers,{site}"), json!({ "objectClass": "serversContainer" })));
        for subnet in [format!("10.{}.0.0/16", number + 1), format!("10.{}.128.0/20", number + 101), format!("2001:db8:{}::/48", number + 1)] {
            let about = json!({ "objectClass": "subnet", "siteObject": site, "location": place });
            making.changes.push(Change::add(format!("CN={subnet},CN=Subnets,{sites}"), about));
        }
    }
    let own = format!("CN=Default-First-Site-Name,{sites}");
    making.changes.push(Change::add(format!("CN=198.18.0.0/15,CN=Subnets,{sites}"), json!({ "objectClass": "subnet", "siteObject": own })));
}

fn groups(making: &mut Making<'_>, users: &[Vec<String>], computers: &[Vec<String>]) {
    let mut of_places = Vec::new();
    for (number, place) in PLACES.iter().enumerate() {
        of_places.push(making.group(&format!("{place} Users"), GLOBAL, &users[number]));
        making.group(&format!("{place} Computers"), GLOBAL, &computers[number]);
        let some: Vec<String> = users[number].iter().step_by(7).cloned().collect();
        making.group(&format!("{place} News"), GLOBAL & i32::MAX, &some);
    }
    // Global in universal in domain-local: three scopes deep.
    let worldwide = making.group("Worldwide", UNIVERSAL, &of_places);
    making.group("Printers, \"all\" (+ scanners)", DOMAIN_LOCAL, std::slice::from_ref(&worldwide));
    making.group("All News", UNIVERSAL & i32::MAX, &[worldwide]);
    // Two groups in each other, which a server allows and a walk must survive.
    let ring = making.group("Ring One", GLOBAL, &[]);
    let other = making.group("Ring Two", GLOBAL, std::slice::from_ref(&ring));
    making.changes.push(Change::append(ring, json!({ "member": other })));
    making.group("Empty", GLOBAL, &[]);
    let foreign = format!("CN={STRANGER},CN=ForeignSecurityPrincipals,{}", making.domain.base);
    making.changes.push(Change::add(&foreign, json!({ "objectClass": "foreignSecurityPrincipal", "objectSid": STRANGER })));
    making.group("Strangers", DOMAIN_LOCAL, &[foreign]);
}

/// One group with very many members: users without anything but a name.
fn one_group(making: &mut Making<'_>, members: u32) {
    let unit = format!("OU=Crowd,{}", fleet(making.domain));
    making.changes.push(Change::unit(&unit));
    let mut crowd = Vec::with_capacity(members as usize);
    let mut name = String::new();
    for number in 0..members {
        name.clear();
        let _ = write!(name, "CN=Member {number:06},{unit}");
        let of = json!({ "objectClass": "user", "sAMAccountName": format!("m{number:06}"), "userAccountControl": "544", "pwdLastSet": "now", "lastLogonTimestamp": "now" });
        making.changes.push(Change::add(name.as_str(), of));
        crowd.push(name.clone());
    }
    making.census.users += members;
    making.group(ONE_GROUP, GLOBAL, &crowd);
}

/// An account that had rights, and is deleted: its SID stays in the descriptor and names nobody.
fn leaver(making: &mut Making<'_>) {
    let dn = format!("CN=Leaver,{}", fleet(making.domain));
    making.changes.push(Change::add(&dn, json!({ "objectClass": "user", "sAMAccountName": "leaver", "userAccountControl": "544" })));
    making.changes.push(Change::permit(format!("OU=Groups,{}", fleet(making.domain)), "(A;CI;GA;;;{leaver})"));
    making.changes.push(Change::Delete { dn });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::CORP;

    #[test]
    fn the_same_seed_makes_the_same_domain() {
        let made = |seed| Change::lines(&changes(&CORP, Population::SMALL, seed).0);
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
    }

    #[test]
    fn every_character_that_is_escaped_is_in_a_name() {
        for c in ",+\"\\<>;=#*() /".chars() {
            assert!(AWKWARD_NAMES.iter().any(|name| name.contains(c)), "{c:?}");
        }
        assert_eq!(escaped(" #a,b "), "\\ #a\\,b\\ ");
        assert_eq!(escaped("#a"), "\\#a");
    }

    #[test]
    fn the_census_counts_what_is_made() {
        let (made, census) = changes(&CORP, Population::SMALL, 1);
        let of_class = |class: &str| made.iter().filter(|c| matches!(c, Change::Add { attributes, .. } if attributes["objectClass"] == class)).count() as u32;
        // One user more, who is deleted again.
        assert_eq!((census.users + 1, census.computers), (of_class("user"), of_class("computer")));
        assert_eq!(census.security_groups + census.distribution_groups, of_class("group"));
        assert!(census.users_disabled > 0 && census.users_stale > 0 && census.computers_disabled > 0 && census.computers_stale > 0);
    }
}
