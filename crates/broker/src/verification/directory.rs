//! The Active Directory accounts (security.md §3.3, rows 1 to 4): what each reads where it looks, and that it may change
//! nothing, or System Management alone. A domain controller is asked as the account; what the descriptors say is held
//! against its answers ([`provost_domain::accounts::directory_rights`]).

mod forest;
mod hosts;
mod memberships;
mod mending;
mod outside;
mod own;
mod secrets;
mod user_rights;

use super::{Observations, Surroundings, credential, outcome_of, sign_in_verdict};
use crate::broker::{Broker, NO_KEY, endpoint_name, has_key, is_by_keytab};
use crate::endpoint::Endpoint;
use crate::refused::Refused;
use provost_catalog::accounts::{PrincipalKind, Use};
use provost_catalog::conditions::password_days_max;
use provost_catalog::rights::{Place, Profile, Right};
use provost_directory::{Scope, Session};
use provost_domain::accounts::budget::Asker;
use provost_domain::accounts::directory_rights::{COMPUTED_SECRETS, Mending, ObjectSeen, PASSWORD_READERS, Schema, ServerSays, Told, no_join, reads};
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_domain::discovery::{DistinguishedName, Method};
use provost_domain::outcome::Outcome;
use provost_domain::{Failure, Timestamp};
use provost_sd::{SecurityDescriptor, Sid, Token};
use provost_store::accounts::Binding;
use provost_store::discovery::locations;
use provost_store::{StoreError, Tx, forests};
use std::ops::ControlFlow;

/// Objects of one kind that are looked at in a location, and containers.
const SAMPLE: usize = 20;

/// Users that administer the domain, or did: the directory marks them itself.
const ADMINISTRATORS: &str = "(&(objectCategory=person)(objectClass=user)(adminCount=1))";

const READS: Subject = Subject::Has(Right::Read, Place::DiscoveryLocations);

/// Where the directory is that an account looks at.
pub(super) struct DirectoryPlace {
    method: Method,
    /// The container; the domain's head for a forest.
    path: String,
    /// Every location of the method, this one too.
    locations: Vec<DistinguishedName>,
    pub(super) dns_domain: String,
    hosts: Vec<String>,
    ca_pem: Option<String>,
}

/// Where `operation` looks for what is bound on `object`; none for an account that does not discover.
pub(super) fn place(tx: &mut Tx<'_>, operation: Use, object: &str) -> Result<Option<DirectoryPlace>, StoreError> {
    let Some(method) = Method::ALL.into_iter().find(|method| method.operation() == operation) else { return Ok(None) };
    let path: Option<DistinguishedName> = if method == Method::Forest { DistinguishedName::of_domain(object) } else { object.parse().ok() };
    let Some(path) = path else { return Ok(None) };
    let all = locations::of(tx, method)?;
    let locations = all.iter().map(|stored| stored.location.path.clone()).chain([path.clone()]).collect();
    let (hosts, ca_pem) = if method == Method::Forest {
        forests::find(tx, object)?.map(|forest| (forest.hosts, forest.ca_pem)).unwrap_or_default()
    } else {
        let stored = all.into_iter().find(|stored| stored.location.path == path);
        stored.map(|stored| (stored.location.hosts, stored.location.ca_pem)).unwrap_or_default()
    };
    Ok(Some(DirectoryPlace { method, dns_domain: path.domain().to_owned(), path: path.to_string(), locations, hosts, ca_pem }))
}

/// The domain that whoever is bound for `operation` on `object` reads.
pub(crate) fn domain_read_by(operation: Use, object: &str) -> Option<String> {
    let method = Method::ALL.into_iter().find(|method| method.operation() == operation)?;
    let path = if method == Method::Forest { DistinguishedName::of_domain(object) } else { object.parse().ok() };
    path.map(|path: DistinguishedName| path.domain().to_owned())
}

