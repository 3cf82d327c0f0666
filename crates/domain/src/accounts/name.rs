//! Names of accounts: `DOMAIN\user`, `dns.domain\user`, `user@dns.domain`, a SID, a distinguished name, or a name alone.
//!
//! A principal is known by its SID (design §4). Until a directory has told it, names are compared, and two that *may* be
//! the same account are treated as the same.

use super::refusal::Refusal;
use provost_catalog::rules::code;

/// Most characters of a name (the directory's limit for a distinguished name's part is 64, for a sAMAccountName 256).
pub const CHARACTERS_MAX: usize = 256;

/// Characters that no sAMAccountName has (MS-SAMR §3.1.1.6, MS-ADTS §3.1.1.6), besides control characters.
const FORBIDDEN: &[char] = &['"', '/', '\\', '[', ']', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>'];

/// How a name was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `DOMAIN\user` with the domain's short name, or a computer's.
    ShortDomain,
    /// `dns.domain\user`.
    DnsDomain,
    /// `user@dns.domain`.
    UserPrincipalName,
    /// `S-1-5-21-...`.
    Sid,
    /// `CN=user,OU=...`.
    DistinguishedName,
    /// `user`.
    Alone,
}

/// A name that was understood.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountName {
    form: Form,
    domain: String,
    user: String,
}

impl AccountName {
    /// Understands a name.
    ///
    /// # Errors
    /// [`code::ACCOUNT_NAME_INVALID`] when it is none.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > CHARACTERS_MAX {
            return Err(invalid(text, &format!("it has {length} characters; 1 to {CHARACTERS_MAX} are possible")));
        }
        if let Some(control) = text.chars().find(|c| c.is_control()) {
            return Err(invalid(text, &format!("it has the control character U+{:04X}", u32::from(control))));
        }
        if is_sid(text) {
            return Ok(Self { form: Form::Sid, domain: String::new(), user: text.to_ascii_uppercase() });
        }
        if is_distinguished(text) {
            return Ok(Self { form: Form::DistinguishedName, domain: String::new(), user: text.to_owned() });
        }
        if let Some((domain, user)) = text.split_once('\\') {
            check_user(text, user)?;
            let form = if domain.contains('.') { Form::DnsDomain } else { Form::ShortDomain };
            match form {
                Form::DnsDomain => check_dns(text, domain)?,
                _ => check_short(text, domain)?,
            }
            return Ok(Self { form, domain: domain.to_owned(), user: user.to_owned() });
        }
        if let Some((user, domain)) = text.rsplit_once('@') {
            check_user(text, user)?;
            check_dns(text, domain)?;
            return Ok(Self { form: Form::UserPrincipalName, domain: domain.to_owned(), user: user.to_owned() });
        }
        check_user(text, text)?;
        Ok(Self { form: Form::Alone, domain: String::new(), user: text.to_owned() })
    }

    /// How it was written.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Its domain, as it was written; empty when none was.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The name within the domain.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether it says in which domain: a name alone does not.
    #[must_use]
    pub const fn has_domain(&self) -> bool {
        !matches!(self.form, Form::Alone)
    }

    /// Whether it is a computer's: those end with a dollar sign.
    #[must_use]
    pub fn is_computer(&self) -> bool {
        self.user.len() > 1 && self.user.ends_with('$')
    }

    /// What equal names have in common, whatever their case and form: `user@domain` in lower case.
    #[must_use]
    pub fn key(&self) -> String {
        match self.form {
            Form::Sid | Form::DistinguishedName | Form::Alone => self.user.to_lowercase(),
            Form::ShortDomain | Form::DnsDomain | Form::UserPrincipalName => format!("{}@{}", self.user.to_lowercase(), self.domain.to_lowercase()),
        }
    }

    /// Its principal in Kerberos, `user@REALM`, when the name tells it: an Active Directory domain's realm is its DNS name in
    /// capitals. A short domain name tells none.
    #[must_use]
    pub fn principal(&self) -> Option<String> {
        let told = matches!(self.form, Form::DnsDomain | Form::UserPrincipalName) && self.domain.contains('.') && !self.user.contains('@');
        told.then(|| format!("{}@{}", self.user, self.domain.to_uppercase()))
    }

    /// The Kerberos principal of the account of the computer with this full name; none without a domain. The account's name is
    /// cut at 15 characters (MS-ADTS §3.1.1.3.1.5.1).
    #[must_use]
    pub fn computer_principal(machine: &str) -> Option<String> {
        let (name, domain) = machine.split_once('.')?;
        let name: String = name.chars().take(15).collect();
        Some(format!("{}$@{}", name.to_uppercase(), domain.to_uppercase()))
    }

    /// Whether both may be the same account. A short domain name may be that of a DNS domain whose first label it is; a
    /// SID or a distinguished name may be anybody, but only the same one is surely the same, and a directory tells the
    /// rest: those are compared as they stand.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        if self.key() == other.key() {
            return true;
        }
        let named = |name: &Self| matches!(name.form, Form::ShortDomain | Form::DnsDomain | Form::UserPrincipalName);
        if !named(self) || !named(other) || self.user.to_lowercase() != other.user.to_lowercase() {
            return false;
        }
        let (a, b) = (self.domain.to_lowercase(), other.domain.to_lowercase());
        match (a.contains('.'), b.contains('.')) {
            (false, true) => b.split('.').next() == Some(a.as_str()),
            (true, false) => a.split('.').next() == Some(b.as_str()),
            _ => a == b,
        }
    }
}

