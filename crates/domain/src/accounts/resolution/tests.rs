use super::*;
use proptest::prelude::*;
use provost_catalog::accounts::Reach;
use provost_catalog::rights::Right;

fn all_on() -> Switches {
    Use::ALL.iter().fold(Switches::default(), |switches, operation| switches.with(*operation))
}

fn primary(switched_on: Switches) -> SiteFacts {
    SiteFacts { site_type: SiteType::Primary, switched_on }
}

fn target(trust: Trust) -> Target {
    Target { trust, authenticates: false, not_as_local_system: false }
}

fn user(binding_id: i64) -> Candidate {
    Candidate { binding_id, principal_kind: PrincipalKind::DomainUser, blocked: false }
}

fn ask(operation: Use, target: Target, bound: &[Candidate], site: SiteFacts) -> Result<Vec<Identity>, Unresolved> {
    resolve(&Question { operation, target, bound, site }).map(|attempts| attempts.iter().map(|attempt| attempt.identity).collect())
}

#[test]
fn push_tries_its_list_and_then_the_site_server_only_where_that_is_switched_on() {
    let bound = [user(7), user(3)];
    let here = target(Trust::SameForest);
    let mut switches = Switches::default();
    assert_eq!(ask(Use::PushClient, here, &bound, primary(switches)), Err(Unresolved::SwitchedOff(Use::PushClient)));
    switches = switches.with(Use::PushClient);
    assert_eq!(ask(Use::PushClient, here, &bound, primary(switches)), Ok(vec![Identity::Bound(7), Identity::Bound(3)]));
    assert_eq!(ask(Use::PushClient, here, &[], primary(switches)), Err(Unresolved::Nobody(AccountKind::ClientPushInstallation)));
    switches.push_as_site_server = true;
    assert_eq!(ask(Use::PushClient, here, &bound, primary(switches)), Ok(vec![Identity::Bound(7), Identity::Bound(3), Identity::SiteServerComputer]));
    assert_eq!(ask(Use::PushClient, target(Trust::UntrustedForest), &bound, primary(switches)), Ok(vec![Identity::Bound(7), Identity::Bound(3)]));
}

#[test]
fn network_access_comes_after_the_computer_account_every_time() {
    let on = Switches::default().with(Use::ReadContent);
    for trust in Trust::ALL {
        let attempts = ask(Use::ReadContent, target(*trust), &[user(1), user(2)], primary(on)).expect("attempts");
        assert_eq!(attempts, [Identity::ClientComputer, Identity::Bound(1), Identity::Bound(2)]);
        let off = ask(Use::ReadContent, target(*trust), &[user(1)], primary(Switches::default())).expect("attempts");
        assert_eq!(off, [Identity::ClientComputer], "without the network access account, which nobody switched on");
    }
}

#[test]
fn a_secondary_site_publishes_as_its_computer_account_whatever_is_bound() {
    let site = SiteFacts { site_type: SiteType::Secondary, switched_on: all_on() };
    assert_eq!(ask(Use::PublishToForest, target(Trust::SameForest), &[user(1)], site), Ok(vec![Identity::SiteServerComputer]));
    assert_eq!(ask(Use::PublishToForest, target(Trust::UntrustedForest), &[user(1)], site), Err(Unresolved::SecondarySite));
}

#[test]
fn a_computer_account_does_not_stand_in_where_it_is_not_trusted() {
    let computer = Candidate { principal_kind: PrincipalKind::ComputerAccount, ..user(1) };
    let far = target(Trust::UntrustedForest);
    assert_eq!(
        ask(Use::DiscoverForest, far, &[computer], primary(all_on())),
        Err(Unresolved::Mandatory(AccountKind::ActiveDirectoryForest, Situation::UntrustedForest))
    );
    assert_eq!(ask(Use::DiscoverForest, far, &[user(2)], primary(all_on())), Ok(vec![Identity::Bound(2)]));
}

#[test]
fn a_blocked_account_never_lets_somebody_stronger_step_in() {
    let blocked = Candidate { blocked: true, ..user(1) };
    let mut switches = all_on();
    switches.push_as_site_server = true;
    for operation in [Use::PushClient, Use::DiscoverSystems, Use::ManagementPointDatabase, Use::SendAlertMail, Use::MigrateObjects] {
        assert!(matches!(ask(operation, target(Trust::SameForest), &[blocked], primary(switches)), Err(Unresolved::Blocked(_))), "{operation:?}");
    }
    assert_eq!(ask(Use::ReadContent, target(Trust::SameForest), &[blocked], primary(switches)), Ok(vec![Identity::ClientComputer]));
}

