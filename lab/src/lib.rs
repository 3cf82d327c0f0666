//! Real sites, simulated clients, and a lab of real servers, for tests and benchmarks.
//!
//! A [`site::Site`] is the real program in a process of its own, with a data folder that outlives it; a
//! [`client::Client`] speaks the real protocol over real mutual TLS, byte by byte under the test's control, which is
//! why it blocks and brings its own few lines of HTTP.
//!
//! # The lab
//!
//! A [`lab::Lab`] is a network of hosts on this machine, described in [`topology`]: Active Directory forests without
//! trust and what else accounts sign in to. Each host has network, mount, name, process and message namespaces of its
//! own, so that it ends without a trace when its first process does. Tests reach every host by its address from where
//! they run. `./test` starts one lab a run and tells tests by `PROVOST_TEST_LAB`; by hand that is
//!
//! ```text
//! eval "$(cargo xtask lab up dc1)"
//! cargo nextest run -p provost-directory
//! cargo xtask lab shell dc1 samba-tool user list
//! cargo xtask lab down
//! cargo xtask lab test locked_during_a_run    # in the lab that runs, or in one that comes and goes with the test
//! ```
//!
//! The run's lab has the first controllers of both forests; the lab's own tests have one of all hosts. A host that runs a
//! server of `tests/servers/` tells what that script tells ([`service::variables`]); [`ssh`] has the account of
//! the hosts that site systems are put on, and their keys; a member's share takes access control lists as Windows has them.
//!
//! A test that only looks, or that changes objects nobody else knows, shares that lab:
//!
//! ```no_run
//! use provost_lab::{lab::Lab, topology::CORP};
//!
//! # fn test() -> std::io::Result<()> {
//! let Some(lab) = Lab::of_this_run() else { return Ok(()) }; // said that it is skipped; in CI it fails
//! let dns = lab.dns_servers(&CORP);                          // where _ldap._tcp.dc._msdcs.corp.example.test is asked
//! let ldaps = std::fs::read(lab.authority())?;               // the authority that every server is known by
//! let kerberos = lab.krb5_conf();                            // realms of all forests, by address
//! let password = lab.password(&CORP, "svc-ad-users");        // or lab.password_file(..): the password and nothing else
//! let keytab = lab.keytab(&CORP, "site1")?;                  // SITE1$@CORP.EXAMPLE.TEST
//! # Ok(())
//! # }
//! ```
//!
//! One that breaks something starts a lab of its own with [`lab::OwnLab::beside`], which takes a few seconds once its
//! domains are provisioned, and breaks it by a verb: [`lab::Lab::cut`], [`lab::Lab::hang`], [`lab::Lab::slow`], [`lab::Lab::stop_servers`], [`lab::Lab::start_servers`],
//! [`lab::Lab::skew_clock`], [`lab::Lab::change_authority`], [`lab::Lab::fill_disk`]. What concerns one account only can be done in the shared lab with an
//! account that no other test uses: [`lab::Lab::lock_account`], [`lab::Lab::change_password`], [`lab::Lab::change`].
//!
//! Everything that crosses the network of a lab is captured ([`capture`]): when a run's lab stops, the capture must hold
//! no NTLM. Who is in a domain, in which state and with which rights, is in [`principals`]: a service
//! account for each of the seed's, people who are disabled, expired, locked or must change their password, an
//! organizational unit that ordinary users may not read, and a service account that has rights it must not have.

pub mod authority;
pub mod capture;
pub mod change;
pub mod client;
pub mod command;
pub mod domain_controller;
pub mod exchange;
mod fault;
pub mod host;
pub mod inventory;
mod kerberos;
pub mod lab;
pub mod mark;
mod member;
pub mod network;
pub mod population;
pub mod principals;
pub mod random;
mod realms;
pub mod sender;
mod servers;
pub mod service;
pub mod site;
pub mod ssh;
pub mod test_run;
pub mod topology;
pub mod user_right;
pub mod wait;
