//! Binding: whether a principal may be bound as an account, from the definitions alone.

use super::name::AccountName;
use super::refusal::Refusal;
use super::trust::Trust;
use provost_catalog::accounts::{Account, AccountKind, Cardinality, PrincipalKind, Scope};
use provost_catalog::rights::Profile;
use provost_catalog::rules::code;

/// A principal that is to be bound.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// As which account.
    pub account: &'static Account,
    /// For what, as [`super::scope::object`] writes it.
    pub object: &'a str,
    /// Who.
    pub name: &'a AccountName,
    /// What kind of principal it is said to be; without, it is told from the name.
    pub principal_kind: Option<PrincipalKind>,
    /// Its place in an ordered list, from 1; without, the end.
    pub position: Option<u32>,
    /// How the object stands to the site's forest.
    pub trust: Trust,
    /// Whether the site is a secondary one.
    pub secondary_site: bool,
}

/// A principal that is bound.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Number of the binding.
    pub binding_id: i64,
    /// As which account.
    pub kind: AccountKind,
    /// For what.
    pub object: String,
    /// Its place, from 1.
    pub position: u32,
    /// Who.
    pub name: AccountName,
}

/// What a binding that may be made is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// What kind of principal it is.
    pub principal_kind: PrincipalKind,
    /// Its place, from 1; those at and after it move by one.
    pub position: u32,
}

/// Decides whether `wanted` may be bound beside `existing`, which holds every binding of the site.
///
/// # Errors
/// The first rule that forbids it.
pub fn admit(wanted: &Wanted<'_>, existing: &[Bound], profile: Profile) -> Result<Admitted, Refusal> {
    let account = wanted.account;
    if wanted.secondary_site && account.used_by.contains(&provost_catalog::accounts::Use::PublishToForest) {
        return Err(Refusal::new(
            code::SECONDARY_SITE_ACCOUNT,
            "a secondary site always publishes with its server's computer account",
            "bind the account at the primary site",
        ));
    }
    let principal_kind = principal_kind(account, wanted.name, wanted.principal_kind)?;
    if principal_kind == PrincipalKind::ComputerAccount && !wanted.trust.domain_is_trusted() {
        return Err(Refusal::new(
            code::ACCOUNT_PRINCIPAL_KIND,
            format!("{} is a computer account and means nothing for {}: {}", wanted.name, wanted.object, wanted.trust.words()),
            format!("bind {}", kinds(account, |kind| kind != PrincipalKind::ComputerAccount)),
        ));
    }
    not_shared(wanted, existing, profile)?;
    let position = place(wanted, existing)?;
    Ok(Admitted { principal_kind, position })
}

/// What kind of principal a name is, of those that the account accepts.
///
/// # Errors
/// When the account accepts none that the name can be.
pub fn principal_kind(account: &Account, name: &AccountName, stated: Option<PrincipalKind>) -> Result<PrincipalKind, Refusal> {
    let accepted = |kind: PrincipalKind| account.accepts.contains(&kind);
    let not_accepted = |cause: String| Err(Refusal::new(code::ACCOUNT_PRINCIPAL_KIND, cause, format!("bind {}", kinds(account, |_| true))));
    if name.is_computer() {
        if stated.is_some_and(|kind| kind != PrincipalKind::ComputerAccount) {
            return not_accepted(format!("{name} ends with a dollar sign, so it is a computer account"));
        }
        if !accepted(PrincipalKind::ComputerAccount) {
            return not_accepted(format!("{name} is a computer account, which the {} cannot be", account.title));
        }
        return if name.has_domain() { Ok(PrincipalKind::ComputerAccount) } else { Err(needs_domain(account, name)) };
    }
    if stated == Some(PrincipalKind::ComputerAccount) {
        return not_accepted(format!("{name} does not end with a dollar sign, so it is no computer account"));
    }
    if let Some(kind) = stated {
        if !accepted(kind) {
            return not_accepted(format!("{name} is said to be {}, which the {} cannot be", kind.words(), account.title));
        }
        return if name.has_domain() || !needs_a_domain(kind) { Ok(kind) } else { Err(needs_domain(account, name)) };
    }
    let possible = account.accepts.iter().copied().find(|kind| match kind {
        // A group is never guessed: whoever means one says so.
        PrincipalKind::ComputerAccount | PrincipalKind::Group => false,
        PrincipalKind::LocalDatabaseAccount => !name.has_domain(),
        PrincipalKind::ServiceUser => true,
        PrincipalKind::LocalAccount => !name.has_domain(),
        PrincipalKind::DomainUser | PrincipalKind::GlobalAccount => name.has_domain(),
    });
    match possible {
        Some(kind) => Ok(kind),
        None if !name.has_domain() => Err(needs_domain(account, name)),
        None => not_accepted(format!("{name} is a user of a domain, which the {} cannot be", account.title)),
    }
}

