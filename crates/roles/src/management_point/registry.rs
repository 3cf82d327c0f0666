//! What the management point knows of clients and policies: a copy of the rows it needs, refreshed when they change.
//!
//! A connection finds its client once, by the digest of its certificate; every request then reads the client's standing
//! without a lock. Rows carry versions in commit order, so a refresh reads only what changed.

use super::Connect;
use super::allowance::Allowance;
use arc_swap::{ArcSwap, ArcSwapOption};
use bytes::Bytes;
use hyper::header::HeaderValue;
use provost_catalog::components::ComponentName;
use provost_domain::{Approval, Digest, SmsId, Timestamp};
use provost_runtime::{Component, Failure, Pass};
use provost_store::clients::{self, Standing};
use provost_store::policies::{self, StoredPolicy};
use provost_store::{Connection, StoreError};
use provost_wire::client::policy::SignedPolicy;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;

/// How often the rows are looked at when no bell rings.
const INTERVAL: Duration = Duration::from_secs(5);

/// A policy as it is sent.
pub struct PolicyDocument {
    /// Names its version.
    pub etag: HeaderValue,
    /// The signed document.
    pub body: Bytes,
}

/// A place for a policy; clients point at it, and it is filled when the policy is known.
pub type PolicySlot = Arc<ArcSwapOption<PolicyDocument>>;

/// What is known of a client now.
pub struct Known {
    /// What the site thinks of it; `None` when it was deleted.
    pub approval: Option<Approval>,
    /// Digest of the inventory that the site has of it.
    pub inventory_digest: Option<Digest>,
    /// Digest of its certificate.
    pub certificate: Option<Digest>,
    /// When its certificate runs out.
    pub certificate_not_after: Option<Timestamp>,
    /// Its certificate in PEM, for its next registration.
    pub certificate_pem: Option<Arc<str>>,
    /// The policy it gets.
    pub policy: PolicySlot,
}

/// One client.
pub struct Client {
    /// Its identity.
    pub id: SmsId,
    /// Its public key, as the wire writes it.
    pub public_key: String,
    /// What is known of it now.
    pub known: ArcSwap<Known>,
    /// When it was last seen, in microseconds.
    pub seen: AtomicI64,
    /// Whether that is still to be written.
    pub unwritten: AtomicBool,
    /// What messages it may send.
    pub messages: Allowance,
    /// What it may ask.
    pub questions: Allowance,
}

#[derive(Default)]
struct Maps {
    by_certificate: HashMap<Digest, Arc<Client>>,
    by_client: HashMap<SmsId, Arc<Client>>,
    policies: HashMap<String, PolicySlot>,
}

#[derive(Default)]
struct Inner {
    maps: RwLock<Maps>,
    filled: AtomicBool,
    refreshed: Notify,
}

/// The copy. Clones are the same.
#[derive(Clone, Default)]
pub struct Registry(Arc<Inner>);

impl Registry {
    /// The client with this certificate.
    pub fn by_certificate(&self, digest: &Digest) -> Option<Arc<Client>> {
        self.0.maps.read().unwrap_or_else(PoisonError::into_inner).by_certificate.get(digest).cloned()
    }

    /// Whether clients were ever read. Before, that a client is not here says nothing of it.
    pub fn is_filled(&self) -> bool {
        self.0.filled.load(Ordering::Acquire)
    }

    /// The client with this identity.
    pub fn by_id(&self, id: SmsId) -> Option<Arc<Client>> {
        self.0.maps.read().unwrap_or_else(PoisonError::into_inner).by_client.get(&id).cloned()
    }

    /// A client's certificate in PEM.
    pub fn certificate_pem(&self, id: SmsId) -> Option<String> {
        self.0.maps.read().unwrap_or_else(PoisonError::into_inner).by_client.get(&id).and_then(|c| c.known.load().certificate_pem.as_deref().map(str::to_owned))
    }

