mod plain;

use super::*;
use crate::Timestamp;
use crate::accounts::verification::Verdict;
use plain::{
    delegation, full_control, memberships_agree, no_change, no_confidential, no_join, no_permissions, no_right, password_age, privileged, reads,
    roaming_profile,
};
use provost_sd::{Domains, Guid, SecurityDescriptor, Sid, Token};
use std::collections::BTreeSet;

/// An account of which everything is readable and nothing has a value.
fn account() -> AccountSeen {
    let readable = AccountSeen::ATTRIBUTES.iter().map(|name| name.to_ascii_lowercase()).collect();
    AccountSeen { dn: "CN=svc".to_owned(), name: "svc".to_owned(), computer: false, account_control: Some(0x200), present: BTreeSet::new(), readable }
}

const DESCRIPTION: Guid = Guid::of(0xbf96_7950_0de6_11d0_a285_00aa_0030_49e2);
const MAIL: Guid = Guid::of(0xbf96_7961_0de6_11d0_a285_00aa_0030_49e2);
const SECRET: Guid = Guid::of(7);
const USER: Guid = Guid::of(0xbf96_7aba_0de6_11d0_a285_00aa_0030_49e2);
const COMPUTER: Guid = Guid::of(0xbf96_7a86_0de6_11d0_a285_00aa_0030_49e2);
const RESET: Guid = Guid::of(0x0029_9570_246d_11d0_a768_00aa_006e_0529);

fn domain() -> Sid {
    "S-1-5-21-1-2-3".parse().expect("a domain")
}

fn token() -> Token {
    Token::of_network_sign_in(domain().with_rid(1104).expect("a principal"), [domain().with_rid(513).expect("a group")])
}

fn schema() -> Schema {
    let mut schema = Schema::default();
    schema.add_class("user", USER);
    schema.add_class("computer", COMPUTER);
    schema.add_attribute("description", AttributeSchema::new(DESCRIPTION, None, 0, Some(0), false, 0));
    schema.add_attribute("mail", AttributeSchema::new(MAIL, None, 0, Some(0), false, 0));
    schema.add_attribute("memberOf", AttributeSchema::new(Guid::of(3), None, 0, Some(0), false, 3));
    schema.add_attribute("canonicalName", AttributeSchema::new(Guid::of(4), None, 4, Some(0), false, 0));
    schema.add_attribute("recovery", AttributeSchema::new(SECRET, None, 0, Some(0x80), false, 0));
    schema
}

/// An object with this list, of which the server says that so much may be changed.
fn object(sddl: &str, attributes: &[&str], child_classes: &[&str], rights: i64) -> ObjectSeen {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let says = ServerSays {
        allowed_attributes: texts(&["description", "mail", "memberOf", "canonicalName", "recovery"]),
        attributes: texts(attributes),
        allowed_child_classes: texts(&["computer", "user"]),
        child_classes: texts(child_classes),
        descriptor_rights: Some(rights),
    };
    let descriptor = SecurityDescriptor::from_sddl(&format!("O:DAG:DA{sddl}"), &Domains::single(domain())).expect("a descriptor");
    ObjectSeen {
        dn: "CN=Anna".to_owned(),
        class: "user".to_owned(),
        sid: None,
        says,
        descriptor: Some(descriptor),
        came: BTreeSet::new(),
        password_readers: None,
    }
}

fn nothing(object: ObjectSeen) -> Seen {
    no_change(&[object], &schema(), &token())
}