const fn needs_a_domain(kind: PrincipalKind) -> bool {
    matches!(kind, PrincipalKind::ComputerAccount | PrincipalKind::DomainUser | PrincipalKind::GlobalAccount | PrincipalKind::Group)
}

fn needs_domain(account: &Account, name: &AccountName) -> Refusal {
    Refusal::new(
        code::ACCOUNT_NAME_NEEDS_DOMAIN,
        format!("\"{name}\" does not say in which domain, and the {} is not local to one computer", account.title),
        format!("write it as dns.domain\\{name}"),
    )
}

/// The kinds of principal that an account accepts, as a sentence.
fn kinds(account: &Account, wanted: impl Fn(PrincipalKind) -> bool) -> String {
    let words: Vec<&str> = account.accepts.iter().copied().filter(|kind| wanted(*kind)).map(PrincipalKind::words).collect();
    words.join(", or ")
}

/// Whether an account of this kind must be another one for each forest in the hardened profile (security.md §3.3, row 4): whoever
/// gets hold of it in one gets nothing in another.
#[must_use]
pub fn one_forest_each(kind: AccountKind) -> bool {
    kind.definition().held_per == Scope::Forest
}

/// One principal must not serve two accounts that must not share it; in the hardened profile it serves one only (security.md DR-24).
fn not_shared(wanted: &Wanted<'_>, existing: &[Bound], profile: Profile) -> Result<(), Refusal> {
    for other in existing.iter().filter(|other| other.name.may_be(wanted.name)) {
        if other.kind == wanted.account.kind && other.object == wanted.object {
            return Err(Refusal::new(
                code::ACCOUNT_EXISTS,
                format!("{} is bound as {} for {} already", other.name, wanted.account.title, wanted.object),
                format!("provost account show '{}'", other.name),
            ));
        }
        if profile == Profile::Hardened && other.kind == wanted.account.kind && one_forest_each(other.kind) {
            return Err(Refusal::new(
                code::ACCOUNT_SHARED,
                format!(
                    "{} is the {} of {} already, and must not be that of {} as well in the hardened profile",
                    wanted.name, wanted.account.title, other.object, wanted.object
                ),
                "make an account for this forest alone",
            ));
        }
        let definition = other.kind.definition();
        let forbidden = definition.never_doubles_as.contains(&wanted.account.kind) || wanted.account.never_doubles_as.contains(&other.kind);
        let hardened = profile == Profile::Hardened && other.kind != wanted.account.kind;
        if forbidden || hardened {
            let spelling = if other.name.key() == wanted.name.key() { String::new() } else { format!(" (as {})", other.name) };
            let whose = if forbidden { "" } else { " in the hardened profile" };
            return Err(Refusal::new(
                code::ACCOUNT_SHARED,
                format!("{} is the {} already{spelling}, and must not be the {} as well{whose}", wanted.name, definition.title, wanted.account.title),
                "make an account for this use alone",
            ));
        }
    }
    Ok(())
}

/// The place in the list, when there is one left.
fn place(wanted: &Wanted<'_>, existing: &[Bound]) -> Result<u32, Refusal> {
    let account = wanted.account;
    let there = existing.iter().filter(|other| other.kind == account.kind && other.object == wanted.object);
    let count = u32::try_from(there.clone().count()).unwrap_or(u32::MAX);
    let most = match account.cardinality {
        Cardinality::One => 1,
        Cardinality::UpTo(most) => most,
        Cardinality::OrderedList | Cardinality::Many => u32::MAX,
    };
    if count >= most {
        let names: Vec<String> = there.take(3).map(|other| other.name.to_string()).collect();
        return Err(Refusal::new(
            code::ACCOUNT_TOO_MANY,
            format!("{} can have {} {}; bound: {}", wanted.object, account.cardinality, account.title, names.join(", ")),
            format!(
                "replace its password with provost account set, or first: provost account remove '{}' --for {}",
                names.first().map_or("", String::as_str),
                account.id
            ),
        ));
    }
    match wanted.position {
        None => Ok(count + 1),
        Some(position) if matches!(account.cardinality, Cardinality::OrderedList | Cardinality::UpTo(_)) && (1..=count + 1).contains(&position) => Ok(position),
        Some(position) => Err(Refusal::new(
            code::ACCOUNT_ORDER_INVALID,
            match account.cardinality {
                Cardinality::OrderedList | Cardinality::UpTo(_) => format!("there is no place {position} among {count}"),
                Cardinality::One | Cardinality::Many => format!("the {} has no order", account.title),
            },
            "leave --order out to add it at the end",
        )),
    }
}

#[cfg(test)]
mod tests;
