//! Publishing to the lab's real domain controllers, as the account that is bound for it. A schema is extended for ever, so what
//! needs one has a lab of its own.

use crate::engines;
use crate::place::pass;
use crate::site_server::SiteServer;
use provost_broker::directory::{Place, Scope, SignIn, container};
use provost_broker::{Asker, Refused, directory};
use provost_catalog::accounts::{AccountKind, Use};
use provost_catalog::database::Principal;
use provost_catalog::rules::code;
use provost_domain::accounts::resolution::Unresolved;
use provost_domain::boundary::{Boundary, BoundaryKind};
use provost_domain::discovery::Method;
use provost_domain::publishing::Published;
use provost_lab::change::Change;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::{CORP, Domain, FABRIKAM};
use provost_site::hierarchy_manager::{HierarchyManager, OfThisServer};
use provost_store::accounts::bindings;
use provost_store::forests::{self, Forest};
use provost_store::keys::Secret;
use provost_store::publishing::{self, ForestPublishing};
use provost_store::withdrawal::{self, REMOVABLE, Seen};
use provost_store::{Credential, boundaries, settings};
use serde_json::json;
use std::ops::ControlFlow;
use tokio::runtime::Runtime;

/// A site that publishes.
struct Publisher<'o> {
    server: SiteServer<'o>,
    code: &'static str,
    points: Vec<String>,
}

impl<'o> Publisher<'o> {
    fn new(server: SiteServer<'o>, code: &'static str) -> Self {
        let forest = |domain: &Domain| Forest {
            forest: domain.dns.to_owned(),
            hosts: Vec::new(),
            ca_pem: Some(server.authority()),
            discovers: false,
            created_by: "ada".to_owned(),
            created_at: server.place.clock.now(),
            discovered_at: None,
        };
        server.place.act(|tx| {
            settings::allow(tx, Use::PublishToForest.id(), true)?;
            forests::add(tx, &forest(&CORP))?;
            forests::add(tx, &forest(&FABRIKAM))
        });
        Self { server, code, points: vec!["site1.corp.example.test".to_owned()] }
    }

    /// What the component makes of it after `seconds`.
    fn pass_after(&self, seconds: i64, domain: &Domain) -> ForestPublishing {
        let place = &self.server.place;
        place.clock.set(place.clock.now().plus_seconds(seconds));
        let own = OfThisServer {
            site: self.code.parse().expect("a code"),
            domain: CORP.dns.to_owned(),
            version: "0.1.0".to_owned(),
            management_points: self.points.clone(),
        };
        let connection = place.connect(Principal::HierarchyManager);
        pass(&mut HierarchyManager::new(&place.surroundings, connection, self.server.broker(domain), place.ledger.clone(), own));
        place.look(|tx| publishing::find(tx, domain.dns)).expect("publishing was switched")
    }

    fn switch(&self, domain: &Domain, wanted: bool) -> ForestPublishing {
        let place = &self.server.place;
        place.clock.set(place.clock.now().plus_seconds(1));
        place.act(|tx| publishing::switch(tx, domain.dns, wanted, "ada", place.clock.now()));
        self.pass_after(0, domain)
    }

    /// What a look at what can go sees.
    fn look(&self, domain: &Domain) -> Seen {
        let place = &self.server.place;
        place.act(|tx| withdrawal::ask(tx, domain.dns, "ada", place.clock.now()));
        self.pass_after(0, domain);
        place.look(withdrawal::list).pop().and_then(|look| look.seen).expect("somebody looked")
    }

    fn extend(&self) -> (String, String) {
        let place = &self.server.place;
        place.act(|tx| publishing::ask_for_schema(tx, CORP.dns, "ada", place.clock.now()));
        let task = self.pass_after(0, &CORP).schema.expect("it was asked for");
        assert!(task.done_at.is_some());
        (task.outcome, task.detail)
    }

    fn unbind(&self) {
        let bound = self.server.place.look(|tx| bindings::of(tx, AccountKind::ActiveDirectoryForest, CORP.dns));
        for binding in bound {
            self.server.place.act(|tx| bindings::remove(tx, &binding));
        }
    }

    fn act_as(&self, user: &str) {
        self.unbind();
        self.server.bind(Method::Forest, CORP.dns, &CORP, user);
    }

