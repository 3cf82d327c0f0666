//! A real site that discovers a real domain, for what happens to it meanwhile. The site knows the controllers by a pinned
//! authority here, so that none of it depends on what Kerberos' library remembers.

use crate::person::{Person, Printed, Window};
use provost_lab::lab::{Lab, OwnLab, Settings};
use provost_lab::population::{Population, fleet};
use provost_lab::topology::CORP;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

pub const READER: &str = "svc-ad-users";
/// Kilobits a second of a controller that is slow: a page takes seconds.
pub const SLOW: u32 = 600;
/// Longest wait for something that a run does.
const PATIENCE: Duration = Duration::from_secs(120);

/// A site that discovers users of the fleet.
pub struct Story<'l> {
    pub person: Person,
    site: Window,
    lab: &'l Lab,
    pub unit: String,
}

impl<'l> Story<'l> {
    /// Starts it, with these controllers asked in this order.
    pub fn begins(lab: &'l Lab, controllers: &[&str]) -> Self {
        let person = Person::new();
        let site = up(&person, lab);
        let story = Self { person, site, lab, unit: fleet(&CORP) };
        story.looks_at(controllers, &lab.authority());
        let password = lab.password_file(&CORP, READER).display().to_string();
        story.does(&["account", "add", &format!("{}\\{READER}", CORP.dns), "--for", "ad-user-discovery", "--on", &story.unit, "--password-file", &password]);
        story
    }

    pub fn does(&self, arguments: &[&str]) -> Printed {
        let printed = self.person.types(arguments);
        assert_eq!(printed.exit, 0, "{arguments:?}: {} {}", printed.out, printed.err);
        printed
    }

    pub fn looks_at(&self, controllers: &[&str], authority: &Path) {
        let authority = authority.display().to_string();
        let mut arguments = vec!["discovery", "add", "ad-user", &self.unit, "--ca-file", &authority];
        arguments.extend(controllers.iter().flat_map(|controller| ["--controller", controller]));
        self.does(&arguments);
    }

    /// A run to its end: what is known of it, and what whoever waits for it reads.
    pub fn discovers(&self) -> (Value, String) {
        let printed = self.person.types(&["discovery", "run", "ad-user", "--wait", "-o", "json"]);
        let list: Value = serde_json::from_str(&printed.out).unwrap_or_else(|e| panic!("{e}: {} {}", printed.out, printed.err));
        (list["items"][0].clone(), printed.err)
    }

    /// Has a run of a method begun; gives its number.
    pub fn begins_to_discover(&self, method: &str, arguments: &[&str]) -> Value {
        self.person.asks(&[&["discovery", "run", method], arguments].concat())["items"][0]["run_id"].clone()
    }

    /// Waits until a run is as it should be, and gives how it is then.
    pub fn waits_until(&self, run_id: &Value, is: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let history = self.person.asks(&["discovery", "history"]);
            let now = history["items"].as_array().into_iter().flatten().find(|run| run["run_id"] == *run_id).cloned().expect("the run");
            if is(&now) {
                return now;
            }
            assert!(now["done"] != true, "it ended before: {now}");
            assert!(Instant::now() < until, "it goes no further: {now}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until a run reads at a controller: some of its pages were read, and the next is on its way.
    pub fn waits_until_read(&self, run_id: &Value, controller: &str) {
        self.waits_until(run_id, |run| run["domain_controller"] == controller && run["read"].as_i64() >= Some(1000));
    }

    pub fn waits_until_done(&self, run_id: &Value) -> Value {
        self.waits_until(run_id, |run| run["done"] == true)
    }

    /// Has a run begun, and `happens` while it goes on.
    pub fn discovers_while(&self, slow: &str, happens: impl FnOnce()) -> Value {
        self.lab.slow(slow, SLOW).expect("it is slow");
        let run_id = self.begins_to_discover("ad-user", &[]);
        self.waits_until_read(&run_id, &format!("{slow}.{}", CORP.dns));
        happens();
        self.waits_until_done(&run_id)
    }

    /// Who is known: each by SID, with the name.
    pub fn known(&self) -> BTreeMap<String, String> {
        let list = self.person.asks(&["user", "list", "--limit", "10000"]);
        let text = |user: &Value, field: &str| user[field].as_str().expect("a text").to_owned();
        list["items"].as_array().into_iter().flatten().map(|user| (text(user, "sid"), text(user, "name"))).collect()
    }

    /// Status messages of the agent with this number, the newest first.
    pub fn told(&self, number: &str) -> Vec<String> {
        let list = self.person.asks(&["message", "list", "--limit", "1000"]);
        let of = list["items"].as_array().into_iter().flatten().filter(|one| one["number"] == number);
        of.filter_map(|one| one["text"].as_str().map(str::to_owned)).collect()
    }

    /// Waits until so many status messages with this number were told, and gives them, the newest first.
    pub fn waits_until_told(&self, number: &str, count: usize) -> Vec<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let told = self.told(number);
            if told.len() >= count {
                return told;
            }
            assert!(Instant::now() < until, "{number} was told {} times", told.len());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The site stops, and starts again.
    pub fn stops_and_starts(self) -> Self {
        let Self { person, site, lab, unit } = self;
        site.interrupted();
        let site = up(&person, lab);
        Self { person, site, lab, unit }
    }

    pub fn ends(self) {
        self.site.interrupted();
    }
}

fn up(person: &Person, lab: &Lab) -> Window {
    let name_servers: Vec<String> = lab.dns_servers(&CORP).iter().map(|server| server.ip().to_string()).collect();
    person.starts(&["up", "--dns-servers", &name_servers.join(",")])
}

/// A lab of one's own with so many users that they come in several pages.
pub fn lab_of_many(hosts: &[&str]) -> Option<OwnLab> {
    let run = Lab::of_this_run()?;
    let labs = run.folder().parent().expect("a lab lies in the folder of all labs");
    let population = Population { users: 2000, ..Population::SMALL };
    Some(OwnLab::start(&Settings { population, ..Settings::new(labs, hosts) }).expect("the lab starts"))
}
