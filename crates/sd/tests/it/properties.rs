//! What holds for every descriptor and every text.

use crate::arbitrary::{DOMAINS, any_descriptor, any_sid, descriptor, mask, token};
use proptest::prelude::*;
use provost_sd::access::{MAXIMUM_ALLOWED, SYSTEM_SECURITY};
use provost_sd::{Asker, Control, Dacl, Decision, Guid, SecurityDescriptor, Sid, access_check, effective};

proptest! {
    #[test]
    fn an_identifier_survives_bytes_and_text(sid in any_sid()) {
        prop_assert_eq!(Sid::from_bytes(&sid.to_bytes()), Ok(sid));
        prop_assert_eq!(sid.to_string().parse(), Ok(sid));
    }

    #[test]
    fn a_guid_survives_text(bytes: [u8; 16]) {
        let guid = Guid::from_bytes(bytes);
        prop_assert_eq!(guid.to_string().parse(), Ok(guid));
    }

    #[test]
    fn a_descriptor_survives_bytes(descriptor in any_descriptor()) {
        let bytes = descriptor.to_bytes().expect("it has room");
        prop_assert_eq!(SecurityDescriptor::parse(&bytes), Ok(descriptor));
    }

    #[test]
    fn a_descriptor_survives_text(descriptor in descriptor(false)) {
        let text = descriptor.to_sddl(&DOMAINS).expect("it has a text");
        // Flags of a list that is not there have no place in text.
        let said = if descriptor.dacl == Dacl::Absent { SecurityDescriptor { control: Control::default(), ..descriptor } } else { descriptor };
        prop_assert_eq!(SecurityDescriptor::from_sddl(&text, &DOMAINS), Ok(said));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), control: u16) {
        let mut header = vec![1, 0];
        header.extend((control | 0x8000).to_le_bytes());
        // Offsets that mostly point inside.
        header.extend(bytes.iter().take(4).flat_map(|byte| u32::from(*byte).to_le_bytes()));
        header.resize(20, 0);
        header.extend(&bytes);
        for bytes in [bytes, header] {
            if let Ok(read) = SecurityDescriptor::parse(&bytes) {
                let again = read.to_bytes().expect("what was read has room");
                prop_assert_eq!(SecurityDescriptor::parse(&again), Ok(read));
            }
        }
    }

    #[test]
    fn a_damaged_descriptor_is_read_or_refused(descriptor in any_descriptor(), at: prop::sample::Index, byte: u8) {
        let mut bytes = descriptor.to_bytes().expect("it has room");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = SecurityDescriptor::parse(&bytes) {
            prop_assert_eq!(SecurityDescriptor::parse(&read.to_bytes().expect("what was read has room")), Ok(read));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "([OGDS]:|\\(|\\)|;|A|OA|CI|WP|WD|BA|DA|P|AI|S-1-5-32|0x|é|[ -~]){0,40}") {
        if let Ok(read) = SecurityDescriptor::from_sddl(&text, &DOMAINS) {
            let written = read.to_sddl(&DOMAINS).expect("what was text can be text");
            prop_assert_eq!(SecurityDescriptor::from_sddl(&written, &DOMAINS), Ok(read));
        }
    }

    #[test]
    fn what_is_effective_is_granted_and_nothing_else(descriptor in descriptor(false), token in token(), mask in mask()) {
        let asker = Asker::of_directory(&token);
        let found = effective(&descriptor, asker);
        prop_assert_eq!(found.undecided, 0);
        prop_assert_eq!(access_check(&descriptor, asker, MAXIMUM_ALLOWED), Decision::Granted(found.granted));
        let wanted = asker.mapping.map(mask);
        let expected = if wanted & !found.granted == 0 { Decision::Granted(wanted) } else { Decision::Denied };
        prop_assert_eq!(access_check(&descriptor, asker, mask), expected);
        prop_assert_eq!(found.granted & SYSTEM_SECURITY, 0);
    }

    #[test]
    fn order_is_kept_when_an_entry_is_added(mut descriptor in descriptor(false), other in descriptor(false)) {
        let (Dacl::List(list), Dacl::List(more)) = (&mut descriptor.dacl, other.dacl) else { return Ok(()) };
        list.put_in_order();
        for ace in more.aces {
            list.add(ace);
            prop_assert!(list.is_canonical());
        }
    }
}
