//! Bindings, verdicts, refusals, uses, tasks and servers on both engines.

use crate::engines::{self, START};
use crate::schema::OLDER_INDEXES;
use provost_catalog::accounts::{AccountKind, PrincipalKind};
use provost_catalog::database::Principal;
use provost_domain::accounts::binding::Admitted;
use provost_domain::accounts::budget::Refused;
use provost_domain::accounts::verification::{Finding, Remedy, Standing, Tools, Verdict, Waiver};
use provost_domain::accounts::{AccountName, Trust};
use provost_domain::outcome::Outcome;
use provost_store::accounts::tasks::{self, Task};
use provost_store::accounts::uses::{self, AccountUse};
use provost_store::accounts::{Binding, NewBinding, bindings, checks, refusals};
use provost_store::servers::{self, DomainTrust, MailServer, ProxyServer};
use provost_store::{Connection, StoreError, Tx};

fn name(text: &str) -> AccountName {
    AccountName::parse(text).expect("a name")
}

fn bind(tx: &mut Tx<'_>, kind: AccountKind, object: &str, position: u32, who: &str) -> Result<i64, StoreError> {
    let admitted = Admitted { principal_kind: PrincipalKind::DomainUser, position };
    bindings::insert(tx, &NewBinding { kind, object, admitted, name: &name(who), secret: None, by: "ada", at: START })
}

fn order(connection: &mut Connection, object: &str) -> Vec<(u32, String)> {
    let of = connection.read(|tx| bindings::of(tx, AccountKind::ClientPushInstallation, object)).expect("a read");
    of.into_iter().map(|binding| (binding.position, binding.name.to_string())).collect()
}

#[test]
fn a_list_keeps_its_order_without_gaps() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let push = AccountKind::ClientPushInstallation;
        provider
            .write(|tx| {
                bind(tx, push, "LAB", 1, "CORP\\b")?;
                bind(tx, push, "LAB", 1, "CORP\\a")?;
                bind(tx, push, "LAB", 3, "CORP\\c")?;
                bind(tx, push, "P01", 1, "CORP\\a").map(drop)
            })
            .expect("bindings");
        let list = |names: [&str; 3]| (1..).zip(names).map(|(place, name)| (place, format!("CORP\\{name}"))).collect::<Vec<_>>();
        assert_eq!(order(&mut provider, "LAB"), list(["a", "b", "c"]));
        let at = |provider: &mut Connection, place: usize| -> Binding { provider.read(|tx| bindings::of(tx, push, "LAB")).expect("a read").remove(place) };
        for (from, to, names) in [(0, 3, ["b", "c", "a"]), (2, 1, ["a", "b", "c"]), (1, 2, ["a", "b", "c"]), (2, 2, ["a", "c", "b"])] {
            let moved = at(&mut provider, from);
            provider.write(|tx| bindings::set_position(tx, &moved, to, "bob", START)).expect("moved");
            assert_eq!(order(&mut provider, "LAB"), list(names), "{from} to {to}");
        }
        let first = at(&mut provider, 0);
        assert!(provider.write(|tx| bindings::remove(tx, &first)).expect("removed"));
        assert_eq!(order(&mut provider, "LAB"), [(1, "CORP\\c".to_owned()), (2, "CORP\\b".to_owned())]);
        assert_eq!(order(&mut provider, "P01").len(), 1);
        let twice = provider.write(|tx| bind(tx, push, "LAB", 3, "corp\\C"));
        assert!(matches!(twice, Err(StoreError::Conflict(_))), "a name is bound once, whatever its case: {twice:?}");
    });
}

#[test]
fn a_thousand_bindings_are_read_at_once() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        provider
            .write(|tx| (0..1000).try_for_each(|n| bind(tx, AccountKind::PackageAccess, &format!("LAB{n:05X}"), 1, &format!("CORP\\user{n}")).map(drop)))
            .expect("bindings");
        let all = provider.read(bindings::list).expect("a read");
        assert_eq!(all.len(), 1000);
        assert!(all.iter().all(|binding| binding.standing == Standing::NotProved && binding.created_by == "ada" && binding.secret.is_none()));
        assert_eq!(provider.read(|tx| bindings::of_name(tx, "user7@corp")).expect("a read").len(), 1);
        assert_eq!(provider.read(|tx| bindings::by_id(tx, all[5].binding_id)).expect("a read").as_ref(), Some(&all[5]));
    });
}