    /// Details of the entries of this act in the ledger.
    fn entered(&self, act: &str) -> Vec<String> {
        let rows = self.server.place.rows("SELECT detail FROM ledger WHERE act = $1 ORDER BY seq", &[act.into()]);
        rows.iter().map(|row| row.text(0).expect("a detail").to_owned()).collect()
    }
}

/// The domain, as its administrator sees it.
struct Witness<'l> {
    lab: &'l Lab,
    runtime: Runtime,
}

impl Witness<'_> {
    fn session(&self) -> directory::Session {
        let ca_pem = Some(std::fs::read(self.lab.authority()).expect("the authority"));
        let place = Place { dns_domain: CORP.dns.to_owned(), dns_servers: self.lab.dns_servers(&CORP), ca_pem, ..Place::default() };
        let password = Secret::new(self.lab.password(&CORP, "Administrator").into_bytes());
        let user = format!("Administrator@{}", CORP.dns);
        let opened = self.runtime.block_on(directory::Session::open(&place, SignIn::Password(Credential { user: &user, password: &password })));
        opened.expect("a session")
    }

    fn published(&self) -> Vec<Published> {
        let mut session = self.session();
        let mut objects = self.runtime.block_on(session.published(&container(CORP.base))).expect("a look");
        objects.sort_by(|a, b| a.name.cmp(&b.name));
        objects
    }

    fn names(&self) -> Vec<String> {
        self.published().into_iter().map(|object| object.name).collect()
    }

    /// Objects that changed after this number, and the newest number.
    fn changed_since(&self, usn: u64) -> (Vec<String>, u64) {
        let mut session = self.session();
        let newest = session.root().highest_usn;
        let (schema, configuration) = (session.root().schema_dn.clone(), session.root().configuration_dn.clone());
        let mut changed = Vec::new();
        for base in [CORP.base.to_owned(), configuration, schema] {
            let filter = format!("(uSNChanged>={})", usn + 1);
            let search = session.search(&base, Scope::Subtree, &filter, &["cn"], |entry| {
                changed.push(entry.dn.to_lowercase());
                ControlFlow::Continue(())
            });
            self.runtime.block_on(search).expect("a search");
        }
        (changed, newest)
    }
}

