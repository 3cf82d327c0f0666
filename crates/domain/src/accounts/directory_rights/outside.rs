//! Whether an account reads more of a directory than the locations that it is bound for (security.md §3.3, row 1), which only means
//! something where the forest is locked down.
//!
//! What everybody who signs in may read is no right of this account's own: where that is so the forest is not locked down, which is
//! told and no fail. An entry that lets the account read by itself, or by a group that not everybody is in, is one too many. The
//! domain controller is asked too: what it shows and the descriptor does not let be read is an alarm.

use super::{Mending, ObjectSeen, Schema, Told, objects_named};
use crate::accounts::everybody;
use crate::accounts::verification::Verdict;
use provost_sd::access::{LIST_CHILDREN, LIST_OBJECT, READ_PROPERTY, directory_words};
use provost_sd::{Ace, AceFlags, Dacl, GenericMapping, Sid, Token};
use std::collections::BTreeSet;

/// What lets somebody see something of an object.
const READS: u32 = READ_PROPERTY | LIST_CHILDREN | LIST_OBJECT;
/// What every object has and whoever reads anything of it sees.
const CLASS: &str = "objectClass";

/// Containers outside the locations.
#[derive(Clone, Debug, Default)]
pub struct Outside<'a> {
    /// Those that were looked at.
    pub containers: &'a [ObjectSeen],
    /// Whether there are more than were looked at.
    pub more: bool,
    /// The class of the objects that the account is there to find.
    pub kind: &'a str,
}

/// One entry that lets the account read.
struct Own {
    container: String,
    ace: Ace,
    says: String,
}

/// Whom entries for the account's own reading name: whoever is named to people.
#[must_use]
pub fn own_readers(outside: &Outside<'_>, schema: &Schema, token: &Token) -> BTreeSet<Sid> {
    outside.containers.iter().flat_map(|container| own_entries(container, outside.kind, schema, token)).map(|own| own.ace.trustee).collect()
}

fn own_entries(container: &ObjectSeen, kind: &str, schema: &Schema, token: &Token) -> Vec<Own> {
    let Some(Dacl::List(list)) = container.descriptor.as_ref().map(|descriptor| &descriptor.dacl) else { return Vec::new() };
    let own = |ace: &&Ace| ace.kind.allows() && token.holds(&ace.trustee) && !everybody::is_everybody(&ace.trustee);
    let granted = container.whole(token).map_or(0, |whole| whole.granted | whole.undecided);
    let told = |ace: &Ace| {
        let mask = GenericMapping::DIRECTORY.map(ace.mask) & READS;
        // Of a part it is not known here whether something else refuses it.
        let here = ace.counts_here() && (ace.object_type.is_some() && mask != 0 || mask & granted != 0);
        let of_kind = ace.inherited_object_type.is_none_or(|class| schema.class(kind) == Some(class));
        let below = ace.flags.contains(AceFlags::CONTAINER_INHERIT) && of_kind && mask & READ_PROPERTY != 0;
        (here || below).then(|| {
            let place = match (here, below) {
                (true, true) => "here and below".to_owned(),
                (true, false) => "here".to_owned(),
                (false, _) => format!("of each {kind} below"),
            };
            Own { container: container.dn.clone(), ace: ace.clone(), says: format!("{} {place}", directory_words(mask)) }
        })
    };
    list.aces.iter().filter(own).filter_map(told).collect()
}

