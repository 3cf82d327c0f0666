use super::*;
use ring::signature::KeyPair as _;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use std::path::Path;
use std::process::Command;

/// OpenSSL compares with the machine's clock.
fn now() -> Timestamp {
    provost_runtime::Clock::system().now()
}

fn site() -> SiteCode {
    "LAB".parse().expect("LAB is a site code")
}

fn open(folder: &Path, names: &[&str], now: Timestamp) -> Authority {
    let keys = KeyFolder::open(folder).expect("a key folder");
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    Authority::open(&keys, site(), &names, now).expect("an authority")
}

fn client_key() -> PublicKey {
    let random = ring::rand::SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).expect("the same key");
    PublicKey::from_point(key.public_key().as_ref()).expect("a point on P-256")
}

fn client() -> SmsId {
    SmsId::from_random([5; 16])
}

/// What OpenSSL says: whether the certificate is good for `purpose`, and its words.
fn verified(folder: &Path, authority: &Authority, certificate_pem: &str, purpose: &str) -> (bool, String) {
    let (ca, leaf) = (folder.join("test-ca.pem"), folder.join("test-leaf.pem"));
    std::fs::write(&ca, authority.certificate_pem()).expect("written");
    std::fs::write(&leaf, certificate_pem).expect("written");
    let output = Command::new("openssl")
        .args(["verify", "-x509_strict", "-purpose", purpose, "-CAfile"])
        .arg(&ca)
        .arg(&leaf)
        .output()
        .expect("the openssl command is installed");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

fn text(certificate_pem: &str, folder: &Path) -> String {
    let leaf = folder.join("test-text.pem");
    std::fs::write(&leaf, certificate_pem).expect("written");
    let output = Command::new("openssl").args(["x509", "-noout", "-text", "-in"]).arg(&leaf).output().expect("the openssl command is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn issues_client_certificates_that_prove_clients_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = open(&folder.path().join("keys"), &[], now());
    let issued = authority.issue_client(client(), &client_key(), Validity::of_client(now())).expect("a certificate");
    let (good, words) = verified(folder.path(), &authority, &issued.pem, "sslclient");
    assert!(good, "{words}");
    let (good, words) = verified(folder.path(), &authority, &issued.pem, "sslserver");
    assert!(!good, "a client must not pass for a server: {words}");
    let text = text(&issued.pem, folder.path());
    assert!(text.contains(&format!("CN = {}", client())), "{text}");
    assert!(text.contains("TLS Web Client Authentication"), "{text}");
    assert!(text.contains("CA:FALSE") || !text.contains("CA:TRUE"), "{text}");
    assert_eq!(Reading::of_pem(&issued.pem).expect("our own").not_after(), issued.not_after);
}

#[test]
fn expired_and_foreign_certificates_do_not_verify() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = open(&folder.path().join("keys"), &[], now());
    let past = Validity { not_before: now().plus_seconds(-7200), not_after: now().plus_seconds(-3600) };
    let expired = authority.issue_client(client(), &client_key(), past).expect("a certificate");
    let (good, words) = verified(folder.path(), &authority, &expired.pem, "sslclient");
    assert!(!good && words.contains("expired"), "{words}");
    let other = open(&folder.path().join("other"), &[], now());
    let foreign = other.issue_client(client(), &client_key(), Validity::of_client(now())).expect("a certificate");
    let (good, words) = verified(folder.path(), &authority, &foreign.pem, "sslclient");
    assert!(!good, "{words}");
}

#[test]
fn each_certificate_has_its_own_serial_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = open(&folder.path().join("keys"), &[], now());
    let key = client_key();
    let [first, second] = [(); 2].map(|()| authority.issue_client(client(), &key, Validity::of_client(now())).expect("a certificate"));
    assert_ne!(first.digest, second.digest);
}

#[test]
fn servers_carry_their_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = open(&folder.path().join("keys"), &["PC1.corp.example", "192.0.2.7"], now());
    for server in [authority.management_point(), authority.console()] {
        let (good, words) = verified(folder.path(), &authority, server.certificate_chain_pem(), "sslserver");
        assert!(good, "{words}");
        let text = text(server.certificate_chain_pem(), folder.path());
        for name in ["DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1", "DNS:pc1.corp.example", "IP Address:192.0.2.7"] {
            assert!(text.contains(name), "{name} is missing in {text}");
        }
    }
}

#[test]
fn is_the_same_after_a_restart_and_renews_what_needs_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = open(&folder.path().join("keys"), &["a.example"], now());
    let again = open(&folder.path().join("keys"), &["a.example"], now());
    assert_eq!(first.certificate_pem(), again.certificate_pem());
    assert_eq!(first.management_point().certificate_chain_pem(), again.management_point().certificate_chain_pem());
    assert_eq!(first.policy_key().public_key(), again.policy_key().public_key());

    let later = now().plus_seconds((CERTIFICATE_DAYS - RENEWAL_DAYS - 1) * 24 * 3600);
    assert_eq!(open(&folder.path().join("keys"), &["a.example"], later).console().certificate_chain_pem(), first.console().certificate_chain_pem());
    let late = now().plus_seconds((CERTIFICATE_DAYS - RENEWAL_DAYS + 1) * 24 * 3600);
    let renewed = open(&folder.path().join("keys"), &["a.example"], late);
    assert_ne!(renewed.console().certificate_chain_pem(), first.console().certificate_chain_pem());
    assert_eq!(renewed.certificate_pem(), first.certificate_pem(), "the authority stays");

    let renamed = open(&folder.path().join("keys"), &["a.example", "b.example"], now());
    assert_ne!(renamed.management_point().certificate_chain_pem(), renewed.management_point().certificate_chain_pem());
}

#[test]
fn a_lost_key_of_the_authority_is_told_and_nothing_is_made_over_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = open(&folder.path().join("keys"), &[], now()).certificate_pem().to_owned();
    let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
    std::fs::remove_file(keys.path("site-ca.key.pem")).expect("removed");
    assert!(matches!(Authority::open(&keys, site(), &[], now()), Err(AuthorityError::KeyLost { key: AUTHORITY_KEY, .. })));
    assert_eq!(std::fs::read_to_string(keys.path("site-ca.pem")).expect("still there"), certificate);
}

#[test]
fn a_crash_between_key_and_certificate_is_made_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = open(&folder.path().join("keys"), &[], now());
    let issued = first.issue_client(client(), &client_key(), Validity::of_client(now())).expect("a certificate");
    let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
    for file in ["site-ca.pem", "mp.pem", "console.key.pem"] {
        std::fs::remove_file(keys.path(file)).expect("removed");
    }
    let second = open(&folder.path().join("keys"), &[], now());
    let (good, words) = verified(folder.path(), &second, &issued.pem, "sslclient");
    assert!(good, "what was issued before still counts: {words}");
    for server in [second.management_point(), second.console()] {
        let (good, words) = verified(folder.path(), &second, server.certificate_chain_pem(), "sslserver");
        assert!(good, "{words}");
    }
}

#[test]
fn a_name_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
    assert!(matches!(Authority::open(&keys, site(), &["a b".to_owned()], now()), Err(AuthorityError::Name(name)) if name == "a b"));
}

#[test]
fn policy_signatures_verify_with_the_public_half_only_for_the_same_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = open(&folder.path().join("keys"), &[], now());
    let mut signed = authority.policy_key().sign("{}".to_owned()).expect("signed");
    assert_eq!(signed.open(authority.policy_key().public_key()), Some("{}"));
    signed.payload.push(' ');
    assert_eq!(signed.open(authority.policy_key().public_key()), None);
}
