use super::*;
use crate::{Ace, AceKind, well_known};

/// Owner at 20, group at 32, list at 44; the header's offsets are to be filled in.
fn with_offsets(control: u16, offsets: [u32; 4], parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![1, 0];
    bytes.extend((control | 0x8000).to_le_bytes());
    bytes.extend(offsets.iter().flat_map(|offset| offset.to_le_bytes()));
    bytes.extend(parts.concat());
    bytes
}

fn list(aces: Vec<Ace>) -> Vec<u8> {
    let mut bytes = Vec::new();
    Acl::new(aces).write(&mut bytes);
    bytes
}

#[test]
fn parts_may_stand_in_any_order() {
    let everyone = well_known::EVERYONE.to_bytes();
    let admins = well_known::ADMINISTRATORS.to_bytes();
    let acl = list(vec![Ace::allow(well_known::USERS, 0x10)]);
    let lengths = (acl.len() as u32, admins.len() as u32);
    let list_first = with_offsets(4, [20 + lengths.0, 20 + lengths.0 + lengths.1, 0, 20], &[&acl, &admins, &everyone]);
    let list_last = with_offsets(4, [20, 20 + lengths.1, 0, 32 + lengths.1], &[&admins, &everyone, &acl]);
    let read = SecurityDescriptor::parse(&list_first).expect("the list first");
    assert_eq!(SecurityDescriptor::parse(&list_last), Ok(read.clone()));
    assert_eq!((read.owner, read.group), (Some(well_known::ADMINISTRATORS), Some(well_known::EVERYONE)));
    assert_eq!(read.dacl, Dacl::List(Acl::new(vec![Ace::allow(well_known::USERS, 0x10)])));
}

#[test]
fn no_list_an_absent_list_and_an_empty_list_are_three_things() {
    let read = |bytes: &[u8]| SecurityDescriptor::parse(bytes).expect("a descriptor").dacl;
    assert_eq!(read(&with_offsets(0, [0; 4], &[])), Dacl::Absent);
    assert_eq!(read(&with_offsets(4, [0; 4], &[])), Dacl::Null);
    assert_eq!(read(&with_offsets(4, [0, 0, 0, 20], &[&list(vec![])])), Dacl::List(Acl::default()));
    assert_eq!(read(&with_offsets(0, [0, 0, 0, 20], &[&list(vec![])])), Dacl::Absent, "a list that is not declared does not count");
}

#[test]
fn an_entry_of_an_unknown_kind_is_kept_as_it_is() {
    let mut acl = list(vec![]);
    acl[2..6].copy_from_slice(&[20, 0, 1, 0]);
    acl.extend([0x44, 0x03, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let bytes = with_offsets(4, [0, 0, 0, 20], &[&acl]);
    let read = SecurityDescriptor::parse(&bytes).expect("a descriptor");
    let Dacl::List(acl) = &read.dacl else { panic!("a list") };
    assert_eq!((acl.aces[0].kind, acl.aces[0].rest.as_slice()), (AceKind::Unknown(0x44), &[1, 2, 3, 4, 5, 6, 7, 8][..]));
    assert_eq!(SecurityDescriptor::parse(&read.to_bytes().expect("it has room")), Ok(read));
}

#[test]
fn what_points_outside_or_is_cut_is_refused() {
    let acl = list(vec![Ace::allow(well_known::USERS, 0x10)]);
    let whole = with_offsets(4, [0, 0, 0, 20], &[&acl]);
    assert!(SecurityDescriptor::parse(&whole).is_ok());
    for length in 0..whole.len() {
        assert!(SecurityDescriptor::parse(&whole[..length]).is_err(), "cut after {length}");
    }
    for offset in [1, 19, 44, 45, u32::MAX] {
        assert!(SecurityDescriptor::parse(&with_offsets(4, [0, 0, 0, offset], &[&acl])).is_err(), "a list at {offset}");
        assert!(SecurityDescriptor::parse(&with_offsets(4, [offset, 0, 0, 20], &[&acl])).is_err(), "an owner at {offset}");
    }
    let mut more = whole.clone();
    more[24] = 2;
    assert_eq!(SecurityDescriptor::parse(&more).expect_err("one entry is missing").what, "the entry is cut short");
    assert!(SecurityDescriptor::parse(&vec![1; DESCRIPTOR_BYTES_MAX + 1]).is_err());
}

#[test]
fn a_list_that_is_too_long_is_not_written() {
    let long = |count| SecurityDescriptor::of_dacl(Acl::new(vec![Ace::allow(well_known::USERS, 0x10); count])).to_bytes();
    assert!(long(2730).is_ok());
    assert!(long(2731).is_err());
}
