//! A domain controller that is lost, and a next one that refuses the account: nobody is asked a third time.

use crate::engines;
use crate::place::NOW;
use crate::site_server::SiteServer;
use provost_domain::discovery::{Location, Method, RunKind};
use provost_lab::command::run;
use provost_lab::lab::{Lab, OwnLab, Settings};
use provost_lab::population::{Population, fleet};
use provost_lab::topology::CORP;
use provost_store::discovery::locations;
use serde_json::Value;
use std::time::{Duration, Instant};

const READER: &str = "svc-ad-users";
/// Longest wait for the first sign-in.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a host answered the account until now, each time, by what it wrote down.
fn answers(lab: &Lab, host: &str) -> Vec<String> {
    let log = std::fs::read_to_string(lab.host(host).expect("a host").folder.join("samba.log")).expect("what the controller wrote down");
    let written = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_reader = written.filter(|one| one["Authentication"]["clientAccount"].as_str().is_some_and(|account| account.starts_with(READER)));
    of_reader.filter_map(|one| one["Authentication"]["status"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_refusal_that_counts_towards_a_lock_out_ends_the_run_that_lost_its_controller() {
    let Some(of_run) = Lab::of_this_run() else { return };
    let labs = of_run.folder().parent().expect("a lab lies in the folder of all labs");
    let population = Population { users: 2000, ..Population::SMALL };
    let lab = OwnLab::start(&Settings { population, ..Settings::new(labs, &["dc1", "dc2"]) }).expect("the lab starts");
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    // The second could be asked at two of its doors.
    let hosts = ["dc1.corp.example.test", "dc2.corp.example.test", "dc2.corp.example.test:636"].map(str::to_owned).to_vec();
    let location = Location::new(Method::User, &fleet(&CORP)).expect("a location");
    let location = Location { ca_pem: Some(site.authority()), hosts, ..location };
    site.place.act(|tx| locations::add(tx, &location, "ada", NOW)).expect("a new location");
    let path = location.path.to_string();
    site.bind(Method::User, &path, &CORP, READER);
    lab.slow("dc1", 600).expect("it is slow");
    let ended = std::thread::scope(|scope| {
        let lab = &lab;
        scope.spawn(move || {
            let until = Instant::now() + PATIENCE;
            while answers(lab, "dc1").is_empty() {
                assert!(Instant::now() < until, "nobody signs in");
                std::thread::sleep(Duration::from_millis(20));
            }
            // It is read for many seconds from now on. The other gets another password of the account meanwhile, and one more: the
            // last but one is taken for an hour.
            for password in ["--newpassword=An0ther-password", "--newpassword=One-m0re-password"] {
                let another = ["user", "setpassword", READER, password];
                run(lab.host("dc2").expect("a host").command("samba-tool").args(another)).expect("another password");
            }
            lab.stop_servers("dc1").expect("it dies");
        });
        site.run(Method::User, &path, RunKind::Full)
    });
    assert_eq!((ended.outcome.as_str(), ended.domain_controller.as_str()), ("wrong-password", "dc1.corp.example.test"), "{ended:?}");
    let said = &ended.detail;
    assert!(said.starts_with("dc1.corp.example.test was lost after ") && said.contains("name or password is wrong"), "{said}");
    assert!(ended.counts.deposited > 0 && ended.counts.loaded == ended.counts.deposited, "what was read before is kept: {ended:?}");
    assert_eq!(answers(&lab, "dc2"), ["NT_STATUS_WRONG_PASSWORD"], "it is not asked again at its other door");
}
