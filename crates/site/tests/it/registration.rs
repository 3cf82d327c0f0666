use crate::place::{Identity, NOW, Place, each, pass, public_key};
use provost_domain::{Approval, Digest};
use provost_store::people::create_approval_token;
use provost_store::{clients, devices};
use provost_wire::envelope::Kind;

fn client(place: &Place<'_>, identity: &Identity) -> Option<clients::Client> {
    place.look(|tx| clients::find(tx, identity.smsid))
}

fn token(place: &Place<'_>) -> Digest {
    let expires = NOW.plus_seconds(600);
    place.act(|tx| create_approval_token(tx, "installer", NOW, expires)).digest()
}

#[test]
fn a_new_client_is_registered_gets_a_certificate_and_a_device_and_nothing_more() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let client = client(place, &identity).expect("a client");
        assert_eq!(client.approval, Approval::Registered);
        assert_eq!((client.registered_from.as_str(), client.netbios_name.as_str()), ("192.0.2.9", "PC1"));
        let certificate = client.certificate.expect("a certificate");
        assert!(certificate.pem.contains("BEGIN CERTIFICATE") && certificate.not_after > NOW);
        let device = place.look(|tx| devices::find(tx, client.resource_id.expect("a device"))).expect("a device");
        assert_eq!((device.device.smsid, device.device.name.as_str(), device.device.client_installed), (Some(identity.smsid), "PC1", true));
        assert!(place.waiting(Kind::Registration).is_empty());
        assert_eq!(place.number("SELECT count(*) FROM ledger", &[]), 0);
    });
}

#[test]
fn repeating_a_registration_changes_nothing() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let before = client(place, &identity).expect("a client");
        for _ in 0..3 {
            place.register(&identity);
        }
        assert_eq!(client(place, &identity), Some(before));
        assert_eq!(place.number("SELECT count(*) FROM device", &[]), 1);
    });
}

#[test]
fn a_registration_with_another_key_is_refused() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let before = client(place, &identity).expect("a client");
        let impostor = Identity { public_key: public_key(), name: "evil".to_owned(), ..identity.clone() };
        place.deposit_registration(&impostor, Some(token(place)));
        pass(&mut place.discovery());
        assert_eq!(client(place, &identity), Some(before));
        assert_eq!(place.raised(), [3003]);
        assert_eq!(place.number("SELECT count(*) FROM approval_token WHERE used_at IS NOT NULL", &[]), 0);
        assert_eq!(place.rows("SELECT name FROM device", &[])[0].text(0), Ok("PC1"));
    });
}

#[test]
fn a_known_key_with_another_identity_is_refused() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let other = Identity { public_key: identity.public_key.clone(), ..Identity::new("pc2") };
        place.register(&other);
        assert_eq!(client(place, &other), None);
        assert_eq!(place.raised(), [3003]);
    });
}

#[test]
fn a_token_approves_one_client_and_is_entered_in_the_ledger() {
    each(|place| {
        let (first, second) = (Identity::new("pc1"), Identity::new("pc2"));
        let token = token(place);
        place.deposit_registration(&first, Some(token));
        place.deposit_registration(&second, Some(token));
        pass(&mut place.discovery());
        let first_client = client(place, &first).expect("a client");
        assert_eq!((first_client.approval, first_client.approved_by.as_deref()), (Approval::Approved, Some("a token of installer")));
        assert_eq!(client(place, &second).expect("a client").approval, Approval::Registered);
        assert_eq!(place.raised(), [3014], "the second is told why the token did not help");
        let entries = place.rows("SELECT actor, act, object FROM ledger", &[]);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].text(1), Ok("client.approve-by-token"));
        assert_eq!(entries[0].text(2), Ok(first.smsid.to_string().as_str()));
        let verification = place.look(|tx| place.ledger.verify(tx));
        assert_eq!(verification.findings, []);
        let used = place.rows("SELECT used_by FROM approval_token", &[]);
        assert_eq!(used[0].text(0), Ok(first.smsid.to_string().as_str()));
    });
}

#[test]
fn an_expired_token_approves_nobody() {
    each(|place| {
        let identity = Identity::new("pc1");
        let token = token(place);
        place.clock.set(NOW.plus_seconds(600));
        place.deposit_registration(&identity, Some(token));
        pass(&mut place.discovery());
        assert_eq!(client(place, &identity).expect("a client").approval, Approval::Registered);
        assert_eq!(place.raised(), [3014]);
    });
}

#[test]
fn a_token_approves_a_client_that_registered_without_one_before() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        place.deposit_registration(&identity, Some(token(place)));
        pass(&mut place.discovery());
        assert_eq!(client(place, &identity).expect("a client").approval, Approval::Approved);
    });
}

#[test]
fn blocked_stays_blocked() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        place.act(|tx| clients::set_approval(tx, identity.smsid, Approval::Blocked, "somebody", NOW));
        let token = token(place);
        place.deposit_registration(&identity, Some(token));
        pass(&mut place.discovery());
        assert_eq!(client(place, &identity).expect("a client").approval, Approval::Blocked);
        assert_eq!(place.number("SELECT count(*) FROM approval_token WHERE used_at IS NOT NULL", &[]), 0);
    });
}

#[test]
fn a_certificate_that_runs_out_soon_is_issued_anew() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let first = client(place, &identity).expect("a client").certificate;
        place.clock.set(NOW.plus_seconds(330 * 24 * 3600));
        place.register(&identity);
        assert_eq!(client(place, &identity).expect("a client").certificate, first);
        place.clock.set(NOW.plus_seconds(340 * 24 * 3600));
        place.register(&identity);
        assert_ne!(client(place, &identity).expect("a client").certificate, first);
    });
}

#[test]
fn a_registration_for_another_site_goes_to_the_bad_folder() {
    each(|place| {
        let identity = Identity::new("pc1");
        let body = String::from_utf8(place.registration(&identity, None)).expect("text");
        let other = if place.site().as_str() == "ZZ9" { "ZZ8" } else { "ZZ9" };
        let body = body.replace(&format!("\"{}\"", place.site()), &format!("\"{other}\""));
        place.deposit(Kind::Registration, None, body.as_bytes());
        pass(&mut place.discovery());
        assert_eq!(client(place, &identity), None);
        assert_eq!(place.reasons(Kind::Registration).len(), 1);
        assert!(place.reasons(Kind::Registration)[0].contains("PV3010"), "{:?}", place.reasons(Kind::Registration));
    });
}

#[test]
fn row_versions_ascend_so_that_nobody_misses_a_change() {
    each(|place| {
        let identities: Vec<Identity> = (0..3).map(|n| Identity::new(&format!("pc{n}"))).collect();
        identities.iter().for_each(|identity| place.register(identity));
        let mut standings = Vec::new();
        place.look(|tx| clients::standings_after(tx, 0, &mut |s| standings.push(s)));
        assert_eq!(standings.iter().map(|s| s.smsid).collect::<Vec<_>>(), identities.iter().map(|i| i.smsid).collect::<Vec<_>>());
        let last = standings.last().expect("three").row_version;
        place.act(|tx| clients::set_approval(tx, identities[0].smsid, Approval::Approved, "somebody", NOW));
        let mut changed = Vec::new();
        place.look(|tx| clients::standings_after(tx, last, &mut |s| changed.push((s.smsid, s.approval))));
        assert_eq!(changed, [(identities[0].smsid, Approval::Approved)]);
    });
}
