//! Two letters for a right or a usual set of rights (MS-DTYP §2.5.1.1).

use crate::access;

/// Each right.
const RIGHTS: &[(&str, u32)] = &[
    ("CC", access::CREATE_CHILD),
    ("DC", access::DELETE_CHILD),
    ("LC", access::LIST_CHILDREN),
    ("SW", access::SELF_WRITE),
    ("RP", access::READ_PROPERTY),
    ("WP", access::WRITE_PROPERTY),
    ("DT", access::DELETE_TREE),
    ("LO", access::LIST_OBJECT),
    ("CR", access::EXTENDED_RIGHT),
    ("SD", access::DELETE),
    ("RC", access::READ_CONTROL),
    ("WD", access::WRITE_DACL),
    ("WO", access::WRITE_OWNER),
    ("GA", access::GENERIC_ALL),
    ("GX", access::GENERIC_EXECUTE),
    ("GW", access::GENERIC_WRITE),
    ("GR", access::GENERIC_READ),
];

/// Sets of rights on files, which are written when they are all that there is.
const FILE_SETS: &[(&str, u32)] = &[("FR", access::FILE_READ), ("FW", access::FILE_WRITE), ("FX", access::FILE_EXECUTE)];

/// Only read: Full Control on a file, which Samba 4.17 takes for no more than 0x1ff, rights on keys of the registry, and what
/// a mandatory label forbids.
const OTHER_SETS: &[(&str, u32)] =
    &[("FA", access::FILE_ALL), ("KA", 0xf_003f), ("KR", 0x2_0019), ("KW", 0x2_0006), ("KX", 0x2_0019), ("NW", 0x1), ("NR", 0x2), ("NX", 0x4)];

/// The mask that letters or a number stand for.
pub(super) fn mask(text: &str) -> Option<u32> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return if plain { u32::from_str_radix(digits, 16).ok() } else { None };
    }
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        return if plain { text.parse().ok() } else { None };
    }
    let sets = || RIGHTS.iter().chain(FILE_SETS).chain(OTHER_SETS);
    text.as_bytes().chunks(2).try_fold(0, |mask, pair| {
        let (_, right) = sets().find(|(letters, _)| letters.as_bytes().eq_ignore_ascii_case(pair))?;
        Some(mask | right)
    })
}

/// The letters for a mask, or its number where letters do not say all of it.
pub(super) fn letters(mask: u32) -> String {
    if let Some((letters, _)) = FILE_SETS.iter().find(|(_, set)| *set == mask) {
        return (*letters).to_owned();
    }
    let named: u32 = RIGHTS.iter().fold(0, |all, (_, right)| all | right);
    if mask & !named != 0 {
        return format!("{mask:#x}");
    }
    RIGHTS.iter().filter(|(_, right)| mask & right != 0).map(|(letters, _)| *letters).collect()
}