/// As people read it: `dns.domain\user`.
impl std::fmt::Display for AccountName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.form {
            Form::Sid | Form::DistinguishedName | Form::Alone => f.write_str(&self.user),
            Form::UserPrincipalName => write!(f, "{}@{}", self.user, self.domain),
            Form::ShortDomain | Form::DnsDomain => write!(f, "{}\\{}", self.domain, self.user),
        }
    }
}

fn invalid(text: &str, why: &str) -> Refusal {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(64).collect();
    Refusal::new(code::ACCOUNT_NAME_INVALID, format!("\"{shown}\" is not an account's name: {why}"), "write it as dns.domain\\user")
}

fn is_sid(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.next().is_some_and(|s| s.eq_ignore_ascii_case("s"))
        && parts.next() == Some("1")
        && (2..=16).contains(&parts.clone().count())
        && parts.all(|part| !part.is_empty() && part.len() <= 15 && part.bytes().all(|b| b.is_ascii_digit()))
}

fn is_distinguished(text: &str) -> bool {
    text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("CN=")) && text.to_ascii_uppercase().contains(",DC=")
}

fn check_user(text: &str, user: &str) -> Result<(), Refusal> {
    if user.is_empty() {
        return Err(invalid(text, "the user is missing"));
    }
    if let Some(found) = user.chars().find(|c| FORBIDDEN.contains(c)) {
        return Err(invalid(text, &format!("no account's name has {found}")));
    }
    if user.starts_with(' ') || user.ends_with([' ', '.']) {
        return Err(invalid(text, "no account's name begins with a space or ends with a space or a dot"));
    }
    Ok(())
}

fn check_dns(text: &str, domain: &str) -> Result<(), Refusal> {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    if domain.len() > 253 || !domain.split('.').all(label) {
        return Err(invalid(text, &format!("\"{domain}\" is not a DNS name")));
    }
    Ok(())
}

