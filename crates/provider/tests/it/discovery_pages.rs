//! The console's pages of discovery, forests, boundaries, users and groups, as a browser without script sees them.

use crate::exchange::{Answer, form, get};
use crate::site::Site;
use provost_catalog::database::Principal;
use provost_store::publishing;

const GROUP: &str = "S-1-5-21-1004336348-1177238915-682003330-2202";

struct Person {
    site: Site,
    token: String,
}

impl Person {
    fn at(site: Site) -> Self {
        let token = site.session();
        Self { site, token }
    }

    fn sees(&self, path: &str) -> String {
        let answer = self.site.ask(get(path).cookie(&self.token));
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.site.ask(form(path, fields).cookie(&self.token))
    }

    fn does(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.sends(path, fields);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        self.sees(answer.header("location"))
    }

    fn is_refused(&self, path: &str, fields: &[(&str, &str)], part: &str) {
        let answer = self.sends(path, fields);
        assert!((400..500).contains(&answer.status), "{path} {fields:?}: {}", answer.status);
        assert!(answer.body.contains(part), "{path} {fields:?} {part}: {}", answer.body);
        assert!(fields.iter().all(|(_, value)| answer.body.contains(value)), "what was typed stays: {fields:?}");
    }
}

#[test]
fn a_run_tells_how_far_it_is_what_was_blocked_and_which_right_is_missing() {
    let person = Person::at(Site::with_accounts());
    let all = person.sees("/discovery");
    for part in ["2 of 4 methods run by themselves", "2 places could not be read for lack of a right", "partly blocked", "the account is locked"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    let blocked = person.sees("/discovery/runs/1");
    for part in ["18,204 objects in 30 s", "7 new, 19 changed", "OU=HR,<wbr>DC=corp", ">Read</span>", "corp.example.test\\CM01$", "dc1.corp.example.test"] {
        assert!(blocked.contains(part), "{part}: {blocked}");
    }
    assert!(!blocked.contains("hx-trigger=\"load"), "what is done is not asked for again");
    let going = person.sees("/discovery/runs/2");
    assert!(going.contains("It reads: 3,120 objects so far.") && going.contains("hx-trigger=\"load delay:1s\""), "{going}");
    assert_eq!(person.site.ask(get("/discovery/runs/99").cookie(&person.token)).status, 404);
}

#[test]
fn a_method_is_set_given_a_location_and_run_by_forms() {
    let person = Person::at(Site::start());
    assert!(person.sees("/discovery").contains("No method runs by itself."));
    let set = "/discovery/ad-user";
    person.is_refused(set, &[("full_hours", "often"), ("delta_minutes", "5")], "id=\"full_hours-refusal\"");
    person.is_refused(set, &[("full_hours", "0"), ("delta_minutes", "5")], "id=\"refusal\"");
    let done = person.does(set, &[("enabled", "yes"), ("full_hours", "24"), ("delta_minutes", ""), ("logged_on_within_days", "90")]);
    assert!(done.contains("It reads everything every 1 day.") && done.contains("name=\"logged_on_within_days\" value=\"90\""), "{done}");
    let add = "/discovery/ad-user/add";
    person.is_refused(add, &[("path", "not a place")], "id=\"path-refusal\"");
    assert!(person.does(add, &[("path", "OU=Staff,DC=corp,DC=test"), ("recurse", "yes")]).contains("beneath it too"));
    person.is_refused(add, &[("path", "OU=Staff,DC=corp,DC=test")], "id=\"path-refusal\"");
    let run = person.does("/discovery/ad-user/run", &[("kind", "full")]);
    assert!(run.contains("It waits for the run before it.") && run.contains("by ada"), "{run}");
    assert!(person.sees("/discovery/ad-user/locations/1/remove").contains("What was found there stays."));
    assert!(person.does("/discovery/ad-user/locations/1/remove", &[]).contains("No location yet"));
    assert_eq!(person.sends("/discovery/ad-user/run", &[]).status, 409, "nowhere to look");
    assert_eq!(person.sends("/discovery/no-method/run", &[]).status, 404);
}

#[test]
fn the_map_names_every_forest_domain_and_site_and_how_each_is_trusted() {
    let person = Person::at(Site::with_accounts());
    let map = person.sees("/forests");
    let drawn = &map[map.find("<svg class=\"map\"").expect("a map")..];
    let drawn = &drawn[..drawn.find("</svg>").expect("an end")];
    for part in [
        "corp.example.test, the site&#39;s own forest: 4 domains, 4 sites",
        "lab.emea.corp.example.test",
        "Datacentre-North",
        "10.9.0.0/16",
        "and 1 more",
        "class=\"forest untrusted\"",
        "a forest that is not trusted",
    ] {
        assert!(drawn.contains(part), "{part}: {drawn}");
    }
    assert_eq!(drawn.matches("class=\"branch\"").count(), 3, "a child hangs from its parent");
    let corp = person.sees("/forests/corp.example.test");
    assert!(corp.contains("2001:db8:4::/48") && corp.contains("nobody is bound"), "the twin holds what the map leaves out");
}

#[test]
fn forests_and_boundaries_are_added_and_removed_by_forms() {
    let person = Person::at(Site::start());
    assert!(person.sees("/forests").contains("No forest is known"));
    person.is_refused("/forests/add", &[("forest", "no dots")], "id=\"forest-refusal\"");
    let added = person.does("/forests/add", &[("forest", "partner.example.test"), ("controllers", "dc1.partner.example.test"), ("discovers", "yes")]);
    assert!(added.contains("It was not read yet") && added.contains("nobody said whether it is trusted"), "{added}");
    assert!(person.does("/forests/partner.example.test/remove", &[]).contains("No forest is known"));
    person.is_refused("/boundaries", &[("kind", "ip-subnet"), ("value", "10.1.2.0/99")], "id=\"value-refusal\"");
    assert!(person.does("/boundaries", &[("kind", "ip-subnet"), ("value", "10.1.2.0/24"), ("description", "<b>floor 2")]).contains("&#60;b&#62;floor 2"));
    person.is_refused("/boundaries", &[("kind", "ip-subnet"), ("value", "10.1.2.0/24")], "id=\"value-refusal\"");
    assert!(person.sees("/boundaries?filter=nothing").contains("No boundary matches"));
    assert!(person.sees("/boundaries/1/remove").contains("10.1.2.0/24"));
    assert!(person.does("/boundaries/1/remove", &[]).contains("No boundary yet"));
}

#[test]
fn publishing_is_switched_by_forms_once_it_is_allowed_and_a_forest_is_not_forgotten_before_it_is_withdrawn() {
    let person = Person::at(Site::start());
    person.does("/forests/add", &[("forest", "partner.example.test"), ("discovers", "yes")]);
    let at = "/forests/partner.example.test";
    assert!(person.sees(at).contains("What is published there?"));
    assert!(person.sees(&format!("{at}/publish")).contains("learns where this site&#39;s servers are"));
    let refused = person.sends(&format!("{at}/publish"), &[]);
    assert!(refused.status == 409 && refused.body.contains("PV7014") && refused.body.contains("provost account allow publish-to-forest"), "{}", refused.body);
    person.does("/security/uses/publish-to-forest/on", &[]);
    let on = person.does(&format!("{at}/publish"), &[]);
    assert!(on.contains("about to be published") && on.contains("none yet") && on.contains("by ada"), "{on}");
    assert!(person.sees("/forests").contains("about to be published"));

    // The site began to write there: until it is withdrawn nobody forgets it.
    let mut manager = person.site.made.database.connect(Principal::HierarchyManager).expect("a connection");
    manager.write(|tx| publishing::begin(tx, "partner.example.test")).expect("a write");
    assert!(person.sees(&format!("{at}/withdraw")).contains("what other sites published stays"));
    assert!(person.does(&format!("{at}/withdraw"), &[]).contains("being withdrawn"));
    let refused = person.sends(&format!("{at}/remove"), &[]);
    assert!(refused.status == 409 && refused.body.contains("PV7015"), "{}", refused.body);
    manager.write(|tx| publishing::forget(tx, "partner.example.test")).expect("a write");
    assert!(person.does(&format!("{at}/remove"), &[]).contains("No forest is known"));
}

#[test]
fn users_and_groups_are_listed_and_memberships_followed() {
    let person = Person::at(Site::with_accounts());
    let users = person.sees("/users");
    assert!(users.contains("5 users that discovery found.") && users.contains("Zoë &#60;Quality&#62; &#38; Co"), "{users}");
    assert!(person.sees("/users?filter=mistry").contains("bob.<wbr>mistry"));
    assert!(person.sees("/users?filter=nobody-like-it").contains("None matches"));
    let group = person.sees(&format!("/user-groups/{GROUP}"));
    for part in ["Workstation-Admins", "domain-local", "through another", "only its SID is known", "corp.example.test\\HelpDesk-L2"] {
        assert!(group.contains(part), "{part}: {group}");
    }
    let user = person.sees("/users/ada@corp.example.test");
    assert!(user.contains("Which groups is it in?") && user.contains("HelpDesk-L2"));
    assert_eq!(person.site.ask(get("/users/nobody").cookie(&person.token)).status, 404);
}