#[test]
fn nothing_passes_only_when_both_say_so() {
    assert_eq!(nothing(object("D:(A;;RPLCRC;;;AU)", &[], &[], 0)).0, Verdict::Pass);
    let (verdict, why) = nothing(object("D:(A;;RPLCRC;;;AU)(OA;;WP;bf967950-0de6-11d0-a285-00aa003049e2;;AU)", &["description"], &[], 0));
    assert_eq!((verdict, why.as_str()), (Verdict::Fail, "CN=Anna: it may write description"));
    let (verdict, why) = nothing(object("D:(A;;RPLCRC;;;AU)", &["mail"], &[], 4));
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(
        why,
        "CN=Anna: the domain controller and the descriptor disagree: only the former lets it write mail; change permissions, only the latter change nothing"
    );
    let (verdict, why) = nothing(object("D:(A;;RPLCRCCC;;;AU)", &[], &[], 0));
    assert!(verdict == Verdict::Fail && why.contains("only the latter create computer, user"), "{why}");
}

#[test]
fn what_no_server_tells_counts_all_the_same() {
    let (verdict, why) = nothing(object("D:(A;;RPSD;;;AU)", &[], &[], 0));
    assert_eq!((verdict, why.as_str()), (Verdict::Fail, "CN=Anna: it may delete"));
    assert_eq!(nothing(object("D:(OA;;DC;bf967a86-0de6-11d0-a285-00aa003049e2;;AU)", &[], &[], 0)).0, Verdict::Fail);
    for validated in ["bf9679c0-0de6-11d0-a285-00aa003049e2", "f3a64788-5306-11d1-a9c5-0000f80367c1", "9b026da6-0d3c-465c-8bee-5199d7165cba"] {
        let (verdict, why) = nothing(object(&format!("D:(A;;RP;;;AU)(OA;;SW;{validated};;AU)"), &[], &[], 0));
        assert_eq!((verdict, why.as_str()), (Verdict::Fail, "CN=Anna: it may make validated writes"));
    }
}

#[test]
fn what_was_not_seen_never_passes() {
    let whole = object("D:(A;;RPLCRC;;;AU)", &[], &[], 0);
    assert_eq!(nothing(ObjectSeen { descriptor: None, ..whole.clone() }).0, Verdict::Unknown);
    assert_eq!(nothing(ObjectSeen { says: ServerSays { descriptor_rights: None, ..whole.says.clone() }, ..whole.clone() }).0, Verdict::Unknown);
    assert_eq!(nothing(ObjectSeen { class: "person".to_owned(), ..whole.clone() }).0, Verdict::Unknown);
    assert_eq!(no_change(&[], &schema(), &token()).0, Verdict::Unknown);
    let absent = SecurityDescriptor { dacl: provost_sd::Dacl::Absent, ..whole.descriptor.clone().expect("a descriptor") };
    assert_eq!(nothing(ObjectSeen { descriptor: Some(absent), ..whole.clone() }).0, Verdict::Unknown);
    let unseen = ObjectSeen { descriptor: None, ..whole };
    assert_eq!(reads(std::slice::from_ref(&unseen), &schema(), &token(), &["mail"]).0, Verdict::Unknown);
    assert_eq!(no_confidential(std::slice::from_ref(&unseen), &schema(), &token()).0, Verdict::Unknown);
    assert_eq!(no_right(&[unseen], &schema(), &token(), &[(RESET, "reset the password")]).0, Verdict::Unknown);
}

#[test]
fn full_control_is_all_of_it_or_all_but_permissions() {
    let judge = |object: ObjectSeen, needed| full_control(&[object], &schema(), &token(), needed);
    let all = &["description", "mail", "recovery"];
    let full = object("D:(A;;GA;;;AU)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;AU)", all, &["computer", "user"], 7);
    assert_eq!(judge(full.clone(), Needed::Everything).0, Verdict::Pass);
    assert_eq!(judge(full, Needed::AllButPermissions).0, Verdict::Pass);
    let less = object("D:(A;;CCDCLCSWRPWPDTLOCRSDRC;;;AU)", all, &["computer", "user"], 0);
    assert_eq!(judge(less.clone(), Needed::AllButPermissions).0, Verdict::Pass);
    assert_eq!(judge(less, Needed::Everything).1, "CN=Anna: it may not change the owner; change permissions");
    let no_delete = object("D:(A;;CCDCLCSWRPWPDTLOCRRCWDWO;;;AU)", all, &["computer", "user"], 7);
    assert_eq!(judge(no_delete, Needed::Everything).1, "CN=Anna: it has not: delete");
}

