//! Checks against real servers: each account holds what it needs and nothing more, and where it does not, that is seen.

use crate::place::{Place, START, kdc_password, secret, smtp, squid};
use provost_broker::Asker;
use provost_catalog::accounts::{AccountKind, Use};
use provost_domain::accounts::verification::{Finding, Standing, Verdict};
use provost_store::accounts::Binding;
use provost_store::servers::{MailServer, ProxyServer};

const ALERTS: &str = "alerts@corp.example.test";

async fn verify(place: &Place, binding: &Binding) -> (Vec<Finding>, Standing) {
    let findings = place.broker.verify(binding, "ada", Asker::Person).await.expect("findings");
    let standing = Standing::of(&findings, &[], START);
    (findings, standing)
}

fn of<'a>(findings: &'a [Finding], check: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.check_id == check).unwrap_or_else(|| panic!("{check} is not among {findings:?}"))
}

fn service_user(place: &Place, kind: AccountKind, object: &str, name: &str, password: &provost_store::keys::Secret) -> Binding {
    let mut binding = place.bind(kind, object, name, password);
    binding.principal_kind = provost_catalog::accounts::PrincipalKind::ServiceUser;
    binding
}

#[tokio::test(flavor = "multi_thread")]
async fn the_smtp_account_is_proved_at_a_server_that_is_as_it_should_be() {
    let Some((server, password)) = smtp(ALERTS) else { return };
    let place = Place::new();
    let binding = service_user(&place, AccountKind::SmtpServerConnection, "LAB", ALERTS, &password);
    let (findings, standing) = verify(&place, &binding).await;
    assert!(findings.iter().all(|finding| finding.verdict == Verdict::Unknown), "no server is set: {findings:?}");
    assert_eq!(standing, Standing::NotProved);

    place.set_mail(&server);
    let (findings, standing) = verify(&place, &binding).await;
    let verdicts: Vec<String> = findings.iter().map(|finding| format!("{} {}", finding.verdict.id(), finding.check_id)).collect();
    insta::assert_snapshot!(verdicts.join("\n"));
    assert_eq!(standing, Standing::Proved);
    assert_eq!(place.uses().len(), 1, "the sign-in of the check is written down");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_smtp_account_that_cannot_sign_in_or_send_as_itself_is_blocked() {
    let Some((server, password)) = smtp(ALERTS) else { return };
    let place = Place::new();
    let binding = service_user(&place, AccountKind::SmtpServerConnection, "LAB", ALERTS, &secret("wrong"));
    place.set_mail(&server);
    let (findings, standing) = verify(&place, &binding).await;
    assert_eq!((of(&findings, "needs:sign-in").verdict, standing), (Verdict::Fail, Standing::Blocked));
    assert_eq!(of(&findings, "needs:send-mail@mail-server").verdict, Verdict::Unknown);
    let (_, _) = verify(&place, &binding).await;
    let (findings, standing) = verify(&place, &binding).await;
    assert_eq!(
        (of(&findings, "needs:sign-in").verdict, standing),
        (Verdict::Fail, Standing::Blocked),
        "the budget is used up, and it is refused still: {findings:?}"
    );

    place.new_password(&binding, &password);
    place.set_mail(&MailServer { sender: "other@corp.example.test".to_owned(), ..server.clone() });
    let (findings, standing) = verify(&place, &binding).await;
    assert_eq!((of(&findings, "needs:send-mail@mail-server").verdict, standing), (Verdict::Fail, Standing::Blocked));

    place.set_mail(&MailServer { ca_pem: None, ..server });
    let (findings, standing) = verify(&place, &binding).await;
    assert!(findings.iter().all(|finding| finding.verdict != Verdict::Pass), "nothing is seen at a server that is not trusted: {findings:?}");
    assert_eq!(standing, Standing::NotProved);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_accounts_are_proved_and_what_is_wrong_is_seen() {
    let operation = Use::SynchronizeUpdates;
    let Some((server, user, password)) = squid(operation) else { return };
    let place = Place::new();
    let binding = service_user(&place, operation.account().kind, "cm01", &user, &password);
    place.set_proxy(&server);
    let (findings, standing) = verify(&place, &binding).await;
    let verdicts: Vec<String> = findings.iter().map(|finding| format!("{} {}", finding.verdict.id(), finding.check_id)).collect();
    insta::assert_snapshot!(verdicts.join("\n"));
    assert_eq!(standing, Standing::Proved);

    // The host that it should not reach is one that it does.
    let allowed = server.allowed[0].clone();
    let (host, _) = allowed.rsplit_once(':').expect("host and port");
    place.set_proxy(&ProxyServer { forbidden_host: host.to_owned(), ..server.clone() });
    let (findings, standing) = verify(&place, &binding).await;
    assert_eq!((of(&findings, "must-not-have:more-than-needed@proxy-server").verdict, standing), (Verdict::Fail, Standing::Blocked));

    place.set_proxy(&ProxyServer { allowed: vec![allowed, "forbidden.example.test".to_owned()], ..server.clone() });
    let (findings, _) = verify(&place, &binding).await;
    assert_eq!(of(&findings, "needs:pass-proxy@proxy-server").verdict, Verdict::Fail, "one of two hosts is not reached");

    place.set_proxy(&ProxyServer { forbidden_host: String::new(), ..server.clone() });
    let (findings, standing) = verify(&place, &binding).await;
    assert_eq!((of(&findings, "must-not-have:more-than-needed@proxy-server").verdict, standing), (Verdict::Unknown, Standing::NotProved));

    place.new_password(&binding, &secret("wrong"));
    place.set_proxy(&server);
    let (findings, standing) = verify(&place, &binding).await;
    assert_eq!((of(&findings, "needs:sign-in").verdict, standing), (Verdict::Fail, Standing::Blocked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_account_of_a_domain_is_proved_with_a_ticket_as_another_is_with_its_password() {
    for operation in [Use::SynchronizeAssetIntelligence, Use::ReachExchangeOnline, Use::SynchronizeUpdates] {
        let (Some((server, user, password)), Some(kdc_password)) = (squid(operation), kdc_password()) else { return };
        // The name that tickets are for.
        let server = ProxyServer { host: "localhost".to_owned(), ..server };
        let mut seen = Vec::new();
        for (user, password) in [(user.as_str(), &password), ("ada@mit.example.test", &kdc_password)] {
            let place = Place::new();
            let binding = place.bind(operation.account().kind, "cm01", user, password);
            place.set_proxy(&server);
            let (findings, standing) = verify(&place, &binding).await;
            assert_eq!(standing, Standing::Proved, "{user}: {findings:?}");
            seen.push(findings.into_iter().map(|finding| (finding.check_id, finding.verdict, finding.evidence)).collect::<Vec<_>>());
        }
        let [basic, negotiate] = &seen[..] else { panic!("two accounts") };
        assert_eq!(basic, negotiate, "the same is seen of both");
        let offered = &basic.iter().find(|(_, _, evidence)| evidence.starts_with("407")).expect("an answer").2;
        assert!(offered.ends_with("offering basic, negotiate"), "{offered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_looked_at_yet_is_unsupported_and_never_passes() {
    let place = Place::new();
    for (kind, object) in [(AccountKind::NetworkAccess, "LAB"), (AccountKind::SiteSystemInstallation, "cm02"), (AccountKind::DomainJoining, "s/1")] {
        let binding = place.bind(kind, object, "corp.example.test\\svc", &secret("x"));
        let (findings, standing) = verify(&place, &binding).await;
        assert!(!findings.is_empty() && findings.iter().all(|finding| finding.verdict == Verdict::Unsupported), "{findings:?}");
        assert_eq!(standing, Standing::NotProved);
    }
    assert!(place.uses().is_empty(), "nobody signed in anywhere");
}