#[test]
fn verdicts_waivers_and_standing_are_kept() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let mut manager = database.connect(Principal::AccountManager).expect("a connection");
        let id = provider.write(|tx| bind(tx, AccountKind::NetworkAccess, "LAB", 1, "CORP\\naa")).expect("a binding");
        let finding = |check: &str, verdict| Finding { check_id: check.to_owned(), verdict, evidence: "seen".to_owned(), mending: Vec::new(), at: START };
        let remedy = |tools: &Tools| Remedy {
            does: "take it away".to_owned(),
            tools: *tools,
            commands: vec!["dsacls 'OU=It''s \\22here\\22' /R \"b\"".to_owned(), String::new()],
            more: 3,
            remark: "wait first".to_owned(),
        };
        let found = [finding("a", Verdict::Pass), Finding { mending: Tools::ALL.iter().map(remedy).collect(), ..finding("b", Verdict::Fail) }];
        manager.write(|tx| checks::replace(tx, id, &[finding("old", Verdict::Unknown)])).expect("findings");
        manager
            .write(|tx| {
                checks::replace(tx, id, &found)?;
                bindings::set_standing(tx, id, Standing::Blocked)
            })
            .expect("findings");
        assert_eq!(provider.read(|tx| checks::findings(tx, Some(id))).expect("a read").remove(&id).as_deref(), Some(&found[..]));
        assert_eq!(provider.read(|tx| bindings::by_id(tx, id)).expect("a read").expect("a binding").standing, Standing::Blocked);
        let waiver = Waiver {
            check_id: "b".to_owned(),
            reason: "being moved".to_owned(),
            granted_by: "ada".to_owned(),
            granted_at: START,
            ends_at: START.plus_seconds(60),
        };
        provider.write(|tx| checks::grant_waiver(tx, id, &waiver)).expect("a waiver");
        let later = Waiver { ends_at: START.plus_seconds(90), ..waiver };
        provider.write(|tx| checks::grant_waiver(tx, id, &later)).expect("a waiver");
        assert_eq!(manager.read(|tx| checks::waivers(tx, None)).expect("a read").remove(&id), Some(vec![later]));
        assert!(provider.write(|tx| checks::end_waiver(tx, id, "b")).expect("ended"));
        assert!(!provider.write(|tx| checks::end_waiver(tx, id, "b")).expect("a write"));
        provider.write(|tx| checks::forget(tx, id)).expect("forgotten");
        assert!(provider.read(|tx| checks::findings(tx, None)).expect("a read").is_empty());
    });
}

#[test]
fn refusals_are_counted_for_each_password_and_forgotten_after_success() {
    engines::each(|database| {
        let mut broker = database.connect(Principal::Broker).expect("a connection");
        let so_far = |broker: &mut Connection, version| broker.read(|tx| refusals::so_far(tx, "svc@corp", version)).expect("a read");
        assert_eq!(so_far(&mut broker, 1), None);
        for seconds in [0, 5] {
            broker.write(|tx| refusals::count(tx, "svc@corp", 1, Outcome::WrongPassword, START.plus_seconds(seconds))).expect("a write");
        }
        assert_eq!(so_far(&mut broker, 1), Some(Refused { times: 2, last_at: START.plus_seconds(5) }));
        assert_eq!(so_far(&mut broker, 2), None, "another password");
        broker.write(|tx| refusals::forget(tx, "svc@corp")).expect("a write");
        assert_eq!(so_far(&mut broker, 1), None);
    });
}

#[test]
fn uses_are_listed_newest_first_and_by_binding() {
    engines::each(|database| {
        let mut broker = database.connect(Principal::Broker).expect("a connection");
        let used = |n: i64| AccountUse {
            use_id: 0,
            binding_id: Some(n % 2),
            identity: "bound".to_owned(),
            account: "CORP\\svc".to_owned(),
            operation: "send-alert-mail".to_owned(),
            target: "smtp://mail:587".to_owned(),
            outcome: "succeeded".to_owned(),
            detail: n.to_string(),
            at: START,
            duration: 7,
        };
        broker.write(|tx| (0..6).try_for_each(|n| uses::insert(tx, &used(n)))).expect("uses");
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let details = |provider: &mut Connection, binding, before, limit| -> Vec<String> {
            provider.read(|tx| uses::newest(tx, binding, before, limit)).expect("a read").into_iter().map(|used| used.detail).collect()
        };
        assert_eq!(details(&mut provider, None, i64::MAX, 3), ["5", "4", "3"]);
        assert_eq!(details(&mut provider, Some(0), i64::MAX, 10), ["4", "2", "0"]);
        let third = provider.read(|tx| uses::newest(tx, None, i64::MAX, 3)).expect("a read")[2].use_id;
        assert_eq!(details(&mut provider, None, third, 10), ["2", "1", "0"]);
    });
}

