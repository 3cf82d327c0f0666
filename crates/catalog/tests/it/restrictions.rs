//! What the seed demands, said a second time: a definition that is changed by mistake fails here. `seed.tsv` names these
//! tests beside the sentences.

use provost_catalog::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use provost_catalog::groups::{Created, GROUPS, GroupKind, GroupPlace, Maintainer, Member, Removal};
use provost_catalog::rights::{Held, Place, Profile, Right};

type Pairs = Vec<(Right, Place)>;

/// What the seed says, without what the hardened profile adds; in order.
fn said(all: &[Held]) -> Pairs {
    let mut said: Pairs = all.iter().filter(|h| h.profile() == Profile::Standard).map(|h| (h.right, h.place)).collect();
    said.sort_unstable();
    said
}

fn in_order<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all
}

fn needs(kind: AccountKind) -> Pairs {
    said(kind.definition().requires)
}

fn must_not(kind: AccountKind) -> Pairs {
    said(kind.definition().forbids)
}

fn grants(kind: GroupKind) -> Pairs {
    said(kind.definition().grants)
}

const TASK_SEQUENCE: [AccountKind; 4] =
    [AccountKind::CaptureOperatingSystemImage, AccountKind::DomainJoining, AccountKind::NetworkFolderConnection, AccountKind::TaskSequenceRunAs];

#[test]
fn discovery_accounts_read_where_they_discover() {
    for kind in [AccountKind::ActiveDirectoryGroupDiscovery, AccountKind::ActiveDirectorySystemDiscovery, AccountKind::ActiveDirectoryUserDiscovery] {
        let account = kind.definition();
        assert_eq!(needs(kind), [(Right::Read, Place::DiscoveryLocations)], "{}", account.id);
        assert_eq!(account.accepts, [PrincipalKind::ComputerAccount, PrincipalKind::DomainUser], "{}", account.id);
        assert_eq!(account.default, DefaultIdentity::SiteServerComputer, "{}", account.id);
    }
}

#[test]
fn the_forest_account_is_the_site_servers_or_a_global_one() {
    let account = AccountKind::ActiveDirectoryForest.definition();
    assert_eq!(account.accepts, [PrincipalKind::ComputerAccount, PrincipalKind::GlobalAccount]);
    assert_eq!(account.mandatory_when, [Situation::UntrustedForest]);
    assert_eq!(needs(account.kind), in_order(vec![(Right::Read, Place::Forest), (Right::FullControl, Place::SystemManagement)]));
    assert_eq!(account.used_by, [Use::DiscoverForest, Use::PublishToForest]);
}

#[test]
fn proxy_and_mail_accounts_have_the_least() {
    for kind in [AccountKind::AssetIntelligenceProxy, AccountKind::ExchangeConnectorProxy, AccountKind::SoftwareUpdatePointProxy] {
        assert_eq!(needs(kind), [(Right::PassProxy, Place::ProxyServer)]);
        assert_eq!(must_not(kind), [(Right::MoreThanNeeded, Place::ProxyServer)]);
        assert_eq!(kind.definition().mandatory_when, [Situation::ProxyAuthenticates]);
    }
    assert_eq!(must_not(AccountKind::SmtpServerConnection), [(Right::MoreThanNeeded, Place::MailServer)]);
    assert_eq!(AccountKind::SmtpServerConnection.definition().mandatory_when, [Situation::MailServerAuthenticates]);
}

#[test]
fn roles_reach_the_database_as_their_computer_unless_trust_is_missing() {
    let untrusted = [
        (AccountKind::CertificateRegistrationPoint, Situation::UntrustedDomain),
        (AccountKind::EnrollmentPointConnection, Situation::UntrustedDomain),
        (AccountKind::ManagementPointConnection, Situation::UntrustedDomain),
        (AccountKind::MulticastConnection, Situation::DatabaseInUntrustedForest),
    ];
    for (kind, situation) in untrusted {
        let account = kind.definition();
        assert_eq!(account.default, DefaultIdentity::RoleComputer, "{}", account.id);
        assert_eq!(account.mandatory_when, [situation], "{}", account.id);
        assert!(account.accepts.contains(&PrincipalKind::ComputerAccount) && account.accepts.contains(&PrincipalKind::DomainUser), "{}", account.id);
    }
}