#[test]
fn a_site_is_published_kept_equal_to_the_truth_and_withdrawn() {
    let Some(lab) = OwnLab::beside(&["dc1"]) else { return };
    let (first, second) = (engines::sqlite(), engines::sqlite());
    let mut site = Publisher::new(SiteServer::new(&first, &lab), "LAB");
    let other = Publisher::new(SiteServer::new(&second, &lab), "P01");
    let witness = Witness { lab: &lab, runtime: Runtime::new().expect("a runtime") };
    let add = |site: &Publisher<'_>, value: &str| {
        let boundary = Boundary::new(BoundaryKind::IpSubnet, value).expect("a boundary");
        site.server.place.act(|tx| boundaries::add(tx, &boundary, "", "ada", site.server.place.clock.now())).expect("a new one")
    };
    add(&site, "192.0.2.0/24");

    // Before the schema is extended, and by whom it may be.
    site.act_as("svc-ad-forest");
    let unready = site.switch(&CORP, true);
    assert_eq!((unready.result.outcome.as_str(), unready.result.failures, unready.standing), ("no-schema", 1, true), "{unready:?}");
    assert_eq!(site.switch(&CORP, false).result.outcome, "withdrawn");
    let (outcome, detail) = site.extend();
    assert_eq!(outcome, "lacks-right");
    assert!(detail.contains("\"Create attributeSchema objects\" on CN=Schema,CN=Configuration,") && detail.contains("Schema Admins"), "{detail}");
    site.act_as("Administrator");
    assert_eq!(site.extend(), ("extended".to_owned(), String::new()));
    let (outcome, detail) = site.extend();
    assert_eq!(outcome, "refused-by-rule");
    assert!(detail.contains("mSSMSSiteCode"), "{detail}");
    let extended = site.entered("forest.schema-extended");
    assert!(extended.len() == 3 && extended[1].contains("Administrator") && extended[1].contains("\"extended\""), "{extended:?}");

    // Published, once, and nothing else is touched.
    site.act_as("svc-ad-forest");
    let (_, usn) = witness.changed_since(u64::MAX - 1);
    let on = site.switch(&CORP, true);
    assert_eq!((on.result.outcome.as_str(), on.result.objects, on.result.failures), ("published", 3, 0), "{on:?}");
    assert!(on.result.account.contains("svc-ad-forest") && on.result.domain_controller.ends_with(CORP.dns), "{on:?}");
    assert_eq!(witness.names(), ["SMS-LAB-192.0.2.0_24", "SMS-MP-LAB-site1.corp.example.test", "SMS-Site-LAB"]);
    let within = container(CORP.base).to_lowercase();
    let (changed, _) = witness.changed_since(usn);
    // Whoever signs in has the time of that written at their own account.
    let elsewhere: Vec<&String> =
        changed.iter().filter(|dn| !dn.ends_with(&within) && !dn.contains("svc-ad-forest") && !dn.contains("administrator")).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    let told = site.entered("forest.published");
    assert!(told.len() == 1 && told[0].contains("svc-ad-forest") && told[0].contains("\"added\":3"), "{told:?}");
    let again = site.pass_after(3600, &CORP);
    assert_eq!((again.result.outcome.as_str(), again.result.tried_at), ("published", Some(site.server.place.clock.now())));
    assert_eq!(site.entered("forest.published").len(), 1, "nothing is written twice");

    // Two sites do not disturb each other.
    other.act_as("svc-ad-forest");
    assert_eq!(other.switch(&CORP, true).result.objects, 2);
    assert_eq!(witness.names().len(), 5);

    // The truth changes.
    let boundary = add(&site, "198.51.100.0/25");
    assert_eq!(site.pass_after(1, &CORP).result.objects, 4, "it does not wait for the hour");
    site.server.place.act(|tx| boundaries::remove(tx, boundary));
    site.points = vec!["mp2.corp.example.test".to_owned()];
    assert_eq!(site.pass_after(1, &CORP).result.objects, 3);
    let own: Vec<String> = witness.names().into_iter().filter(|name| name.contains("LAB")).collect();
    assert_eq!(own, ["SMS-LAB-192.0.2.0_24", "SMS-MP-LAB-mp2.corp.example.test", "SMS-Site-LAB"]);

    // Somebody else changes it.
    let of = |name: &str| format!("CN={name},{}", container(CORP.base));
    let by_hand = [Change::Delete { dn: of("SMS-LAB-192.0.2.0_24") }, Change::replace(of("SMS-Site-LAB"), json!({ "mSSMSAssignmentSiteCode": "ZZZ" }))];
    lab.change(&CORP, &by_hand).expect("changed");
    site.pass_after(3600, &CORP);
    let published = witness.published();
    let known = published.iter().find(|object| object.name == "SMS-Site-LAB").expect("the site");
    assert_eq!((known.attributes["mSSMSAssignmentSiteCode"].clone(), published.len()), (vec!["LAB".to_owned()], 5));

    // A right is missing: it is named, what was published is not forgotten, and the account is not locked out by trying.
    site.act_as("ben");
    let refused = site.switch(&CORP, false);
    assert_eq!((refused.result.outcome.as_str(), refused.standing, refused.result.objects), ("lacks-right", true, 3), "{refused:?}");
    assert!(refused.result.detail.contains(&format!("\"Delete\" on {}", of("SMS-Site-LAB"))), "{}", refused.result.detail);
    let waiting = site.pass_after(59, &CORP);
    assert_eq!((waiting.result.tried_at, waiting.result.failures), (refused.result.tried_at, 1), "it waits");
    assert_eq!(site.pass_after(1, &CORP).result.failures, 2);
    // Whoever only looks is told the same of each object, and changes nothing.
    let seen = site.look(&CORP);
    assert_eq!((seen.outcome.as_str(), seen.objects.len()), ("lacks-right", 3), "{seen:?}");
    for object in &seen.objects {
        assert_eq!(object.missing, format!("the account lacks \"Delete\" on {}", object.dn));
    }
    assert_eq!(witness.published().len(), 5);

    // Under the right account it goes, and only then nobody may act there any more.
    site.act_as("svc-ad-forest");
    let seen = site.look(&CORP);
    assert_eq!((seen.outcome.as_str(), seen.container.as_str()), (REMOVABLE, container(CORP.base).as_str()), "{seen:?}");
    assert!(seen.account.contains("svc-ad-forest") && seen.domain_controller.ends_with(CORP.dns), "{seen:?}");
    assert_eq!(
        seen.objects.iter().map(|object| (object.dn.clone(), object.missing.as_str())).collect::<Vec<_>>(),
        own.iter().map(|name| (of(name), "")).collect::<Vec<_>>()
    );
    let off = site.switch(&CORP, false);
    assert_eq!((off.result.outcome.as_str(), off.standing, off.result.objects), ("withdrawn", false, 0), "{off:?}");
    assert_eq!(witness.names(), ["SMS-MP-P01-site1.corp.example.test", "SMS-Site-P01"]);
    let broker = site.server.broker(&CORP);
    let endpoint = broker.directory(CORP.dns, CORP.dns, &[], Some(&site.server.authority()));
    let refused = broker.wait(broker.connect(Use::PublishToForest, &endpoint, "test", Asker::Component)).err().expect("switched off");
    assert!(matches!(refused, Refused::Unresolved { why: Unresolved::SwitchedOff(_), .. }), "{refused}");

    // What is disallowed for the whole site is withdrawn too.
    other.server.place.act(|tx| settings::allow(tx, Use::PublishToForest.id(), false));
    let disallowed = other.pass_after(1, &CORP);
    assert_eq!((disallowed.result.outcome.as_str(), disallowed.wanted, disallowed.standing), ("withdrawn", true, false), "{disallowed:?}");
    assert_eq!(witness.names(), Vec::<String>::new());

    let raised = site.server.place.raised();
    for number in [code::PUBLISHING_FAILED, code::SCHEMA_NOT_EXTENDED, code::SCHEMA_EXTENDED, code::PUBLISHED, code::PUBLISHING_LACKS_RIGHT] {
        assert!(raised.contains(&i64::from(number)), "PV{number} in {raised:?}");
    }
}

