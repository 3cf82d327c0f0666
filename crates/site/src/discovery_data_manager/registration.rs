//! Registrations into clients: who may speak for an identity, which token approves it, and its certificate.

use super::records::Records;
use crate::authority::{Authority, Issued, RENEWAL_DAYS, Validity};
use crate::intake::{Loader, Message, Rejected};
use crate::status_writer::Raised;
use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_catalog::rules::code;
use provost_domain::discovery::{Agent, Array, Ddr, Scalar};
use provost_domain::registration::{Decision, Known, Token, TokenRefusal, decide};
use provost_domain::status::Severity;
use provost_domain::{Approval, SiteCode, SmsId, Timestamp};
use provost_runtime::Bells;
use provost_store::clients::{self, Certificate, Client, SITE_POLICY};
use provost_store::ledger::{Entry, Ledger, NewEntry};
use provost_store::{Connection, StoreError, Tx, intake, people};
use provost_wire::client::registration::{self, Registration, VerifiedRegistration};
use provost_wire::envelope::Envelope;

/// What is needed to decide.
#[derive(Clone, Copy)]
pub(super) struct With<'a> {
    pub authority: &'a Authority,
    pub ledger: &'a Ledger,
    pub site: SiteCode,
    pub now: Timestamp,
}

/// What became of a batch.
#[derive(Default)]
struct Outcome {
    rejected: Vec<Rejected>,
    /// What to tell people.
    raised: Vec<Raised>,
    /// Whether client rows changed.
    changed: bool,
    /// The newest entry in the ledger.
    entered: Option<Entry>,
}

/// Loads registrations.
pub(super) struct Registrations<'c> {
    pub connection: &'c mut Connection,
    pub with: With<'c>,
    pub status: &'c crate::StatusWriter,
    pub bells: &'c Bells,
}

impl Loader for Registrations<'_> {
    type Content = VerifiedRegistration;

    fn parse(&mut self, _envelope: &Envelope, body: &[u8]) -> Result<VerifiedRegistration, String> {
        parse(body)
    }

    fn load(&mut self, messages: &[Message<VerifiedRegistration>]) -> Result<Vec<Rejected>, StoreError> {
        let with = self.with;
        let outcome = self.connection.write(|tx| load(tx, messages, &with))?;
        if let Some(entry) = &outcome.entered
            && let Err(error) = with.ledger.committed(entry)
        {
            tracing::error!(%error, "how far the ledger went could not be recorded; the entry itself is kept");
        }
        self.status.raise(ComponentName::DiscoveryDataManager, outcome.raised);
        if outcome.changed {
            self.bells.ring(ComponentName::PolicyProvider);
            self.bells.ring(ComponentName::ManagementPoint);
        }
        Ok(outcome.rejected)
    }
}

fn load(tx: &mut Tx<'_>, messages: &[Message<VerifiedRegistration>], with: &With<'_>) -> Result<Outcome, StoreError> {
    let ids: Vec<_> = messages.iter().map(|message| message.envelope.id).collect();
    let mut loaded = intake::loaded(tx, &ids)?;
    let senders: Vec<SmsId> = messages.iter().map(|message| message.content.registration.client).collect();
    let mut transaction = Transaction { with, records: Records::read(tx, &senders)?, version: None, outcome: Outcome::default() };
    let mut fresh = Vec::new();
    for (index, Message { envelope, content }) in messages.iter().enumerate() {
        if !loaded.insert(envelope.id) {
            continue;
        }
        match transaction.take(tx, content, envelope.received_at)? {
            Ok(()) => fresh.push(envelope.id),
            Err(reason) => transaction.outcome.rejected.push(Rejected { index, reason }),
        }
    }
    intake::record(tx, &inboxes::REGISTRATION, &fresh, with.now)?;
    Ok(transaction.outcome)
}

/// Reads what the management point verified, once more within the bounds of a registration: the inbox is a folder.
fn parse(body: &[u8]) -> Result<VerifiedRegistration, String> {
    let verified: VerifiedRegistration = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let payload = serde_json::to_string(&verified.registration).map_err(|e| e.to_string())?;
    registration::parse(&payload).map_err(|e| e.to_string())?;
    provost_wire::malformed::check_text("from_address", &verified.from_address, 256).map_err(|e| e.to_string())?;
    Ok(verified)
}

struct Transaction<'w> {
    with: &'w With<'w>,
    records: Records,
    version: Option<i64>,
    outcome: Outcome,
}

