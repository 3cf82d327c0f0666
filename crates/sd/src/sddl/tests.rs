use super::*;
use crate::access::{DIRECTORY_ALL, FILE_ALL, READ_PROPERTY};
use crate::{Ace, Acl, Dacl, well_known};

fn domains() -> Domains {
    Domains::single("S-1-5-21-1-2-3".parse().expect("a domain"))
}

fn round(text: &str) -> String {
    SecurityDescriptor::from_sddl(text, &domains()).expect("it is read").to_sddl(&domains()).expect("it has a text")
}

#[test]
fn what_the_directory_uses_survives() {
    for text in [
        "",
        "O:DAG:DUD:",
        "O:S-1-5-21-1-2-3-1104G:S-1-0x010000000000-5D:(A;;RP;;;WD)",
        "D:PAI(A;CIIO;GA;;;CO)(OA;CIID;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;EA)",
        "D:ARAI(OD;CIIO;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;bf967aba-0de6-11d0-a285-00aa003049e2;PS)(D;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;AN)",
        "D:NO_ACCESS_CONTROL",
        "D:PNO_ACCESS_CONTROL",
        "O:BAD:(A;OICI;0x1f01ff;;;SY)(A;;FR;;;BU)(A;;0x1301bf;;;AU)S:PAI(AU;SAFA;WPWD;;;WD)(OU;CISA;WP;f30e3bbe-9ff0-11d1-b603-0000f80367c1;;WD)(ML;;0x1;;;S-1-16-12288)",
    ] {
        assert_eq!(round(text), text);
    }
}

#[test]
fn letters_mean_what_they_should() {
    let read = SecurityDescriptor::from_sddl("O:EAG:LAD:(A;;KA;;;DC)(A;;0xF01FF;;;RO)(A;;983551;;;bu)(A;;FA;;;RM)", &domains()).expect("it is read");
    let of = |rid| domains().domain.and_then(|domain| domain.with_rid(rid)).expect("a principal");
    assert_eq!((read.owner, read.group), (Some(of(519)), Some(of(500))));
    let expected = [(0xf_003f, of(515)), (DIRECTORY_ALL, of(498)), (DIRECTORY_ALL, well_known::USERS), (FILE_ALL, well_known::REMOTE_MANAGEMENT_USERS)];
    assert_eq!(read.dacl, Dacl::List(Acl::new(expected.iter().map(|(mask, sid)| Ace::allow(*sid, *mask)).collect())));
}

#[test]
fn a_child_domain_has_the_forests_groups_from_the_root() {
    let root: Sid = "S-1-5-21-9-9-9".parse().expect("a domain");
    let domains = Domains { forest_root: Some(root), ..domains() };
    let read = SecurityDescriptor::from_sddl("O:EAG:DA", &domains).expect("it is read");
    assert_eq!(read.owner, root.with_rid(519));
    assert_eq!(read.to_sddl(&domains).as_deref(), Some("O:EAG:DA"));
    assert!(SecurityDescriptor::from_sddl("O:DA", &Domains::default()).is_err(), "of which domain");
    assert_eq!(read.to_sddl(&Domains::default()).as_deref(), Some("O:S-1-5-21-9-9-9-519G:S-1-5-21-1-2-3-512"));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let wrong = |text: &str| SecurityDescriptor::from_sddl(text, &domains()).expect_err(text);
    assert_eq!(wrong("D:(A;;RP;;;QQ)").at, 11);
    assert_eq!(wrong("O:BAD:(A;;RX;;;WD)").what, "these are no rights");
    assert_eq!(wrong("D:(XA;;RP;;;WD;(@User.x==1))").what, "an entry has six fields");
    for text in [
        "x",
        ":",
        "O:",
        "O:BAO:BA",
        "D:(",
        "D:(A;;RP;;;WD",
        "D:(A;;RP;;WD)",
        "D:(A;;RP;;;;WD)",
        "D:(Z;;RP;;;WD)",
        "D:(A;X;RP;;;WD)",
        "D:(A;;R;;;WD)",
        "D:(A;;0x;;;WD)",
    ] {
        wrong(text);
    }
    for text in [
        "D:(A;;0x100000000;;;WD)",
        "D:(A;;+1;;;WD)",
        "D:(A;;RP;bf967a86-0de6-11d0-a285-00aa003049e2;;WD)",
        "D:(OA;;RP;1;;WD)",
        "D:Q(A;;RP;;;WD)",
        "D::",
        "O:ÄBD:",
    ] {
        wrong(text);
    }
    assert_eq!(wrong(&"O".repeat(SDDL_BYTES_MAX + 1)).what, "the text is too long");
}

#[test]
fn what_text_cannot_say_is_not_written() {
    let text = |ace: Ace| SecurityDescriptor::of_dacl(Acl::new(vec![ace])).to_sddl(&domains());
    let ace = Ace::allow(well_known::USERS, READ_PROPERTY);
    assert_eq!(text(ace.clone()).as_deref(), Some("D:(A;;RP;;;BU)"));
    assert_eq!(text(Ace { kind: AceKind::AllowCallback, ..ace.clone() }), None);
    assert_eq!(text(Ace { rest: vec![0; 4], ..ace.clone() }), None);
    assert_eq!(text(ace.with_flags(AceFlags::from_bits(0x20))), None);
}