/// The whole table: every use, in each situation of trust, with and without an account and authentication.
#[test]
fn who_acts_for_every_use_in_every_situation() {
    let mut table = String::new();
    for operation in Use::ALL.iter().copied() {
        table += &format!("{} ({}, {})\n", operation.id(), operation.account().id, operation.account().held_per.id());
        let roles: Vec<&str> = super::super::scope::roles(operation.account()).map(|role| role.id).collect();
        if !roles.is_empty() {
            table += &format!("  of {}\n", roles.join(", "));
        }
        let mut last = String::new();
        for trust in Trust::ALL.iter().copied() {
            for bound in [&[][..], &[user(1)][..], &[user(1), user(2)][..]] {
                for authenticates in [false, true] {
                    let matters = matches!(operation.reaches(), Reach::Proxy | Reach::MailServer);
                    if authenticates && !matters {
                        continue;
                    }
                    let target = Target { trust, authenticates, not_as_local_system: true };
                    let answer = match resolve(&Question { operation, target, bound, site: primary(all_on()) }) {
                        Ok(attempts) => attempts
                            .iter()
                            .map(|attempt| match attempt.identity {
                                Identity::Bound(id) => format!("account {id}"),
                                other => other.id().to_owned(),
                            })
                            .collect::<Vec<_>>()
                            .join(", then "),
                        Err(unresolved) => format!("refused: {unresolved} (PV{})", unresolved.code()),
                    };
                    let asks = if !matters {
                        ""
                    } else if authenticates {
                        ", asks for sign-in"
                    } else {
                        ", asks for nothing"
                    };
                    last = format!("  {:<17} {} bound{asks}: {answer}\n", trust.id(), bound.len());
                    table += &last;
                }
            }
        }
        assert!(!last.is_empty());
    }
    insta::assert_snapshot!(table);
}

type Asked = (usize, usize, bool, bool, Vec<(bool, bool)>, u64, bool, usize);

fn any_question() -> impl Strategy<Value = Asked> {
    (
        0..Use::ALL.len(),
        0..Trust::ALL.len(),
        any::<bool>(),
        any::<bool>(),
        prop::collection::vec((any::<bool>(), any::<bool>()), 0..5),
        any::<u64>(),
        any::<bool>(),
        0..3usize,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn the_rules_hold_whatever_is_asked((operation, trust, authenticates, not_as_local_system, candidates, uses, push_as_site_server, site_type) in any_question()) {
        let operation = Use::ALL[operation];
        let target = Target { trust: Trust::ALL[trust], authenticates, not_as_local_system };
        let bound: Vec<Candidate> = (1..).zip(&candidates).map(|(binding_id, (computer, blocked))| Candidate {
            binding_id,
            principal_kind: if *computer { PrincipalKind::ComputerAccount } else { PrincipalKind::DomainUser },
            blocked: *blocked,
        }).collect();
        let switched_on = Switches { uses, push_as_site_server };
        let site = SiteFacts { site_type: SiteType::ALL[site_type], switched_on };
        let question = Question { operation, target, bound: &bound, site };
        let answer = resolve(&question);
        prop_assert_eq!(&answer, &resolve(&question), "the same question has the same answer");
        let account = operation.account();
        let Ok(attempts) = answer else { return Ok(()) };
        prop_assert!(!attempts.is_empty());
        prop_assert!(switched_on.allow(operation) || (operation == Use::ReadContent && attempts.len() == 1));
        let identities: Vec<Identity> = attempts.iter().map(|attempt| attempt.identity).collect();
        for identity in &identities {
            match identity {
                Identity::Bound(id) => {
                    let candidate = bound.iter().find(|candidate| candidate.binding_id == *id).expect("a candidate");
                    prop_assert!(!candidate.blocked, "a blocked account acts");
                }
                // The site server's account, where it is a fall-back, only when somebody asked for it.
                Identity::SiteServerComputer if operation == Use::PushClient => prop_assert!(push_as_site_server && target.trust.domain_is_trusted()),
                Identity::SiteServerComputer => prop_assert!(account.default == DefaultIdentity::SiteServerComputer),
                _ => {}
            }
        }
        // Nobody acts twice, the bound keep their order, and a computer's own account never acts in a forest that is not trusted.
        let order: Vec<i64> = identities.iter().filter_map(|identity| if let Identity::Bound(id) = identity { Some(*id) } else { None }).collect();
        prop_assert!(order.windows(2).all(|pair| pair[0] < pair[1]));
        if account.mandatory_when.contains(&Situation::UntrustedForest) && !target.trust.forest_is_trusted() {
            prop_assert!(identities.iter().all(|identity| matches!(identity, Identity::Bound(_))));
        }
        if operation == Use::ReadContent {
            prop_assert_eq!(identities[0], Identity::ClientComputer);
        }
        if operation == Use::PublishToForest && site.site_type == SiteType::Secondary {
            prop_assert_eq!(&identities[..], &[Identity::SiteServerComputer]);
        }
        // What runs programs is never the kind that only reads content.
        if account.requires.iter().any(|held| held.right == Right::RunCommandLine) {
            prop_assert!(account.kind != AccountKind::NetworkAccess);
        }
    }
}

#[test]
fn who_is_blocked_is_told_by_the_command_for_the_very_account() {
    let blocked = Unresolved::Blocked(AccountKind::ActiveDirectoryUserDiscovery);
    let fix = |names: &[&str]| blocked.fix(Use::DiscoverUsers, "OU=A", names.iter().copied());
    assert_eq!(fix(&["corp.example.test\\svc"]).as_deref(), Some("provost verify 'corp.example.test\\svc'"));
    assert_eq!(fix(&["a@corp.example.test", "it's"]).as_deref(), Some("provost verify a@corp.example.test; provost verify 'it'\\''s'"));
    assert_eq!(fix(&[]).as_deref(), Some("provost verify --for ad-user-discovery"), "nobody's name is made up");
}
