//! The accounts of the made-up site: who is bound, what checks saw, what each was used for; trusts, a proxy, a mail server,
//! and alerts.

use super::{Failure, Made};
use provost_catalog::accounts::{PrincipalKind, Use, account};
use provost_catalog::database::Principal;
use provost_catalog::rights::Profile;
use provost_domain::accounts::binding::Admitted;
use provost_domain::accounts::resolution::Target;
use provost_domain::accounts::verification::{Finding, Remedy, Standing, Subject, Tools, Verdict, Waiver, checks};
use provost_domain::accounts::{AccountName, Trust};
use provost_domain::alerts::{AlertRule, Cause, ClientSilent, ComponentFailing, Mail, Source};
use provost_domain::outcome::Outcome;
use provost_domain::{SiteCode, Timestamp};
use provost_store::accounts::bindings::{self, NewBinding};
use provost_store::accounts::checks as verdicts;
use provost_store::accounts::uses::{self, AccountUse};
use provost_store::keys::Secret;
use provost_store::servers::{self, DomainTrust, MailServer, ProxyServer};
use provost_store::{StoreError, Tx, alerts, settings};

/// What was seen of one check: how it ended, and the evidence.
type Seen = (Verdict, &'static str);

/// A binding of the made-up site.
struct Bound {
    kind: &'static str,
    object: &'static str,
    name: &'static str,
    principal_kind: PrincipalKind,
    position: u32,
    /// Days since it was bound.
    days: i64,
    /// What each check of it saw; none when it was never checked.
    seen: Option<fn(&Subject) -> Seen>,
    /// What it is used for, where, and how often in a day; one use of each `odd` ends otherwise.
    used: Option<(Use, &'static str, i64)>,
    odd: Option<(i64, Outcome, &'static str)>,
    /// What mends the checks that fail, for the account with this name.
    mended: Option<fn(&str) -> Vec<Remedy>>,
}

const PASS: Seen = (Verdict::Pass, "seen");

const BOUND: &[Bound] = &[
    Bound {
        kind: "ad-forest",
        object: "fabrikam.example.test",
        name: "fabrikam.example.test\\svc-forest",
        principal_kind: PrincipalKind::GlobalAccount,
        position: 1,
        days: 40,
        seen: Some(|subject| match subject {
            Subject::SignsIn => (Verdict::Pass, "signed in to dc3.fabrikam.example.test by Kerberos"),
            Subject::Has(..) => (Verdict::Pass, "read at CN=Sites,CN=Configuration,DC=fabrikam,DC=example,DC=test"),
            _ => (Verdict::Fail, "it may write to CN=Subnets,CN=Sites,CN=Configuration,DC=fabrikam,DC=example,DC=test"),
        }),
        used: Some((Use::DiscoverForest, "dc3.fabrikam.example.test", 1)),
        odd: None,
        mended: None,
    },
    Bound {
        kind: "client-push-installation",
        object: "LAB",
        name: "corp.example.test\\svc-push",
        principal_kind: PrincipalKind::DomainUser,
        position: 1,
        days: 200,
        seen: Some(|subject| match subject {
            Subject::SignsIn => (Verdict::Pass, "signed in to WS-0142 by Kerberos"),
            Subject::Has(..) => (Verdict::Pass, "a member of Administrators on 3 of 3 sampled clients"),
            _ => (Verdict::Fail, "a member of Domain Admins by way of Workstation-Admins, Tier0-Operators"),
        }),
        used: Some((Use::PushClient, "WS-0142", 3)),
        odd: Some((4, Outcome::LacksRight, "no administrator of B7-0119")),
        mended: Some(out_of_groups),
    },
    Bound {
        kind: "client-push-installation",
        object: "LAB",
        name: "corp.example.test\\svc-push-b",
        principal_kind: PrincipalKind::DomainUser,
        position: 2,
        days: 2,
        seen: Some(|subject| match subject {
            Subject::SignsIn => (Verdict::Pass, "signed in to WS-0142 by Kerberos"),
            Subject::Has(..) => (Verdict::Unknown, "WS-0131 and B7-0126 did not answer within 10 s"),
            _ => (Verdict::Fail, "no policy denies it to log on at WS-0142"),
        }),
        used: None,
        odd: None,
        mended: None,
    },
    Bound {
        kind: "ad-system-discovery",
        object: "DC=corp,DC=example,DC=test",
        name: "corp.example.test\\CM01$",
        principal_kind: PrincipalKind::ComputerAccount,
        position: 1,
        days: 200,
        seen: None,
        used: None,
        odd: None,
        mended: None,
    },
    Bound {
        kind: "management-point-connection",
        object: "management-point@localhost",
        name: "provost_lab_management_point",
        principal_kind: PrincipalKind::LocalDatabaseAccount,
        position: 1,
        days: 12,
        seen: Some(|_| PASS),
        used: Some((Use::ManagementPointDatabase, "localhost:5432", 24)),
        odd: None,
        mended: None,
    },
    Bound {
        kind: "network-access",
        object: "LAB",
        name: "corp.example.test\\svc-naa-2026b",
        principal_kind: PrincipalKind::DomainUser,
        position: 1,
        days: 31,
        seen: Some(|subject| match subject {
            Subject::Has(..) => (Verdict::Unsupported, "distribution points come with a later version"),
            Subject::SignsIn => (Verdict::Pass, "signed in to dc1.corp.example.test by Kerberos"),
            _ => (Verdict::Unknown, "dc2.corp.example.test did not answer within 10 s"),
        }),
        used: None,
        odd: None,
        mended: None,
    },
    Bound {
        kind: "smtp-server-connection",
        object: "LAB",
        name: "provost-lab@corp.example.test",
        principal_kind: PrincipalKind::ServiceUser,
        position: 1,
        days: 90,
        seen: Some(|subject| match subject {
            Subject::SignsIn => (Verdict::Pass, "signed in to mail01.corp.example.test:587 by PLAIN inside TLS 1.3"),
            Subject::ServerKeepsSecretsSafe => (Verdict::Pass, "AUTH is offered after STARTTLS only"),
            Subject::ServerAsksForSignIn => (Verdict::Pass, "530 5.7.0 Authentication required"),
            Subject::Has(..) => (Verdict::Pass, "250 2.1.0 Ok for the sender provost-lab@corp.example.test"),
            Subject::LacksForbidden(..) | Subject::Stands(_) => (Verdict::Pass, "553 5.7.1 Sender address rejected for another's address"),
        }),
        used: Some((Use::SendAlertMail, "mail01.corp.example.test:587", 5)),
        odd: Some((9, Outcome::Unreachable, "no answer within 20 s")),
        mended: None,
    },
    Bound {
        kind: "software-update-point-proxy",
        object: "cm02.corp.example.test",
        name: "svc-proxy",
        principal_kind: PrincipalKind::ServiceUser,
        position: 1,
        days: 7,
        seen: Some(|subject| match subject {
            Subject::LacksForbidden(..) => (Verdict::Unknown, "no forbidden host is set for this proxy"),
            _ => PASS,
        }),
        used: Some((Use::SynchronizeUpdates, "proxy1.corp.example.test:3128", 8)),
        odd: Some((19, Outcome::WrongPassword, "407 after a sign-in with Basic")),
        mended: None,
    },
];

/// Adds them to a made-up site.
pub fn add(made: &Made) -> Result<(), Failure> {
    let now = made.clock.now();
    let mut used = Vec::new();
    for bound in BOUND {
        let binding_id = add_binding(made, bound, now)?;
        used.extend(uses_of(bound, binding_id, now));
    }
    used.sort_by_key(|used| used.at);
    made.database.connect(Principal::Broker)?.write(|tx| used.iter().try_for_each(|used| uses::insert(tx, used)))?;
    let site: SiteCode = made.status.facts().code;
    made.database.connect(Principal::Provider)?.write(|tx| add_servers(tx, site, now))?;
    made.database.connect(Principal::AlertNotificationManager)?.write(|tx| add_alerts(tx, now))?;
    Ok(())
}

fn add_binding(made: &Made, bound: &Bound, now: Timestamp) -> Result<i64, Failure> {
    let definition = account(bound.kind).ok_or("an account of the book")?;
    let name = AccountName::parse(bound.name).map_err(|refusal| refusal.to_string())?;
    let at = now.plus_seconds(-bound.days * 86_400);
    let sealer = made.vault.sealer();
    let password = Secret::new(b"made up 1".to_vec());
    let (binding_id, sealed) = made.database.connect(Principal::Provider)?.write(|tx| {
        let keeps = bound.principal_kind != PrincipalKind::ComputerAccount;
        let sealed = keeps.then(|| sealer.add(tx, &password, "ada", at).expect("a sealed password"));
        let admitted = Admitted { principal_kind: bound.principal_kind, position: bound.position };
        let new = NewBinding { kind: definition.kind, object: bound.object, admitted, name: &name, secret: sealed.map(|sealed| sealed.secret), by: "ada", at };
        Ok((bindings::insert(tx, &new)?, sealed))
    })?;
    sealed.map_or(Ok(()), |sealed| sealer.committed(sealed))?;
    if let Some(seen) = bound.seen {
        let target = Target { trust: Trust::SameForest, authenticates: true, not_as_local_system: true };
        let checked = now.plus_seconds(-2_400);
        let finding = |check: &provost_domain::accounts::verification::Check| {
            let (verdict, evidence) = seen(&check.subject);
            let mending = bound.mended.filter(|_| verdict == Verdict::Fail).map_or_else(Vec::new, |mended| mended(name.user()));
            Finding { check_id: check.id(), verdict, evidence: evidence.to_owned(), mending, at: checked }
        };
        let findings: Vec<Finding> = checks(definition, Profile::Standard, bound.principal_kind, target).iter().map(finding).collect();
        let failed = findings.iter().find(|finding| finding.verdict == Verdict::Fail && bound.position == 2);
        let waivers: Vec<Waiver> = failed
            .map(|finding| Waiver {
                check_id: finding.check_id.clone(),
                reason: "CHG-4471: the policy that denies it reaches every client by the end of the year".to_owned(),
                granted_by: "bob.mistry".to_owned(),
                granted_at: now.plus_seconds(-86_400),
                ends_at: now.plus_seconds(60 * 86_400),
            })
            .into_iter()
            .collect();
        made.database.connect(Principal::Provider)?.write(|tx| waivers.iter().try_for_each(|waiver| verdicts::grant_waiver(tx, binding_id, waiver)))?;
        let standing = Standing::of(&findings, &waivers, now);
        made.database.connect(Principal::AccountManager)?.write(|tx| {
            verdicts::replace(tx, binding_id, &findings)?;
            bindings::set_standing(tx, binding_id, standing)
        })?;
    }
    Ok(binding_id)
}

/// What mends that an account is in groups that lead to administrators of the domain.
fn out_of_groups(user: &str) -> Vec<Remedy> {
    let groups = ["Workstation-Admins", "Tier0-Operators"];
    let member = format!("CN={user},OU=Service accounts,DC=corp,DC=example,DC=test");
    let remedy = |tools, commands: [String; 2]| Remedy { does: "take it out".to_owned(), tools, commands: commands.to_vec(), more: 0, remark: String::new() };
    vec![
        remedy(Tools::Windows, groups.map(|group| format!("Remove-ADGroupMember -Identity '{group}' -Members '{member}' -Confirm:$false"))),
        remedy(Tools::Samba, groups.map(|group| format!("samba-tool group removemembers {group} '--member-dn={member}'"))),
    ]
}

/// A week of uses, evenly, but for the odd one.
fn uses_of(bound: &Bound, binding_id: i64, now: Timestamp) -> Vec<AccountUse> {
    let Some((operation, target, daily)) = bound.used else { return Vec::new() };
    let count = daily * bound.days.min(7);
    let one = |n: i64| {
        let odd = bound.odd.filter(|(nth, ..)| *nth == n);
        let (outcome, detail) = odd.map_or((Outcome::Succeeded, ""), |(_, outcome, detail)| (outcome, detail));
        // Not on the minute: machines are not.
        let ago = (count - n) * 86_400 / daily - (n * 1_237) % 1_800;
        AccountUse {
            use_id: 0,
            binding_id: Some(binding_id),
            identity: "bound".to_owned(),
            account: bound.name.to_owned(),
            operation: operation.id().to_owned(),
            target: target.to_owned(),
            outcome: outcome.id().to_owned(),
            detail: detail.to_owned(),
            at: now.plus_seconds(-ago),
            duration: 11_000 + (n * 7_919) % 46_000,
        }
    };
    (0..count).map(one).collect()
}

fn add_servers(tx: &mut Tx<'_>, site: SiteCode, now: Timestamp) -> Result<(), StoreError> {
    settings::allow(tx, Use::PushClient.id(), true)?;
    let trust = |domain: &str, forest: &str, trust| DomainTrust { domain: domain.to_owned(), forest: forest.to_owned(), trust };
    servers::set_trust(tx, &trust("corp.example.test", "corp.example.test", Trust::SameForest))?;
    servers::set_trust(tx, &trust("fabrikam.example.test", "fabrikam.example.test", Trust::UntrustedForest))?;
    servers::set_proxy_server(
        tx,
        &ProxyServer {
            kind: "software-update-point-proxy".to_owned(),
            object: "cm02.corp.example.test".to_owned(),
            host: "proxy1.corp.example.test".to_owned(),
            port: 3128,
            authenticates: true,
            allowed: vec!["updates.example.test".to_owned(), "download.example.test:8443".to_owned()],
            forbidden_host: String::new(),
            ca_pem: None,
        },
    )?;
    servers::set_mail_server(
        tx,
        site,
        &MailServer {
            host: "mail01.corp.example.test".to_owned(),
            port: 587,
            authenticates: true,
            ca_pem: None,
            sender: "provost-lab@corp.example.test".to_owned(),
        },
    )?;
    let recipients = ["ops@corp.example.test".to_owned()];
    for (name, source) in [
        ("component-fails", Source::ComponentFailing(ComponentFailing { component: None, minutes: 5 })),
        ("silent-client", Source::ClientSilent(ClientSilent { hours: 168 })),
    ] {
        let rule = AlertRule::new(name, source, &recipients, true).expect("an alert rule");
        alerts::rules::insert(tx, &rule, "ada", now.plus_seconds(-30 * 86_400))?;
    }
    Ok(())
}

fn add_alerts(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let cause = |subject: &str, words: &str| Cause { subject: subject.to_owned(), words: words.to_owned(), times: 1 };
    let name = |text: &str| text.parse().expect("a rule's name");
    let opened = [
        (name("silent-client"), cause("B7-0131", "B7-0131 is silent for 9 days")),
        (name("component-fails"), cause("policy-provider", "policy-provider has failed for 5 min: signing policy: keys/policy.key: permission denied")),
    ];
    let mut open = alerts::open(tx, &opened, now.plus_seconds(-86_400))?;
    if let Some(first) = open.first_mut() {
        first.closed_at = Some(now.plus_seconds(-7_200));
        first.occurrences = 3;
        alerts::save(tx, std::slice::from_ref(first))?;
    }
    let mail = |n: usize, alert_id: i64, heading: &str| Mail {
        alert_id,
        message_key: format!("{n:032x}"),
        recipient: "ops@corp.example.test".parse().expect("an address"),
        heading: heading.to_owned(),
        body: "made up\n".to_owned(),
    };
    for (n, alert) in open.iter().enumerate() {
        alerts::mails::enqueue(tx, &[mail(n, alert.alert_id, &format!("LAB: {}", alert.words))], now.plus_seconds(-86_400 + 400))?;
    }
    alerts::mails::sent(tx, 1, now.plus_seconds(-86_398))?;
    Ok(())
}
