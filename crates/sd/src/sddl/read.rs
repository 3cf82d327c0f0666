//! Reading text.

use super::{DACL_FLAGS, Domains, FLAGS, KINDS, NO_LIST, SACL_FLAGS, SDDL_BYTES_MAX, SddlError, alias, rights};
use crate::{Ace, AceFlags, AceKind, Acl, Control, Dacl, Guid, SecurityDescriptor, Sid};

/// A piece of the text, with the place that it stands at.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Piece<'a> {
    fn wrong(self, what: &'static str) -> SddlError {
        SddlError { what, at: self.at }
    }

    /// What follows after `count` bytes, which are a boundary between characters.
    fn after(self, count: usize) -> Self {
        Self { text: &self.text[count..], at: self.at + count }
    }

    fn strip_prefix(self, prefix: &str) -> Option<Self> {
        self.text.starts_with(prefix).then(|| self.after(prefix.len()))
    }

    fn split_once(self, delimiter: char) -> Option<(Self, Self)> {
        let (before, _) = self.text.split_once(delimiter)?;
        Some((Self { text: before, at: self.at }, self.after(before.len() + delimiter.len_utf8())))
    }
}

pub(super) fn descriptor(text: &str, domains: &Domains) -> Result<SecurityDescriptor, SddlError> {
    let mut read = SecurityDescriptor { control: Control::default(), resource_manager: 0, owner: None, group: None, sacl: None, dacl: Dacl::Absent };
    let mut left = Piece { text, at: 0 };
    if text.len() > SDDL_BYTES_MAX {
        return Err(left.wrong("the text is too long"));
    }
    let mut seen = Vec::new();
    while !left.text.is_empty() {
        let (name, after) = left.split_once(':').ok_or_else(|| left.wrong("a part begins with O:, G:, D: or S:"))?;
        if seen.contains(&name.text) {
            return Err(name.wrong("a part stands there twice"));
        }
        seen.push(name.text);
        // The next part's letter stands before its colon, which nothing within a part contains.
        let end = after.text.find(':').map_or(Some(after.text.len()), |colon| colon.checked_sub(1));
        let end = end.filter(|end| after.text.is_char_boundary(*end)).ok_or_else(|| after.wrong("a part is empty"))?;
        let part = Piece { text: &after.text[..end], at: after.at };
        match name.text {
            "O" => read.owner = Some(sid(part, domains)?),
            "G" => read.group = Some(sid(part, domains)?),
            "D" => {
                let (control, after) = control(part, DACL_FLAGS);
                read.control = read.control.with(control);
                read.dacl = if after.text == NO_LIST { Dacl::Null } else { Dacl::List(acl(after, domains)?) };
            }
            "S" => {
                let (control, after) = control(part, SACL_FLAGS);
                read.control = read.control.with(control);
                read.sacl = Some(acl(after, domains)?);
            }
            _ => return Err(name.wrong("a part begins with O:, G:, D: or S:")),
        }
        left = after.after(end);
    }
    Ok(read)
}

/// Flags of a list, and what follows them.
fn control<'a>(mut piece: Piece<'a>, flags: &[(&str, Control)]) -> (Control, Piece<'a>) {
    let mut control = Control::default();
    while let Some((after, flag)) = flags.iter().find_map(|(letters, flag)| Some((piece.strip_prefix(letters)?, *flag))) {
        control = control.with(flag);
        piece = after;
    }
    (control, piece)
}

fn acl(mut piece: Piece<'_>, domains: &Domains) -> Result<Acl, SddlError> {
    let mut aces = Vec::new();
    while !piece.text.is_empty() {
        let inner = piece.strip_prefix("(").ok_or_else(|| piece.wrong("an entry begins with a parenthesis"))?;
        let (inner, after) = inner.split_once(')').ok_or_else(|| piece.wrong("an entry ends with a parenthesis"))?;
        aces.push(ace(inner, domains)?);
        piece = after;
    }
    Ok(Acl { aces })
}

fn ace(piece: Piece<'_>, domains: &Domains) -> Result<Ace, SddlError> {
    let mut fields = Vec::new();
    let mut rest = piece;
    while let Some((field, after)) = rest.split_once(';') {
        fields.push(field);
        rest = after;
    }
    let [kind, flags, mask, object_type, inherited_object_type] = fields[..] else { return Err(piece.wrong("an entry has six fields")) };
    let (_, of) = KINDS.iter().find(|(letters, _)| letters.eq_ignore_ascii_case(kind.text)).ok_or_else(|| kind.wrong("this kind of entry is not known"))?;
    let ace = Ace {
        kind: *of,
        flags: ace_flags(flags)?,
        mask: rights::mask(mask.text).ok_or_else(|| mask.wrong("these are no rights"))?,
        object_type: guid(object_type, *of)?,
        inherited_object_type: guid(inherited_object_type, *of)?,
        trustee: sid(rest, domains)?,
        rest: Vec::new(),
    };
    Ok(ace)
}

fn ace_flags(piece: Piece<'_>) -> Result<AceFlags, SddlError> {
    piece.text.as_bytes().chunks(2).try_fold(AceFlags::default(), |flags, pair| {
        let known = FLAGS.iter().find(|(letters, _)| letters.as_bytes().eq_ignore_ascii_case(pair));
        known.map(|(_, flag)| flags.with(*flag)).ok_or_else(|| piece.wrong("these are no flags of an entry"))
    })
}

fn guid(piece: Piece<'_>, kind: AceKind) -> Result<Option<Guid>, SddlError> {
    match piece.text {
        "" => Ok(None),
        _ if !kind.has_object_types() => Err(piece.wrong("an entry of this kind has no object type")),
        text => text.parse().map(Some).map_err(|_| piece.wrong("this is no GUID")),
    }
}

fn sid(piece: Piece<'_>, domains: &Domains) -> Result<Sid, SddlError> {
    let read = if piece.text.len() == 2 { alias::meaning(piece.text, domains) } else { piece.text.parse().ok() };
    read.ok_or_else(|| piece.wrong("this is no security identifier, or an alias of a domain that is not known"))
}