#[test]
fn an_attribute_that_does_not_come_is_judged_by_the_descriptor() {
    let judge = |sddl: &str, came: &[&str]| {
        let came = came.iter().map(|name| (*name).to_owned()).collect();
        reads(&[ObjectSeen { came, ..object(sddl, &[], &[], 0) }], &schema(), &token(), &["description", "mail"])
    };
    assert_eq!(judge("D:(A;;RP;;;AU)", &["description"]).0, Verdict::Pass, "mail has no value");
    let mail_only = "D:(OA;;RP;bf967961-0de6-11d0-a285-00aa003049e2;;AU)";
    assert_eq!(judge(mail_only, &["mail"]).1, "CN=Anna: it may not read description");
    assert_eq!(judge(mail_only, &["description", "mail"]).0, Verdict::Fail, "what came contradicts the descriptor");
}

#[test]
fn confidential_attributes_and_extended_rights_need_control_access() {
    let judge = |sddl: &str| no_confidential(&[object(sddl, &[], &[], 0)], &schema(), &token()).0;
    assert_eq!(judge("D:(A;;RP;;;AU)"), Verdict::Pass);
    assert_eq!(judge("D:(A;;RPCR;;;AU)"), Verdict::Fail);
    let came = ObjectSeen { came: BTreeSet::from(["recovery".to_owned()]), ..object("D:(A;;RP;;;AU)", &[], &[], 0) };
    assert_eq!(no_confidential(&[came], &schema(), &token()).0, Verdict::Fail);
    let computed = ObjectSeen { came: BTreeSet::from(["msds-managedpassword".to_owned()]), ..object("D:(A;;RP;;;AU)", &[], &[], 0) };
    assert_eq!(no_confidential(&[computed], &schema(), &token()).1, "CN=Anna: msDS-ManagedPassword came");
    let reset = |sddl: &str| no_right(&[object(sddl, &[], &[], 0)], &schema(), &token(), &[(RESET, "reset the password")]).0;
    assert_eq!(reset("D:(A;;RP;;;AU)"), Verdict::Pass);
    assert_eq!(reset("D:(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;AU)"), Verdict::Fail);
    assert_eq!(reset("D:(A;;CR;;;AU)"), Verdict::Fail);
}

#[test]
fn whom_a_descriptor_of_readers_names_retrieves_a_managed_password() {
    let membership = PASSWORD_READERS.to_ascii_lowercase();
    let mut schema = schema();
    schema.add_attribute(PASSWORD_READERS, AttributeSchema::new(Guid::of(8), None, 0, Some(0), false, 0));
    let service = |sddl: &str, readers: Option<&str>, came: &[&str]| {
        let mut service = object(sddl, &[], &[], 0);
        service.says.allowed_attributes.push(PASSWORD_READERS.to_owned());
        service.password_readers = readers.map(|readers| SecurityDescriptor::from_sddl(readers, &Domains::single(domain())).expect("a descriptor"));
        service.came = came.iter().map(|name| (*name).to_owned()).collect();
        no_confidential(&[service], &schema, &token())
    };
    let read = "D:(A;;RP;;;AU)";
    let names = "CN=Anna: its msDS-GroupMSAMembership lets it retrieve msDS-ManagedPassword";
    assert_eq!(service(read, None, &[]).0, Verdict::Pass, "nobody is named");
    assert_eq!(service("D:(A;;LC;;;AU)", None, &[]).0, Verdict::Unknown, "who is named may be hidden");
    assert_eq!(service(read, None, &[&membership]).0, Verdict::Unknown, "what came is no descriptor");
    assert_eq!(service(read, Some("D:(A;;RP;;;S-1-5-21-1-2-3-1200)"), &[&membership]).0, Verdict::Pass);
    assert_eq!(service(read, Some("D:(A;;WP;;;AU)"), &[&membership]).0, Verdict::Pass);
    for readers in ["D:(A;;RP;;;S-1-5-21-1-2-3-1104)", "D:(A;;0xf01ff;;;S-1-5-21-1-2-3-513)", "D:(A;;GR;;;AU)"] {
        assert_eq!(service(read, Some(readers), &[&membership]), (Verdict::Fail, names.to_owned()), "{readers}");
    }
    let (verdict, why) = service(read, Some("D:(A;;RP;;;S-1-5-21-1-2-3-1200)"), &[&membership, "msds-managedpassword"]);
    assert_eq!((verdict, why.as_str()), (Verdict::Fail, "CN=Anna: msDS-ManagedPassword came, though msDS-GroupMSAMembership does not let it"));
}

