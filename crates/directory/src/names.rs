//! Names of accounts in the forms that servers want them.

use provost_domain::Failure;
use provost_domain::accounts::name::{AccountName, Form};
use provost_domain::outcome::Outcome;

const STEP: &str = "choose";

/// The name for a simple bind (MS-ADTS §5.1.1.1.1). Nothing is guessed: a name alone is of the place's own domain.
pub(crate) fn for_simple_bind(user: &str, dns_domain: &str) -> Result<String, Failure> {
    let name = parsed(user)?;
    Ok(match name.form() {
        Form::DnsDomain => format!("{}@{}", name.user(), name.domain()),
        Form::Alone => format!("{}@{dns_domain}", name.user()),
        Form::ShortDomain | Form::UserPrincipalName | Form::Sid | Form::DistinguishedName => user.trim().to_owned(),
    })
}

/// The Kerberos principal, `user@REALM`.
pub(crate) fn principal(user: &str, dns_domain: &str) -> Result<String, Failure> {
    let name = parsed(user)?;
    let realm = match name.form() {
        Form::DnsDomain | Form::UserPrincipalName => name.domain(),
        Form::Alone => dns_domain,
        // The short name is by custom, and by default, the first label; any other has to be written out.
        Form::ShortDomain if dns_domain.split('.').next().is_some_and(|label| label.eq_ignore_ascii_case(name.domain())) => dns_domain,
        Form::ShortDomain | Form::Sid | Form::DistinguishedName => {
            let why = format!("Kerberos needs the domain's DNS name: write {}@{dns_domain}, or the domain that it is in", name.user());
            return Err(Failure::new(Outcome::RefusedByRule, STEP, why));
        }
    };
    Ok(format!("{}@{}", name.user(), realm.to_uppercase()))
}

fn parsed(user: &str) -> Result<AccountName, Failure> {
    AccountName::parse(user).map_err(|refusal| Failure::new(Outcome::RefusedByRule, STEP, refusal))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: &str = "corp.example.test";

    #[test]
    fn a_principal_has_a_realm_that_is_known() {
        let of = |user: &str| principal(user, DOMAIN).map_err(|failure| failure.outcome);
        assert_eq!(of("svc@corp.example.test").as_deref(), Ok("svc@CORP.EXAMPLE.TEST"));
        assert_eq!(of("lab.corp.example.test\\svc").as_deref(), Ok("svc@LAB.CORP.EXAMPLE.TEST"));
        assert_eq!(of("CORP\\svc").as_deref(), Ok("svc@CORP.EXAMPLE.TEST"));
        assert_eq!(of("svc").as_deref(), Ok("svc@CORP.EXAMPLE.TEST"));
        assert_eq!(of("OTHER\\svc"), Err(Outcome::RefusedByRule));
        assert_eq!(of("CN=svc,DC=corp,DC=example,DC=test"), Err(Outcome::RefusedByRule));
    }

    #[test]
    fn a_simple_bind_gets_a_name_that_the_directory_knows() {
        let of = |user: &str| for_simple_bind(user, DOMAIN).expect("a name");
        assert_eq!(of("corp.example.test\\svc"), "svc@corp.example.test");
        assert_eq!(of("svc"), "svc@corp.example.test");
        assert_eq!(of("CORP\\svc"), "CORP\\svc");
        assert_eq!(of("CN=svc,DC=corp,DC=example,DC=test"), "CN=svc,DC=corp,DC=example,DC=test");
    }
}
