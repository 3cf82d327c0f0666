//! The Kerberos configuration of this process: a file of its own, so that what the machine's says does not matter.

use crate::foreign;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

const STEP: &str = "configure Kerberos";
/// Most controllers of one realm that are written down: the library tries one after the other.
const CONTROLLERS_MAX: usize = 8;
/// Longest name of a realm, which for Active Directory is one of DNS (RFC 1035 §2.3.4).
const NAME_MAX: usize = 253;

/// A realm, which for Active Directory is a domain in capitals, and where it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    name: String,
    controllers: Vec<SocketAddr>,
}

impl Realm {
    /// The realm `name`, as principals say it, and the addresses of its controllers, which are tried in this order. Both may come
    /// from anybody: a name holds letters, digits, dots, hyphens and underscores, and addresses are addresses, so neither can say something
    /// else in the file. Only the first few controllers are kept, and none that nobody can be asked at.
    ///
    /// # Errors
    /// [`Outcome::RefusedByRule`] for a name that is none; [`Outcome::Unreachable`] when no controller is left.
    pub fn new(name: &str, controllers: &[SocketAddr]) -> Result<Self, Failure> {
        Self::check(name)?;
        let mut kept: Vec<SocketAddr> = Vec::new();
        for controller in controllers {
            let nowhere = controller.port() == 0 || controller.ip().is_unspecified() || controller.ip().is_multicast();
            // Without what a textual address may say beside the address.
            let controller = SocketAddr::new(controller.ip(), controller.port());
            if !nowhere && !kept.contains(&controller) && kept.len() < CONTROLLERS_MAX {
                kept.push(controller);
            }
        }
        if kept.is_empty() {
            return Err(Failure::new(Outcome::Unreachable, STEP, format!("no controller of the realm {name} has an address")));
        }
        Ok(Self { name: name.to_owned(), controllers: kept })
    }

    /// Whether that is a name of a realm.
    pub(crate) fn check(name: &str) -> Result<(), Failure> {
        let is_one = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if name.len() <= NAME_MAX && name.split('.').all(is_one) {
            return Ok(());
        }
        Err(Failure::new(Outcome::RefusedByRule, STEP, format!("\"{name}\" is no name of a realm")))
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether another has the same controllers, in whichever order: name servers turn it around from answer to answer.
    pub(crate) fn is_where(&self, other: &Self) -> bool {
        self.controllers.len() == other.controllers.len() && self.controllers.iter().all(|controller| other.controllers.contains(controller))
    }
}

/// What is configured; everything else is the same for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The realms that are known by address.
    pub realms: Vec<Realm>,
    /// Whether there are no others: where not, the library asks the machine's name servers where theirs are asked
    /// (`_kerberos._udp`, `_kerberos._tcp`).
    pub only_these: bool,
}

impl Settings {
    /// The text of the configuration file.
    ///
    /// Names of hosts are taken as they are: neither DNS nor the reverse lookup may change who is asked. Tickets may be
    /// forwarded, which SMB needs. Only AES is taken. The clock is the machine's: a difference is told, not worked around.
    /// TCP comes first, since a refused connection is known at once. Nothing falls back to a file of the machine. Which realm a
    /// host is in, the domain of who signs in tells.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "[libdefaults]\n    rdns = false\n    dns_canonicalize_hostname = false\n    dns_lookup_realm = false\n    dns_lookup_kdc = {}\n    \
             forwardable = true\n    clockskew = 300\n    kdc_timesync = 0\n    udp_preference_limit = 1\n    \
             permitted_enctypes = aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96 aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128\n    \
             default_ccache_name = MEMORY:none\n    default_client_keytab_name = MEMORY:none\n    default_keytab_name = MEMORY:none\n\n[realms]\n",
            !self.only_these
        );
        for realm in &self.realms {
            let _ = writeln!(text, "    {} = {{", realm.name);
            for controller in &realm.controllers {
                let _ = writeln!(text, "        kdc = {controller}");
            }
            text.push_str("    }\n");
        }
        text
    }
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
    use proptest::prelude::*;

    const REST: &str = "    forwardable = true
    clockskew = 300
    kdc_timesync = 0
    udp_preference_limit = 1
    permitted_enctypes = aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96 aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128
    default_ccache_name = MEMORY:none
    default_client_keytab_name = MEMORY:none
    default_keytab_name = MEMORY:none

