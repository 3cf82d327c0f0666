//! A site server without threads: a test deposits messages, passes a component, and looks at rows.

use crate::engines::{self, Opened};
use provost_catalog::database::Principal;
use provost_domain::{MessageId, SiteCode, SmsId, Timestamp};
use provost_runtime::{Bells, Clock, Component, Failure, Pass};
use provost_site::Surroundings;
use provost_site::alert_notification_manager::{AlertNotificationManager, Post};
use provost_site::authority::Authority;
use provost_site::discovery_data_manager::DiscoveryDataManager;
use provost_site::inventory_data_loader::InventoryDataLoader;
use provost_site::notification_manager::NotificationManager;
use provost_site::policy_provider::PolicyProvider;
use provost_site::state_system::StateSystem;
use provost_site::status_manager::StatusManager;
use provost_store::inbox::Inboxes;
use provost_store::ledger::Ledger;
use provost_store::{Connection, Param, Row, StoreError, Tx};
use provost_wire::client::registration::{Registration, VerifiedRegistration};
use provost_wire::envelope::{Envelope, Kind};
use provost_wire::signature::PublicKey;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// When every test begins.
pub const NOW: Timestamp = engines::START.plus_seconds(3600);

/// What components are given, on one engine.
pub struct Place<'o> {
    pub opened: &'o Opened,
    pub inboxes: Inboxes,
    pub authority: Arc<Authority>,
    pub ledger: Ledger,
    pub surroundings: Surroundings,
    pub clock: Clock,
    // Kept, because signing in to PostgreSQL takes its time.
    provider: RefCell<Connection>,
}

