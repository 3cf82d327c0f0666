use super::*;
use crate::access::{CREATE_CHILD, DELETE, DIRECTORY_ALL, GENERIC_READ, READ_PROPERTY, WRITE_PROPERTY};
use crate::{AceFlags, Acl, Guid};

const USER_CLASS: Guid = Guid::of(0xbf96_7aba_0de6_11d0_a285_00aa_0030_49e2);
const COMPUTER_CLASS: Guid = Guid::of(0xbf96_7a86_0de6_11d0_a285_00aa_0030_49e2);
const PUBLIC_INFORMATION: Guid = Guid::of(0xe48d_0154_bcf8_11d1_8702_00c0_4fb9_6050);
const MAIL: Guid = Guid::of(0xbf96_7961_0de6_11d0_a285_00aa_0030_49e2);
const DESCRIPTION: Guid = Guid::of(0xbf96_7950_0de6_11d0_a285_00aa_0030_49e2);

fn anna() -> Sid {
    "S-1-5-21-1-2-3-1104".parse().expect("a SID")
}

fn token() -> Token {
    Token::of_network_sign_in(anna(), [well_known::USERS])
}

fn descriptor(aces: Vec<Ace>) -> SecurityDescriptor {
    SecurityDescriptor { owner: Some(well_known::ADMINISTRATORS), ..SecurityDescriptor::of_dacl(Acl::new(aces)) }
}

fn granted(aces: Vec<Ace>) -> u32 {
    effective(&descriptor(aces), Asker::of_directory(&token())).granted
}

#[test]
fn the_first_entry_about_a_right_decides() {
    let allow = Ace::allow(well_known::USERS, READ_PROPERTY | WRITE_PROPERTY);
    let deny = Ace::deny(anna(), WRITE_PROPERTY);
    assert_eq!(granted(vec![deny.clone(), allow.clone()]), READ_PROPERTY);
    assert_eq!(granted(vec![allow, deny]), READ_PROPERTY | WRITE_PROPERTY);
    assert_eq!(granted(vec![Ace::allow(well_known::ADMINISTRATORS, DIRECTORY_ALL)]), 0);
}

#[test]
fn an_entry_that_only_goes_down_does_not_count() {
    let below = AceFlags::CONTAINER_INHERIT.with(AceFlags::INHERIT_ONLY);
    assert_eq!(granted(vec![Ace::allow(well_known::USERS, DIRECTORY_ALL).with_flags(below)]), 0);
}

#[test]
fn an_owner_may_read_and_change_the_list_unless_owner_rights_say_otherwise() {
    let owned = |aces| effective(&SecurityDescriptor { owner: Some(anna()), ..descriptor(aces) }, Asker::of_directory(&token())).granted;
    assert_eq!(owned(vec![]), READ_CONTROL | WRITE_DACL);
    assert_eq!(owned(vec![Ace::deny(anna(), WRITE_DACL)]), READ_CONTROL | WRITE_DACL, "a refusal does not reach the owner");
    assert_eq!(owned(vec![Ace::allow(well_known::OWNER_RIGHTS, READ_PROPERTY)]), READ_PROPERTY);
    let below = Ace::allow(well_known::OWNER_RIGHTS, READ_PROPERTY).with_flags(AceFlags::CONTAINER_INHERIT.with(AceFlags::INHERIT_ONLY));
    assert_eq!(owned(vec![below]), READ_CONTROL | WRITE_DACL);
    assert_eq!(granted(vec![Ace::allow(well_known::OWNER_RIGHTS, READ_PROPERTY)]), 0, "she does not own it");
}

#[test]
fn the_most_that_is_allowed_is_never_refused_but_may_be_nothing() {
    let ask = |aces, desired| access_check(&descriptor(aces), Asker::of_directory(&token()), desired);
    assert_eq!(ask(vec![], MAXIMUM_ALLOWED), Decision::Granted(0));
    let read = vec![Ace::allow(well_known::EVERYONE, READ_PROPERTY | DELETE)];
    assert_eq!(ask(read.clone(), MAXIMUM_ALLOWED), Decision::Granted(READ_PROPERTY | DELETE));
    assert_eq!(ask(read.clone(), MAXIMUM_ALLOWED | WRITE_PROPERTY), Decision::Denied);
    assert_eq!(ask(read.clone(), DELETE), Decision::Granted(DELETE));
    assert_eq!(ask(read, GENERIC_READ), Decision::Denied);
}

#[test]
fn no_list_allows_everything_and_a_list_that_was_not_sent_decides_nothing() {
    let with = |dacl| access_check(&SecurityDescriptor { dacl, ..descriptor(vec![]) }, Asker::of_directory(&token()), WRITE_DACL);
    assert_eq!(with(Dacl::Null), Decision::Granted(WRITE_DACL));
    assert_eq!(with(Dacl::Absent), Decision::Undecided);
    assert_eq!(with(Dacl::List(Acl::default())), Decision::Denied);
}