impl Broker {
    pub(super) async fn look_at_directory(
        &self,
        binding: &Binding,
        operation: Use,
        surroundings: &Surroundings,
        actor: &str,
        asker: Asker,
        seen: &mut Observations,
    ) -> Result<(), Refused> {
        let Some(place) = &surroundings.directory else {
            seen.rest(Verdict::Unsupported, format!("this version has no way to look at {} as the account", operation.reaches().words()));
            return Ok(());
        };
        let endpoint = self.directory(&binding.object, &place.dns_domain, &place.hosts, place.ca_pem.as_deref());
        let user = endpoint_name(binding);
        let (opened, turn) = if is_by_keytab(binding) {
            if !has_key(&endpoint, binding) {
                seen.rest(Verdict::Unknown, NO_KEY);
                return Ok(());
            }
            (None, None)
        } else {
            match self.secret_within_budget(binding, asker).await? {
                Ok((opened, turn)) => (Some(opened), Some(turn)),
                Err(withheld) => {
                    seen.withheld(withheld);
                    return Ok(());
                }
            }
        };
        let version = opened.as_ref().map(|opened| opened.version);
        let named = opened.as_ref().map(|opened| credential(&user, opened));
        let session = match named {
            Some(_) => endpoint.open(named).await,
            None => endpoint.open_as_computer().await,
        };
        // Before the turn ends: what may count towards a lock-out is tried by nobody else meanwhile.
        let tickets = match &session {
            Ok(session) if asks_controllers(surroundings.profile) => Some(endpoint.tickets(session, named).await),
            _ => None,
        };
        let (session, signed_in) = match session {
            Ok(session) => (Some(session), Ok(())),
            Err(mut failure) => {
                self.tell_why(operation, &endpoint, actor, &user, &mut failure).await?;
                (None, Err(failure))
            }
        };
        let (outcome, detail) = outcome_of(&signed_in);
        self.enter_check(turn, binding, operation, &endpoint.address(), version, actor, outcome, &detail).await?;
        let (verdict, evidence) = sign_in_verdict(&signed_in);
        seen.add(Subject::SignsIn, verdict, evidence);
        let Some(session) = session else {
            seen.rest(Verdict::Unknown, "it did not sign in, so nothing was seen of this");
            return Ok(());
        };
        let limits = Limits { profile: surroundings.profile, password_days: password_days_max(binding.kind.definition()), now: self.clock().now() };
        let mut view = match View::of(session).await {
            Ok(view) => view,
            Err(failure) => {
                seen.rest(Verdict::Unknown, failure.to_string());
                return Ok(());
            }
        };
        match view.look(place, limits, endpoint.computer(), seen).await {
            Ok(()) => seen.rest(Verdict::Unsupported, "a directory does not tell that, and this version asks nobody else"),
            Err(failure) => seen.rest(Verdict::Unknown, failure.to_string()),
        }
        if let Some(tickets) = tickets {
            let token = view.at_a_host().sids().copied().collect();
            let asking = hosts::Asking { binding: binding.clone(), operation, endpoint, version, actor: actor.to_owned(), token };
            // What a computer may do at hosts its roles decide.
            let members_too = binding.principal_kind != PrincipalKind::ComputerAccount;
            let hosts = self.hosts_told(&asking, &mut view, tickets, members_too).await?;
            view.user_rights(&hosts, seen).await;
            if members_too {
                View::local_rights(&hosts, seen);
            }
        }
        Ok(())
    }
}

/// Whether a profile has checks that domain controllers are asked for beside the directory.
fn asks_controllers(profile: Profile) -> bool {
    profile >= Profile::Hardened
}

/// The class of what a method with locations looks for.
const fn kind_of(method: Method) -> Option<&'static str> {
    match method {
        Method::System => Some("computer"),
        Method::User => Some("user"),
        Method::Group => Some("group"),
        Method::Forest => None,
    }
}

/// What is held against what is seen.
#[derive(Clone, Copy)]
struct Limits {
    profile: Profile,
    password_days: u32,
    now: Timestamp,
}

/// A directory as the account sees it.
pub(super) struct View {
    session: Session,
    schema: Schema,
    token: Token,
    /// The account's own object, once it was found.
    own: Option<String>,
    /// What is known for commands that mend something.
    mending: Mending,
}