/// Runs a test on each engine.
pub fn each(test: impl Fn(&Place<'_>)) {
    engines::each_opened(|opened| test(&Place::new(opened)));
}

impl<'o> Place<'o> {
    pub fn new(opened: &'o Opened) -> Self {
        let clock = Clock::standing_at(NOW);
        let inboxes = Inboxes::open(&opened.folder.path().join("inboxes")).expect("inbox folders");
        let authority = Authority::open(&opened.keys, opened.site, &[], NOW).expect("an authority");
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        let surroundings = Surroundings::new(inboxes.clone(), "site-server", clock.clone(), Bells::default());
        let provider = RefCell::new(opened.database.connect(Principal::Provider).expect("a connection"));
        Self { opened, inboxes, authority: Arc::new(authority), ledger, surroundings, clock, provider }
    }

    pub fn site(&self) -> SiteCode {
        self.opened.site
    }

    pub fn connect(&self, principal: Principal) -> Connection {
        self.opened.database.connect(principal).expect("a connection")
    }

    pub fn discovery(&self) -> DiscoveryDataManager {
        let connection = self.connect(Principal::DiscoveryDataManager);
        DiscoveryDataManager::new(&self.surroundings, connection, Arc::clone(&self.authority), self.ledger.clone())
    }

    pub fn inventory(&self) -> InventoryDataLoader {
        InventoryDataLoader::new(&self.surroundings, self.connect(Principal::InventoryDataLoader))
    }

    pub fn states(&self) -> StateSystem {
        StateSystem::new(&self.surroundings, self.connect(Principal::StateSystem))
    }

    pub fn status(&self) -> StatusManager {
        StatusManager::new(&self.surroundings, self.connect(Principal::StatusManager))
    }

    pub fn presence(&self) -> NotificationManager {
        NotificationManager::new(&self.surroundings, self.connect(Principal::NotificationManager))
    }

    pub fn policies(&self) -> PolicyProvider {
        PolicyProvider::new(&self.surroundings, self.connect(Principal::PolicyProvider), Arc::clone(&self.authority))
    }

    pub fn alerts(&self, post: &Post) -> AlertNotificationManager {
        AlertNotificationManager::new(&self.surroundings, self.connect(Principal::AlertNotificationManager), self.site(), Arc::clone(post))
    }

    /// Deposits a message as a management point does; gives its id.
    pub fn deposit(&self, kind: Kind, client: Option<SmsId>, body: &[u8]) -> MessageId {
        let envelope = self.envelope(kind, client);
        self.deposit_as(&envelope, body);
        envelope.id
    }

    pub fn envelope(&self, kind: Kind, client: Option<SmsId>) -> Envelope {
        Envelope { id: message_id(), kind, client, received_at: self.clock.now(), management_point: "mp".to_owned() }
    }

    pub fn deposit_as(&self, envelope: &Envelope, body: &[u8]) {
        self.inboxes.deposit_blocking(envelope.kind.inbox(), &envelope.to_bytes(), body).expect("deposited");
    }

    /// Files that wait in an inbox.
    pub fn waiting(&self, kind: Kind) -> Vec<PathBuf> {
        self.inboxes.claim(kind.inbox()).expect("a folder").map(|file| file.path().to_path_buf()).collect()
    }

    /// The reasons in an inbox's bad folder.
    pub fn reasons(&self, kind: Kind) -> Vec<String> {
        let folder = self.inboxes.bad_folder(kind.inbox());
        let mut reasons: Vec<String> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.to_string_lossy().ends_with(".reason.txt"))
            .map(|path| std::fs::read_to_string(path).expect("a reason"))
            .collect();
        reasons.sort();
        reasons
    }

    /// Reads as the provider.
    pub fn look<T>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.provider.borrow_mut().read(f).expect("a look")
    }

    /// Writes as the provider.
    pub fn act<T>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.provider.borrow_mut().write(f).expect("an act")
    }

    /// Rows as the provider sees them.
    pub fn rows(&self, sql: &str, params: &[Param<'_>]) -> Vec<Row> {
        self.look(|tx| tx.query(sql, params))
    }

    /// One number.
    pub fn number(&self, sql: &str, params: &[Param<'_>]) -> i64 {
        self.rows(sql, params).first().expect("a row").integer(0).expect("a number")
    }

    /// Numbers of the status messages that were raised so far.
    pub fn raised(&self) -> Vec<i64> {
        pass(&mut self.status());
        self.rows("SELECT number FROM status_message ORDER BY record_id", &[]).iter().map(|row| row.integer(0).expect("a number")).collect()
    }

    /// Registers a client as the management point lets it, and loads it.
    pub fn register(&self, identity: &Identity) {
        self.deposit_registration(identity, None);
        pass(&mut self.discovery());
    }

    pub fn deposit_registration(&self, identity: &Identity, token_digest: Option<provost_domain::Digest>) -> MessageId {
        self.deposit(Kind::Registration, None, &self.registration(identity, token_digest))
    }

    pub fn registration(&self, identity: &Identity, token_digest: Option<provost_domain::Digest>) -> Vec<u8> {
        let registration = Registration {
            client: identity.smsid,
            site: self.site(),
            public_key: identity.public_key.clone(),
            netbios_name: identity.name.to_uppercase(),
            dns_name: format!("{}.corp.example", identity.name.to_lowercase()),
            hardware_id: format!("hardware of {}", identity.name),
            client_version: "0.1.0".to_owned(),
            nonce: "nonce".to_owned(),
            sent_at: self.clock.now(),
            token: None,
        };
        let verified = VerifiedRegistration { registration, token_digest, from_address: "192.0.2.9".to_owned() };
        serde_json::to_vec(&verified).expect("JSON")
    }
}

/// A client's identity and key.
#[derive(Clone)]
pub struct Identity {
    pub smsid: SmsId,
    pub public_key: PublicKey,
    pub name: String,
}

impl Identity {
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let mut random = [0; 16];
        random[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        Self { smsid: SmsId::from_random(random), public_key: public_key(), name: name.to_owned() }
    }
}

pub fn public_key() -> PublicKey {
    let random = ring::rand::SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).expect("the same key");
    PublicKey::from_point(key.public_key().as_ref()).expect("a point on P-256")
}

/// A new message id.
pub fn message_id() -> MessageId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut random = [0; 10];
    random[2..].copy_from_slice(&NEXT.fetch_add(1, Ordering::SeqCst).to_be_bytes());
    MessageId::new(NOW, random)
}

/// Passes until nothing is left.
pub fn pass(component: &mut dyn Component) {
    while try_pass(component).expect("a pass") == Pass::More {}
}

pub fn try_pass(component: &mut dyn Component) -> Result<Pass, Failure> {
    component.pass()
}