#[test]
fn who_lacks_the_right_or_the_container_is_told_which_and_a_refused_password_is_tried_once() {
    let Some(lab) = OwnLab::beside(&["dc1"]) else { return };
    let opened = engines::sqlite();
    let site = Publisher::new(SiteServer::new(&opened, &lab), "LAB");
    site.act_as("Administrator");
    assert_eq!(site.extend().0, "extended");

    // Nobody is bound: the site server's computer account acts, which has no right here.
    site.unbind();
    let computer = site.switch(&CORP, true);
    assert_eq!(computer.result.account, "the site server's computer account");
    assert_eq!(computer.result.outcome, "lacks-right", "{computer:?}");
    let words = format!("\"Create mSSMSSite objects\" on {}", container(CORP.base));
    assert!(computer.result.detail.contains(&words), "{}", computer.result.detail);
    assert_eq!(computer.result.objects, 0);

    // A password that was refused is not tried again, however often the component looks.
    site.unbind();
    site.server.bind_with(Method::Forest, CORP.dns, &CORP, "svc-ad-users", "not the password".to_owned());
    assert_eq!(site.switch(&CORP, true).result.outcome, "wrong-password");
    for _ in 0..3 {
        assert_eq!(site.pass_after(3600, &CORP).result.outcome, "refused-by-rule");
    }

    // The container is gone.
    lab.change(&CORP, &[Change::Delete { dn: container(CORP.base) }]).expect("changed");
    site.act_as("svc-ad-forest");
    let gone = site.switch(&CORP, true);
    assert_eq!(gone.result.outcome, "no-container", "{gone:?}");
    assert!(gone.result.detail.contains(&format!("\"Create container objects\" on CN=System,{}", CORP.base)), "{}", gone.result.detail);
}

#[test]
fn a_forest_that_is_not_trusted_is_published_to_with_an_account_of_its_own_only() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = Publisher::new(SiteServer::new(&opened, &lab), "LAB");
    let refused = site.switch(&FABRIKAM, true);
    assert_eq!((refused.result.outcome.as_str(), refused.result.domain_controller.as_str()), ("refused-by-rule", ""), "{refused:?}");
    assert!(refused.result.detail.contains("must be bound; nothing was tried"), "{}", refused.result.detail);
    assert!(refused.result.detail.ends_with(&format!("provost account add NAME --for ad-forest --on {}", FABRIKAM.dns)), "{}", refused.result.detail);
    assert!(!refused.standing);
    site.server.bind(Method::Forest, FABRIKAM.dns, &FABRIKAM, "svc-ad-forest");
    let signed_in = site.switch(&FABRIKAM, true);
    assert_eq!(signed_in.result.outcome, "no-schema", "{signed_in:?}");
    assert!(signed_in.result.account.contains("svc-ad-forest") && signed_in.result.domain_controller.ends_with(FABRIKAM.dns), "{signed_in:?}");
}