#[test]
fn an_attribute_whose_flags_are_hidden_is_not_taken_for_one_without() {
    let mut schema = schema();
    schema.add_attribute("mail", AttributeSchema::new(MAIL, None, 0, None, false, 0));
    let judge = |schema: &Schema, sddl: &str, came: &[&str]| {
        let came = came.iter().map(|name| (*name).to_owned()).collect();
        no_confidential(&[ObjectSeen { came, ..object(sddl, &[], &[], 0) }], schema, &token())
    };
    assert!(schema.confidential().any(|name| name == "mail"), "it is asked for");
    let (verdict, why) = judge(&schema, "D:(A;;RP;;;AU)", &[]);
    assert_eq!(verdict, Verdict::Unknown);
    assert!(why.contains("whether mail is confidential cannot be told"), "{why}");
    assert_eq!(judge(&schema, "D:(A;;RP;;;AU)", &["mail"]).0, Verdict::Unknown);
    assert_eq!(judge(&schema, "D:(A;;LC;;;AU)", &[]).0, Verdict::Pass, "nothing is read of it");
    assert_eq!(judge(&schema, "D:(A;;RP;;;AU)(OA;;CR;00000000-0000-0000-0000-000000000007;;AU)", &["recovery"]).1, "CN=Anna: recovery came");
    let (_, why) = judge(&schema, "D:(A;;RP;;;AU)", &["recovery"]);
    assert_eq!(why, "CN=Anna: recovery came, though the descriptor does not let it be read");
    schema.without_flags("Mail");
    assert_eq!(judge(&schema, "D:(A;;RP;;;AU)", &["mail"]).0, Verdict::Pass);
    schema.without_flags("recovery");
    assert_eq!(judge(&schema, "D:(A;;RPCR;;;AU)", &[]).0, Verdict::Fail, "flags that were seen stand");
}

#[test]
fn privileged_groups_are_known_in_every_domain() {
    let sid = |text: &str| text.parse::<Sid>().expect("a SID");
    assert_eq!(privileged(&[]).0, Verdict::Unknown);
    assert_eq!(privileged(&[sid("S-1-5-21-1-2-3-513"), sid("S-1-5-32-545"), sid("S-1-1-0")]).0, Verdict::Pass);
    assert_eq!(privileged(&[sid("S-1-5-21-9-9-9-512")]), (Verdict::Fail, "it is in Domain Admins, directly or by way of other groups".to_owned()));
    assert_eq!(privileged(&[sid("S-1-5-32-551")]).0, Verdict::Fail);
    assert_eq!(privileged(&[sid("S-1-5-21-512")]).0, Verdict::Pass, "that is no domain's");
}

#[test]
fn only_protected_users_are_known_to_use_kerberos_alone() {
    let sid = |text: &str| text.parse::<Sid>().expect("a SID");
    assert_eq!(kerberos_only(&[sid("S-1-5-21-1-2-3-513"), sid("S-1-5-32-525")]), None);
    assert_eq!(kerberos_only(&[sid("S-1-5-21-1-2-3-525")]).map(|told| told.verdict), Some(Verdict::Pass));
}

