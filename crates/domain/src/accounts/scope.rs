//! What a binding belongs to: the object that an account's [`Scope`] asks for, in one written form.

use super::refusal::Refusal;
use crate::SiteCode;
use crate::discovery::DistinguishedName;
use provost_catalog::accounts::{Account, Scope};
use provost_catalog::roles::{ROLES, Role};
use provost_catalog::rules::code;

/// Most characters of an object.
pub const CHARACTERS_MAX: usize = 256;

/// The object of the only hierarchy there is.
pub const HIERARCHY: &str = "hierarchy";

/// Brings what `--on` says into the one form that is kept; what needs no saying is filled in: the hierarchy, this site.
///
/// # Errors
/// [`code::ACCOUNT_SCOPE_INVALID`] with what the account's scope asks for.
pub fn object(account: &Account, stated: Option<&str>, site: SiteCode) -> Result<String, Refusal> {
    let stated = stated.map(str::trim).filter(|text| !text.is_empty());
    let missing = || refused(account, "it is not said for which one", example(account, site));
    let text = match (account.held_per, stated) {
        (Scope::Hierarchy, None | Some(HIERARCHY)) => return Ok(HIERARCHY.to_owned()),
        (Scope::Site, None) => return Ok(site.to_string()),
        (_, Some(text)) => text,
        (_, None) => return Err(missing()),
    };
    if text.chars().count() > CHARACTERS_MAX || text.chars().any(char::is_control) {
        return Err(refused(account, &format!("it has more than {CHARACTERS_MAX} characters, or control characters"), example(account, site)));
    }
    let wrong = |why: &str| refused(account, &format!("\"{text}\" {why}"), example(account, site));
    match account.held_per {
        Scope::Hierarchy => Err(wrong("is not needed: there is one hierarchy")),
        Scope::Site => text.to_ascii_uppercase().parse::<SiteCode>().map(|code| code.to_string()).map_err(|e| wrong(&format!("is not a site: {e}"))),
        Scope::Forest => dns(text).filter(|name| name.contains('.')).ok_or_else(|| wrong("is not the DNS name of a forest")),
        Scope::SiteSystem | Scope::ExchangeServer | Scope::Proxy | Scope::SourceHierarchy => dns(text).ok_or_else(|| wrong("is not a computer's name")),
        Scope::DiscoveryLocation => {
            let path = DistinguishedName::of_domain(text).or_else(|| text.parse().ok());
            path.map(|path| path.to_string()).ok_or_else(|| wrong("is not the distinguished name of a location"))
        }
        Scope::Role => role_on(account, text).ok_or_else(|| wrong("is not a role on a computer")),
        Scope::Package => {
            let id = text.to_ascii_uppercase();
            let fits = id.len() == 8 && id.bytes().all(|b| b.is_ascii_alphanumeric()) && id[3..].bytes().all(|b| b.is_ascii_hexdigit());
            if fits { Ok(id) } else { Err(wrong("is not a package: those are three characters of a site and five hexadecimal digits")) }
        }
        Scope::TaskSequenceStep => match text.split_once('/') {
            Some((sequence, step)) if !sequence.trim().is_empty() && !step.trim().is_empty() => Ok(format!("{}/{}", sequence.trim(), step.trim())),
            _ => Err(wrong("is not a step: write SEQUENCE/STEP")),
        },
        Scope::ClientSettings => Ok(text.to_owned()),
    }
}

/// Roles that work with the account.
pub fn roles(account: &Account) -> impl Iterator<Item = &'static Role> {
    let kind = account.kind;
    ROLES.iter().copied().filter(move |role| role.accounts.contains(&kind))
}

/// `role@computer`; the role may be left out where only one works with the account.
fn role_on(account: &Account, text: &str) -> Option<String> {
    let (role, host) = match text.split_once('@') {
        Some((role, host)) => (roles(account).find(|known| known.id.eq_ignore_ascii_case(role))?, host),
        None => {
            let mut known = roles(account);
            let first = known.next()?;
            known.next().is_none().then_some((first, text))?
        }
    };
    dns(host).map(|host| format!("{}@{host}", role.id))
}