#[test]
fn accounts_of_the_database_have_what_their_role_does_there() {
    let writes = |kind: AccountKind| needs(kind).contains(&(Right::Write, Place::SiteDatabase));
    assert!(must_not(AccountKind::CertificateRegistrationPoint).contains(&(Right::Write, Place::SiteDatabase)));
    assert!(writes(AccountKind::EnrollmentPointConnection));
    for kind in [AccountKind::CertificateRegistrationPoint, AccountKind::MulticastConnection, AccountKind::ReportingServicesPoint] {
        assert!(!writes(kind) && needs(kind).contains(&(Right::Read, Place::SiteDatabase)), "{}", kind.definition().id);
    }
    for kind in [AccountKind::ManagementPointConnection, AccountKind::MulticastConnection] {
        assert!(must_not(kind).contains(&(Right::LogOnInteractively, Place::Anywhere)), "{}", kind.definition().id);
        assert!(must_not(kind).contains(&(Right::MoreThanNeeded, Place::SiteDatabase)), "{}", kind.definition().id);
        assert!(kind.definition().accepts.contains(&PrincipalKind::LocalDatabaseAccount), "{}", kind.definition().id);
    }
}

#[test]
fn steps_make_their_accounts_mandatory() {
    let steps = [Situation::CaptureImageStep, Situation::JoinDomainStep, Situation::ConnectFolderStep, Situation::RunCommandLineStep];
    for (kind, step) in TASK_SEQUENCE.into_iter().zip(steps) {
        assert_eq!((kind.definition().mandatory_when, kind.definition().held_per), (&[step][..], Scope::TaskSequenceStep), "{}", kind.definition().id);
        assert_eq!(kind.definition().change_by, Change::UpdateTaskSequence, "{}", kind.definition().id);
    }
    assert_eq!(AccountKind::TaskSequenceRunAs.definition().default, DefaultIdentity::LocalSystem);
}

#[test]
fn task_sequence_accounts_are_never_the_network_access_account() {
    for kind in TASK_SEQUENCE {
        assert!(kind.definition().never_doubles_as.contains(&AccountKind::NetworkAccess), "{}", kind.definition().id);
    }
}

#[test]
fn only_the_run_as_account_logs_on_interactively() {
    let forbidden = |kind: &AccountKind| must_not(*kind).contains(&(Right::LogOnInteractively, Place::Anywhere));
    assert_eq!(TASK_SEQUENCE.iter().filter(|kind| forbidden(kind)).count(), 3);
    assert!(needs(AccountKind::TaskSequenceRunAs).contains(&(Right::LogOnInteractively, Place::ManagedComputer)));
}

#[test]
fn the_run_as_account_is_no_domain_administrator_and_has_no_roaming_profile() {
    assert_eq!(
        must_not(AccountKind::TaskSequenceRunAs),
        in_order(vec![(Right::DomainAdministrator, Place::Anywhere), (Right::RoamingProfile, Place::Anywhere)])
    );
}

#[test]
fn task_sequence_accounts_have_what_their_step_does() {
    let share = [(Right::Read, Place::CaptureShare), (Right::Write, Place::CaptureShare)];
    assert_eq!(needs(AccountKind::CaptureOperatingSystemImage), share);
    assert_eq!(needs(AccountKind::DomainJoining), [(Right::JoinDomain, Place::JoinedDomain)]);
    assert_eq!(AccountKind::NetworkFolderConnection.definition().accepts, [PrincipalKind::DomainUser]);
}

#[test]
fn push_accounts_are_tried_in_turn() {
    let account = AccountKind::ClientPushInstallation.definition();
    assert_eq!((account.cardinality, account.attempt), (Cardinality::OrderedList, Attempt::InOrderThenSiteServer));
    assert_eq!(account.default, DefaultIdentity::SiteServerComputer);
    assert_eq!(needs(account.kind), [(Right::LocalAdministrator, Place::PushTarget)]);
    assert_eq!(must_not(account.kind), [(Right::LogOnLocally, Place::Anywhere)]);
    assert_eq!(account.change_by, Change::ReplaceThenRetire);
}

