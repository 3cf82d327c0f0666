//! What a site published in two forests goes when it is uninstalled, or what is in the way is named and nothing goes.

use super::{end_of_the_site_is_asked_for, ends, json, of_fate};
use crate::name_server::NameServer;
use crate::person::{Person, Printed, Window};
use provost_broker::directory::{Place, Session, SignIn, container};
use provost_lab::change::Change;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::{CORP, Domain, FABRIKAM};
use provost_store::Credential;
use provost_store::keys::Secret;
use serde_json::{Value, json as value};
use std::time::Instant;

const ACCOUNT: &str = "svc-ad-forest";

/// A site that publishes to two forests.
struct Story<'l> {
    lab: &'l Lab,
    names: NameServer,
    person: Person,
    runtime: tokio::runtime::Runtime,
}

impl<'l> Story<'l> {
    fn new(lab: &'l Lab) -> Self {
        Self {
            lab,
            names: NameServer::start(lab),
            person: Person::new(),
            runtime: tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"),
        }
    }

    fn does(&self, arguments: &[&str]) -> Printed {
        let printed = self.person.types(arguments);
        assert_eq!(printed.exit, 0, "{arguments:?}: {} {}", printed.out, printed.err);
        printed
    }

    fn starts(&self, more: &[&str]) -> Window {
        self.person.starts(&[&["up", "--client", "false", "--dns-servers", &self.names.address.to_string()], more].concat())
    }

    fn bind(&self, domain: &Domain, user: &str) {
        let password = self.lab.password_file(domain, user).display().to_string();
        self.does(&["account", "add", &format!("{}\\{user}", domain.dns), "--for", "ad-forest", "--on", domain.dns, "--password-file", &password]);
    }

    /// Adds the forests, extends their schema and publishes.
    fn publishes(&self) {
        self.does(&["account", "allow", "publish-to-forest"]);
        self.does(&["boundary", "add", "ip-subnet", "192.0.2.0/24"]);
        for domain in [&CORP, &FABRIKAM] {
            self.does(&["forest", "add", domain.dns, "--no-discovery", "--ca-file", &self.lab.authority().display().to_string()]);
            self.bind(domain, "Administrator");
            self.does(&["forest", "extend-schema", domain.dns, "--apply", "--yes"]);
            self.does(&["account", "remove", &format!("{}\\Administrator", domain.dns), "--for", "ad-forest", "--on", domain.dns]);
            self.bind(domain, ACCOUNT);
            // Another site is there too.
            let other = value!({ "objectClass": "mSSMSSite", "mSSMSSiteCode": "P01", "mSSMSAssignmentSiteCode": "P01" });
            self.lab.change(domain, &[Change::add(format!("CN=SMS-Site-P01,{}", container(domain.base)), other)]).expect("another site");
        }
        self.switches_on();
    }

    fn switches_on(&self) {
        for domain in [&CORP, &FABRIKAM] {
            let on = json(&self.does(&["forest", "publish", "on", domain.dns, "--wait", "-o", "json"]));
            assert_eq!(on["publishing"]["objects"], 3, "{on:#}");
            assert_eq!(self.there(domain).len(), 4);
        }
    }

    /// Names of what is published in a domain, as its administrator sees it.
    fn there(&self, domain: &Domain) -> Vec<String> {
        let ca_pem = Some(std::fs::read(self.lab.authority()).expect("the authority"));
        let place = Place { dns_domain: domain.dns.to_owned(), dns_servers: self.lab.dns_servers(domain), ca_pem, ..Place::default() };
        let password = Secret::new(self.lab.password(domain, "Administrator").into_bytes());
        let user = format!("Administrator@{}", domain.dns);
        self.runtime.block_on(async {
            let mut session = Session::open(&place, SignIn::Password(Credential { user: &user, password: &password })).await.expect("a session");
            let mut names: Vec<String> = session.published(&container(domain.base)).await.expect("a look").into_iter().map(|object| object.name).collect();
            names.sort_unstable();
            names
        })
    }

    fn only_the_other_site_is_left(&self) {
        for domain in [&CORP, &FABRIKAM] {
            assert_eq!(self.there(domain), ["SMS-Site-P01"], "{}", domain.dns);
        }
    }