/// A computer's or domain's name in lower case, without a last dot.
fn dns(text: &str) -> Option<String> {
    let name = text.trim_end_matches('.').to_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    (name.len() <= 253 && name.split('.').all(label)).then_some(name)
}

/// What `--on` could be.
#[must_use]
pub fn example(account: &Account, site: SiteCode) -> String {
    match account.held_per {
        Scope::Hierarchy => HIERARCHY.to_owned(),
        Scope::Site => site.to_string(),
        Scope::Forest => "corp.example.test".to_owned(),
        Scope::DiscoveryLocation => "OU=Computers,DC=corp,DC=example,DC=test".to_owned(),
        Scope::SiteSystem | Scope::Proxy => "cm02.corp.example.test".to_owned(),
        Scope::Role => roles(account).next().map_or_else(|| "role@computer".to_owned(), |role| format!("{}@cm02.corp.example.test", role.id)),
        Scope::Package => format!("{site}00001"),
        Scope::TaskSequenceStep => "SEQUENCE/STEP".to_owned(),
        Scope::ExchangeServer => "mail01.corp.example.test".to_owned(),
        Scope::SourceHierarchy => "old-site.corp.example.test".to_owned(),
        Scope::ClientSettings => "default".to_owned(),
    }
}

fn refused(account: &Account, why: &str, example: String) -> Refusal {
    let cause = format!("the {} is bound for {}: {why}", account.title, account.held_per.words());
    Refusal::new(code::ACCOUNT_SCOPE_INVALID, cause, format!("say it, such as --on {example}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_catalog::accounts::{ACCOUNTS, account};

    fn site() -> SiteCode {
        "LAB".parse().expect("a site code")
    }

    fn of(id: &str, stated: Option<&str>) -> Result<String, u16> {
        object(account(id).expect("an account"), stated, site()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn what_needs_no_saying_is_filled_in() {
        assert_eq!(of("network-access", None).as_deref(), Ok("LAB"));
        assert_eq!(of("network-access", Some("p01")).as_deref(), Ok("P01"));
        assert_eq!(of("management-point-connection", None), Err(code::ACCOUNT_SCOPE_INVALID));
    }

    #[test]
    fn each_scope_has_one_written_form() {
        assert_eq!(of("management-point-connection", Some("MP1.Corp.Example.Test.")).as_deref(), Ok("management-point@mp1.corp.example.test"));
        assert_eq!(of("management-point-connection", Some("management-point@mp1")).as_deref(), Ok("management-point@mp1"));
        assert_eq!(of("management-point-connection", Some("provider@mp1")), Err(code::ACCOUNT_SCOPE_INVALID));
        assert_eq!(of("ad-forest", Some("Corp.Example.Test")).as_deref(), Ok("corp.example.test"));
        assert_eq!(of("ad-forest", Some("CORP")), Err(code::ACCOUNT_SCOPE_INVALID));
        assert_eq!(of("ad-user-discovery", Some("ou=People, dc=Corp,dc=test")).as_deref(), Ok("OU=people,DC=corp,DC=test"));
        assert_eq!(of("ad-user-discovery", Some("Corp.Test")).as_deref(), Ok("DC=corp,DC=test"));
        assert_eq!(of("ad-user-discovery", Some("OU=People")), Err(code::ACCOUNT_SCOPE_INVALID));
        assert_eq!(of("package-access", Some("lab0001f")).as_deref(), Ok("LAB0001F"));
        assert_eq!(of("package-access", Some("labß0001")), Err(code::ACCOUNT_SCOPE_INVALID));
        assert_eq!(of("task-sequence-run-as", Some(" deploy / run setup ")).as_deref(), Ok("deploy/run setup"));
        assert_eq!(of("task-sequence-run-as", Some("deploy")), Err(code::ACCOUNT_SCOPE_INVALID));
    }

    #[test]
    fn every_account_takes_its_own_example() {
        for account in ACCOUNTS {
            let example = example(account, site());
            assert!(object(account, Some(&example), site()).is_ok(), "{}: {example}", account.id);
            assert!(object(account, Some("\u{7}"), site()).is_err(), "{}", account.id);
        }
    }
}
