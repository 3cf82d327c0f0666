//! The account manager: when bindings are checked, what becomes of waivers, and what is destroyed.

use crate::place::{NOW, Place, each, pass};
use provost_broker::{Broker, Parts};
use provost_catalog::accounts::{AccountKind, PrincipalKind};
use provost_catalog::database::Principal;
use provost_domain::Timestamp;
use provost_domain::accounts::binding::Admitted;
use provost_domain::accounts::name::AccountName;
use provost_domain::accounts::verification::{Finding, Standing, Verdict, Waiver};
use provost_site::account_manager::AccountManager;
use provost_store::accounts::tasks::{self, Task};
use provost_store::accounts::{NewBinding, bindings, checks};
use provost_store::keys::Secret;
use provost_store::ledger;
use provost_store::servers::{self, MailServer};
use provost_store::vault::{SecretId, Vault};
use tokio::runtime::Runtime;

const HOUR: i64 = 3600;

/// A place with a vault and the component.
struct Manager<'p> {
    place: &'p Place<'p>,
    vault: Vault,
    component: AccountManager,
    _runtime: Runtime,
}

impl<'p> Manager<'p> {
    fn new(place: &'p Place<'p>) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let vault = Vault::open(&place.opened.keys, None, place.site(), &[]).expect("a vault");
        let broker = Broker::new(Parts {
            database: place.opened.database.clone(),
            opener: vault.opener(),
            ledger: place.ledger.clone(),
            clock: place.clock.clone(),
            domain: "corp.example.test".to_owned(),
            host: "site1.corp.example.test".to_owned(),
            directories: provost_broker::Directories::default(),
            runtime: runtime.handle().clone(),
        });
        let connection = place.connect(Principal::AccountManager);
        let component = AccountManager::new(&place.surroundings, connection, broker.expect("a broker"), vault.keeper(), place.ledger.clone());
        Self { place, vault, component, _runtime: runtime }
    }

    fn bind(&self, kind: AccountKind, object: &str, name: &str) -> (i64, SecretId) {
        let sealer = self.vault.sealer();
        let name = AccountName::parse(name).expect("a name");
        let (binding, sealed) = self.place.act(|tx| {
            let sealed = sealer.add(tx, &Secret::new(b"first".to_vec()), "ada", NOW).expect("sealed");
            let admitted = Admitted { principal_kind: PrincipalKind::ServiceUser, position: 1 };
            let new = NewBinding { kind, object, admitted, name: &name, secret: Some(sealed.secret), by: "ada", at: self.place.clock.now() };
            Ok((bindings::insert(tx, &new)?, sealed))
        });
        sealer.committed(sealed).expect("remembered");
        (binding, sealed.secret)
    }

    /// A mail server that nobody runs, so that every check of its account stays undecided.
    fn set_mail_server(&self) {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let server =
            MailServer { host: "127.0.0.1".to_owned(), port: nobody.port(), sender: "alerts@corp.example.test".to_owned(), authenticates: true, ca_pem: None };
        self.place.act(|tx| servers::set_mail_server(tx, self.place.site(), &server));
    }

    fn passes(&mut self, after: i64) {
        self.place.clock.set(self.place.clock.now().plus_seconds(after));
        pass(&mut self.component);
    }

    /// How often something was entered in the ledger.
    fn entered(&self, act: &str) -> usize {
        self.place.look(|tx| ledger::list(tx, 0, 1000)).iter().filter(|entry| entry.act == act).count()
    }

    fn seen_at(&self, binding: i64) -> Vec<Timestamp> {
        self.place.look(|tx| checks::findings(tx, Some(binding))).remove(&binding).unwrap_or_default().iter().map(|finding| finding.at).collect()
    }

    fn standing(&self, binding: i64) -> Standing {
        self.place.look(|tx| bindings::by_id(tx, binding)).expect("a binding").standing
    }
}

