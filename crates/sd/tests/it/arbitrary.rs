//! Descriptors, tokens and masks, made up so that they meet: few principals, few rights, so that entries often are about
//! who asks and what is asked.

use proptest::prelude::*;
use provost_sd::{Ace, AceFlags, AceKind, Acl, Control, Dacl, Domains, Guid, SecurityDescriptor, Sid, Token, well_known};

/// The domain of the principals.
pub const DOMAIN: Sid = Sid::of(5, &[21, 1_004_336_348, 1_177_238_915, 682_003_330]);

/// Its aliases.
pub const DOMAINS: Domains = Domains::single(DOMAIN);

fn principal(rid: u32) -> Sid {
    DOMAIN.with_rid(rid).expect("a domain's identifier has room")
}

/// Somebody who owns or is allowed something.
pub fn sid() -> impl Strategy<Value = Sid> + Clone {
    prop::sample::select(vec![
        well_known::EVERYONE,
        well_known::AUTHENTICATED_USERS,
        well_known::ADMINISTRATORS,
        well_known::OWNER_RIGHTS,
        well_known::CREATOR_OWNER,
        well_known::LOCAL_SYSTEM,
        principal(512),
        principal(513),
        principal(519),
        principal(1104),
        principal(1105),
        Sid::posix_user(1000),
    ])
}

/// Any identifier.
pub fn any_sid() -> impl Strategy<Value = Sid> {
    (0..1_u64 << 48, prop::collection::vec(any::<u32>(), 1..=15)).prop_map(|(authority, sub_authorities)| Sid::of(authority, &sub_authorities))
}

/// A token of a few principals.
pub fn token() -> impl Strategy<Value = Token> {
    prop::collection::vec(sid(), 1..5).prop_map(Token::new)
}

/// Rights on a file or an object of the directory, and bits that are neither.
pub fn mask() -> impl Strategy<Value = u32> {
    let few = prop::sample::select(vec![0x1, 0x2, 0x4, 0x10, 0x20, 0x100, 0x1_0000, 0x2_0000, 0x4_0000, 0x8_0000, 0x10_0000]);
    prop_oneof![
        4 => prop::collection::vec(few, 1..4).prop_map(|bits| bits.into_iter().fold(0, |mask, bit| mask | bit)),
        1 => prop::sample::select(vec![0xf_01ff, 0x1f_01ff, 0x12_0089, 0x12_0116, 0x12_00a0, 0x2_0094, 0x3_01bf, 0x1000_0000, 0x8000_0000]),
        1 => any::<u32>().prop_map(|bits| bits & 0xf01f_ffff),
    ]
}

fn guid() -> impl Strategy<Value = Guid> {
    prop_oneof![any::<[u8; 16]>().prop_map(Guid::from_bytes), Just(Guid::of(0xbf96_7a86_0de6_11d0_a285_00aa_0030_49e2))]
}

fn flags() -> impl Strategy<Value = AceFlags> {
    prop_oneof![3 => Just(0), 1 => 0_u8..0x20].prop_map(AceFlags::from_bits)
}

/// An entry that allows or refuses, all of the object when it shall be plain.
fn ace(plain: bool) -> impl Strategy<Value = Ace> {
    let kinds = if plain { vec![AceKind::Allow, AceKind::Deny] } else { vec![AceKind::Allow, AceKind::Deny, AceKind::AllowObject, AceKind::DenyObject] };
    let types = (prop::option::of(guid()), prop::option::of(guid()));
    (prop::sample::select(kinds), flags(), mask(), types, sid()).prop_map(|(kind, flags, mask, (object_type, inherited), trustee)| {
        let part = |guid: Option<Guid>| guid.filter(|_| kind.has_object_types());
        Ace { kind, flags, mask, object_type: part(object_type), inherited_object_type: part(inherited), trustee, rest: Vec::new() }
    })
}

fn audit() -> impl Strategy<Value = Ace> {
    (sid(), mask(), 1_u8..4)
        .prop_map(|(trustee, mask, uses)| Ace { kind: AceKind::Audit, ..Ace::allow(trustee, mask).with_flags(AceFlags::from_bits(uses << 6)) })
}

fn control() -> impl Strategy<Value = Control> {
    let flags = vec![Control::DACL_PROTECTED, Control::DACL_AUTO_INHERIT_REQUIRED, Control::DACL_AUTO_INHERITED];
    prop::collection::vec(prop::sample::select(flags), 0..3).prop_map(|flags| flags.into_iter().fold(Control::default(), Control::with))
}

/// A descriptor that text can say all of; with plain entries only, or with those about parts of the object too. After an
/// empty list there is no audit list, since Samba 4.17 does not find that in text.
pub fn descriptor(plain: bool) -> impl Strategy<Value = SecurityDescriptor> {
    let sacl = prop::option::weighted(0.2, prop::collection::vec(audit(), 0..3).prop_map(Acl::new));
    (control(), sid(), sid(), sacl, prop::collection::vec(ace(plain), 0..7)).prop_map(|(control, owner, group, sacl, aces)| SecurityDescriptor {
        control,
        resource_manager: 0,
        owner: Some(owner),
        group: Some(group),
        sacl: sacl.filter(|_| !aces.is_empty()),
        dacl: Dacl::List(Acl::new(aces)),
    })
}

/// Any entry: also of unknown kinds, with conditions, for any principal.
fn any_ace() -> impl Strategy<Value = Ace> {
    let rest = prop::collection::vec(any::<u8>(), 0..5).prop_map(|words| words.repeat(4));
    (any::<u8>(), any::<u8>(), any::<u32>(), prop::option::of(guid()), prop::option::of(guid()), any_sid(), rest).prop_map(
        |(number, flags, mask, object_type, inherited_object_type, trustee, rest)| {
            let (kind, flags) = (AceKind::from_number(number % 0x16), AceFlags::from_bits(flags));
            match kind {
                AceKind::Unknown(_) => Ace { kind, flags, rest, ..Ace::allow(well_known::NOBODY, 0) },
                kind if kind.has_object_types() => Ace { kind, flags, mask, object_type, inherited_object_type, trustee, rest },
                kind => Ace { kind, flags, rest, ..Ace::allow(trustee, mask) },
            }
        },
    )
}

/// Any descriptor that bytes can say, with any entries and without some of its parts.
pub fn any_descriptor() -> impl Strategy<Value = SecurityDescriptor> {
    let list = || prop::collection::vec(any_ace(), 0..5).prop_map(Acl::new);
    let dacl = prop_oneof![Just(Dacl::Absent), Just(Dacl::Null), list().prop_map(Dacl::List)];
    let who = || prop::option::of(any_sid());
    (any::<u16>(), any::<u8>(), who(), who(), prop::option::of(list()), dacl).prop_map(|(control, resource_manager, owner, group, sacl, dacl)| {
        SecurityDescriptor { control: Control::from_bits(control), resource_manager, owner, group, sacl, dacl }
    })
}