#[test]
fn the_network_access_account_reads_content_and_nothing_else() {
    let account = AccountKind::NetworkAccess.definition();
    assert_eq!(account.used_by, [Use::ReadContent]);
    assert_eq!(needs(account.kind), in_order(vec![(Right::Read, Place::PackageContent), (Right::AccessFromNetwork, Place::DistributionPoint)]));
    assert!(must_not(account.kind).contains(&(Right::LogOnInteractively, Place::Anywhere)));
    assert!(must_not(account.kind).contains(&(Right::JoinDomain, Place::Anywhere)));
}

#[test]
fn ten_network_access_accounts_each_with_a_domain() {
    let account = AccountKind::NetworkAccess.definition();
    assert_eq!((account.held_per, account.cardinality), (Scope::Site, Cardinality::UpTo(10)));
    assert_eq!(account.accepts, [PrincipalKind::DomainUser], "a local account has no domain");
    assert_eq!((account.attempt, account.change_by), (Attempt::AfterComputerAccountEachTime, Change::ReplaceThenRetire));
}

#[test]
fn packages_start_with_users_and_administrators() {
    let account = AccountKind::PackageAccess.definition();
    assert_eq!((account.default, account.change_by), (DefaultIdentity::UsersAndAdministrators, Change::Redistribute));
    assert_eq!(account.accepts, [PrincipalKind::DomainUser, PrincipalKind::Group]);
}

#[test]
fn one_installation_account_for_each_site_system() {
    let account = AccountKind::SiteSystemInstallation.definition();
    assert_eq!((account.held_per, account.cardinality), (Scope::SiteSystem, Cardinality::One));
    assert_eq!(needs(account.kind), in_order(vec![(Right::LocalAdministrator, Place::SiteSystem), (Right::AccessFromNetwork, Place::SiteSystem)]));
    assert_eq!(account.used_by, [Use::InstallSiteSystem, Use::PullFromSiteSystem]);
    assert!(account.accepts.contains(&PrincipalKind::LocalAccount));
}

#[test]
fn the_wsus_account_administers_wsus() {
    let account = AccountKind::SoftwareUpdatePointConnection.definition();
    assert_eq!(needs(account.kind), in_order(vec![(Right::LocalAdministrator, Place::WsusServer), (Right::WsusAdministrator, Place::WsusServer)]));
    assert_eq!(account.used_by, [Use::ConfigureWsus, Use::SynchronizeWsus]);
    assert_eq!(account.mandatory_when, [Situation::UntrustedForest]);
}

#[test]
fn migration_reads_and_says_so_under_one_name() {
    let (site, database) = (AccountKind::SourceSite.definition(), AccountKind::SourceSiteDatabase.definition());
    assert_eq!([site.display_name, database.display_name], ["Migration Manager"; 2]);
    assert_eq!(needs(site.kind), [(Right::Read, Place::SourceSite)]);
    assert_eq!(needs(database.kind), [(Right::Read, Place::SourceDatabase), (Right::Execute, Place::SourceDatabase)]);
    let when =
        |account: &Account, situation| in_order(account.requires_when.iter().filter(|h| h.when == situation).map(|h| (h.held.right, h.held.place)).collect());
    assert_eq!(when(site, Situation::DistributionPointsUpgraded), [(Right::Delete, Place::SourceSiteClass)]);
    let computer = in_order(vec![(Right::DistributedComUser, Place::SourceDomain), (Right::SmsAdmin, Place::SourceSite), (Right::Read, Place::SourceSite)]);
    assert_eq!(when(database, Situation::ComputerAccountBound), computer);
}

#[test]
fn groups_are_where_the_seed_has_them() {
    let places = [
        (GroupKind::CollectedFilesAccess, GroupPlace::PrimarySiteServer),
        (GroupKind::DViewAccess, GroupPlace::DatabaseServers),
        (GroupKind::RemoteControlUsers, GroupPlace::Clients),
        (GroupKind::SmsAdmins, GroupPlace::ProviderComputers),
        (GroupKind::SiteSystemManagementPoint, GroupPlace::ProviderComputers),
        (GroupKind::SiteSystemProvider, GroupPlace::SiteServer),
        (GroupKind::SiteSystemStatus, GroupPlace::SiteServer),
        (GroupKind::SiteToSite, GroupPlace::SiteServer),
    ];
    assert_eq!(places.map(|(kind, _)| kind.definition().place), places.map(|(_, place)| place));
    assert_eq!(GroupKind::RemoteControlUsers.definition().created, Created::WithRemoteTools);
}