impl View {
    async fn of(mut session: Session) -> Result<Self, Failure> {
        let token = Token::new(session.own_token().await?);
        if token.sids().next().is_none() {
            return Err(Failure::new(Outcome::Broken, "token", "the domain controller does not say what it takes the account for"));
        }
        let schema = session.schema().await?;
        let mending = Mending { samba: session.root().samba.clone(), ..Mending::default() };
        Ok(Self { session, schema, token, own: None, mending })
    }

    /// Looks at everything that a directory tells. What was seen before a failure stays. `computer` is this machine's computer account.
    async fn look(&mut self, place: &DirectoryPlace, limits: Limits, computer: Option<&str>, seen: &mut Observations) -> Result<(), Failure> {
        self.account(limits, seen).await?;
        self.of_method(place, limits, computer, seen).await?;
        match kind_of(place.method).filter(|_| limits.profile >= Profile::Hardened) {
            Some(kind) => self.outside(place, kind, seen).await,
            None => Ok(()),
        }
    }

    async fn of_method(&mut self, place: &DirectoryPlace, limits: Limits, computer: Option<&str>, seen: &mut Observations) -> Result<(), Failure> {
        match place.method {
            Method::System => {
                self.location(place, "(objectCategory=computer)", "computer", &["objectSid", "dNSHostName", "operatingSystem"], seen).await?;
                self.joining(place, seen).await
            }
            Method::User => {
                let filter = "(&(objectCategory=person)(objectClass=user))";
                self.location(place, filter, "user", &["objectSid", "sAMAccountName", "userPrincipalName"], seen).await?;
                self.administrators(seen).await
            }
            Method::Group => self.location(place, "(objectCategory=group)", "group", &["objectSid", "sAMAccountName", "groupType", "member"], seen).await,
            Method::Forest => {
                self.network(seen).await?;
                self.system_management(limits.profile, seen).await?;
                if limits.profile >= Profile::Hardened {
                    self.company(computer, seen).await?;
                }
                self.elsewhere(seen).await?;
                // The written rules do not ask for it.
                if limits.profile >= Profile::Hardened { self.others_elsewhere(seen).await } else { Ok(()) }
            }
        }
    }

    /// A discovery location: the container, containers below it, and objects of the kind that is looked for.
    async fn location(&mut self, place: &DirectoryPlace, filter: &str, kind: &str, attributes: &[&str], seen: &mut Observations) -> Result<(), Failure> {
        let at = |right| Subject::LacksForbidden(right, Place::DiscoveryLocations);
        let Some(base) = self.object(&place.path, &[]).await? else {
            seen.add(READS, Verdict::Fail, format!("{} is not there, or the account may not see it: nothing is discovered there", place.path));
            for right in [Right::Write, Right::ReadConfidential, Right::ResetPassword] {
                seen.add(at(right), Verdict::Unknown, format!("{} was not seen", place.path));
            }
            return Ok(());
        };
        let secrets = self.secrets();
        let asked: Vec<&str> = attributes.iter().copied().chain(secrets.iter().map(String::as_str)).collect();
        let objects = self.objects(&place.path, filter, SAMPLE, &asked).await?;
        seen.told(
            READS,
            match objects.is_empty() {
                true => Told::new(Verdict::Unknown, format!("{} is seen, but no {kind} in it to read", place.path)),
                false => reads(&objects, &self.schema, &self.token, attributes, &self.mending),
            },
        );
        // What everybody may do with himself, such as writing his own telephone number, is no right on others.
        let keepers = self.keepers(&place.path, &objects).await?;
        let others: Vec<ObjectSeen> = objects.into_iter().chain(keepers).filter(|object| !self.is_own(&object.dn)).collect();
        seen.told(at(Right::ReadConfidential), self.reads_no_secret(&place.path, &others).await?);
        seen.told(at(Right::ResetPassword), self.resets_no_password(&others).await?);
        let mut all = vec![base];
        all.extend(self.objects(&place.path, "(|(objectClass=organizationalUnit)(objectClass=container))", SAMPLE, &[]).await?);
        all.dedup_by(|later, earlier| later.dn.eq_ignore_ascii_case(&earlier.dn));
        all.extend(others);
        seen.told(at(Right::Write), self.changes_nothing(&all).await?);
        Ok(())
    }

