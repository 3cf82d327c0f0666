//! Writing text.

use super::{DACL_FLAGS, Domains, FLAGS, KINDS, NO_LIST, SACL_FLAGS, alias, rights};
use crate::{Ace, AceFlags, AceKind, Acl, Control, Dacl, Guid, SecurityDescriptor, Sid};

pub(super) fn descriptor(descriptor: &SecurityDescriptor, domains: &Domains) -> Option<String> {
    let mut text = String::new();
    for (name, who) in [("O:", descriptor.owner), ("G:", descriptor.group)] {
        if let Some(who) = who {
            text.push_str(name);
            text.push_str(&sid(&who, domains));
        }
    }
    let lists = match &descriptor.dacl {
        Dacl::Absent => None,
        Dacl::Null => Some(NO_LIST.to_owned()),
        Dacl::List(list) => Some(acl(list, domains)?),
    };
    if let Some(list) = lists {
        text.push_str("D:");
        text.push_str(&control(descriptor.control, DACL_FLAGS));
        text.push_str(&list);
    }
    if let Some(list) = &descriptor.sacl {
        text.push_str("S:");
        text.push_str(&control(descriptor.control, SACL_FLAGS));
        text.push_str(&acl(list, domains)?);
    }
    Some(text)
}

fn control(control: Control, flags: &[(&str, Control)]) -> String {
    flags.iter().filter(|(_, flag)| control.contains(*flag)).map(|(letters, _)| *letters).collect()
}

fn acl(list: &Acl, domains: &Domains) -> Option<String> {
    list.aces.iter().map(|entry| ace(entry, domains)).collect()
}

fn ace(ace: &Ace, domains: &Domains) -> Option<String> {
    let (kind, _) = KINDS.iter().find(|(_, kind)| *kind == ace.kind)?;
    let known = FLAGS.iter().fold(AceFlags::default(), |all, (_, flag)| all.with(*flag));
    if ace.flags.without(known) != AceFlags::default() || !ace.rest.is_empty() {
        return None;
    }
    let flags: String = FLAGS.iter().filter(|(_, flag)| ace.flags.contains(*flag)).map(|(letters, _)| *letters).collect();
    let guid = |guid: Option<Guid>| guid.map(|guid| guid.to_string()).unwrap_or_default();
    // The bits of a label are no rights.
    let mask = if ace.kind == AceKind::MandatoryLabel { format!("{:#x}", ace.mask) } else { rights::letters(ace.mask) };
    let (object_type, inherited) = (guid(ace.object_type), guid(ace.inherited_object_type));
    Some(format!("({kind};{flags};{mask};{object_type};{inherited};{})", sid(&ace.trustee, domains)))
}

fn sid(sid: &Sid, domains: &Domains) -> String {
    alias::of(sid, domains).map_or_else(|| sid.to_string(), str::to_owned)
}