/// What it comes to.
#[must_use]
pub fn reads_nothing_outside(outside: &Outside<'_>, schema: &Schema, token: &Token, mending: &Mending) -> Told {
    let all = Token::new(token.sids().copied().filter(everybody::is_everybody));
    let (mut failed, mut unknown, mut open, mut entries, mut strange) = (Vec::new(), Vec::new(), 0_usize, Vec::new(), Vec::new());
    for container in outside.containers {
        let dn = &container.dn;
        let name = |sid: &Sid| mending.names.get(sid).cloned().unwrap_or_else(|| sid.to_string());
        for own in own_entries(container, outside.kind, schema, token) {
            let whence = if own.ace.flags.contains(AceFlags::INHERITED) { ", which is inherited," } else { "" };
            failed.push(format!("{}: an entry for {} ({}){whence} lets it {}", own.container, name(&own.ace.trustee), own.ace.trustee, own.says));
            entries.push((dn.as_str(), own.ace));
        }
        match container.may_read(schema, token, CLASS) {
            None => unknown.push(dn.as_str()),
            Some(false) => {
                failed.push(format!("{dn}: the domain controller shows it, though the descriptor does not let it be read"));
                strange.push(dn.as_str());
            }
            Some(true) if container.may_read(schema, &all, CLASS) == Some(true) => open += 1,
            Some(true) => {}
        }
    }
    let looked =
        format!("{} containers outside the locations were looked at{}", outside.containers.len(), if outside.more { ", and there are more" } else { "" });
    if !failed.is_empty() {
        let mut told = Told::new(Verdict::Fail, format!("{looked}: {}", objects_named(failed.iter().map(String::as_str))));
        if !entries.is_empty() {
            told.mending.extend(mending.take_away(entries.iter().map(|(dn, ace)| (*dn, ace))));
        }
        if !strange.is_empty() {
            told.mending.extend(mending.look(strange, ""));
        }
        told
    } else if !unknown.is_empty() {
        let of = objects_named(unknown.iter().copied());
        let why = "their descriptors did not come, or do not settle it";
        Told::new(Verdict::Unknown, format!("the domain controller shows it {of}, and why cannot be told: {why}; {looked}"))
    } else if open == 0 {
        Told::new(Verdict::Pass, format!("it sees nothing there by an entry of its own; {looked}"))
    } else {
        let why = "everybody who signs in may read there: the forest is not locked down, and no entry is this account's own";
        Told::new(Verdict::Pass, format!("of {open} {why}; {looked}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_sd::{Domains, Guid, SecurityDescriptor, well_known};

    fn schema() -> Schema {
        let mut schema = Schema::default();
        schema.add_class("organizationalUnit", Guid::of(1));
        schema.add_class("user", Guid::of(2));
        schema.add_class("group", Guid::of(3));
        schema.add_attribute(CLASS, super::super::AttributeSchema::new(Guid::of(4), None, 0, Some(0), true, 0));
        schema
    }

    fn container(sddl: &str) -> ObjectSeen {
        let domain: Sid = "S-1-5-21-1-2-3".parse().expect("a domain");
        let descriptor =
            (!sddl.is_empty()).then(|| SecurityDescriptor::from_sddl(&format!("O:DAG:DAD:{sddl}"), &Domains::single(domain)).expect("a descriptor"));
        ObjectSeen {
            dn: "OU=Elsewhere,DC=corp".to_owned(),
            class: "organizationalUnit".to_owned(),
            sid: None,
            says: super::super::ServerSays::default(),
            descriptor,
            came: [CLASS.to_ascii_lowercase()].into(),
            password_readers: None,
        }
    }

    fn told(sddl: &str) -> Told {
        let token = Token::new([
            "S-1-5-21-1-2-3-1104".parse().expect("the account"),
            "S-1-5-21-1-2-3-1200".parse().expect("a group"),
            "S-1-5-21-1-2-3-513".parse().expect("its primary group"),
            well_known::AUTHENTICATED_USERS,
        ]);
        let containers = [container(sddl)];
        let outside = Outside { containers: &containers, more: true, kind: "user" };
        let names = own_readers(&outside, &schema(), &token).into_iter().map(|sid| (sid, "readers".to_owned())).collect();
        reads_nothing_outside(&outside, &schema(), &token, &Mending { names, ..Mending::default() })
    }

    fn judged(sddl: &str) -> (Verdict, String) {
        let told = told(sddl);
        (told.verdict, told.evidence)
    }

    #[test]
    fn what_everybody_reads_is_told_and_no_fail() {
        for open in ["(A;;RPLCLO;;;AU)", "(A;CI;RPLCLO;;;S-1-5-21-1-2-3-513)"] {
            let (verdict, why) = judged(open);
            assert!(verdict == Verdict::Pass && why.contains("of 1 everybody who signs in may read there"), "{why}");
            assert!(why.contains("1 containers outside the locations were looked at, and there are more"), "{why}");
        }
    }

    #[test]
    fn an_entry_of_ones_own_or_of_a_group_is_named() {
        let found = told("(A;;RPLCLO;;;AU)(A;CI;RPLCLO;;;S-1-5-21-1-2-3-1200)");
        assert_eq!(found.verdict, Verdict::Fail);
        let why = "OU=Elsewhere,DC=corp: an entry for readers (S-1-5-21-1-2-3-1200) lets it list children, read attributes, list the object here and below";
        assert!(found.evidence.ends_with(why), "{found:?}");
        assert_eq!(found.mending[0].commands, ["dsacls 'OU=Elsewhere,DC=corp' /R 'readers@corp'"]);
        let below = |class: u128| judged(&format!("(A;;RPLCLO;;;AU)(OA;CIIO;RP;;{};S-1-5-21-1-2-3-1104)", Guid::of(class)));
        assert!(below(2).0 == Verdict::Fail && below(2).1.contains("read attributes of each user below"), "{:?}", below(2));
        assert_eq!(below(3).0, Verdict::Pass, "of another kind of object");
        assert_eq!(judged("(A;;RPLCLO;;;AU)(A;;RPLCLO;;;S-1-5-21-1-2-3-1300)").0, Verdict::Pass, "a stranger's entry is not this account's");
        assert_eq!(
            judged("(D;;RPLCLO;;;S-1-5-21-1-2-3-1200)(A;;RPLCLO;;;AU)(A;;RPLCLO;;;S-1-5-21-1-2-3-1104)").0,
            Verdict::Fail,
            "the controller shows it all the same"
        );
    }

    #[test]
    fn what_the_controller_shows_without_a_descriptor_is_no_pass() {
        assert_eq!(judged("").0, Verdict::Unknown);
        let found = told("(A;;RPLCLO;;;S-1-5-21-1-2-3-1300)");
        assert!(found.verdict == Verdict::Fail && found.evidence.contains("the domain controller shows it, though the descriptor does not"), "{found:?}");
        assert_eq!((found.mending[0].does.as_str(), found.mending[0].commands.len()), ("see the list", 1));
    }
}
