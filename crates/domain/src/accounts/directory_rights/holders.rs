//! Who else may take an account over: reset its password, write its object, or own it (security.md RC-L16).
//!
//! Whom the domain itself is run by may do anything and is expected: SYSTEM, the domain's Administrators and Domain Admins,
//! and the forest's Enterprise Admins. Account Operators, Key Admins and Enterprise Key Admins stand in every domain's default
//! permissions, so their entry is no finding as long as nobody is in them; once somebody is, they are named like everybody
//! else. Entries for the account itself (changing its own password, its telephone numbers) take nothing over.

use super::{Culprits, Mending, ObjectSeen, Schema, Told, named, objects_named};
use crate::accounts::verification::Verdict;
use provost_sd::access::{EXTENDED_RIGHT, WRITE_DACL, WRITE_OWNER, WRITE_PROPERTY};
use provost_sd::{Ace, Acl, Asker, Dacl, GenericMapping, Guid, ObjectType, SecurityDescriptor, Sid, Token, effective, effective_on_object, well_known};
use std::collections::{BTreeMap, BTreeSet};

/// The extended right to set another's password without knowing it.
pub const RESET_PASSWORD: Guid = Guid::of(0x0029_9570_246d_11d0_a768_00aa_006e_0529);
/// `BUILTIN\Terminal Server License Servers`, which write their licences to every user by default.
const LICENSE_SERVERS: Sid = well_known::builtin(561);
/// What default permissions let others write, and what takes nothing over: certificates of Cert Publishers, licences.
const HARMLESS: &[&str] = &["usercertificate", "terminalserver"];
const HARMLESS_PREFIX: &str = "msts";

/// Somebody who may take an account over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub sid: Sid,
    /// How, in words.
    pub how: String,
    /// The entries that let it.
    pub entries: Vec<Ace>,
    /// Whether it owns the account's object.
    pub owns: bool,
}

/// Everybody who may take an account over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holders {
    /// Who may for certain.
    pub found: Vec<Holder>,
    /// Whether others may, depending on what cannot be judged from here.
    pub undecided: bool,
}

/// Somebody as the directory knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trustee {
    /// The name; none when the directory does not tell.
    pub name: Option<String>,
    /// Whether somebody is in it; none when that is not told, or for who is no group.
    pub has_members: Option<bool>,
}

/// Everybody beside the expected who may take over the account whose object this is. `enterprise_admins` is the group of the
/// forest's first domain.
///
/// # Errors
/// Why it cannot be told.
pub fn holders(object: &ObjectSeen, schema: &Schema, enterprise_admins: Option<Sid>) -> Result<Holders, &'static str> {
    let mut descriptor = object.descriptor.clone().ok_or("its descriptor did not come")?;
    // Directories resolve generic rights when an entry is written; one that did not would mean as much.
    if let Dacl::List(list) = &mut descriptor.dacl {
        list.aces.iter_mut().for_each(|ace| ace.mask = GenericMapping::DIRECTORY.map(ace.mask));
    }
    let descriptor = &descriptor;
    let class = schema.class(&object.class).ok_or("its class is not in the schema that was read")?;
    let own = object.sid.ok_or("its own identifier did not come")?;
    let owner = descriptor.owner.ok_or("its descriptor has no owner")?;
    let list = match &descriptor.dacl {
        Dacl::Absent => return Err("the list of its descriptor did not come"),
        Dacl::Null => {
            let everyone = Holder { sid: well_known::EVERYONE, how: "do everything, as it has no list".to_owned(), entries: Vec::new(), owns: false };
            return Ok(Holders { found: vec![everyone], undecided: false });
        }
        Dacl::List(list) => list,
    };
    if object.says.allowed_attributes.is_empty() {
        return Err("the domain controller did not say which attributes it has");
    }
    let of_domain = |sid: &Sid, rid: u32| sid.rid() == rid && sid.domain().is_some() && sid.domain() == own.domain();
    // Nobody carries the three after these: whom the owner's entries are about is the owner, who is asked about as such.
    let nobody = [well_known::CREATOR_OWNER, well_known::CREATOR_GROUP, well_known::OWNER_RIGHTS];
    let expected = |sid: &Sid| {
        [well_known::LOCAL_SYSTEM, well_known::ADMINISTRATORS, well_known::PRINCIPAL_SELF, own].contains(sid)
            || nobody.contains(sid)
            || of_domain(sid, well_known::RID_DOMAIN_ADMINS)
            || of_domain(sid, well_known::RID_ENTERPRISE_ADMINS)
            || enterprise_admins.as_ref() == Some(sid)
    };
    let trustees: BTreeSet<Sid> = list.aces.iter().filter(|ace| ace.counts_here() && !ace.kind.denies()).map(|ace| ace.trustee).chain([owner]).collect();
    let mut holders = Holders::default();
    for sid in trustees.into_iter().filter(|sid| !expected(sid)) {
        let harmless = of_domain(&sid, well_known::RID_CERT_PUBLISHERS) || sid == LICENSE_SERVERS;
        let (how, undecided) = ways(object, schema, descriptor, class, sid, harmless)?;
        holders.undecided |= undecided;
        if how.is_empty() {
            continue;
        }
        let mut entries = Vec::new();
        for (n, ace) in list.aces.iter().enumerate().filter(|(_, ace)| ace.trustee == sid && ace.kind.allows()) {
            let kept = list.aces.iter().enumerate().filter(|(other, one)| *other == n || one.kind.denies()).map(|(_, one)| one.clone()).collect();
            let alone = SecurityDescriptor { owner: None, dacl: Dacl::List(Acl::new(kept)), ..descriptor.clone() };
            if !ways(object, schema, &alone, class, sid, harmless)?.0.is_empty() {
                entries.push(ace.clone());
            }
        }
        holders.found.push(Holder { sid, how: how.join(", "), entries, owns: sid == owner });
    }
    Ok(holders)
}