#[test]
fn tasks_wait_until_they_are_done() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let mut manager = database.connect(Principal::AccountManager).expect("a connection");
        let first = provider.write(|tx| tasks::request(tx, Task::Verify, Some(3), "ada", START)).expect("a task");
        let second = provider.write(|tx| tasks::request(tx, Task::Rekey, None, "ada", START)).expect("a task");
        let pending =
            |manager: &mut Connection| -> Vec<i64> { manager.read(|tx| tasks::pending(tx, 0)).expect("a read").iter().map(|task| task.task_id).collect() };
        assert_eq!(pending(&mut manager), [first, second]);
        manager.write(|tx| tasks::done(tx, first, Some("it is gone"), START.plus_seconds(1))).expect("done");
        assert_eq!(pending(&mut manager), [second]);
        let task = provider.read(|tx| tasks::by_id(tx, first)).expect("a read").expect("a task");
        assert_eq!((task.binding_id, task.done_at, task.failure.as_deref()), (Some(3), Some(START.plus_seconds(1)), Some("it is gone")));
    });
}

#[test]
fn servers_and_trusts_are_set_changed_and_removed() {
    engines::each(|database| {
        let site = database.site();
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let mail = MailServer { host: "mail01".to_owned(), port: 587, authenticates: true, ca_pem: None, sender: "alerts@corp.example.test".to_owned() };
        let other = MailServer { port: 2525, ca_pem: Some("PEM".to_owned()), ..mail.clone() };
        assert_eq!(provider.read(servers::mail_server).expect("a read"), None);
        for server in [&mail, &other] {
            provider.write(|tx| servers::set_mail_server(tx, site, server)).expect("set");
            assert_eq!(provider.read(servers::mail_server).expect("a read").as_ref(), Some(server));
        }
        assert!(provider.write(servers::remove_mail_server).expect("removed"));
        let proxy = ProxyServer {
            kind: "software-update-point-proxy".to_owned(),
            object: "cm01".to_owned(),
            host: "proxy".to_owned(),
            port: 3128,
            authenticates: true,
            allowed: vec!["updates.example.test".to_owned()],
            forbidden_host: "forbidden.example.test".to_owned(),
            ca_pem: None,
        };
        provider.write(|tx| servers::set_proxy_server(tx, &proxy)).expect("set");
        assert_eq!(provider.read(|tx| servers::proxy_server(tx, "software-update-point-proxy", "cm01")).expect("a read"), Some(proxy));
        assert!(provider.write(|tx| servers::remove_proxy_server(tx, "software-update-point-proxy", "cm01")).expect("removed"));
        for trust in [Trust::UntrustedForest, Trust::TrustedForest] {
            let domain = "fabrikam.example.test".to_owned();
            let trust = DomainTrust { forest: domain.clone(), domain, trust };
            provider.write(|tx| servers::set_trust(tx, &trust)).expect("set");
            assert_eq!(provider.read(servers::trusts).expect("a read"), [trust]);
        }
        assert!(provider.write(|tx| servers::remove_trust(tx, "fabrikam.example.test")).expect("removed"));
    });
}

/// A database that a program of schema 1 made gets the newer tables, once, and keeps its rows.
#[test]
fn a_database_of_schema_1_is_brought_to_this_one() {
    engines::each_opened(|opened| {
        let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
        provider.write(|tx| tx.execute("INSERT INTO setting (name, value) VALUES ('kept', 'yes')", &[])).expect("a row");
        drop(provider);
        let newer = [
            "account_binding",
            "secret",
            "sealed_secret",
            "account_refusal",
            "account_use",
            "account_check",
            "account_waiver",
            "account_task",
            "domain_trust",
            "mail_server",
            "proxy_server",
            "alert_rule",
            "alert",
            "alert_mail",
            "alert_cursor",
            "enrollment",
            "discovery_method",
            "discovery_location",
            "discovery_cursor",
            "discovery_run",
            "directory_object",
            "directory_state",
            "sid_beginning",
            "membership",
            "group_name",
            "forest",
            "forest_domain",
            "forest_site",
            "forest_subnet",
            "boundary",
            "directory_admin",
            "directory_session",
            "forest_publishing",
            "withdrawal_look",
            "withdrawal_object",
        ];
        let drops: String = newer.iter().map(|table| format!("DROP TABLE {table};")).collect();
        opened.as_owner(&format!("{drops} {OLDER_INDEXES}; UPDATE schema_version SET version = 1"));
        for _ in 0..2 {
            let database = opened.reopen().expect("the same database");
            let mut provider = database.connect(Principal::Provider).expect("a connection");
            assert_eq!(provider.read(|tx| tx.query("SELECT value FROM setting WHERE name = 'kept'", &[])).expect("a row").len(), 1);
            assert!(provider.read(bindings::list).expect("a new table").is_empty());
            assert!(provider.write(|tx| bind(tx, AccountKind::NetworkAccess, "LAB", 1, "CORP\\naa")).is_ok());
            provider.write(|tx| tx.execute("DELETE FROM account_binding", &[])).expect("removed");
        }
    });
}