#[test]
fn delegation_is_seen_in_flags_and_attributes() {
    let account = account();
    assert_eq!(delegation(&account).0, Verdict::Pass);
    assert_eq!(roaming_profile(&account).0, Verdict::Pass);
    assert_eq!(delegation(&AccountSeen { account_control: None, ..account.clone() }).0, Verdict::Unknown);
    assert_eq!(delegation(&AccountSeen { account_control: Some(0x8_0200), ..account.clone() }).0, Verdict::Fail);
    let named = AccountSeen { present: BTreeSet::from(["serviceprincipalname".to_owned(), "profilepath".to_owned()]), ..account.clone() };
    assert_eq!((delegation(&named).0, roaming_profile(&named).0), (Verdict::Fail, Verdict::Fail));
    let serves = AccountSeen { present: BTreeSet::from(["serviceprincipalname".to_owned()]), computer: true, ..account.clone() };
    assert_eq!(delegation(&serves).0, Verdict::Pass, "a computer is there to serve");
    assert_eq!(delegation(&AccountSeen { account_control: Some(0x8_1000), ..serves }).0, Verdict::Fail);
    let hidden = AccountSeen { readable: BTreeSet::new(), ..account };
    assert_eq!((delegation(&hidden).0, roaming_profile(&hidden).0), (Verdict::Unknown, Verdict::Unknown));
}

#[test]
fn a_computer_is_made_by_right_or_by_the_domains_quota() {
    let judge = |sddl: &str, classes: &[&str], quota| no_join(&[object(sddl, &[], classes, 0)], &schema(), &token(), quota).0;
    assert_eq!(judge("D:(A;;RP;;;AU)", &[], Some(0)), Verdict::Pass);
    assert_eq!(judge("D:(A;;RP;;;AU)", &[], Some(10)), Verdict::Fail);
    assert_eq!(judge("D:(A;;RP;;;AU)", &[], None), Verdict::Unknown);
    assert_eq!(judge("D:(OA;;CC;bf967a86-0de6-11d0-a285-00aa003049e2;;AU)", &["computer"], Some(0)), Verdict::Fail);
    assert_eq!(judge("D:(OA;;CC;bf967aba-0de6-11d0-a285-00aa003049e2;;AU)", &["user"], Some(0)), Verdict::Pass);
}

#[test]
fn changing_permissions_is_told_apart_from_other_changes() {
    let judge = |sddl: &str, rights| no_permissions(&[object(sddl, &["description", "mail", "recovery"], &[], rights)], &schema(), &token());
    assert_eq!(judge("D:(A;;RPWP;;;AU)", 0).0, Verdict::Pass);
    assert_eq!(judge("D:(A;;RPWPWD;;;AU)", 4), (Verdict::Fail, "CN=Anna: it may change permissions".to_owned()));
    assert_eq!(judge("D:(A;;RPWPWD;;;AU)", 0).0, Verdict::Fail, "the two disagree");
}

#[test]
fn each_flag_is_told_by_itself_with_what_mends_it() {
    let of = |control: Option<i64>| {
        let account = AccountSeen { name: "it's".to_owned(), account_control: control, ..account() };
        flags(Some(&account), &Mending::default()).collect::<Vec<_>>()
    };
    let right = 0x200 | 0x10_0000;
    assert!(of(Some(right)).iter().all(|(_, told)| told.verdict == Verdict::Pass));
    for (n, (condition, bit)) in
        of(Some(right)).iter().map(|(condition, _)| *condition).zip([0x20, 0x80, 0x1_0000, 0x20_0000, 0x40_0000, 0x10_0000]).enumerate()
    {
        for (other, (of, told)) in of(Some(right ^ bit)).into_iter().enumerate() {
            assert_eq!(told.verdict, if other == n { Verdict::Fail } else { Verdict::Pass }, "{of:?}: {told:?}");
            let mended = told.mending.first().is_some_and(|remedy| remedy.commands[0].starts_with("Set-ADAccountControl -Identity 'it''s' -"));
            assert_eq!(mended, of == condition, "{told:?}");
        }
    }
    assert!(of(None).iter().all(|(_, told)| told.verdict == Verdict::Unknown));
    assert!(flags(None, &Mending::default()).all(|(_, told)| told.verdict == Verdict::Unknown));
}