#[test]
fn an_account_is_checked_when_it_is_bound_when_it_changes_and_once_a_day() {
    each(|place| {
        let mut manager = Manager::new(place);
        // Of what is not looked at in this version nothing is undecided.
        let (binding, secret) = manager.bind(AccountKind::ReportingServicesPoint, "rsp.corp.example.test", "corp.example.test\\svc-reports");
        manager.passes(0);
        let first = manager.seen_at(binding);
        assert!(!first.is_empty() && first.iter().all(|at| *at == NOW));
        assert_eq!(manager.standing(binding), Standing::NotProved, "what was not looked at is not proved");
        manager.passes(HOUR);
        assert_eq!((manager.seen_at(binding), manager.entered("account.verify")), (first, 1), "nothing changed");

        let sealer = manager.vault.sealer();
        let changed_at = place.clock.now().plus_seconds(1);
        let sealed = place.act(|tx| {
            let sealed = sealer.replace(tx, secret, None, &Secret::new(b"second".to_vec()), "ada", changed_at).expect("sealed");
            bindings::set_secret(tx, binding, sealed.secret, "ada", changed_at)?;
            Ok(sealed)
        });
        sealer.committed(sealed).expect("remembered");
        manager.passes(2);
        assert_eq!(manager.entered("account.verify"), 2, "a new password");
        manager.passes(23 * HOUR);
        assert_eq!(manager.entered("account.verify"), 2, "a verdict is good for a day");
        manager.passes(HOUR);
        assert_eq!(manager.entered("account.verify"), 3, "and no longer");
        assert!(manager.seen_at(binding).iter().all(|at| *at == place.clock.now()));

        let task = place.act(|tx| tasks::request(tx, Task::Verify, Some(binding), "bob", place.clock.now()));
        manager.passes(1);
        assert_eq!(manager.entered("account.verify"), 4, "somebody asked");
        assert!(place.look(|tx| tasks::by_id(tx, task)).is_some_and(|task| task.done_at.is_some() && task.failure.is_none()));
    });
}

#[test]
fn what_could_not_be_decided_is_tried_again_soon() {
    each(|place| {
        let mut manager = Manager::new(place);
        manager.set_mail_server();
        let (binding, _) = manager.bind(AccountKind::SmtpServerConnection, "", "alerts@corp.example.test");
        manager.passes(0);
        let findings = place.look(|tx| checks::findings(tx, Some(binding))).remove(&binding).expect("findings");
        assert!(
            findings.iter().any(|finding| finding.verdict == Verdict::Unknown) && findings.iter().all(|finding| finding.verdict != Verdict::Pass),
            "{findings:?}"
        );
        assert_eq!(manager.standing(binding), Standing::NotProved, "unknown blocks nobody and proves nothing");
        let checked = manager.entered("account.verify");
        manager.passes(14 * 60);
        assert_eq!(manager.entered("account.verify"), checked);
        manager.passes(60);
        assert_eq!(manager.entered("account.verify"), checked + 1);
    });
}

#[test]
fn a_waiver_holds_until_its_end_and_then_the_failure_blocks() {
    each(|place| {
        let mut manager = Manager::new(place);
        let (binding, _) = manager.bind(AccountKind::ReportingServicesPoint, "rsp.corp.example.test", "corp.example.test\\svc-reports");
        manager.passes(0);
        let failed = Finding {
            check_id: "needs:sign-in".to_owned(),
            verdict: Verdict::Fail,
            evidence: "it was refused".to_owned(),
            mending: Vec::new(),
            at: place.clock.now(),
        };
        let waiver = Waiver {
            check_id: failed.check_id.clone(),
            reason: "it is being moved".to_owned(),
            granted_by: "ada".to_owned(),
            granted_at: NOW,
            ends_at: NOW.plus_seconds(2 * HOUR),
        };
        place.connect(Principal::AccountManager).write(|tx| checks::replace(tx, binding, std::slice::from_ref(&failed))).expect("a finding");
        place.act(|tx| checks::grant_waiver(tx, binding, &waiver));
        manager.passes(HOUR);
        assert_eq!(manager.standing(binding), Standing::NotProved, "waived");
        manager.passes(HOUR + 1);
        assert_eq!(manager.standing(binding), Standing::Blocked);
    });
}

#[test]
fn retired_passwords_are_destroyed_and_the_site_key_is_changed_on_demand() {
    each(|place| {
        let mut manager = Manager::new(place);
        let (binding, secret) = manager.bind(AccountKind::ReportingServicesPoint, "rsp.corp.example.test", "corp.example.test\\svc-reports");
        let sealer = manager.vault.sealer();
        let sealed = place.act(|tx| Ok(sealer.replace(tx, secret, None, &Secret::new(b"second".to_vec()), "ada", NOW).expect("sealed")));
        sealer.committed(sealed).expect("remembered");
        manager.passes(0);
        assert_eq!(manager.entered("vault.destroy"), 1);
        let kept = place.connect(Principal::AccountManager).read(|tx| tx.query("SELECT version FROM sealed_secret", &[])).expect("rows");
        assert_eq!(kept.iter().map(|row| row.integer(0)).collect::<Vec<_>>(), [Ok(2)]);
        let before = manager.vault.key_id();
        place.act(|tx| tasks::request(tx, Task::Rekey, None, "ada", NOW));
        manager.passes(1);
        assert_ne!(manager.vault.key_id(), before);
        assert_eq!((manager.entered("vault.rekey"), manager.entered("vault.destroy")), (1, 1));
        assert_eq!(manager.standing(binding), Standing::NotProved);
    });
}