fn check_short(text: &str, domain: &str) -> Result<(), Refusal> {
    let possible = |c: char| !c.is_whitespace() && !FORBIDDEN.contains(&c) && c != '@';
    if domain.is_empty() || domain.chars().count() > 15 || !domain.chars().all(possible) {
        return Err(invalid(text, &format!("\"{domain}\" is not a domain's short name: those have 1 to 15 characters")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> AccountName {
        AccountName::parse(text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
    }

    #[test]
    fn a_computer_account_is_the_machines_name_in_its_realm() {
        let of = AccountName::computer_principal;
        assert_eq!(of("site1.corp.example.test").as_deref(), Some("SITE1$@CORP.EXAMPLE.TEST"));
        assert_eq!(of("a-very-long-name-of-a-machine.corp.test").as_deref(), Some("A-VERY-LONG-NAM$@CORP.TEST"));
        assert_eq!(of("laptop"), None);
    }

    #[test]
    fn each_form_is_understood_and_shown() {
        for (text, form, domain, user) in [
            ("CORP\\svc-push", Form::ShortDomain, "CORP", "svc-push"),
            ("corp.example.test\\svc-push", Form::DnsDomain, "corp.example.test", "svc-push"),
            ("svc-push@corp.example.test", Form::UserPrincipalName, "corp.example.test", "svc-push"),
            ("S-1-5-21-1-2-3-1104", Form::Sid, "", "S-1-5-21-1-2-3-1104"),
            ("CN=svc,OU=Service,DC=corp,DC=test", Form::DistinguishedName, "", "CN=svc,OU=Service,DC=corp,DC=test"),
            ("svc_mp", Form::Alone, "", "svc_mp"),
            ("CORP\\CM01$", Form::ShortDomain, "CORP", "CM01$"),
        ] {
            let parsed = name(text);
            assert_eq!((parsed.form(), parsed.domain(), parsed.user(), parsed.to_string().as_str()), (form, domain, user, text));
        }
        assert!(name("CORP\\CM01$").is_computer());
        assert!(!name("CORP\\$").is_computer());
    }

    #[test]
    fn every_special_character_is_taken_or_refused_as_directories_do() {
        for c in "!#$%&'()-.^_`{}~@ äß日".chars() {
            let user = format!("a{c}b");
            assert_eq!(name(&format!("corp.example.test\\{user}")).user(), user, "{c}");
        }
        for c in FORBIDDEN.iter().copied().filter(|c| *c != '\\').chain(['\0', '\n', '\t', '\u{7f}']) {
            let refusal = AccountName::parse(&format!("corp.example.test\\a{c}b")).expect_err("a refusal");
            assert_eq!(refusal.code, code::ACCOUNT_NAME_INVALID, "{c:?}");
        }
        assert!(AccountName::parse("CORP\\a\\b").is_err());
    }

    #[test]
    fn what_is_no_name_is_refused_with_the_reason() {
        let long = "x".repeat(257);
        for text in ["", "  ", "\\user", "CORP\\", "corp..test\\u", "-corp.test\\u", "a@", "@b.test", "u@b test", "CORP\\u.", &long, "SIXTEENCHARACTERS\\u"] {
            let refusal = AccountName::parse(text).expect_err(text);
            assert!(!refusal.cause.is_empty() && refusal.fix.contains("dns.domain"), "{text}");
        }
    }

    #[test]
    fn a_name_with_its_domains_dns_name_has_a_principal() {
        for (text, principal) in [
            ("svc@corp.example.test", Some("svc@CORP.EXAMPLE.TEST")),
            ("corp.example.test\\CM01$", Some("CM01$@CORP.EXAMPLE.TEST")),
            ("CORP\\svc", None),
            ("svc@corp", None),
            ("svc", None),
            ("S-1-5-21-1-2-3-4", None),
            // Another's domain behind the name would be another account.
            ("corp.example.test\\svc@fabrikam.example.test", None),
        ] {
            assert_eq!(name(text).principal().as_deref(), principal, "{text}");
        }
    }

    #[test]
    fn names_that_may_be_one_account_are_taken_for_one() {
        for (a, b, same) in [
            ("CORP\\svc", "corp.example.test\\SVC", true),
            ("svc@corp.example.test", "corp.example.test\\svc", true),
            ("CORP\\svc", "fabrikam.example.test\\svc", false),
            ("CORP\\svc", "CORP\\svc2", false),
            ("corp.example.test\\svc", "corp.other.test\\svc", false),
            ("svc", "CORP\\svc", false),
            ("S-1-5-21-1-2-3-4", "s-1-5-21-1-2-3-4", true),
        ] {
            assert_eq!(name(a).may_be(&name(b)), same, "{a} {b}");
            assert_eq!(name(b).may_be(&name(a)), same, "{b} {a}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_understood_or_refused_and_what_is_shown_is_understood_again(text in "\\PC{0,40}") {
            if let Ok(first) = AccountName::parse(&text) {
                let again = AccountName::parse(&first.to_string()).expect("what was shown");
                prop_assert_eq!(first.key(), again.key());
                prop_assert!(first.may_be(&again));
            }
        }
    }
}