#[test]
fn whoever_may_take_an_account_over_is_named() {
    let own = domain().with_rid(1104).expect("a principal");
    let user = "bf967aba-0de6-11d0-a285-00aa003049e2";
    let of = |sddl: &str| holders(&ObjectSeen { sid: Some(own), ..object(sddl, &[], &[], 0) }, &schema(), None);
    let how =
        |sddl: &str| of(sddl).expect("known").found.into_iter().map(|holder| format!("{} {}", holder.sid.rid(), holder.how)).collect::<Vec<_>>().join("; ");
    // As a domain makes it: its administrators, itself, certificates of Cert Publishers, and everybody may change what he knows.
    let domains = "D:(A;;GA;;;DA)(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;EA)(OA;;RPWP;bf967961-0de6-11d0-a285-00aa003049e2;;PS)(A;;RPLCLORC;;;AU)\
        (OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)";
    assert_eq!(how(domains), "");
    assert_eq!(how(&format!("{domains}(A;;GA;;;S-1-5-21-1-2-3-1200)")), "1200 reset its password, change its permissions, change its owner, write all of it");
    assert_eq!(how(&format!("{domains}(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;S-1-5-21-1-2-3-1200)")), "1200 reset its password");
    assert_eq!(how(&format!("{domains}(A;;CR;;;S-1-5-21-1-2-3-1200)")), "1200 reset its password");
    assert_eq!(how(&format!("{domains}(OA;;WP;bf967961-0de6-11d0-a285-00aa003049e2;;S-1-5-21-1-2-3-1200)")), "1200 write mail");
    assert_eq!(how(&format!("{domains}(OA;CIIO;GA;;{user};S-1-5-21-1-2-3-1200)")), "", "that is for what stands below");
    assert_eq!(how(&format!("D:(D;;CR;;;S-1-5-21-1-2-3-1200)(A;;CR;;;S-1-5-21-1-2-3-1200){}", &domains[2..])), "");
    assert_eq!(how("D:(A;;GA;;;S-1-5-21-9-9-9-512)"), "512 reset its password, change its permissions, change its owner, write all of it", "another domain's");
    let unread = ObjectSeen { sid: Some(own), descriptor: None, ..object(domains, &[], &[], 0) };
    assert!(holders(&unread, &schema(), None).is_err());
    assert!(holders(&object(domains, &[], &[], 0), &schema(), None).is_err(), "whose it is was not told");
    let theirs = SecurityDescriptor::from_sddl(&format!("O:S-1-5-21-1-2-3-1200G:DA{domains}"), &Domains::single(domain())).expect("a descriptor");
    let owned = ObjectSeen { sid: Some(own), descriptor: Some(theirs), ..object(domains, &[], &[], 0) };
    assert_eq!(holders(&owned, &schema(), None).expect("known").found[0].how, "own it");
    assert_eq!(how(&format!("{domains}(A;;GA;;;CO)(A;;GA;;;S-1-3-4)")), "", "who owns it is asked about as such");
    let mut doubtful = object(&format!("{domains}(A;;GA;;;S-1-5-21-1-2-3-1200)"), &[], &[], 0);
    if let Some(provost_sd::Dacl::List(list)) = doubtful.descriptor.as_mut().map(|descriptor| &mut descriptor.dacl) {
        list.aces.last_mut().expect("an entry").kind = provost_sd::AceKind::AllowCallback;
    }
    let doubtful = holders(&ObjectSeen { sid: Some(own), ..doubtful }, &schema(), None).expect("known");
    assert!(doubtful.found.is_empty() && doubtful.undecided, "that depends on a condition");
    assert_eq!(own_object("CN=svc", &doubtful, &[].into(), &Mending::default()).verdict, Verdict::Unknown);
}

