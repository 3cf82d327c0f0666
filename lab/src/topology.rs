//! The lab as data: its domains and its hosts. Everything else is derived from here.

use std::net::Ipv4Addr;

/// An Active Directory domain, each the only one of its forest. No forest trusts another.
#[derive(Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its DNS name, which is also its forest's.
    pub dns: &'static str,
    /// Its NetBIOS name.
    pub netbios: &'static str,
    /// Its Kerberos realm.
    pub realm: &'static str,
    /// Its naming context.
    pub base: &'static str,
    /// Its SID: the same in every lab, so that a test may write down a person's.
    pub sid: &'static str,
}

/// The site's own forest.
pub const CORP: Domain = Domain {
    dns: "corp.example.test",
    netbios: "CORP",
    realm: "CORP.EXAMPLE.TEST",
    base: "DC=corp,DC=example,DC=test",
    sid: "S-1-5-21-1004336348-1177238915-682003330",
};

/// A forest that does not trust the site's.
pub const FABRIKAM: Domain = Domain {
    dns: "fabrikam.example.test",
    netbios: "FABRIKAM",
    realm: "FABRIKAM.EXAMPLE.TEST",
    base: "DC=fabrikam,DC=example,DC=test",
    sid: "S-1-5-21-2052111302-1547161642-839522115",
};

/// All domains.
pub const DOMAINS: &[&Domain] = &[&CORP, &FABRIKAM];

/// What a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first domain controller of a forest.
    DomainController,
    /// A further domain controller of a domain, in this Active Directory site.
    AdditionalController {
        /// The site, one of [`crate::population::PLACES`].
        ad_site: &'static str,
    },
    /// A member of its domain, with shares.
    Member,
    /// A host that is in no domain, with accounts of its own.
    Workgroup,
    /// PostgreSQL (`tests/servers/postgresql.sh`).
    Database,
    /// squid with Basic and Negotiate, and a web server behind it (`tests/servers/squid.sh`).
    Proxy,
    /// Postfix with AUTH over TLS (`tests/servers/smtp.sh`).
    Mail,
}

/// How many steps hosts are started in ([`Kind::step`]).
pub const STEPS: u8 = 2;

/// A host: network, mounts, processes and name of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Host {
    /// Its short name, at most ten characters.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// The domain that its name is in.
    pub domain: &'static Domain,
    /// The last byte of its address.
    pub number: u8,
    /// What it is there for.
    pub about: &'static str,
}

/// All hosts, in the order in which they start.
pub const HOSTS: &[Host] = &[
    Host { name: "dc1", kind: Kind::DomainController, domain: &CORP, number: 10, about: "domain controller of corp.example.test" },
    Host {
        name: "dc2",
        kind: Kind::AdditionalController { ad_site: "Berlin" },
        domain: &CORP,
        number: 11,
        about: "its second domain controller, in another site",
    },
    Host { name: "dc3", kind: Kind::DomainController, domain: &FABRIKAM, number: 20, about: "domain controller of fabrikam.example.test, which trusts nobody" },
    Host { name: "site1", kind: Kind::Member, domain: &CORP, number: 30, about: "a member: the site server's host; SSH" },
    Host { name: "file1", kind: Kind::Member, domain: &CORP, number: 31, about: "a member: a file server; SSH" },
    Host { name: "wg1", kind: Kind::Workgroup, domain: &CORP, number: 40, about: "in no domain; accounts of its own, by SSH" },
    Host { name: "db1", kind: Kind::Database, domain: &CORP, number: 50, about: "PostgreSQL; SSH" },
    Host { name: "proxy1", kind: Kind::Proxy, domain: &CORP, number: 60, about: "squid with Basic and Negotiate, and a web server behind it" },
    Host { name: "mail1", kind: Kind::Mail, domain: &CORP, number: 70, about: "Postfix that mail is given to by who signs in" },
];

/// The host of this name.
#[must_use]
pub fn host(name: &str) -> Option<&'static Host> {
    HOSTS.iter().find(|host| host.name == name)
}

impl Kind {
    /// Whether it answers for a domain.
    #[must_use]
    pub const fn is_controller(self) -> bool {
        matches!(self, Self::DomainController | Self::AdditionalController { .. })
    }

    /// Whether people and programs sign in to it by SSH ([`crate::ssh`]): what site systems are installed on.
    #[must_use]
    pub const fn takes_ssh(self) -> bool {
        matches!(self, Self::Member | Self::Workgroup | Self::Database)
    }

    /// In which step it is started: it needs what earlier ones started, and nothing of its own.
    #[must_use]
    pub const fn step(self) -> u8 {
        match self {
            Self::DomainController | Self::Workgroup | Self::Database | Self::Mail => 0,
            Self::AdditionalController { .. } | Self::Member | Self::Proxy => 1,
        }
    }
}

impl Domain {
    /// The host that answers for it first.
    ///
    /// # Panics
    /// Never for a domain of this file.
    #[must_use]
    pub fn controller(&self) -> &'static Host {
        HOSTS.iter().find(|host| host.kind == Kind::DomainController && host.domain == self).expect("each domain has a controller")
    }
}

impl Host {
    /// Its full name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.name, self.domain.dns)
    }

    /// Its address in the lab with this network number.
    #[must_use]
    pub const fn address(&self, network: u8) -> Ipv4Addr {
        // RFC 2544 set 198.18.0.0/15 aside for test networks: no real one can be hidden by it.
        Ipv4Addr::new(198, 18, network, self.number)
    }
}