#[test]
fn a_condition_leaves_undecided_what_depends_on_it() {
    let on_condition = |kind, mask| Ace { kind, ..Ace::allow(well_known::USERS, mask) };
    let ask = |aces| effective(&descriptor(aces), Asker::of_directory(&token()));
    let allows = ask(vec![on_condition(AceKind::AllowCallback, WRITE_PROPERTY)]);
    assert_eq!(allows, Effective { granted: 0, undecided: WRITE_PROPERTY });
    let denies = ask(vec![on_condition(AceKind::DenyCallback, WRITE_PROPERTY), Ace::allow(anna(), READ_PROPERTY | WRITE_PROPERTY)]);
    assert_eq!(denies, Effective { granted: READ_PROPERTY, undecided: WRITE_PROPERTY });
    let settled = ask(vec![on_condition(AceKind::AllowCallback, WRITE_PROPERTY), Ace::allow(anna(), WRITE_PROPERTY)]);
    assert_eq!(settled, Effective { granted: WRITE_PROPERTY, undecided: 0 });
    let refused = ask(vec![Ace::deny(anna(), WRITE_PROPERTY), on_condition(AceKind::AllowCallback, WRITE_PROPERTY)]);
    assert_eq!(refused, Effective::default());
    let unknown = ask(vec![Ace { kind: AceKind::Unknown(99), ..Ace::allow(well_known::NOBODY, 0) }]);
    assert_eq!((unknown.granted, unknown.undecided & DIRECTORY_ALL), (0, DIRECTORY_ALL));
    let wanted = access_check(&descriptor(vec![on_condition(AceKind::AllowCallback, WRITE_PROPERTY)]), Asker::of_directory(&token()), WRITE_PROPERTY);
    assert_eq!(wanted, Decision::Undecided);
}

#[test]
fn what_is_said_of_a_property_set_holds_for_its_attributes() {
    let of = |aces: &[Ace], part| effective_on_object(&descriptor(aces.to_vec()), Asker::of_directory(&token()), part).granted;
    let mail = ObjectType::attribute(USER_CLASS, Some(PUBLIC_INFORMATION), MAIL);
    let description = ObjectType::attribute(USER_CLASS, None, DESCRIPTION);
    let set = [Ace::allow_object(well_known::USERS, WRITE_PROPERTY, PUBLIC_INFORMATION)];
    assert_eq!((of(&set, mail), of(&set, description)), (WRITE_PROPERTY, 0));
    assert_eq!(of(&set, ObjectType::property_set(USER_CLASS, PUBLIC_INFORMATION)), WRITE_PROPERTY);
    assert_eq!(of(&set, ObjectType::object(USER_CLASS)), 0);
    let class = [Ace::allow_object(well_known::USERS, WRITE_PROPERTY, USER_CLASS)];
    assert_eq!((of(&class, mail), of(&class, description)), (WRITE_PROPERTY, WRITE_PROPERTY));
    let all_but_mail = [Ace { kind: AceKind::DenyObject, ..Ace::allow_object(anna(), WRITE_PROPERTY, MAIL) }, Ace::allow(well_known::USERS, WRITE_PROPERTY)];
    assert_eq!((of(&all_but_mail, mail), of(&all_but_mail, description)), (0, WRITE_PROPERTY));
}

#[test]
fn children_are_created_by_class() {
    let aces = vec![Ace::allow_object(well_known::USERS, CREATE_CHILD, COMPUTER_CLASS)];
    let of = |class| effective_on_object(&descriptor(aces.clone()), Asker::of_directory(&token()), ObjectType::child(class)).granted;
    assert_eq!((of(COMPUTER_CLASS), of(USER_CLASS)), (CREATE_CHILD, 0));
    assert_eq!(granted(aces), 0, "children of one class are not children of any class");
}

#[test]
fn entries_for_self_mean_the_principal_that_is_asked_about() {
    let sd = descriptor(vec![Ace::allow(well_known::PRINCIPAL_SELF, WRITE_PROPERTY)]);
    let (token, own, other) = (token(), anna(), well_known::GUESTS);
    assert_eq!(effective(&sd, Asker::of_directory(&token).of_principal(&own)).granted, WRITE_PROPERTY);
    assert_eq!(effective(&sd, Asker::of_directory(&token).of_principal(&other)).granted, 0);
    assert_eq!(effective(&sd, Asker::of_directory(&token)).granted, 0);
}

#[test]
fn no_list_grants_the_audit_list() {
    assert_eq!(granted(vec![Ace::allow(well_known::USERS, SYSTEM_SECURITY | DELETE)]), DELETE);
}