impl Transaction<'_> {
    /// Takes one registration; `Err` tells why it can never be loaded.
    fn take(&mut self, tx: &mut Tx<'_>, verified: &VerifiedRegistration, received_at: Timestamp) -> Result<Result<(), String>, StoreError> {
        let VerifiedRegistration { registration, token_digest, from_address } = verified;
        if registration.site != self.with.site {
            return Ok(Err(format!("PV{}: it is for site {}, and this is site {}", code::WRONG_SITE, registration.site, self.with.site)));
        }
        let public_key = registration.public_key.to_string();
        let by_smsid = clients::find(tx, registration.client)?;
        let by_key = clients::find_by_key(tx, &public_key)?;
        let token = match token_digest {
            Some(digest) => Some(people::find_approval_token(tx, digest)?.map(|t| Token { expires_at: t.expires_at, used_at: t.used.map(|(at, _)| at) })),
            None => None,
        };
        let decision = decide(registration.client, &public_key, known(by_smsid.as_ref()).as_ref(), known(by_key.as_ref()).as_ref(), token, self.with.now);
        let (mut approval, consumes_token, mut token_refused) = match decision {
            Decision::Take { new: _, approval, consumes_token, token_refused } => (approval, consumes_token, token_refused),
            Decision::OtherKey => {
                self.refuse(registration, from_address, "its identity belongs to another key");
                return Ok(Ok(()));
            }
            Decision::OtherIdentity { holder } => {
                self.refuse(registration, from_address, &format!("its key belongs to {holder}"));
                return Ok(Ok(()));
            }
        };
        let resource = match self.records.merge(tx, &ddr(registration, self.with.site, received_at))? {
            Ok(resource) => resource,
            Err(no_name) => return Ok(Err(format!("PV{}: {no_name}", code::DISCOVERY_NO_NAME))),
        };
        let mut token_maker = None;
        if let Some(digest) = token_digest.filter(|_| consumes_token) {
            match people::use_approval_token(tx, &digest, &registration.client, self.with.now)? {
                Some(maker) => token_maker = Some((digest, maker)),
                None => {
                    // Somebody used it between the look and the use.
                    approval = Approval::Registered;
                    token_refused = Some(TokenRefusal::Used);
                }
            }
        }
        if let Some(refusal) = token_refused {
            let insertions = [registration.client.to_string(), registration.netbios_name.clone(), from_address.clone(), refusal.to_string()];
            self.outcome.raised.push(Raised::new(code::TOKEN_REFUSED, Severity::Warning, insertions));
        }
        let other_device = by_smsid.as_ref().is_some_and(|c| c.resource_id != Some(resource));
        let before = by_smsid.clone();
        let mut client = by_smsid.unwrap_or_else(|| new_client(registration, &public_key, self.with.now));
        client.resource_id = Some(resource);
        client.approval = approval;
        if let Some((_, maker)) = &token_maker {
            client.approved_by = Some(format!("a token of {maker}"));
            client.approved_at = Some(self.with.now);
        }
        if other_device {
            client.inventory_digest = None;
            client.full_inventory = true;
        }
        client.registered_from.clone_from(from_address);
        client.netbios_name.clone_from(&registration.netbios_name);
        client.dns_name.clone_from(&registration.dns_name);
        client.client_version.clone_from(&registration.client_version);
        client.hardware_id.clone_from(&registration.hardware_id);
        let runs_out = self.with.now.plus_seconds(RENEWAL_DAYS * 24 * 3600);
        if approval != Approval::Blocked && client.certificate.as_ref().is_none_or(|c| c.not_after <= runs_out) {
            match self.with.authority.issue_client(registration.client, &registration.public_key, Validity::of_client(self.with.now)) {
                Ok(Issued { pem, digest, not_after }) => client.certificate = Some(Certificate { pem, digest, not_after }),
                // Without randomness, for one; another time it may be done.
                Err(error) => return Err(crate::unavailable("issuing a certificate", &error)),
            }
        }
        // A client repeats its registration until it has its certificate; what is known already is not written again.
        if before.as_ref() == Some(&client) {
            return Ok(Ok(()));
        }
        client.row_version = self.version(tx)?;
        clients::put(tx, &client)?;
        self.outcome.changed = true;
        if let Some((digest, maker)) = token_maker {
            let detail = serde_json::json!({ "name": registration.netbios_name, "token_created_by": maker, "token_digest": digest.to_string() });
            let entry = NewEntry {
                at: self.with.now,
                actor: ComponentName::DiscoveryDataManager.definition().id,
                origin: from_address,
                act: "client.approve-by-token",
                object: &registration.client.to_string(),
                detail: &detail,
            };
            self.outcome.entered = Some(self.with.ledger.append(tx, &entry)?);
        }
        Ok(Ok(()))
    }

    fn version(&mut self, tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        match self.version {
            Some(version) => Ok(version),
            None => Ok(*self.version.insert(clients::next_version(tx)?)),
        }
    }

    fn refuse(&mut self, registration: &Registration, from_address: &str, why: &str) {
        let insertions = [registration.client.to_string(), registration.netbios_name.clone(), from_address.to_owned(), why.to_owned()];
        self.outcome.raised.push(Raised::new(code::REGISTRATION_OTHER_KEY, Severity::Error, insertions));
    }
}

fn known(client: Option<&Client>) -> Option<Known<'_>> {
    client.map(|c| Known { smsid: c.smsid, public_key: &c.public_key, approval: c.approval })
}

fn new_client(registration: &Registration, public_key: &str, now: Timestamp) -> Client {
    Client {
        smsid: registration.client,
        resource_id: None,
        public_key: public_key.to_owned(),
        certificate: None,
        approval: Approval::Registered,
        approved_by: None,
        approved_at: None,
        registered_at: now,
        registered_from: String::new(),
        netbios_name: String::new(),
        dns_name: String::new(),
        client_version: String::new(),
        hardware_id: String::new(),
        inventory_digest: None,
        state_resync: false,
        full_inventory: false,
        policy_id: SITE_POLICY.to_owned(),
        row_version: 0,
    }
}

fn ddr(registration: &Registration, site: SiteCode, received_at: Timestamp) -> Ddr {
    let mut ddr = Ddr::new(Agent::ClientRegistration, site, registration.sent_at.min(received_at));
    ddr.smsid = Some(registration.client);
    ddr.netbios_name = Some(Scalar::sure(&registration.netbios_name));
    ddr.dns_name = Some(Scalar::sure(&registration.dns_name));
    ddr.client_version = Some(Scalar::sure(&registration.client_version));
    ddr.hardware_id = Some(Scalar::sure(&registration.hardware_id));
    ddr.resource_names = Some(Array::more(vec![registration.dns_name.clone()]));
    ddr
}
