//! The domain controller of the run's lab.

use provost_directory::{Place, Session, SignIn};
use provost_domain::Failure;
use provost_lab::change::Change;
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;
use provost_store::Credential;
use provost_store::keys::Secret;
use serde_json::json;

pub const BASE: &str = CORP.base;

/// How a password is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By TLS on port 636.
    Tls,
    /// With Kerberos on port 389.
    Kerberos,
}

pub const WAYS: [Way; 2] = [Way::Tls, Way::Kerberos];

pub struct Controller {
    pub lab: Lab,
    pub place: Place,
}

impl Controller {
    /// None, said aloud, where there is none; in CI that is a failure.
    pub fn of_this_run() -> Option<Self> {
        let lab = Lab::of_this_run_by_kerberos()?;
        let ca_pem = Some(std::fs::read(lab.authority()).expect("the authority"));
        let place = Place { dns_domain: CORP.dns.to_owned(), dns_servers: lab.dns_servers(&CORP), ca_pem, ..Place::default() };
        Some(Self { lab, place })
    }

    pub fn password(&self, account: &str) -> Secret {
        Secret::new(self.lab.password(&CORP, account).into_bytes())
    }

    /// The place, as this way needs it.
    pub fn by(&self, way: Way) -> Place {
        let ca_pem = if way == Way::Tls { self.place.ca_pem.clone() } else { None };
        Place { ca_pem, ..self.place.clone() }
    }

    pub async fn open(&self, way: Way, user: &str, password: &Secret) -> Result<Session, Failure> {
        Session::open(&self.by(way), SignIn::Password(Credential { user, password })).await
    }

    pub async fn session(&self, way: Way, account: &str) -> Session {
        let opened = self.open(way, &format!("{account}@{}", CORP.dns), &self.password(account)).await;
        opened.unwrap_or_else(|failure| panic!("{account}: {failure}"))
    }

    /// As somebody who may do nothing in particular.
    pub async fn ordinary(&self) -> Session {
        self.session(Way::Tls, "ben").await
    }

    /// A unit of this test's own, new each time, with these objects below it.
    pub fn unit(&self, name: &str, objects: impl FnOnce(&str) -> Vec<Change>) -> String {
        let dn = format!("OU={name}-{},OU=Provost,{BASE}", std::process::id());
        let mut changes = vec![Change::unit(&dn)];
        changes.extend(objects(&dn));
        self.lab.change(&CORP, &changes).expect("the controller takes them");
        dn
    }
}

pub fn contact(dn: String) -> Change {
    Change::add(dn, json!({ "objectClass": "contact" }))
}
