//! Where a method looks (configmgr.md §4.2): a container of a domain, or named groups of one.

use super::distinguished_name::DistinguishedName;
use super::method::Method;
use std::fmt;

/// Most groups that one location names.
const GROUPS_MAX: usize = 1000;
/// Most characters of a path: what an account is bound on has as many.
const PATH_CHARACTERS_MAX: usize = crate::accounts::scope::CHARACTERS_MAX;
/// Most domain controllers that one location names.
const HOSTS_MAX: usize = 16;

/// Where a method looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The method.
    pub method: Method,
    /// The container; accounts are bound on it, written the same way.
    pub path: DistinguishedName,
    /// Whether it looks in containers beneath it too.
    pub recurse: bool,
    /// System and User discovery: whether members of groups that are there count as being there.
    pub look_inside_groups: bool,
    /// Group discovery: these groups by name only; all that are there when none is named.
    pub groups: Vec<String>,
    /// Domain controllers to ask, the first that answers; those of the domain's DNS records when none is named.
    pub hosts: Vec<String>,
    /// Certificates of the only authorities that are trusted, in PEM: then the directory is read by LDAPS.
    pub ca_pem: Option<String>,
}

/// Why a location is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidLocation(pub String);

impl fmt::Display for InvalidLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidLocation {}

impl Location {
    /// A location that looks everywhere beneath `path`.
    ///
    /// # Errors
    /// When the method has no locations, or `path` is none.
    pub fn new(method: Method, path: &str) -> Result<Self, InvalidLocation> {
        if !method.has_locations() {
            return Err(InvalidLocation(format!("{} looks in forests, not in locations: provost forest add", method.title())));
        }
        let path: DistinguishedName = match DistinguishedName::of_domain(path) {
            Some(domain) => domain,
            None => path.parse().map_err(|error| InvalidLocation(format!("{:?} is not a location: {error}", shown(path))))?,
        };
        if path.to_string().chars().count() > PATH_CHARACTERS_MAX {
            return Err(InvalidLocation(format!("a path has at most {PATH_CHARACTERS_MAX} characters")));
        }
        Ok(Self { method, path, recurse: true, look_inside_groups: false, groups: Vec::new(), hosts: Vec::new(), ca_pem: None })
    }

    /// Holds options to what the method knows.
    ///
    /// # Errors
    /// Which of them is wrong.
    pub fn checked(self) -> Result<Self, InvalidLocation> {
        if self.look_inside_groups && self.method == Method::Group {
            return Err(InvalidLocation("Active Directory Group Discovery looks inside groups anyway".to_owned()));
        }
        if !self.groups.is_empty() && self.method != Method::Group {
            return Err(InvalidLocation("only Active Directory Group Discovery looks for named groups".to_owned()));
        }
        if self.groups.len() > GROUPS_MAX || self.hosts.len() > HOSTS_MAX {
            return Err(InvalidLocation(format!("a location names at most {GROUPS_MAX} groups and {HOSTS_MAX} domain controllers")));
        }
        for group in &self.groups {
            if group.trim().is_empty() || group.chars().count() > 256 || group.chars().any(char::is_control) {
                return Err(InvalidLocation(format!("{:?} is not the name of a group", shown(group))));
            }
        }
        if let Some(host) = self.hosts.iter().find(|host| crate::accounts::trust::domain_name(host).is_none()) {
            return Err(InvalidLocation(format!("{:?} is not the DNS name of a domain controller", shown(host))));
        }
        Ok(self)
    }
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_container_or_a_whole_domain() {
        let path = |text: &str| Location::new(Method::System, text).map(|location| location.path.to_string());
        assert_eq!(path("OU=PCs,DC=Corp,DC=example,DC=test").as_deref(), Ok("OU=pcs,DC=corp,DC=example,DC=test"));
        assert_eq!(path("Corp.Example.Test").as_deref(), Ok("DC=corp,DC=example,DC=test"));
        assert!(path("PCs").is_err() && path("OU=PCs").is_err());
        assert!(Location::new(Method::Forest, "corp.example.test").is_err());
    }

    #[test]
    fn options_that_a_method_does_not_know_are_refused() {
        let of = |method| Location::new(method, "corp.example.test").expect("a location");
        assert!(Location { look_inside_groups: true, ..of(Method::Group) }.checked().is_err());
        assert!(Location { groups: vec!["Admins".to_owned()], ..of(Method::User) }.checked().is_err());
        assert!(Location { groups: vec!["Admins".to_owned()], ..of(Method::Group) }.checked().is_ok());
        assert!(Location { hosts: vec!["dc1".to_owned()], ..of(Method::Group) }.checked().is_err());
    }
}
