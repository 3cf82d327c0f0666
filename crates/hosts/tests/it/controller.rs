//! The domain controllers of the run's lab.

use provost_domain::Failure;
use provost_hosts::{Host, Policy, Session};
use provost_kerberos::Credential;
use provost_lab::change::Change;
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;
use serde_json::json;
use std::net::SocketAddr;

pub struct Controller {
    pub lab: Lab,
}

impl Controller {
    /// None, said aloud, where there is none; in CI that is a failure.
    pub fn of_this_run() -> Option<Self> {
        let lab = Lab::of_this_run_by_kerberos()?;
        Some(Self { lab })
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.lab.address("dc1").expect("an address"), 445)
    }

    /// The controller, where it answers, or at these addresses instead.
    pub fn at(addresses: &[SocketAddr]) -> Host {
        Host { name: format!("dc1.{}", CORP.dns), addresses: addresses.to_vec() }
    }

    pub fn credential(&self, account: &str) -> Credential {
        let password = self.lab.password(&CORP, account);
        Credential::with_password(&format!("{account}@{}", CORP.realm), password.as_bytes()).expect("tickets")
    }

    pub async fn session(&self, account: &str) -> Result<Session, Failure> {
        Session::open(&Self::at(&[self.address()]), &self.credential(account)).await
    }

    pub async fn policy(&self, account: &str) -> Policy {
        let session = self.session(account).await.expect("a session");
        Policy::open(&session).await.expect("a policy")
    }

    /// An account of this test's own, as `DOMAIN\account`.
    pub fn account(&self, class: &str, name: &str) -> String {
        let name = format!("{name}{}", std::process::id());
        let attributes = json!({ "objectClass": class, "sAMAccountName": name });
        self.lab.change(&CORP, &[Change::add(format!("CN={name},OU=People,OU=Provost,{}", CORP.base), attributes)]).expect("the controller takes it");
        format!("{}\\{name}", CORP.netbios)
    }
}
