use super::*;
use crate::accounts::directory_rights::{AttributeSchema, ObjectSeen, Schema, ServerSays, no_change, no_permissions, no_right, reads};
use crate::accounts::verification::Verdict;
use provost_sd::{Guid, Token};

const OU: &str = "OU=It's \\\"here\\\"\\, yes,DC=corp,DC=test";
const RESET: Guid = Guid::of(0x0029_9570_246d_11d0_a768_00aa_006e_0529);

fn sid(rid: u32) -> Sid {
    format!("S-1-5-21-1-2-3-{rid}").parse().expect("an identifier")
}

fn token() -> Token {
    Token::of_network_sign_in(sid(1104), [sid(1200), sid(513)])
}

fn of(sddl: &str) -> SecurityDescriptor {
    SecurityDescriptor::from_sddl(sddl, &Domains::single("S-1-5-21-1-2-3".parse().expect("a domain"))).expect("a descriptor")
}

fn schema() -> Schema {
    let mut schema = Schema::default();
    schema.add_class("user", Guid::of(2));
    schema.add_attribute("mail", AttributeSchema::new(Guid::of(4), None, 0, Some(0), false, 0));
    schema
}

fn user(name: &str, sddl: &str, writes: bool, rights: i64) -> ObjectSeen {
    ObjectSeen {
        dn: format!("CN={name},{OU}"),
        class: "user".to_owned(),
        sid: None,
        says: ServerSays {
            allowed_attributes: vec!["mail".to_owned()],
            attributes: writes.then(|| "mail".to_owned()).into_iter().collect(),
            descriptor_rights: Some(rights),
            ..ServerSays::default()
        },
        descriptor: Some(of(sddl)),
        came: [].into(),
        password_readers: None,
    }
}

fn mending(samba: &str) -> Mending {
    let above = [(OU.to_lowercase(), (OU.to_owned(), of("O:DAD:(A;CI;RPWP;;;S-1-5-21-1-2-3-1200)(A;CI;GA;;;DA)")))].into();
    Mending { own: None, names: [(sid(1104), "svc".to_owned()), (sid(1200), "it’s mine".to_owned())].into(), above, samba: Some(samba.to_owned()) }
}

#[test]
fn names_survive_both_shells() {
    assert_eq!(plain_dn(OU), r"OU=It's \22here\22\, yes,DC=corp,DC=test");
    assert_eq!(containers_of(r"CN=a\,b,OU=c,DC=d"), ["OU=c,DC=d", "DC=d"]);
    assert_eq!(domain_of(OU), "corp.test");
}

#[test]
fn a_samba_that_deletes_entries_by_itself_is_known_by_its_version() {
    for (version, has) in [("4.17.12-Debian", false), ("4.18.0", true), ("4.22.1-Ubuntu", true), ("5.0", true), ("", false), ("4.9.5", false)] {
        assert_eq!(has_dsacl_delete(version), has, "{version}");
    }
}

#[test]
fn the_entry_that_gives_too_much_is_taken_away_where_it_is_given() {
    let inherited = "O:DAD:(A;;RPLCLORC;;;AU)(A;CIID;RPWP;;;S-1-5-21-1-2-3-1200)(A;CIID;GA;;;DA)";
    let objects = [user("a", inherited, true, 0), user("b", inherited, true, 0)];
    let (verdict, why) = no_change(&objects, &schema(), &token(), &mending("4.19.0"));
    assert_eq!(verdict, Verdict::Fail);
    let mended = why.split_once("; take it away with: ").expect("a command").1;
    let once = r"dsacls 'OU=It''s \22here\22\, yes,DC=corp,DC=test' /R 'it’’s mine@corp.test' (there every entry for that name goes: grant again what it needs); on a Samba domain controller: samba-tool dsacl delete '--objectdn=OU=It'\''s \22here\22\, yes,DC=corp,DC=test' '--sddl=(A;CI;RPWP;;;S-1-5-21-1-2-3-1200)'";
    assert_eq!(mended, once, "of both, once");
    let (_, why) = no_change(&objects, &schema(), &token(), &mending("4.17.12-Debian"));
    assert!(why.contains("; on a Samba domain controller: python3 -c 'import sys,ldb;") && why.ends_with("'(A;CI;RPWP;;;S-1-5-21-1-2-3-1200)'"), "{why}");
    let (_, why) = no_change(&objects, &schema(), &token(), &Mending::default());
    assert!(why.contains("taken away at the container above that gives it, which was not seen; see it with: dsacls 'CN=a,"), "{why}");
    assert!(!why.contains("Samba"), "{why}");
}

#[test]
fn what_an_owner_may_is_ended_by_another_owner_and_what_everybody_may_is_not_touched_for_one() {
    let owned = user("a", "O:S-1-5-21-1-2-3-1104D:(A;;RPLCLORC;;;AU)", false, 4);
    let (verdict, why) = no_permissions(&[owned], &schema(), &token(), &mending("4.17.12"));
    assert!(verdict == Verdict::Fail && why.contains("; make Domain Admins its owner, as one of them, with: dsacls 'CN=a,"), "{why}");
    assert!(why.contains("' /takeOwnership; on a Samba domain controller: python3 -c '") && !why.contains("/R"), "{why}");
    let both = user("a", "O:DAD:(A;;RPWP;;;AU)(A;;WD;;;S-1-5-21-1-2-3-1104)", true, 4);
    let (_, why) = no_permissions(&[both], &schema(), &token(), &mending("4.18"));
    assert!(why.contains("/R 'svc@corp.test'") && why.ends_with("'--sddl=(A;;WD;;;S-1-5-21-1-2-3-1104)'"), "only what changes permissions: {why}");
    let twice = user("a", "O:DAD:(A;;CR;;;AU)(A;;CR;;;S-1-5-21-1-2-3-1104)", false, 0);
    let (_, why) = no_right(&[twice], &schema(), &token(), &[(RESET, "reset the password")], &mending("4.18"));
    assert!(why.contains("/R 'svc@corp.test'") && why.contains("/R 'Authenticated Users'"), "both give it: {why}");
}

#[test]
fn what_is_lacking_is_granted_and_what_contradicts_itself_is_looked_at() {
    let mending = Mending { own: Some((format!("CN=svc,{OU}"), sid(1104))), ..mending("4.17.12") };
    let blind = user("a", "O:DAD:(A;;LC;;;AU)", false, 0);
    let (verdict, why) = reads(std::slice::from_ref(&blind), &schema(), &token(), &["mail"], &mending);
    assert!(verdict == Verdict::Fail && why.contains("; grant it with: dsacls 'CN=a,") && why.contains("/I:T /G 'svc@corp.test:GR'"), "{why}");
    assert!(why.ends_with("'--sddl=(A;CI;RPLCLORC;;;S-1-5-21-1-2-3-1104)'"), "{why}");
    let strange = ObjectSeen { came: ["mail".to_owned()].into(), ..blind };
    let (_, why) = reads(&[strange], &schema(), &token(), &["mail"], &mending);
    assert!(why.contains("; see the list with: dsacls 'CN=a,") && !why.contains("grant it"), "{why}");
}