    /// Looks again and again with `find`, at each refresh, for at most `wait`.
    pub async fn wait_for<T>(&self, wait: Duration, find: impl Fn(&Self) -> Option<T>) -> Option<T> {
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            // Listening begins before looking, so that a refresh in between is not missed.
            let refreshed = self.0.refreshed.notified();
            tokio::pin!(refreshed);
            refreshed.as_mut().enable();
            if let Some(found) = find(self) {
                return Some(found);
            }
            if tokio::time::timeout_at(deadline, refreshed).await.is_err() {
                return find(self);
            }
        }
    }

    fn apply(&self, standings: Vec<Standing>, documents: Vec<StoredPolicy>, all: bool) {
        let mut maps = self.0.maps.write().unwrap_or_else(PoisonError::into_inner);
        if all {
            let present: std::collections::HashSet<SmsId> = standings.iter().map(|s| s.smsid).collect();
            let gone: Vec<SmsId> = maps.by_client.keys().filter(|id| !present.contains(id)).copied().collect();
            for id in gone {
                maps.remove(id);
            }
        }
        for document in documents {
            let slot = maps.policy(&document.policy_id);
            let signed = SignedPolicy { payload: document.payload, signature: document.signature };
            let etag = HeaderValue::from_str(&format!("\"{}\"", document.version));
            if let (Ok(etag), Ok(body)) = (etag, serde_json::to_vec(&signed)) {
                slot.store(Some(Arc::new(PolicyDocument { etag, body: Bytes::from(body) })));
            }
        }
        for standing in standings {
            maps.put(standing);
        }
        drop(maps);
        self.0.filled.store(true, Ordering::Release);
        self.0.refreshed.notify_waiters();
    }
}

impl Maps {
    fn policy(&mut self, id: &str) -> PolicySlot {
        match self.policies.get(id) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(self.policies.entry(id.to_owned()).or_default()),
        }
    }

    fn put(&mut self, standing: Standing) {
        let Standing { smsid, public_key, certificate_digest, certificate_not_after, certificate_pem, approval, inventory_digest, policy_id, row_version: _ } =
            standing;
        let policy = self.policy(&policy_id);
        let known = Known {
            approval: Some(approval),
            inventory_digest,
            certificate: certificate_digest,
            certificate_not_after,
            certificate_pem: certificate_pem.map(Arc::from),
            policy,
        };
        let client = match self.by_client.get(&smsid).filter(|c| c.public_key == public_key) {
            Some(client) => {
                let before = client.known.swap(Arc::new(known)).certificate;
                if let Some(old) = before.filter(|old| Some(*old) != certificate_digest) {
                    self.by_certificate.remove(&old);
                }
                Arc::clone(client)
            }
            None => {
                self.remove(smsid);
                let (seen, unwritten) = (AtomicI64::new(0), AtomicBool::new(false));
                let (messages, questions) = <(Allowance, Allowance)>::default();
                let client = Arc::new(Client { id: smsid, public_key, known: ArcSwap::from_pointee(known), seen, unwritten, messages, questions });
                self.by_client.insert(smsid, Arc::clone(&client));
                client
            }
        };
        if let Some(digest) = certificate_digest {
            self.by_certificate.insert(digest, client);
        }
    }

    /// Forgets a client; connections that hold it see that it is gone.
    fn remove(&mut self, id: SmsId) {
        if let Some(client) = self.by_client.remove(&id) {
            let gone = Known {
                approval: None,
                inventory_digest: None,
                certificate: None,
                certificate_not_after: None,
                certificate_pem: None,
                policy: PolicySlot::default(),
            };
            if let Some(certificate) = client.known.swap(Arc::new(gone)).certificate {
                self.by_certificate.remove(&certificate);
            }
        }
    }

    fn len(&self) -> i64 {
        i64::try_from(self.by_client.len()).unwrap_or(i64::MAX)
    }
}

/// Keeps the copy fresh.
pub struct Refresh {
    connect: Connect,
    connection: Option<Connection>,
    registry: Registry,
    clients_version: i64,
    policies_version: i64,
}

impl Refresh {
    /// With nothing read yet.
    pub const fn new(connect: Connect, registry: Registry) -> Self {
        Self { connect, connection: None, registry, clients_version: 0, policies_version: 0 }
    }

    /// Reads what changed.
    ///
    /// # Errors
    /// When the database cannot be read; the copy stays as it was.
    pub fn now(&mut self) -> Result<(), StoreError> {
        let (clients_after, policies_after) = (self.clients_version, self.policies_version);
        let (standings, documents, count) = self.read(clients_after, policies_after)?;
        let newest = standings.last().map(|s| s.row_version);
        let known = self.registry.0.maps.read().unwrap_or_else(PoisonError::into_inner);
        let added = standings.iter().filter(|s| !known.by_client.contains_key(&s.smsid)).count();
        let expected = known.len() + i64::try_from(added).unwrap_or(i64::MAX);
        drop(known);
        // Versions move on only with what is applied: a failure in between must not skip a policy for good.
        let policies_now = |documents: &[StoredPolicy]| documents.iter().map(|d| d.version).fold(policies_after, i64::max);
        if count == expected {
            self.policies_version = policies_now(&documents);
            self.clients_version = newest.unwrap_or(clients_after).max(clients_after);
            self.registry.apply(standings, documents, clients_after == 0);
            return Ok(());
        }
        // A client was deleted, which no version tells: read all.
        let (standings, documents, _) = self.read(0, policies_after)?;
        self.policies_version = policies_now(&documents);
        self.clients_version = standings.last().map_or(clients_after, |s| s.row_version.max(clients_after));
        self.registry.apply(standings, documents, true);
        Ok(())
    }