#[test]
fn operators_pass_only_while_nobody_is_seen_to_be_in_their_group() {
    let entry = provost_sd::Ace::allow(provost_sd::well_known::ACCOUNT_OPERATORS, 0x100);
    let mending = Mending { names: [(entry.trustee, "Account Operators".to_owned())].into(), ..Mending::default() };
    let operators = Holder { sid: provost_sd::well_known::ACCOUNT_OPERATORS, how: "reset its password".to_owned(), entries: vec![entry], owns: false };
    let judge = |has_members| {
        let known = [(operators.sid, Trustee { name: Some("Account Operators".to_owned()), has_members })].into();
        own_object("CN=svc", &Holders { found: vec![operators.clone()], undecided: false }, &known, &mending)
    };
    assert_eq!(judge(Some(false)).verdict, Verdict::Pass);
    assert_eq!(judge(None).verdict, Verdict::Unknown);
    let told = judge(Some(true));
    assert_eq!((told.verdict, told.evidence.as_str()), (Verdict::Fail, "Account Operators (S-1-5-32-548) may reset its password"));
    assert_eq!(told.mending[0].commands, ["dsacls 'CN=svc' /R 'Account Operators'"]);
    let other = Holder { sid: domain().with_rid(1200).expect("a principal"), how: "own it".to_owned(), entries: Vec::new(), owns: true };
    let other = Holders { found: vec![other], undecided: true };
    assert_eq!(own_object("CN=svc", &other, &[].into(), &Mending::default()).verdict, Verdict::Fail, "no other group passes for being empty");
}

#[test]
fn a_password_is_as_old_as_its_limit_at_most() {
    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);
    const DAY: i64 = 24 * 3600;
    let time = |days: i64| (NOW.plus_seconds(days * DAY).as_micros()) * 10 + 116_444_736_000_000_000;
    let judge = |set_at, ends_at| password_age(&PasswordSeen { set_at, ends_at, settings: None }, 90, NOW);
    assert_eq!(judge(Some(time(-90)), Some(time(2))).0, Verdict::Pass);
    assert_eq!(judge(Some(time(-90)), Some(i64::MAX)).0, Verdict::Pass);
    assert_eq!(judge(Some(time(-91)), Some(i64::MAX)).0, Verdict::Fail);
    assert_eq!(judge(Some(time(-3)), Some(time(-1))).0, Verdict::Fail, "it ended");
    assert_eq!(judge(Some(0), Some(0)).0, Verdict::Fail, "it must be changed");
    assert_eq!(judge(None, Some(i64::MAX)).0, Verdict::Unknown);
    assert_eq!(judge(Some(time(3)), None).0, Verdict::Unknown, "a clock is wrong");
    let by = PasswordSeen { set_at: Some(time(-40)), ends_at: Some(time(5)), settings: Some("CN=Services".to_owned()) };
    let (verdict, evidence) = password_age(&by, 30, NOW);
    assert!(verdict == Verdict::Fail && evidence.contains("40 days ago; the limit is 30, and CN=Services ends it at"), "{evidence}");
}