#[test]
fn groups_stay_when_their_reason_is_gone() {
    for group in GROUPS {
        let expected = if group.place == GroupPlace::Clients { Removal::StaysAfterDisable } else { Removal::StaysAfterUninstall };
        assert_eq!(group.removal, expected, "{}", group.id);
    }
}

#[test]
fn the_site_keeps_the_members_of_groups() {
    for group in GROUPS {
        let expected = match group.kind {
            GroupKind::DViewAccess => Maintainer::Nobody,
            GroupKind::RemoteControlUsers => Maintainer::PermittedViewers,
            _ => Maintainer::Site,
        };
        assert_eq!(group.maintained_by, expected, "{}", group.id);
    }
    assert!(GroupKind::DViewAccess.definition().reserved && grants(GroupKind::DViewAccess).is_empty());
}

#[test]
fn members_are_those_of_the_seed() {
    let members = |kind: GroupKind| kind.definition().members;
    assert_eq!(members(GroupKind::CollectedFilesAccess), [Member::CollectedFileViewers]);
    assert_eq!(members(GroupKind::RemoteControlUsers), [Member::PermittedViewers]);
    assert_eq!(members(GroupKind::SmsAdmins), [Member::AdministrativeUsers, Member::SiteServerComputer]);
    assert_eq!(members(GroupKind::SiteSystemManagementPoint), [Member::RemoteManagementPoints]);
    assert_eq!(members(GroupKind::SiteSystemProvider), [Member::RemoteProviders]);
    assert_eq!(members(GroupKind::SiteSystemStatus), [Member::RemoteSiteSystems]);
    assert_eq!(members(GroupKind::SiteToSite), [Member::PartnerSiteComputers, Member::FileReplicationAccounts]);
}

#[test]
fn groups_grant_what_the_seed_says_and_no_more() {
    let look = |place| [(Right::Read, place), (Right::ReadAndExecute, place), (Right::ListFolder, place)];
    let change = |place| [(Right::Write, place), (Right::Modify, place)];
    assert_eq!(grants(GroupKind::CollectedFilesAccess), [(Right::Read, Place::CollectedFiles)]);
    assert!(grants(GroupKind::RemoteControlUsers).is_empty());
    let enter = [(Right::EnableAccount, Place::RootSmsNamespace), (Right::RemoteEnable, Place::RootSmsNamespace)];
    assert_eq!(grants(GroupKind::SmsAdmins), in_order([&enter[..], &[(Right::RemoteActivation, Place::SiteServerAndProviders)]].concat()));
    let others: Pairs = GroupKind::SmsAdmins.definition().others.iter().map(|o| (o.held.right, o.held.place)).collect();
    let root = Place::RootSmsNamespace;
    assert_eq!(in_order(others), in_order(vec![(Right::ExecuteMethods, root), (Right::ProviderWrite, root), (Right::EnableAccount, root)]));
    let inboxes = look(Place::Inboxes);
    assert_eq!(grants(GroupKind::SiteSystemManagementPoint), in_order([&inboxes[..], &[(Right::Write, Place::InboxSubfolders)]].concat()));
    let boot = [&look(Place::OsdBoot)[..], &change(Place::OsdBoot)].concat();
    let provider = [&inboxes[..], &change(Place::InboxSubfolders), &boot, &[(Right::Read, Place::OsdBin)]].concat();
    assert_eq!(grants(GroupKind::SiteSystemProvider), in_order(provider));
    assert_eq!(grants(GroupKind::SiteSystemStatus), in_order([&inboxes[..], &change(Place::StatusInbox)].concat()));
    assert_eq!(grants(GroupKind::SiteToSite), [(Right::FullControl, Place::DespoolerReceive)]);
}