    fn everything_stands(&self) {
        for domain in [&CORP, &FABRIKAM] {
            assert_eq!(self.there(domain).len(), 4, "{}", domain.dns);
        }
    }

    /// Lets the account see what is published in a domain, and change it, but not delete it; or everything again.
    fn may_delete(&self, domain: &Domain, allowed: bool) {
        let rights = if allowed { "GA" } else { "RPWPCCLCLORC" };
        let dn = container(domain.base);
        let of = |sddl: String| value!({ "nTSecurityDescriptor": sddl });
        let mut changes = vec![Change::replace(&dn, of(format!("O:DAG:DAD:PAI(A;CI;GA;;;SY)(A;CI;GA;;;DA)(A;CI;{rights};;;{{{ACCOUNT}}})")))];
        for name in self.there(domain) {
            let own = of(format!("O:DAG:DAD:PAI(A;;GA;;;SY)(A;;GA;;;DA)(A;;{rights};;;{{{ACCOUNT}}})"));
            changes.push(Change::replace(format!("CN={name},{dn}"), own));
        }
        self.lab.change(domain, &changes).expect("changed");
    }

    fn state(&self, domain: &Domain) -> Value {
        self.person.asks(&["forest", "show", domain.dns])["publishing"]["state"].clone()
    }
}

fn objects(domain: &Domain) -> Vec<String> {
    ["SMS-LAB-192.0.2.0_24", "SMS-Site-LAB"].iter().map(|name| format!("CN={name},{}", container(domain.base))).collect()
}

