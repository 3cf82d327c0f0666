//! The Kerberos configuration of this process: a file of its own, so that what the machine's says does not matter.

use crate::foreign;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::fmt::Write as _;
use std::path::Path;

const STEP: &str = "configure Kerberos";

/// A realm, which for Active Directory is a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    /// The DNS name of its domain; the realm is called the same in capitals.
    pub domain: String,
    /// Its domain controllers, as `host` or `host:port`; none: DNS is asked (`_kerberos._udp`, `_kerberos._tcp`).
    pub controllers: Vec<String>,
}

/// What is configured; everything else is the same for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The realms; the first is the one of names without.
    pub realms: Vec<Realm>,
}

impl Settings {
    /// The text of the configuration file.
    ///
    /// Names of hosts are taken as they are: neither DNS nor the reverse lookup may change who is asked. Tickets may be
    /// forwarded, which SMB needs. Only AES is taken. The clock is the machine's: a difference is told, not worked around.
    /// TCP comes first, since a refused connection is known at once. Nothing falls back to a file of the machine.
    ///
    /// # Errors
    /// [`Outcome::RefusedByRule`] for a name that is none, which could say something else in the file.
    pub fn text(&self) -> Result<String, Failure> {
        let mut text = String::from(
            "[libdefaults]\n    rdns = false\n    dns_canonicalize_hostname = false\n    dns_lookup_realm = false\n    dns_lookup_kdc = true\n    \
             forwardable = true\n    clockskew = 300\n    kdc_timesync = 0\n    udp_preference_limit = 1\n    \
             permitted_enctypes = aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96 aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128\n    \
             default_ccache_name = MEMORY:none\n    default_client_keytab_name = MEMORY:none\n    default_keytab_name = MEMORY:none\n",
        );
        let (mut realms, mut domains) = (String::from("\n[realms]\n"), String::from("\n[domain_realm]\n"));
        for (index, realm) in self.realms.iter().enumerate() {
            let domain = named(&realm.domain, false)?.to_lowercase();
            let name = domain.to_uppercase();
            if index == 0 {
                let _ = writeln!(text, "    default_realm = {name}");
            }
            let _ = writeln!(realms, "    {name} = {{");
            for controller in &realm.controllers {
                let _ = writeln!(realms, "        kdc = {}", named(controller, true)?);
            }
            realms.push_str("    }\n");
            let _ = writeln!(domains, "    {domain} = {name}\n    .{domain} = {name}");
        }
        Ok(text + &realms + &domains)
    }
}

/// A name of a host or domain, which holds no sign of the file's own.
fn named(name: &str, with_port: bool) -> Result<&str, Failure> {
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_') || with_port && matches!(c, ':' | '[' | ']');
    if !name.is_empty() && name.chars().all(sign) {
        return Ok(name);
    }
    Err(Failure::new(Outcome::RefusedByRule, STEP, format!("\"{name}\" is no name of a host or domain")))
}

/// Makes the file at `path` the Kerberos configuration of this process. To be called once, before any thread is started
/// and before any other function of this crate. The file may be replaced later: who signs in afterwards is asked for by
/// the new one.
///
/// # Errors
/// [`Outcome::RefusedByRule`] when another thread runs already.
pub fn configure(path: &Path) -> Result<(), Failure> {
    foreign::name_configuration(path)
        .map_err(|threads| Failure::new(Outcome::RefusedByRule, STEP, format!("{threads} threads run already; it must come before all but one")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_told_where_the_controllers_are_and_no_more() {
        let corp = Realm { domain: "Corp.Example.Test".to_owned(), controllers: vec!["dc1.corp.example.test".to_owned(), "[2001:db8::1]:88".to_owned()] };
        let fabrikam = Realm { domain: "fabrikam.example.test".to_owned(), controllers: Vec::new() };
        let text = Settings { realms: vec![corp, fabrikam] }.text().expect("a text");
        assert_eq!(
            text,
            "[libdefaults]
    rdns = false
    dns_canonicalize_hostname = false
    dns_lookup_realm = false
    dns_lookup_kdc = true
    forwardable = true
    clockskew = 300
    kdc_timesync = 0
    udp_preference_limit = 1
    permitted_enctypes = aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96 aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128
    default_ccache_name = MEMORY:none
    default_client_keytab_name = MEMORY:none
    default_keytab_name = MEMORY:none
    default_realm = CORP.EXAMPLE.TEST

[realms]
    CORP.EXAMPLE.TEST = {
        kdc = dc1.corp.example.test
        kdc = [2001:db8::1]:88
    }
    FABRIKAM.EXAMPLE.TEST = {
    }

[domain_realm]
    corp.example.test = CORP.EXAMPLE.TEST
    .corp.example.test = CORP.EXAMPLE.TEST
    fabrikam.example.test = FABRIKAM.EXAMPLE.TEST
    .fabrikam.example.test = FABRIKAM.EXAMPLE.TEST
"
        );
    }

    #[test]
    fn a_name_that_would_say_something_else_in_the_file_is_refused() {
        for domain in ["", "a b", "a\nb", "a = {", "a}", "corp:88", "ü.test"] {
            let realm = Realm { domain: domain.to_owned(), controllers: Vec::new() };
            assert_eq!(Settings { realms: vec![realm] }.text().expect_err("a refusal").outcome, Outcome::RefusedByRule, "{domain:?}");
        }
        for controller in ["", "dc1 dc2", "dc1\n    admin_server = x", "dc1{"] {
            let realm = Realm { domain: "corp.example.test".to_owned(), controllers: vec![controller.to_owned()] };
            assert!(Settings { realms: vec![realm] }.text().is_err(), "{controller:?}");
        }
    }

    #[test]
    fn it_is_refused_where_other_threads_may_read_the_environment() {
        // The thread of this test is not the only one.
        assert_eq!(configure(Path::new("/nowhere/krb5.conf")).expect_err("a refusal").outcome, Outcome::RefusedByRule);
    }
}
