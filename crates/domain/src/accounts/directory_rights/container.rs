//! Whether the list of a container has nothing but what was declared (security.md §3.3, row 4: RC-L07, RECON-1): its entries are
//! compared one by one with what Active Directory puts there by itself and with those for whoever publishes.
//!
//! By itself a directory puts there what the schema says of the class (`defaultSecurityDescriptor`), and what the container inherits
//! from the head of its domain. An entry that is inherited from in between, or that lets somebody change something from the domain's
//! head who does not administer the domain, is one too many like any other.

use super::mending::text;
use super::{Culprits, Mending, Schema, Told, objects_named};
use crate::accounts::everybody;
use crate::accounts::verification::Verdict;
use provost_catalog::directory_schema::CLASSES;
use provost_sd::access::{DIRECTORY_CHANGES, directory_words};
use provost_sd::{Ace, AceFlags, AceKind, Acl, Child, Dacl, GenericMapping, Guid, SecurityDescriptor, Sid, inherited, well_known};

/// Entries that are told one by one.
const ENTRIES_MAX: usize = 20;
/// The class of what is published to; the published classes are in [`CLASSES`].
const CONTAINER: &str = "container";

/// What is expected of a container's list.
#[derive(Clone, Debug)]
pub struct Declared<'a> {
    /// Whoever publishes: the account and, where it publishes too, the site server's computer account.
    pub publishers: &'a [Sid],
    /// What the schema gives each new object of the container's class.
    pub by_class: &'a SecurityDescriptor,
    /// The descriptor of the domain's head.
    pub head: &'a SecurityDescriptor,
    /// The domain.
    pub domain: Sid,
    /// The group Enterprise Admins of the forest.
    pub enterprise_admins: Option<Sid>,
}

/// An entry that was not declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Whom it is about.
    pub trustee: Sid,
    /// What it says, in words.
    pub says: String,
    /// The entry; none where there is no list at all.
    pub ace: Option<Ace>,
}

/// How a list compares with what is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Entries that were not declared.
    pub extra: Vec<Extra>,
    /// Whoever owns it and should not.
    pub owner: Option<Sid>,
    /// What the class gives and is not there.
    pub missing: Vec<String>,
    /// Whether an entry is of a kind that cannot be judged.
    pub undecided: bool,
    /// How many entries were compared.
    pub compared: usize,
}

/// One thing that an entry says: of the object itself, or of what stands below it. Of entries with generic rights a directory makes
/// two, one for each, so lists are compared by what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Says {
    kind: AceKind,
    below: bool,
    once: bool,
    part: Option<Guid>,
    class: Option<Guid>,
    trustee: Sid,
    condition: Vec<u8>,
    mask: u32,
}

fn says(ace: &Ace) -> Vec<Says> {
    let has = |flag| ace.flags.contains(flag);
    let of = |below: bool| Says {
        kind: ace.kind,
        below,
        once: below && has(AceFlags::NO_PROPAGATE),
        part: ace.object_type,
        class: ace.inherited_object_type,
        trustee: ace.trustee,
        condition: ace.rest.clone(),
        mask: GenericMapping::DIRECTORY.map(ace.mask),
    };
    let here = (!has(AceFlags::INHERIT_ONLY)).then(|| of(false));
    // Every object of a directory may have others below it; what is meant for files alone means nothing there.
    let below = (has(AceFlags::CONTAINER_INHERIT) || has(AceFlags::OBJECT_INHERIT)).then(|| of(true));
    here.into_iter().chain(below).collect()
}

/// Whether everything that an entry says is among `known`, or less than that.
fn is_among(ace: &Ace, known: &[Says]) -> bool {
    let all = says(ace);
    let same = |one: &Says, other: &Says| Says { mask: other.mask, ..one.clone() } == *other && one.mask & !other.mask == 0;
    all.iter().all(|one| known.iter().any(|other| same(one, other)))
}