/// How somebody may take an account over by a descriptor, in words, and whether there are others that cannot be judged.
fn ways(
    object: &ObjectSeen,
    schema: &Schema,
    descriptor: &SecurityDescriptor,
    class: Guid,
    sid: Sid,
    harmless: bool,
) -> Result<(Vec<String>, bool), &'static str> {
    // What is refused to others does not help who is in this one alone.
    let token = Token::new([sid]);
    let asker = Asker::of_directory(&token);
    let whole = effective(descriptor, asker);
    let reset = effective_on_object(descriptor, asker, ObjectType::right(class, RESET_PASSWORD));
    let mut undecided = whole.undecided & (WRITE_DACL | WRITE_OWNER | WRITE_PROPERTY | EXTENDED_RIGHT) | reset.undecided & EXTENDED_RIGHT;
    let owns = descriptor.owner == Some(sid);
    let mut how = Vec::new();
    let mut add = |is_so: bool, words: &str| {
        if is_so {
            how.push(words.to_owned());
        }
    };
    add(owns, "own it");
    add(reset.granted & EXTENDED_RIGHT != 0, "reset its password");
    // The owner has the former by itself.
    add(whole.granted & WRITE_DACL != 0 && !owns, "change its permissions");
    add(whole.granted & WRITE_OWNER != 0, "change its owner");
    if whole.granted & WRITE_PROPERTY != 0 {
        add(true, "write all of it");
    } else {
        let mut written = Vec::new();
        for name in &object.says.allowed_attributes {
            let attribute = schema.attribute(name).ok_or("one of its attributes is not in the schema that was read")?;
            let lower = name.to_ascii_lowercase();
            if harmless && (HARMLESS.contains(&lower.as_str()) || lower.starts_with(HARMLESS_PREFIX)) {
                continue;
            }
            let part = effective_on_object(descriptor, asker, ObjectType::attribute(class, attribute.property_set, attribute.guid));
            undecided |= part.undecided & WRITE_PROPERTY;
            if attribute.writable && part.granted & WRITE_PROPERTY != 0 {
                written.push(name.as_str());
            }
        }
        add(!written.is_empty(), &format!("write {}", named(written)));
    }
    Ok((how, undecided != 0))
}

/// Whether only the domain's own administrators may take the account `object` over. `known` is what the directory knows of the
/// holders.
#[must_use]
pub fn own_object(dn: &str, holders: &Holders, known: &BTreeMap<Sid, Trustee>, mending: &Mending) -> Told {
    let (mut verdict, mut failed, mut unknown, mut empty, mut culprits) = (Verdict::Pass, Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for holder in &holders.found {
        let trustee = known.get(&holder.sid).cloned().unwrap_or_default();
        let name = trustee.name.map_or_else(|| holder.sid.to_string(), |name| format!("{name} ({})", holder.sid));
        let told = format!("{name} may {}", holder.how);
        match (is_operators(&holder.sid), trustee.has_members) {
            (true, Some(false)) => empty.push(name),
            (true, None) => unknown.push(format!("{told}, and whether somebody is in it was not told")),
            _ => {
                failed.push(told);
                culprits.push((dn, Culprits { entries: holder.entries.clone(), owner: holder.owns }));
            }
        }
    }
    if holders.undecided {
        unknown.push("its descriptor has entries with conditions, or of unknown kinds, on which the answer depends".to_owned());
    }
    if !unknown.is_empty() {
        verdict = Verdict::Unknown;
    }
    if !failed.is_empty() {
        verdict = Verdict::Fail;
    }
    let evidence = match verdict {
        Verdict::Fail => return mending.mended((verdict, objects_named(failed.iter().map(String::as_str))), culprits),
        Verdict::Pass if empty.is_empty() => "nobody but the domain's own administrators may reset its password, write or own it".to_owned(),
        Verdict::Pass => format!("nobody but the domain's own administrators may reset its password, write or own it: nobody is in {}", empty.join(", ")),
        _ => objects_named(unknown.iter().map(String::as_str)),
    };
    Told::new(verdict, evidence)
}

/// Whether it is one of the groups that default permissions give every account to.
fn is_operators(sid: &Sid) -> bool {
    *sid == well_known::ACCOUNT_OPERATORS
        || sid.sub_authorities().first() == Some(&21) && [well_known::RID_KEY_ADMINS, well_known::RID_ENTERPRISE_KEY_ADMINS].contains(&sid.rid())
}
