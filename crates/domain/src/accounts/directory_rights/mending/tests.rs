use super::*;
use crate::accounts::directory_rights::{AttributeSchema, ObjectSeen, Schema, ServerSays, no_change, no_permissions, no_right, reads};
use crate::accounts::verification::{Tools, Verdict};
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

/// Of a check that fails, what is done with these tools, and each command.
fn mended(told: &Told, tools: Tools) -> Vec<(&str, &str)> {
    assert_eq!(told.verdict, Verdict::Fail, "{told:?}");
    let of = told.mending.iter().filter(|remedy| remedy.tools == tools);
    of.flat_map(|remedy| remedy.commands.iter().map(|command| (remedy.does.as_str(), command.as_str()))).collect()
}

#[test]
fn the_entry_that_gives_too_much_is_taken_away_where_it_is_given() {
    let inherited = "O:DAD:(A;;RPLCLORC;;;AU)(A;CIID;RPWP;;;S-1-5-21-1-2-3-1200)(A;CIID;GA;;;DA)";
    let objects = [user("a", inherited, true, 0), user("b", inherited, true, 0)];
    let told = no_change(&objects, &schema(), &token(), &mending("4.19.0"));
    let windows = r"dsacls 'OU=It''s \22here\22\, yes,DC=corp,DC=test' /R 'it’’s mine@corp.test'";
    assert_eq!(mended(&told, Tools::Windows), [("take it away", windows)], "of both, once");
    assert_eq!(told.mending[0].remark, "every entry of the list for that name goes: grant again what it needs");
    let samba = r"samba-tool dsacl delete '--objectdn=OU=It'\''s \22here\22\, yes,DC=corp,DC=test' '--sddl=(A;CI;RPWP;;;S-1-5-21-1-2-3-1200)'";
    assert_eq!(mended(&told, Tools::Samba), [("take it away", samba)]);
    assert!(told.mending[1].remark.is_empty() && !told.evidence.contains("dsacl"), "{told:?}");
    let told = no_change(&objects, &schema(), &token(), &mending("4.17.12-Debian"));
    let samba = mended(&told, Tools::Samba)[0].1;
    assert!(samba.starts_with("python3 -c 'import sys,ldb;") && samba.ends_with("'(A;CI;RPWP;;;S-1-5-21-1-2-3-1200)'"), "{samba}");
    let told = no_change(&objects, &schema(), &token(), &Mending::default());
    assert!(told.mending.len() == 1 && told.mending[0].remark.starts_with("what is inherited is taken away at the container above"), "{told:?}");
    assert!(told.mending[0].commands[0].starts_with("dsacls 'CN=a,"), "{told:?}");
}

#[test]
fn what_is_more_than_can_be_told_is_counted() {
    let objects: Vec<ObjectSeen> = (0..NAMED_MAX + 2).map(|n| user(&n.to_string(), "O:DAD:(A;;RPWP;;;S-1-5-21-1-2-3-1200)", true, 0)).collect();
    let told = no_change(&objects, &schema(), &token(), &mending("4.19.0"));
    assert!(told.mending.len() == 2 && told.mending.iter().all(|remedy| (remedy.commands.len(), remedy.more) == (NAMED_MAX, 2)), "{told:?}");
}

#[test]
fn what_an_owner_may_is_ended_by_another_owner_and_what_everybody_may_is_not_touched_for_one() {
    let owned = user("a", "O:S-1-5-21-1-2-3-1104D:(A;;RPLCLORC;;;AU)", false, 4);
    let told = no_permissions(&[owned], &schema(), &token(), &mending("4.17.12"));
    let windows = mended(&told, Tools::Windows);
    assert!(
        matches!(windows[..], [("make Domain Admins its owner", own)] if own.starts_with("dsacls 'CN=a,") && own.ends_with("' /takeOwnership")),
        "{told:?}"
    );
    assert!(matches!(mended(&told, Tools::Samba)[..], [(_, own)] if own.starts_with("python3 -c '")), "{told:?}");
    let both = user("a", "O:DAD:(A;;RPWP;;;AU)(A;;WD;;;S-1-5-21-1-2-3-1104)", true, 4);
    let told = no_permissions(&[both], &schema(), &token(), &mending("4.18"));
    assert!(matches!(mended(&told, Tools::Windows)[..], [(_, own)] if own.ends_with("/R 'svc@corp.test'")), "{told:?}");
    let samba = mended(&told, Tools::Samba);
    assert!(matches!(samba[..], [(_, own)] if own.ends_with("'--sddl=(A;;WD;;;S-1-5-21-1-2-3-1104)'")), "only what changes permissions: {told:?}");
    let twice = user("a", "O:DAD:(A;;CR;;;AU)(A;;CR;;;S-1-5-21-1-2-3-1104)", false, 0);
    let told = no_right(&[twice], &schema(), &token(), &[(RESET, "reset the password")], &mending("4.18"));
    let whose: Vec<&str> = mended(&told, Tools::Windows).iter().filter_map(|(_, command)| command.split(" /R ").nth(1)).collect();
    assert_eq!(whose, ["'Authenticated Users'", "'svc@corp.test'"], "both give it");
}

#[test]
fn what_is_lacking_is_granted_and_what_contradicts_itself_is_looked_at() {
    let mending = Mending { own: Some((format!("CN=svc,{OU}"), sid(1104))), ..mending("4.17.12") };
    let blind = user("a", "O:DAD:(A;;LC;;;AU)", false, 0);
    let told = reads(std::slice::from_ref(&blind), &schema(), &token(), &["mail"], &mending);
    let (does, windows) = mended(&told, Tools::Windows)[0];
    assert!(does == "grant it" && windows.starts_with("dsacls 'CN=a,") && windows.ends_with("/I:T /G 'svc@corp.test:GR'"), "{told:?}");
    assert!(mended(&told, Tools::Samba)[0].1.ends_with("'--sddl=(A;CI;RPLCLORC;;;S-1-5-21-1-2-3-1104)'"), "{told:?}");
    let strange = ObjectSeen { came: ["mail".to_owned()].into(), ..blind };
    let told = reads(&[strange], &schema(), &token(), &["mail"], &mending);
    assert!(matches!(mended(&told, Tools::Windows)[..], [("see the list", look)] if look.starts_with("dsacls 'CN=a,")), "{told:?}");
}