/// Compares the list of a container with what is declared.
///
/// # Errors
/// Why it cannot be compared.
pub fn compared(descriptor: &SecurityDescriptor, schema: &Schema, declared: &Declared<'_>) -> Result<Compared, &'static str> {
    let list = match &descriptor.dacl {
        Dacl::Absent => return Err("the list of its descriptor did not come"),
        Dacl::Null => return Ok(Compared { extra: vec![everybody()], ..Compared::default() }),
        Dacl::List(list) => list,
    };
    let owner = descriptor.owner.ok_or("its descriptor has no owner")?;
    let Dacl::List(head) = &declared.head.dacl else { return Err("the list of the domain's head did not come") };
    let Dacl::List(by_class) = &declared.by_class.dacl else { return Err("the schema has no default list for its class") };
    let guid = schema.class(CONTAINER).ok_or("its class is not in the schema that was read")?;
    let child = Child { is_container: true, class: Some(guid), owner, group: descriptor.group, mapping: GenericMapping::DIRECTORY };
    // The head gives it by way of what is in between.
    let between = Acl::new(inherited(head, &child));
    let from_head: Vec<Says> = inherited(&between, &child).iter().flat_map(says).collect();
    let of_class: Vec<Says> = by_class.aces.iter().flat_map(says).collect();
    let mut told = Compared { compared: list.aces.len(), ..Compared::default() };
    for ace in list.aces.iter().filter(|ace| ace.kind.allows() || ace.kind.denies() || matches!(ace.kind, AceKind::Unknown(_))) {
        if matches!(ace.kind, AceKind::Unknown(_)) {
            told.undecided = true;
            continue;
        }
        let is_inherited = ace.flags.contains(AceFlags::INHERITED);
        let expected = if is_inherited {
            is_among(ace, &from_head) && (administers(&ace.trustee, declared) || !changes(ace, schema))
        } else {
            is_among(ace, &of_class) || declared.publishers.contains(&ace.trustee) && ace.kind.allows()
        };
        if !expected {
            told.extra.push(extra(ace, schema));
        }
    }
    let there: Vec<Says> = list.aces.iter().filter(|ace| !ace.flags.contains(AceFlags::INHERITED)).flat_map(says).collect();
    told.missing = by_class.aces.iter().filter(|ace| !is_among(ace, &there)).map(|ace| text(ace).unwrap_or_else(|| ace.trustee.to_string())).collect();
    if !administers(&owner, declared) && !declared.publishers.contains(&owner) {
        told.owner = Some(owner);
    }
    Ok(told)
}

fn everybody() -> Extra {
    Extra { trustee: well_known::EVERYONE, says: "may do everything, as it has no list".to_owned(), ace: None }
}

/// Whether somebody administers the domain anyhow, or is nobody: entries for the creator and for "self" are about who is judged
/// as such.
fn administers(sid: &Sid, declared: &Declared<'_>) -> bool {
    let of_domain = |rid: u32| sid.rid() == rid && sid.domain() == Some(declared.domain);
    [well_known::LOCAL_SYSTEM, well_known::ADMINISTRATORS, well_known::PRINCIPAL_SELF, well_known::CREATOR_OWNER, well_known::CREATOR_GROUP].contains(sid)
        || of_domain(well_known::RID_DOMAIN_ADMINS)
        || of_domain(well_known::RID_ENTERPRISE_ADMINS)
        || declared.enterprise_admins.as_ref() == Some(sid)
}

/// Whether an entry lets somebody change the container, or something that is published in it.
fn changes(ace: &Ace, schema: &Schema) -> bool {
    let concerns = ace.inherited_object_type.is_none_or(|class| published().any(|name| schema.class(name) == Some(class)));
    concerns && ace.kind.allows() && GenericMapping::DIRECTORY.map(ace.mask) & DIRECTORY_CHANGES != 0
}

fn published() -> impl Iterator<Item = &'static str> {
    CLASSES.iter().map(|class| class.name).chain([CONTAINER])
}

fn extra(ace: &Ace, schema: &Schema) -> Extra {
    let verb = if ace.kind.denies() { "is refused:" } else { "may" };
    let part = ace.object_type.map(|part| format!(" of {}", schema.name(part).map_or_else(|| part.to_string(), str::to_owned))).unwrap_or_default();
    let below = ace.flags.contains(AceFlags::CONTAINER_INHERIT);
    let place = match (ace.flags.contains(AceFlags::INHERIT_ONLY), below) {
        (true, _) => " on what stands below",
        (false, true) => " here and on what stands below",
        (false, false) => " here",
    };
    let class = ace.inherited_object_type.map(|class| format!(", where it is {}", schema.name(class).map_or_else(|| class.to_string(), str::to_owned)));
    let condition = if ace.kind.is_conditional() { ", under a condition" } else { "" };
    let words = directory_words(GenericMapping::DIRECTORY.map(ace.mask));
    let words = if words == "full control" && verb == "may" { "control everything".to_owned() } else { words };
    Extra { trustee: ace.trustee, says: format!("{verb} {words}{part}{place}{}{condition}", class.unwrap_or_default()), ace: Some(ace.clone()) }
}

/// What the comparison of the container `dn` comes to.
#[must_use]
pub fn nobody_else(dn: &str, compared: &Compared, mending: &Mending) -> Told {
    let known = |sid: &Sid| everybody::name(sid).map(str::to_owned).or_else(|| mending.names.get(sid).cloned());
    let name = |sid: &Sid| known(sid).map_or_else(|| sid.to_string(), |name| format!("{name} ({sid})"));
    let mut failed = Vec::new();
    for entry in &compared.extra {
        let by = entry.ace.as_ref().and_then(text).map(|text| format!(", by the entry {text}")).unwrap_or_default();
        let whence = if entry.ace.as_ref().is_some_and(|ace| ace.flags.contains(AceFlags::INHERITED)) { ", which is inherited" } else { "" };
        failed.push(format!("{} {}{by}{whence}", name(&entry.trustee), entry.says));
    }
    if let Some(owner) = &compared.owner {
        failed.push(format!("{} owns it and so may change its permissions", name(owner)));
    }
    let more = failed.len().saturating_sub(ENTRIES_MAX);
    failed.truncate(ENTRIES_MAX);
    if more != 0 {
        failed.push(format!("and {more} more"));
    }
    let missing = match compared.missing.as_slice() {
        [] => String::new(),
        gone => format!("; of what its class gives is not there: {}", objects_named(gone.iter().map(String::as_str))),
    };
    if !failed.is_empty() {
        let entries = compared.extra.iter().filter_map(|extra| extra.ace.clone()).collect();
        let culprits = Culprits { entries, owner: compared.owner.is_some() };
        mending.mended((Verdict::Fail, format!("{dn}: {}{missing}", failed.join("; "))), [(dn, culprits)])
    } else if compared.undecided {
        Told::new(Verdict::Unknown, format!("{dn} has entries of kinds that are not known here"))
    } else {
        let count = compared.compared;
        Told::new(Verdict::Pass, format!("of the {count} entries of {dn} each is the directory's own or for whoever publishes{missing}"))
    }
}

#[cfg(test)]
mod tests;
