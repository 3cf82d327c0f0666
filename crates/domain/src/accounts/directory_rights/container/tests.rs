use super::*;
use crate::accounts::verification::{Remedy, Tools};
use proptest::prelude::*;
use provost_sd::Domains;

const CONTAINER_CLASS: Guid = Guid::of(0xbf96_7a8b_0de6_11d0_a285_00aa_0030_49e2);
const USER: Guid = Guid::of(0xbf96_7aba_0de6_11d0_a285_00aa_0030_49e2);
/// As Samba and Windows give it.
const BY_CLASS: &str = "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)";
const HEAD: &str = "D:(A;CI;GA;;;EA)(A;CI;LC;;;RU)(A;CI;RPWPCRCCLCLORCWOWDSDSW;;;BA)(OA;CIIO;RPWP;bf967950-0de6-11d0-a285-00aa003049e2;bf967aba-0de6-11d0-a285-00aa003049e2;S-1-5-21-1-2-3-1200)";
const INHERITED: &str = "(A;CIID;GA;;;EA)(A;CIID;LC;;;RU)(A;CIID;RPWPCRCCLCLORCWOWDSDSW;;;BA)(OA;CIIOID;RPWP;bf967950-0de6-11d0-a285-00aa003049e2;bf967aba-0de6-11d0-a285-00aa003049e2;S-1-5-21-1-2-3-1200)";

fn domain() -> Sid {
    "S-1-5-21-1-2-3".parse().expect("a domain")
}

fn schema() -> Schema {
    let mut schema = Schema::default();
    schema.add_class("container", CONTAINER_CLASS);
    schema.add_class("user", USER);
    schema
}

fn of(sddl: &str) -> SecurityDescriptor {
    SecurityDescriptor::from_sddl(&format!("O:DAG:DA{sddl}"), &Domains::single(domain())).expect("a descriptor")
}

/// What a container with this list comes to, of which the account 1104 publishes.
fn judged(list: &str, head: &str) -> Told {
    let publishers = [domain().with_rid(1104).expect("an account")];
    let (by_class, head) = (of(BY_CLASS), of(head));
    let enterprise_admins = domain().with_rid(well_known::RID_ENTERPRISE_ADMINS);
    let declared = Declared { publishers: &publishers, by_class: &by_class, head: &head, domain: domain(), enterprise_admins };
    match compared(&of(list), &schema(), &declared) {
        Ok(compared) => nobody_else("CN=SM,DC=corp,DC=test", &compared, &mending()),
        Err(why) => Told::new(Verdict::Unknown, why),
    }
}

fn mending() -> Mending {
    Mending { names: [(domain().with_rid(1300).expect("one"), "ben".to_owned())].into(), samba: Some("4.18.0".to_owned()), ..Mending::default() }
}

fn with(more: &str) -> Told {
    judged(&format!("{BY_CLASS}(A;CI;GA;;;S-1-5-21-1-2-3-1104){more}{INHERITED}"), HEAD)
}

#[test]
fn what_is_declared_passes_in_whatever_form_it_is_written() {
    assert_eq!(with("").verdict, Verdict::Pass, "{:?}", with(""));
    // Samba makes two of an entry with generic rights.
    let two = "(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;S-1-5-21-1-2-3-1104)(A;CIIO;GA;;;S-1-5-21-1-2-3-1104)";
    assert_eq!(judged(&format!("{BY_CLASS}{two}{INHERITED}"), HEAD).verdict, Verdict::Pass);
    assert_eq!(judged("D:NO_ACCESS_CONTROL", HEAD).verdict, Verdict::Fail);
    assert_eq!(judged("", HEAD).verdict, Verdict::Unknown, "a list that did not come");
}

#[test]
fn each_entry_too_many_is_named_with_the_command_that_takes_it_away() {
    let told = with("(A;CI;WP;;;S-1-5-21-1-2-3-1300)(A;;RP;;;WD)");
    let sm = "CN=SM,DC=corp,DC=test";
    let why = format!(
        "{sm}: ben (S-1-5-21-1-2-3-1300) may write attributes here and on what stands below, by the entry (A;CI;WP;;;S-1-5-21-1-2-3-1300); Everyone (S-1-1-0) may read attributes here, by the entry (A;;RP;;;WD)"
    );
    assert_eq!((told.verdict, told.evidence), (Verdict::Fail, why));
    let remedy = |tools, remark: &str, commands: &[String]| Remedy {
        does: "take it away".to_owned(),
        tools,
        commands: commands.to_vec(),
        more: 0,
        remark: remark.to_owned(),
    };
    let delete = |entry: &str| format!("samba-tool dsacl delete --objectdn={sm} '--sddl={entry}'");
    let windows = [format!("dsacls '{sm}' /R 'ben@corp.test'"), format!("dsacls '{sm}' /R 'Everyone'")];
    let samba = [delete("(A;CI;WP;;;S-1-5-21-1-2-3-1300)"), delete("(A;;RP;;;WD)")];
    let remark = "every entry of the list for that name goes: grant again what it needs";
    assert_eq!(told.mending, [remedy(Tools::Windows, remark, &windows), remedy(Tools::Samba, "", &samba)]);
    let told = with("(D;;RP;;;S-1-5-21-1-2-3-1300)");
    assert!(told.verdict == Verdict::Fail && told.evidence.contains("ben (S-1-5-21-1-2-3-1300) is refused: read attributes here"), "{told:?}");
}

