//! A database of an older schema, brought to this one.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_domain::discovery::{Method, RunKind};
use provost_store::discovery::{Counts, runs};

#[test]
fn a_run_of_schema_5_is_kept_and_its_reports_count_from_now_on() {
    engines::each_opened(|opened| {
        let agent = |opened: &engines::Opened| opened.database.connect(Principal::AdUserDiscoveryAgent).expect("a connection");
        let mut before = agent(opened);
        let run_id = before.write(|tx| {
            let run_id = runs::request(tx, Method::User, "DC=corp", RunKind::Full, "ada", START)?;
            runs::end(tx, run_id, START, "succeeded", "", &[])?;
            Ok(run_id)
        });
        let run_id = run_id.expect("a run");
        drop(before);
        opened.as_owner(
            "ALTER TABLE discovery_run DROP COLUMN reports; ALTER TABLE discovery_run DROP COLUMN reports_loaded;
             UPDATE schema_version SET version = 5",
        );
        for reports in 1..3 {
            let database = opened.reopen().expect("the same database");
            let mut agent = database.connect(Principal::AdUserDiscoveryAgent).expect("a connection");
            let mut manager = database.connect(Principal::DiscoveryDataManager).expect("a connection");
            let is_done = |agent: &mut provost_store::Connection| agent.read(|tx| runs::find(tx, run_id)).expect("a read").expect("the run").is_done();
            assert!(is_done(&mut agent), "all that is known of it is loaded");
            agent.write(|tx| runs::tell(tx, run_id, "", "", &Counts { reports, ..Counts::default() })).expect("told");
            assert!(!is_done(&mut agent), "a report of it waits");
            manager.write(|tx| runs::loaded(tx, run_id, 0, 0, 0)).expect("loaded");
            assert!(is_done(&mut agent));
        }
    });
}
