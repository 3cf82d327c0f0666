//! The accounts that reach the site database, on a real PostgreSQL server.

use crate::engines::{self, Opened};
use crate::place::{Place, START, secret};
use provost_broker::{Asker, DatabaseEndpoint};
use provost_catalog::accounts::{ACCOUNTS, Reach, Use};
use provost_catalog::database::Principal;
use provost_catalog::roles::ROLES;
use provost_domain::accounts::resolution::Identity;
use provost_domain::accounts::verification::{Finding, Standing, Verdict};
use provost_domain::outcome::Outcome;
use provost_store::StoreError;
use provost_store::accounts::{Binding, bindings};

const PASSWORD: &str = "p%40ss wörd 日本 '\"";

fn role_of(operation: Use) -> (Principal, &'static str) {
    let role = ROLES.iter().find(|role| role.accounts.contains(&operation.account().kind) && role.principal.is_some()).expect("a role");
    (role.principal.expect("a principal"), role.id)
}

fn operations() -> impl Iterator<Item = Use> {
    ACCOUNTS.iter().flat_map(|account| account.used_by).copied().filter(|operation| operation.reaches() == Reach::SiteDatabase)
}

/// A login of this site only: logins belong to the whole server.
fn login(opened: &Opened, operation: Use) -> String {
    format!("svc_{}_{}", opened.site.as_str().to_lowercase(), operation.id().replace('-', "_"))
}

/// Runs a test on a PostgreSQL server; what blocks there is told so.
fn on_a_server(test: impl AsyncFnOnce(&Opened, &Place)) {
    let Some(opened) = engines::postgresql() else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let place = {
        let _inside = runtime.enter();
        Place::over(&opened.database, &opened.keys)
    };
    runtime.block_on(test(&opened, &place));
}

fn as_owner(opened: &Opened, sql: &str) {
    tokio::task::block_in_place(|| opened.as_owner(sql));
}

async fn verify(place: &Place, binding: &Binding) -> (Vec<Finding>, Standing) {
    let findings = place.broker.verify(binding, "ada", Asker::Person).await.expect("findings");
    let standing = Standing::of(&findings, &[], START);
    (findings, standing)
}

fn of<'a>(findings: &'a [Finding], part: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.check_id.contains(part)).unwrap_or_else(|| panic!("{part} is not among {findings:?}"))
}

fn bound(opened: &Opened, place: &Place, operation: Use) -> Binding {
    place.bind(operation.account().kind, &format!("{}@role01", role_of(operation).1), &login(opened, operation), &secret(PASSWORD))
}

#[test]
fn each_account_reaches_the_database_as_a_login_of_its_own_with_the_rights_of_its_role_and_no_other() {
    on_a_server(async |opened, place| {
        let mut count = 0;
        for operation in operations() {
            count += 1;
            let (principal, role) = role_of(operation);
            let binding = bound(opened, place, operation);
            let (findings, standing) = verify(place, &binding).await;
            for finding in findings.iter().filter(|finding| finding.check_id.contains("site-database") || finding.check_id == "needs:sign-in") {
                assert_eq!(finding.verdict, Verdict::Pass, "{operation:?}: {finding:?}");
            }
            assert_ne!(standing, Standing::Blocked, "{operation:?}: {findings:?}");

            let endpoint = DatabaseEndpoint::new(&opened.database, principal, role, "ROLE01");
            let mut session = place.broker.connect(operation, &endpoint, "test", Asker::Component).await.expect("a session");
            assert_eq!(session.identity(), Identity::Bound(binding.binding_id));
            let (read, forbidden) = tokio::task::block_in_place(|| {
                let connection = session.connection();
                (connection.read(|tx| tx.query("SELECT code FROM site", &[])), connection.read(|tx| tx.query("SELECT name FROM person", &[])))
            });
            assert_eq!(read.expect("it reads").len(), 1);
            assert!(matches!(forbidden, Err(StoreError::Denied(_))), "{operation:?}: {forbidden:?}");
        }
        assert_eq!(count, 5);
        tokio::task::block_in_place(|| place.broker.drop_logins_but(&[])).expect("dropped");
    });
}

