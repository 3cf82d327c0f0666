//! Configuration of the Kerberos library.

use crate::topology::{DOMAINS, Domain, HOSTS};
use std::fmt::Write;

/// A `krb5.conf` that knows every realm of the lab, so that nothing is looked up elsewhere.
#[must_use]
pub fn configuration(default: &Domain, network: u8) -> String {
    // By itself the library takes a controller's time for its own and works on; then nobody would see a clock that is wrong.
    let mut text = format!(
        "[libdefaults]\n\
         default_realm = {}\n\
         dns_lookup_realm = false\ndns_lookup_kdc = false\nrdns = false\ndns_canonicalize_hostname = false\nudp_preference_limit = 0\nkdc_timesync = 0\n\
         [realms]\n",
        default.realm
    );
    let mut names = String::from("[domain_realm]\n");
    for domain in DOMAINS {
        let _ = writeln!(text, "{} = {{", domain.realm);
        for controller in HOSTS.iter().filter(|host| host.kind.is_controller() && host.domain == *domain) {
            let address = controller.address(network);
            let _ = writeln!(text, "kdc = {address}\nkpasswd_server = {address}");
        }
        let _ = writeln!(text, "}}");
        let _ = writeln!(names, "{0} = {1}\n.{0} = {1}", domain.dns, domain.realm);
    }
    text + &names
}