#[test]
fn groups_that_are_counted_and_groups_that_memberships_lead_to_must_be_the_same() {
    let own = domain().with_rid(1104).expect("a principal");
    let sid = |rid| domain().with_rid(rid).expect("a group");
    let group = |rid, kind: i64| GroupSeen { dn: format!("CN=G{rid}"), sid: Some(sid(rid)), group_type: Some(kind) };
    let counted = |rid, by_rule| Counted { sid: sid(rid), dn: Some(format!("CN=G{rid}")), by_rule };
    let (global, distribution) = (-0x7fff_fffe, 2);
    let foreign: Sid = "S-1-5-21-9-9-9-1000".parse().expect("a SID");
    assert_eq!(counted_here(&own, &[own, sid(513), foreign, provost_sd::well_known::USERS]), [sid(513), provost_sd::well_known::USERS]);
    let both = [counted(513, Some(true)), counted(1200, Some(true))];
    assert_eq!(memberships_agree(&both, &[group(513, global), group(1200, global), group(1300, distribution)]).0, Verdict::Pass);
    let (verdict, evidence) = memberships_agree(&[counted(513, Some(true)), counted(1200, Some(false))], &[group(513, global), group(1200, global)]);
    assert!(verdict == Verdict::Fail && evidence.ends_with("no membership that it may see leads there: CN=G1200"), "{evidence}");
    assert_eq!(memberships_agree(&both, &[group(513, global)]).0, Verdict::Fail, "only the rule leads there");
    let (verdict, evidence) = memberships_agree(&both[..1], &[group(513, global), group(1200, global)]);
    assert!(verdict == Verdict::Fail && evidence.ends_with("not counted when it signs in, though memberships lead there: CN=G1200"), "{evidence}");
    let hidden = GroupSeen { sid: None, group_type: None, ..group(1400, global) };
    assert_eq!(memberships_agree(&both, &[group(513, global), hidden.clone()]).0, Verdict::Unknown);
    assert_eq!(memberships_agree(&both, &[group(513, global), group(1200, global), hidden]).0, Verdict::Unknown);
    assert_eq!(memberships_agree(&[counted(513, None)], &[group(513, global)]).0, Verdict::Unknown);
    assert_eq!(memberships_agree(&[Counted { dn: None, ..counted(513, Some(true)) }], &[group(513, global)]).0, Verdict::Unknown);
    assert_eq!(memberships_agree(&[], &[]).0, Verdict::Unknown);
}

#[test]
fn an_object_may_be_deleted_by_a_right_on_it_or_on_children_of_its_class() {
    let read = |sddl: &str| SecurityDescriptor::from_sddl(sddl, &Domains::single(domain())).expect("a descriptor");
    let who = domain().with_rid(1104).expect("a principal");
    let (nothing, own) = (read(&format!("D:(A;;LCRP;;;{who})")), read(&format!("D:(A;;SD;;;{who})")));
    let (children, users) = (read(&format!("D:(A;;DC;;;{who})")), read(&format!("D:(OA;;DC;{USER};;{who})")));
    let denied = read(&format!("D:(D;;SD;;;{who})(A;;SD;;;{who})"));
    let may = |object, container, class| Deletion { object, container, class }.is_allowed(&token());
    for (object, container, allowed) in [
        (&own, &nothing, true),
        (&nothing, &children, true),
        (&nothing, &users, true),
        (&nothing, &nothing, false),
        (&denied, &nothing, false),
        (&denied, &children, true),
    ] {
        assert_eq!(may(Some(object), Some(container), Some(USER)), Some(allowed), "{object:?} {container:?}");
    }
    assert_eq!(may(Some(&nothing), Some(&users), Some(COMPUTER)), Some(false), "children of another class");
    // What did not come is not taken for a no, and never for a yes.
    assert_eq!(may(None, Some(&nothing), Some(USER)), None);
    assert_eq!(may(Some(&nothing), None, Some(USER)), None);
    assert_eq!(may(Some(&nothing), Some(&users), None), None);
    assert_eq!(may(Some(&own), None, None), Some(true));
    assert_eq!(may_list(Some(&nothing), &token()), Some(true));
    assert_eq!(may_list(Some(&own), &token()), Some(false));
    assert_eq!(may_list(None, &token()), None);
}