#[test]
fn any_right_too_much_or_too_little_is_seen_and_not_mended_in_silence() {
    on_a_server(async |opened, place| {
        let operation = Use::ReadReportData;
        let (binding, name) = (bound(opened, place, operation), login(opened, operation));
        assert_ne!(verify(place, &binding).await.1, Standing::Blocked);
        let too_much = |sql: &str| sql.replace("LOGIN", &name);
        for (change, undo, seen) in [
            ("GRANT UPDATE ON device TO LOGIN", "REVOKE UPDATE ON device FROM LOGIN", "UPDATE on table provost.device"),
            ("GRANT SELECT (name) ON person TO LOGIN", "REVOKE SELECT (name) ON person FROM LOGIN", "SELECT on columns of table provost.person"),
            ("GRANT SELECT ON person TO PUBLIC", "REVOKE SELECT ON person FROM PUBLIC", "SELECT on table provost.person"),
            ("GRANT DELETE ON ledger TO LOGIN", "REVOKE DELETE ON ledger FROM LOGIN", "DELETE on table provost.ledger"),
            ("GRANT CREATE ON SCHEMA provost TO LOGIN", "REVOKE CREATE ON SCHEMA provost FROM LOGIN", "CREATE on schema provost"),
            (
                "CREATE FUNCTION provost.peek() RETURNS BIGINT LANGUAGE sql AS 'SELECT 1::BIGINT'; GRANT EXECUTE ON FUNCTION provost.peek() TO PUBLIC",
                "DROP FUNCTION provost.peek()",
                "EXECUTE on routine provost.peek",
            ),
            ("CREATE ROLE g_LOGIN; GRANT g_LOGIN TO LOGIN", "DROP ROLE g_LOGIN", "is a member of"),
            ("ALTER ROLE LOGIN CREATEDB", "ALTER ROLE LOGIN NOCREATEDB", "may create databases"),
        ] {
            as_owner(opened, &too_much(change));
            for _ in 0..2 {
                let (findings, standing) = verify(place, &binding).await;
                let finding = of(&findings, "must-not-have:more-than-needed@site-database");
                assert!(finding.verdict == Verdict::Fail && finding.evidence.contains(seen), "{change}: {finding:?}");
                assert_eq!(standing, Standing::Blocked, "{change}");
            }
            as_owner(opened, &too_much(undo));
            assert_ne!(verify(place, &binding).await.1, Standing::Blocked, "{undo}");
        }
        as_owner(opened, &too_much("REVOKE SELECT ON device FROM LOGIN"));
        let (findings, standing) = verify(place, &binding).await;
        let finding = of(&findings, "needs:read@site-database");
        assert!(finding.verdict == Verdict::Fail && finding.evidence.contains("SELECT on table provost.device"), "{finding:?}");
        assert_eq!(standing, Standing::Blocked);
        tokio::task::block_in_place(|| place.broker.drop_logins_but(&[])).expect("dropped");
    });
}

#[test]
fn a_new_password_is_the_logins_and_a_removed_account_leaves_no_login() {
    on_a_server(async |opened, place| {
        let operation = Use::ManagementPointDatabase;
        let (principal, role) = role_of(operation);
        let endpoint = DatabaseEndpoint::new(&opened.database, principal, role, "role01");
        let default = place.broker.connect(operation, &endpoint, "test", Asker::Component).await.expect("a session");
        assert_eq!(default.identity(), Identity::RoleComputer);

        let (binding, name) = (bound(opened, place, operation), login(opened, operation));
        verify(place, &binding).await;
        place.new_password(&binding, &secret("another"));
        let refused = place.broker.connect(operation, &endpoint, "test", Asker::Component).await.err().expect("the login has the old one still");
        assert_eq!(refused.outcome(), Outcome::WrongPassword, "{refused}");
        assert_eq!(verify(place, &binding).await.0[0].verdict, Verdict::Pass, "the check gives the login its new password");
        place.broker.connect(operation, &endpoint, "test", Asker::Person).await.expect("a session with the new one");

        tokio::task::block_in_place(|| {
            let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
            provider.write(|tx| bindings::remove(tx, &binding)).expect("removed");
            assert_eq!(place.broker.drop_logins_but(&[binding.secret.expect("a secret")]).expect("kept"), Vec::<String>::new());
            assert_eq!(place.broker.drop_logins_but(&[]).expect("dropped"), std::slice::from_ref(&name));
        });
        let gone = tokio::task::block_in_place(|| opened.database.connect_as(principal, &name, &secret("another")));
        assert!(gone.is_err());
        let default = place.broker.connect(operation, &endpoint, "test", Asker::Component).await.expect("a session");
        assert_eq!(default.identity(), Identity::RoleComputer);
    });
}

#[test]
fn a_login_of_somebody_elses_or_with_high_rights_is_not_taken() {
    on_a_server(async |opened, place| {
        let operation = Use::MulticastDatabase;
        let (binding, name) = (bound(opened, place, operation), login(opened, operation));
        for (make, undo) in [
            (format!("CREATE ROLE {name} CREATEDB"), format!("DROP ROLE {name}")),
            (format!("CREATE ROLE {name}; COMMENT ON ROLE {name} IS 'the payroll'"), format!("DROP ROLE {name}")),
        ] {
            as_owner(opened, &make);
            let (findings, standing) = verify(place, &binding).await;
            assert_eq!((of(&findings, "needs:sign-in").verdict, standing), (Verdict::Fail, Standing::Blocked), "{make}: {findings:?}");
            as_owner(opened, &undo);
        }
        // One without rights and without a word on whose it is is adopted, and left behind without any when the account goes.
        as_owner(opened, &format!("CREATE ROLE {name}"));
        assert_eq!(of(&verify(place, &binding).await.0, "needs:sign-in").verdict, Verdict::Pass);
        tokio::task::block_in_place(|| place.broker.drop_logins_but(&[])).expect("dropped");
        as_owner(opened, &format!("DROP ROLE {name}"));
    });
}

#[test]
fn in_the_embedded_database_the_authorizer_is_what_holds_and_nobody_falls_back_in_silence() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(embedded());
}

async fn embedded() {
    let place = Place::new();
    let operation = Use::ManagementPointDatabase;
    let binding = place.bind(operation.account().kind, "management-point@role01", "svc_mp", &secret(PASSWORD));
    let (findings, standing) = verify(&place, &binding).await;
    assert!(findings.iter().all(|finding| finding.verdict == Verdict::NotApplicable), "{findings:?}");
    assert_eq!(standing, Standing::NotProved);
    let endpoint = DatabaseEndpoint::new(&place.database, Principal::ManagementPoint, "management-point", "role01");
    let refused = place.broker.connect(operation, &endpoint, "test", Asker::Component).await.err().expect("a refusal");
    assert_eq!(refused.outcome(), Outcome::RefusedByRule, "{refused}");
}