    /// Whether the account can reset the passwords of those who administer the domain (security.md §3.3, row 3).
    async fn administrators(&mut self, seen: &mut Observations) -> Result<(), Failure> {
        let domain = self.session.root().domain_dn.clone();
        let objects = self.objects(&domain, ADMINISTRATORS, SAMPLE, &[]).await?;
        seen.told(Subject::LacksForbidden(Right::ResetPassword, Place::Administrators), self.resets_no_password(&objects).await?);
        Ok(())
    }

    /// Whether the account can make computers (security.md RC-L08).
    async fn joining(&mut self, place: &DirectoryPlace, seen: &mut Observations) -> Result<(), Failure> {
        let head = self.session.root().domain_dn.clone();
        let quota = self.session.read(&head, &["ms-DS-MachineAccountQuota"]).await?.and_then(|entry| entry.number("ms-DS-MachineAccountQuota"));
        let mut objects = Vec::new();
        for dn in [head.clone(), format!("CN=Computers,{head}"), place.path.clone()] {
            objects.extend(self.object(&dn, &[]).await?);
        }
        let mut told = no_join(&objects, &self.schema, &self.token, quota, &head, &self.mending);
        if self.learn(told.verdict, &objects).await? {
            told = no_join(&objects, &self.schema, &self.token, quota, &head, &self.mending);
        }
        seen.told(Subject::LacksForbidden(Right::JoinDomain, Place::Anywhere), told);
        Ok(())
    }

    /// The first names that a search finds; none where the base may not be seen.
    async fn names(&mut self, base: &str, scope: Scope, filter: &str, most: usize) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        let take = |entry: provost_directory::Entry| {
            names.push(entry.dn);
            if names.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        self.session.search(base, scope, filter, &["objectClass"], take).await?;
        Ok(names)
    }

    async fn objects(&mut self, base: &str, filter: &str, most: usize, attributes: &[&str]) -> Result<Vec<ObjectSeen>, Failure> {
        let mut objects = Vec::new();
        for dn in self.names(base, Scope::Subtree, filter, most).await? {
            // What went meanwhile is nobody's.
            objects.extend(self.object(&dn, attributes).await?);
        }
        Ok(objects)
    }

    /// One object, with what the domain controller says of it; none when it is not there or may not be seen.
    async fn object(&mut self, dn: &str, attributes: &[&str]) -> Result<Option<ObjectSeen>, Failure> {
        let asked: Vec<&str> = ["objectClass", "objectSid"].into_iter().chain(attributes.iter().copied()).collect();
        let plain: Vec<&str> = asked.iter().copied().filter(|name| !COMPUTED_SECRETS.contains(name)).collect();
        let entry = match self.session.read(dn, &asked).await {
            // Where a secret cannot be computed the whole answer may be refused: by Samba from 4.21 on for a service account that names
            // nobody, and at a controller that is read only. Who may have it is told all the same.
            Err(failure) if plain.len() == asked.len() || !self.session.is_alive().await => return Err(failure),
            Err(_) => self.session.read(dn, &plain).await?,
            Ok(entry) => entry,
        };
        let Some(entry) = entry else { return Ok(None) };
        // Whoever may list the container above sees that there is something, and nothing of it.
        let Some(class) = entry.texts("objectClass").last().map(str::to_owned) else { return Ok(None) };
        let says = match self.session.effective(dn).await?.seen() {
            Some(rights) => ServerSays {
                allowed_attributes: rights.allowed_attributes,
                attributes: rights.attributes,
                allowed_child_classes: rights.allowed_child_classes,
                child_classes: rights.child_classes,
                descriptor_rights: Some(rights.descriptor_rights),
            },
            None => ServerSays::default(),
        };
        let descriptor = self.session.descriptor(dn).await?.seen();
        // A range of values comes as member;range=0-1499.
        let came = entry.names().map(|name| name.split(';').next().unwrap_or(name).to_ascii_lowercase()).collect();
        let sid = entry.bytes("objectSid").and_then(|bytes| Sid::from_bytes(bytes).ok());
        let password_readers = entry.bytes(PASSWORD_READERS).and_then(|bytes| SecurityDescriptor::parse(bytes).ok());
        Ok(Some(ObjectSeen { class, sid, dn: entry.dn, says, descriptor, came, password_readers }))
    }
}