#[test]
fn what_a_site_published_in_two_forests_goes_with_it_or_nothing_goes() {
    let Some(lab) = OwnLab::beside(&["dc1", "dc3"]) else { return };
    let story = Story::new(&lab);
    let person = &story.person;
    let mut site = story.starts(&[]);
    story.publishes();

    // The right to delete is missing in one forest: the dry run names it, and neither it nor the real run passes.
    story.may_delete(&FABRIKAM, false);
    for arguments in [&["site", "uninstall", "--dry-run"][..], &["site", "uninstall", "--yes"]] {
        let refused = person.types(arguments);
        assert_eq!(refused.exit, 1, "{} {}", refused.out, refused.err);
        for dn in objects(&FABRIKAM) {
            assert!(refused.err.contains(&format!("the account lacks \"Delete\" on {dn}")), "{dn}: {}", refused.err);
        }
        assert!(refused.err.contains("PV1019") && refused.err.contains("nothing was removed anywhere"), "{}", refused.err);
        assert!(refused.err.contains(&format!("provost site uninstall --leave {}", FABRIKAM.dns)), "{}", refused.err);
    }
    story.everything_stands();
    assert_eq!(story.state(&CORP), "published");
    // Who is let see less is not taken for somebody who sees nothing.
    story.may_delete(&FABRIKAM, true);

    // A dry run that passes changes nothing, and names every object with its server's account.
    let plan = person.asks(&["site", "uninstall", "--dry-run"]);
    let goes = of_fate(&plan, "goes");
    for dn in [objects(&CORP), objects(&FABRIKAM)].concat() {
        assert!(goes.contains(&("published object", dn.as_str())), "{dn}: {plan:#}");
    }
    let extended = of_fate(&plan, "stays");
    assert!(extended.contains(&("schema extension", CORP.dns)) && plan["can_go"] == true, "{plan:#}");
    story.everything_stands();

    // A forest is cut off: refused, and nothing goes anywhere.
    lab.cut("dc3").expect("cut off");
    let refused = person.types(&["site", "uninstall", "--yes"]);
    assert!(refused.exit == 1 && refused.err.contains("PV1019") && refused.err.contains(FABRIKAM.dns), "{}", refused.err);
    assert_eq!((story.there(&CORP).len(), story.state(&CORP)), (4, "published".into()));
    // Whoever accepts that it stays there is told what stays.
    let plan = person.asks(&["site", "uninstall", "--dry-run", "--leave", FABRIKAM.dns]);
    for dn in objects(&FABRIKAM) {
        assert!(of_fate(&plan, "stays").contains(&("published object", dn.as_str())), "{dn}: {plan:#}");
    }
    let done = person.asks(&["site", "uninstall", "--yes", "--leave", FABRIKAM.dns]);
    ends(&mut site);
    let left: Vec<&str> = done["left"][0]["objects"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(objects(&FABRIKAM).iter().all(|dn| left.contains(&dn.as_str())) && left.len() == 3, "{done:#}");
    assert_eq!(done["withdrawn"][0]["forest"], CORP.dns, "{done:#}");
    assert_eq!(story.there(&CORP), ["SMS-Site-P01"]);
    lab.mend("dc3").expect("mended");
    assert_eq!(story.there(&FABRIKAM).len(), 4, "as was accepted");
    let refused = person.types(&["up", "--listen", "127.0.0.1:0"]);
    assert!(refused.err.contains("PV1018") && objects(&FABRIKAM).iter().all(|dn| refused.err.contains(dn)), "{}", refused.err);

    // Started again it publishes nothing by itself; asked to, it takes over what it left.
    let site = story.starts(&["--reinstall"]);
    assert_eq!([story.state(&CORP), story.state(&FABRIKAM)], ["off", "off"]);
    assert_eq!(story.there(&CORP), ["SMS-Site-P01"]);
    story.switches_on();

    // Interrupted, with the site killed between the forests: the same command goes on.
    story.does(&["forest", "publish", "off", CORP.dns, "--wait"]);
    let mut killed = site;
    killed.child.kill().and_then(|()| killed.child.wait()).expect("killed");
    killed.drain();
    assert!(person.types(&["site", "uninstall", "--yes"]).err.contains("PV1009"), "a site that does not run withdraws nothing");
    assert_eq!(story.there(&FABRIKAM).len(), 4);
    let mut site = story.starts(&[]);
    assert_eq!(story.state(&CORP), "off", "what was withdrawn is not published again");
    person.asks(&["site", "uninstall", "--yes"]);
    ends(&mut site);
    story.only_the_other_site_is_left();
}

#[test]
fn an_uninstallation_that_is_killed_wherever_it_is_comes_to_its_end_when_it_is_repeated() {
    let Some(lab) = OwnLab::beside(&["dc1", "dc3"]) else { return };
    let story = Story::new(&lab);
    let person = &story.person;
    let mut site = story.starts(&[]);
    story.publishes();
    // As long as one takes, cut in parts; the last is about whole.
    let began = Instant::now();
    person.asks(&["site", "uninstall", "--yes"]);
    let whole = began.elapsed();
    ends(&mut site);
    story.only_the_other_site_is_left();
    for (part, of_the_site) in [(1, false), (2, true), (3, false), (4, true), (5, false)] {
        let site = story.starts(&["--reinstall"]);
        story.switches_on();
        let mut command = person.opens(&["site", "uninstall", "--yes"]);
        std::thread::sleep(whole * part / 6);
        let _ = command.child.kill().and_then(|()| command.child.wait());
        command.drain();
        let mut site = site;
        if of_the_site {
            let _ = site.child.kill().and_then(|()| site.child.wait());
        }
        // What runs goes on; what was killed is started; what has ended says so.
        let has_ended = person.data().join("uninstalled.json").exists();
        if of_the_site && !has_ended {
            site = story.starts(&[]);
        }
        let done = person.types(&["site", "uninstall", "--yes", "-o", "json"]);
        assert_eq!(done.exit, 0, "part {part}, ended {has_ended}: {} {}", done.out, done.err);
        ends(&mut site);
        story.only_the_other_site_is_left();
        assert!(person.types(&["up", "--listen", "127.0.0.1:0"]).err.contains("PV1018"));
    }
    let site = story.starts(&["--reinstall"]);
    assert_eq!(person.types(&["ledger", "verify"]).exit, 0, "and every step of it is in the ledger");
    // A site that publishes does not end for whoever asks it past the steps before.
    story.switches_on();
    let refused = end_of_the_site_is_asked_for(&story.person, "{}");
    assert!(refused.starts_with("HTTP/1.1 409 ") && refused.contains("PV1019"), "{refused}");
    story.everything_stands();
    drop(site);
}