#[test]
fn what_a_container_between_gives_or_the_head_gives_to_change_something_is_too_many() {
    let between = with("(A;CIID;RP;;;S-1-5-21-1-2-3-1300)");
    assert!(between.verdict == Verdict::Fail && between.evidence.ends_with("which is inherited"), "{between:?}");
    let look = &between.mending[0];
    assert_eq!(look.commands, ["dsacls 'CN=SM,DC=corp,DC=test' /A"]);
    assert_eq!(look.remark, "what is inherited is taken away at the container above that gives it, which was not seen");
    let writes = "(A;CI;WP;;;S-1-5-21-1-2-3-1300)";
    let told = judged(&format!("{BY_CLASS}{INHERITED}(A;CIID;WP;;;S-1-5-21-1-2-3-1300)"), &format!("{HEAD}{writes}"));
    assert!(told.verdict == Verdict::Fail && told.evidence.contains("ben (S-1-5-21-1-2-3-1300) may write attributes"), "{told:?}");
    let reads = judged(&format!("{BY_CLASS}{INHERITED}(A;CIID;RP;;;S-1-5-21-1-2-3-1300)"), &format!("{HEAD}(A;CI;RP;;;S-1-5-21-1-2-3-1300)"));
    assert_eq!(reads.verdict, Verdict::Pass, "what everything in the domain inherits and only reads is the domain's: {reads:?}");
}

#[test]
fn whoever_owns_it_may_change_everything() {
    let list = format!("{BY_CLASS}{INHERITED}");
    let owned = |owner: &str| {
        let mut descriptor = of(&list);
        descriptor.owner = owner.parse().ok();
        let publishers = [domain().with_rid(1104).expect("an account")];
        let (by_class, head) = (of(BY_CLASS), of(HEAD));
        let declared = Declared { publishers: &publishers, by_class: &by_class, head: &head, domain: domain(), enterprise_admins: None };
        nobody_else("CN=SM", &compared(&descriptor, &schema(), &declared).expect("a comparison"), &mending())
    };
    assert_eq!(owned("S-1-5-32-544").verdict, Verdict::Pass);
    let told = owned("S-1-5-21-1-2-3-1300");
    let why = "CN=SM: ben (S-1-5-21-1-2-3-1300) owns it and so may change its permissions";
    assert_eq!((told.verdict, told.evidence.as_str()), (Verdict::Fail, why));
    assert_eq!((told.mending[0].does.as_str(), told.mending[0].commands[0].as_str()), ("make Domain Admins its owner", "dsacls 'CN=SM' /takeOwnership"));
}

#[test]
fn what_its_class_gives_and_somebody_took_away_is_told_and_no_fail() {
    let told = judged(&format!("D:(A;;GA;;;DA)(A;;GA;;;SY){INHERITED}"), HEAD);
    assert!(told.verdict == Verdict::Pass && told.evidence.contains("of what its class gives is not there: (A;;LCRPLORC;;;AU)"), "{told:?}");
}

proptest! {
    #[test]
    fn no_entry_for_a_stranger_passes(rid in 1105_u32..5000, mask in 1_u32..0x1ff, flags in 0_u8..4) {
        let ace = Ace::allow(domain().with_rid(rid).expect("an account"), mask).with_flags(AceFlags::from_bits(flags));
        let mut descriptor = of(&format!("{BY_CLASS}{INHERITED}"));
        if let Dacl::List(list) = &mut descriptor.dacl {
            list.aces.push(ace);
        }
        let publishers = [domain().with_rid(1104).expect("an account")];
        let (by_class, head) = (of(BY_CLASS), of(HEAD));
        let declared = Declared { publishers: &publishers, by_class: &by_class, head: &head, domain: domain(), enterprise_admins: None };
        let compared = compared(&descriptor, &schema(), &declared).expect("a comparison");
        prop_assert!(compared.extra.len() == 1 && nobody_else("CN=SM", &compared, &mending()).verdict == Verdict::Fail);
    }
}
