//! What this machine is called.

use crate::short::cut;
use std::path::Path;

/// Longest name, in bytes, as a heartbeat takes it.
pub(crate) const NAME_BYTES_MAX: usize = 256;

/// Names of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// NetBIOS name: the first 15 characters of the host name, upper case.
    pub netbios: String,
    /// Full name in DNS, or the host name.
    pub dns: String,
    /// Domain; empty when the host name has none.
    pub domain: String,
}

/// This machine's names as the system below `root` says. A host name without a domain is looked up in hosts(5), where
/// installers write the full name.
#[must_use]
pub fn names(root: &Path) -> Names {
    let read = |file: &str| std::fs::read_to_string(root.join(file)).map(|text| text.trim().to_owned()).unwrap_or_default();
    let mut host = read("proc/sys/kernel/hostname");
    if host.is_empty() {
        host = read("etc/hostname");
    }
    if host.is_empty() {
        host = std::env::var("COMPUTERNAME").unwrap_or_else(|_| "localhost".to_owned());
    }
    cut(&mut host, NAME_BYTES_MAX);
    let nis = read("proc/sys/kernel/domainname");
    let full = if host.contains('.') { None } else { full_name(&read("etc/hosts"), &host) };
    let (short, domain) = match full.as_deref().unwrap_or(&host).split_once('.') {
        Some((short, domain)) => (short.to_owned(), domain.to_owned()),
        None => (host.clone(), if nis.is_empty() || nis == "(none)" { String::new() } else { nis }),
    };
    let mut dns = if domain.is_empty() { short.clone() } else { format!("{short}.{domain}") };
    cut(&mut dns, NAME_BYTES_MAX);
    Names { netbios: short.to_uppercase().chars().take(15).collect(), dns, domain }
}

/// The full name of a host in a hosts file: a name of the same line that begins with the host's and a dot.
fn full_name(hosts: &str, host: &str) -> Option<String> {
    let lines = hosts.lines().map(|line| line.split('#').next().unwrap_or_default());
    let names = lines.flat_map(|line| line.split_whitespace().skip(1));
    let full = |name: &&str| {
        name.len() > host.len() + 1 && name.is_char_boundary(host.len()) && name[..host.len()].eq_ignore_ascii_case(host) && name[host.len()..].starts_with('.')
    };
    let is_local = |name: &&str| name.ends_with(".localdomain");
    names.filter(full).find(|name| !is_local(name)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for (file, contents) in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("it is made");
            fs::write(path, contents).expect("it is written");
        }
        root
    }

    #[test]
    fn the_full_name_comes_from_the_host_name_the_hosts_file_or_nis() {
        let told = |files: &[(&str, &str)]| {
            let names = names(machine(files).path());
            (names.netbios, names.dns, names.domain)
        };
        let wanted = |n: &str, d: &str, o: &str| (n.to_owned(), d.to_owned(), o.to_owned());
        let host = ("proc/sys/kernel/hostname", "ws01\n");
        assert_eq!(told(&[("proc/sys/kernel/hostname", "ws01.corp.example\n")]), wanted("WS01", "ws01.corp.example", "corp.example"));
        assert_eq!(
            told(&[host, ("etc/hosts", "127.0.0.1 localhost\n127.0.1.1\tws01.corp.example ws01 # me\n")]),
            wanted("WS01", "ws01.corp.example", "corp.example")
        );
        assert_eq!(told(&[host, ("etc/hosts", "127.0.0.1 ws01.localdomain ws01\n10.0.0.1 ws011.corp.example\n")]), wanted("WS01", "ws01", ""));
        assert_eq!(told(&[host, ("proc/sys/kernel/domainname", "corp.example\n")]), wanted("WS01", "ws01.corp.example", "corp.example"));
        assert_eq!(told(&[host, ("proc/sys/kernel/domainname", "(none)\n")]), wanted("WS01", "ws01", ""));
        assert_eq!(told(&[("etc/hostname", "a-rather-long-host-name\n")]).0, "A-RATHER-LONG-H");
    }
}