[realms]
";

    fn addresses(all: &[&str]) -> Vec<SocketAddr> {
        all.iter().map(|one| one.parse().expect("an address")).collect()
    }

    #[test]
    fn the_file_is_told_where_the_controllers_are_and_no_more() {
        let first = "[libdefaults]\n    rdns = false\n    dns_canonicalize_hostname = false\n    dns_lookup_realm = false\n";
        assert_eq!(Settings::default().text(), format!("{first}    dns_lookup_kdc = true\n{REST}"));
        let corp = Realm::new("CORP.EXAMPLE.TEST", &addresses(&["198.51.100.7:88", "[2001:db8::1]:8888", "198.51.100.7:88"])).expect("a realm");
        let fabrikam = Realm::new("FABRIKAM.EXAMPLE.TEST", &addresses(&["0.0.0.0:88", "224.0.0.1:88", "192.0.2.1:0", "[::]:88", "192.0.2.1:88"]));
        let settings = Settings { realms: vec![corp, fabrikam.expect("a realm")], only_these: true };
        let realms = "    CORP.EXAMPLE.TEST = {
        kdc = 198.51.100.7:88
        kdc = [2001:db8::1]:8888
    }
    FABRIKAM.EXAMPLE.TEST = {
        kdc = 192.0.2.1:88
    }
";
        assert_eq!(settings.text(), format!("{first}    dns_lookup_kdc = false\n{REST}{realms}"));
    }

    #[test]
    fn a_name_that_is_none_and_a_realm_without_controllers_are_refused() {
        let one = addresses(&["192.0.2.1:88"]);
        for name in ["", ".", "a..b", "a b", "a\nb", "a = {", "a}", "corp:88", "ü.test", "a#b", "[realms]", "a\0b", &"a".repeat(254)] {
            assert_eq!(Realm::new(name, &one).expect_err("a refusal").outcome, Outcome::RefusedByRule, "{name:?}");
        }
        for none in [&[][..], &["0.0.0.0:88"], &["192.0.2.1:0"]] {
            assert_eq!(Realm::new("CORP.EXAMPLE.TEST", &addresses(none)).expect_err("a refusal").outcome, Outcome::Unreachable, "{none:?}");
        }
    }

    proptest! {
        /// Whoever names realms and answers for them adds lines of one form, in a number that is bounded.
        #[test]
        fn nobody_says_anything_else_in_the_file(
            names in proptest::collection::vec(prop_oneof!["\\PC{0,20}", "[A-Za-z0-9_.\\-]{1,20}", "[A-Z.]{1,8}[\\n\\r\\t ={}#;\\[\\]*][A-Za-z =]{0,8}"], 0..8),
            answers in proptest::collection::vec((any::<std::net::IpAddr>(), any::<u16>()), 0..12),
            scope in any::<u32>(),
        ) {
            let mut answers: Vec<SocketAddr> = answers.into_iter().map(SocketAddr::from).collect();
            for answer in &mut answers {
                if let SocketAddr::V6(answer) = answer { answer.set_scope_id(scope) }
            }
            let realms: Vec<Realm> = names.iter().filter_map(|name| Realm::new(name, &answers).ok()).collect();
            let count = realms.len();
            let text = Settings { realms, only_these: true }.text();
            let told = text.split_once("[realms]\n").expect("a section").1;
            prop_assert!(told.lines().count() <= count * (CONTROLLERS_MAX + 2));
            for line in told.split('\n') {
                let controller = line.strip_prefix("        kdc = ").is_some_and(|address| {
                    address.parse::<SocketAddr>().is_ok() && address.chars().all(|c| c.is_ascii_hexdigit() || ".:[]".contains(c))
                });
                let realm = line.strip_prefix("    ").and_then(|line| line.strip_suffix(" = {"));
                let begins = realm.is_some_and(|name| names.iter().any(|given| given == name) && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)));
                prop_assert!(controller || begins || line == "    }" || line.is_empty(), "{line:?}");
            }
        }
    }

    #[test]
    fn it_is_refused_where_other_threads_may_read_the_environment() {
        // The thread of this test is not the only one.
        assert_eq!(configure(Path::new("/nowhere/krb5.conf")).expect_err("a refusal").outcome, Outcome::RefusedByRule);
    }
}