    fn read(&mut self, clients_after: i64, policies_after: i64) -> Result<(Vec<Standing>, Vec<StoredPolicy>, i64), StoreError> {
        if self.connection.is_none() {
            self.connection = Some((self.connect)()?);
        }
        let Some(connection) = &mut self.connection else { return Ok((Vec::new(), Vec::new(), 0)) };
        let read = connection.read(|tx| {
            let (mut standings, mut documents) = (Vec::new(), Vec::new());
            clients::standings_after(tx, clients_after, &mut |standing| standings.push(standing))?;
            policies::after(tx, policies_after, &mut |document| documents.push(document))?;
            Ok((standings, documents, clients::count(tx)?))
        });
        if read.is_err() {
            // Another one may do: the account may have been replaced.
            self.connection = None;
        }
        read
    }
}

impl Component for Refresh {
    fn name(&self) -> ComponentName {
        ComponentName::ManagementPoint
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        self.now().map_err(|e| Failure::new("reading clients and policies", e))?;
        Ok(Pass::Idle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_catalog::database::Principal;
    use provost_store::clients::Certificate;
    use provost_store::database::{Database, Location};
    use provost_store::keys::KeyFolder;

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    struct Site {
        refresh: Refresh,
        registry: Registry,
        writer: Connection,
        _folder: tempfile::TempDir,
    }

    fn site() -> Site {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
        let location = Location::Sqlite(folder.path().join("site.db"));
        let database = Database::open(&location, &keys, "LAB".parse().expect("a site code"), "Test", NOW).expect("a database");
        let registry = Registry::default();
        let opened = database.clone();
        let refresh = Refresh::new(Arc::new(move || opened.connect(Principal::ManagementPoint)), registry.clone());
        let writer = database.connect(Principal::DiscoveryDataManager).expect("it connects");
        Site { refresh, registry, writer, _folder: folder }
    }

    fn certificate(of: &str) -> Certificate {
        Certificate { pem: of.to_owned(), digest: Digest::of(of.as_bytes()), not_after: NOW.plus_seconds(86_400) }
    }

    fn client(n: u8) -> clients::Client {
        clients::Client {
            smsid: SmsId::from_random([n; 16]),
            resource_id: None,
            public_key: format!("key {n}"),
            certificate: Some(certificate(&format!("certificate {n}"))),
            approval: Approval::Approved,
            approved_by: None,
            approved_at: None,
            registered_at: NOW,
            registered_from: "127.0.0.1".to_owned(),
            netbios_name: format!("PC{n}"),
            dns_name: format!("pc{n}"),
            client_version: "0.1.0".to_owned(),
            hardware_id: String::new(),
            inventory_digest: None,
            state_resync: false,
            full_inventory: false,
            policy_id: "site".to_owned(),
            row_version: 0,
        }
    }

    impl Site {
        fn put(&mut self, client: &clients::Client) {
            let put = |tx: &mut provost_store::Tx<'_>| {
                let row_version = clients::next_version(tx)?;
                clients::put(tx, &clients::Client { row_version, ..client.clone() })
            };
            self.writer.write(put).expect("it is written");
        }

        fn find(&self, certificate_of: &str) -> Option<Arc<Client>> {
            self.registry.by_certificate(&Digest::of(certificate_of.as_bytes()))
        }
    }

    #[test]
    fn who_holds_a_client_sees_it_blocked() {
        let mut site = site();
        site.put(&client(1));
        site.refresh.now().expect("it reads");
        let held = site.find("certificate 1").expect("it is known");
        assert_eq!(held.known.load().approval, Some(Approval::Approved));
        site.put(&clients::Client { approval: Approval::Blocked, ..client(1) });
        site.refresh.now().expect("it reads");
        assert_eq!(held.known.load().approval, Some(Approval::Blocked));
    }

    #[test]
    fn a_renewed_certificate_takes_the_old_ones_place() {
        let mut site = site();
        site.put(&client(1));
        site.refresh.now().expect("it reads");
        site.put(&clients::Client { certificate: Some(certificate("renewed")), ..client(1) });
        site.refresh.now().expect("it reads");
        assert!(site.find("certificate 1").is_none());
        assert!(site.find("renewed").is_some());
    }
}
