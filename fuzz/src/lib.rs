//! Every parser that strangers reach, as a function that must come back whatever it is given.
//!
//! What parses is written and parsed again: a value that does not survive that was misread.

use provost_directory::{Reference, escape, message, sasl};
use provost_domain::boundary::Subnet;
use provost_domain::discovery::DistinguishedName;
use provost_domain::{Digest, MessageId, SiteCode, SmsId};
use provost_kerberos::Membership;
use provost_sd::{Asker, Domains, SecurityDescriptor, Sid, Token, effective, well_known};
use provost_store::inbox::{read_frames, write_frame};
use provost_wire::answer::{Accepted, Refusal};
use provost_wire::client::policy::{Policy, SignedPolicy};
use provost_wire::client::registration::{RegistrationAnswer, SiteInformation};
use provost_wire::client::{heartbeat, inventory, registration, state, status};
use provost_wire::envelope::{Envelope, Presence};
use provost_wire::signature::{PublicKey, Signed};

/// A target: its name, which is that of its folder of seeds, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("frames", frames),
    ("envelope", envelope),
    ("registration", registration),
    ("heartbeat", heartbeat),
    ("inventory", inventory),
    ("state", state),
    ("status", status),
    ("policy", policy),
    ("answers", answers),
    ("identifiers", identifiers),
    ("descriptors", descriptors),
    ("sddl", sddl),
    ("ldap", ldap),
    ("membership", membership),
    ("directory", directory),
];

/// Runs the target of this name.
///
/// # Panics
/// When a parser misreads, which is what is looked for, or when there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(n, _)| *n == name).expect("a target of this name");
    target(bytes);
}

/// Inbox files: frames that are read are written the same, and nothing is dropped unseen.
fn frames(bytes: &[u8]) {
    let (frames, bad) = read_frames(bytes);
    let mut written = Vec::new();
    for frame in &frames {
        write_frame(&mut written, &frame.header, &frame.body).expect("what was read can be written");
    }
    let unread: usize = bad.iter().map(|b| b.bytes.len()).sum();
    // Lengths may be written with leading zeros or signs that are not written back.
    assert!(written.len() + unread <= bytes.len(), "more came out than went in");
    if bad.is_empty() && !bytes.is_empty() {
        assert!(!frames.is_empty(), "bytes vanished");
    }
}

fn envelope(bytes: &[u8]) {
    if let Ok(read) = Envelope::from_bytes(bytes) {
        assert_eq!(Envelope::from_bytes(&read.to_bytes()).expect("it reads back"), read);
    }
    let _ = serde_json::from_slice::<Presence>(bytes);
}

fn registration(bytes: &[u8]) {
    let Ok(signed) = serde_json::from_slice::<Signed>(bytes) else { return };
    if let Ok(read) = registration::parse(&signed.payload) {
        let _ = signed.open(&read.public_key);
        let again = serde_json::to_string(&read).expect("it serialises");
        assert_eq!(registration::parse(&again).expect("it reads back"), read);
    }
}

fn heartbeat(bytes: &[u8]) {
    if let Ok(read) = heartbeat::parse(bytes) {
        let again = serde_json::to_vec(&read).expect("it serialises");
        assert_eq!(heartbeat::parse(&again).expect("it reads back"), read);
    }
}

fn inventory(bytes: &[u8]) {
    if let Ok(read) = inventory::parse(bytes) {
        let again = inventory::encode(&read);
        assert_eq!(inventory::parse(&again).expect("it reads back"), read);
    }
    let _ = serde_json::from_slice::<inventory::Offer>(bytes);
}

fn state(bytes: &[u8]) {
    if let Ok(read) = state::parse(bytes) {
        let again = serde_json::to_vec(&read).expect("it serialises");
        assert_eq!(state::parse(&again).expect("it reads back"), read);
    }
}

fn status(bytes: &[u8]) {
    if let Ok(read) = status::parse(bytes) {
        let again = serde_json::to_vec(&read).expect("it serialises");
        assert_eq!(status::parse(&again).expect("it reads back"), read);
    }
}

fn policy(bytes: &[u8]) {
    let _ = serde_json::from_slice::<SignedPolicy>(bytes);
    if let Ok(read) = serde_json::from_slice::<Policy>(bytes) {
        let again = serde_json::to_vec(&read).expect("it serialises");
        assert_eq!(serde_json::from_slice::<Policy>(&again).expect("it reads back"), read);
    }
}

/// What a client reads from whoever answers.
fn answers(bytes: &[u8]) {
    let _ = serde_json::from_slice::<SiteInformation>(bytes);
    let _ = serde_json::from_slice::<RegistrationAnswer>(bytes);
    let _ = serde_json::from_slice::<Accepted>(bytes);
    let _ = serde_json::from_slice::<Refusal>(bytes);
    let _ = serde_json::from_slice::<inventory::OfferAnswer>(bytes);
}

fn identifiers(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(id) = text.parse::<SmsId>() {
        assert_eq!(id.to_string(), text, "its letter case never changes");
    }
    if let Ok(id) = text.parse::<MessageId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string(), text);
    }
    if let Ok(name) = text.parse::<DistinguishedName>() {
        assert_eq!(name.to_string().parse(), Ok(name), "its written form is read as the same name");
    }
    if let Ok(subnet) = text.parse::<Subnet>() {
        assert_eq!(subnet.to_string().parse(), Ok(subnet));
    }
    if let Ok(code) = text.parse::<SiteCode>() {
        assert_eq!(code.as_str(), text);
    }
    if let Ok(key) = text.parse::<PublicKey>() {
        assert_eq!(key.to_string().parse::<PublicKey>().as_ref(), Ok(&key));
    }
}

/// What a domain controller writes into a ticket.
fn membership(bytes: &[u8]) {
    if let Some(read) = Membership::read(bytes) {
        assert!(read.is_or_is_in(&read.user) && read.groups.iter().all(|group| read.is_or_is_in(group)));
        assert!(read.groups.is_sorted() && read.name.len() <= bytes.len() * 2, "more came out than went in");
    }
}

/// What discovery found, on its way through an inbox: names and attributes in it are a directory's.
fn directory(bytes: &[u8]) {
    if let Ok(read) = provost_wire::directory::parse(bytes) {
        let again = serde_json::to_vec(&read).expect("it serialises");
        assert_eq!(provost_wire::directory::parse(&again).expect("it reads back"), read);
    }
}

/// Security descriptors as directories and file servers send them.
fn descriptors(bytes: &[u8]) {
    let _ = Sid::from_bytes(bytes);
    let Ok(read) = SecurityDescriptor::parse(bytes) else { return };
    let again = read.to_bytes().expect("what was read has room");
    assert_eq!(SecurityDescriptor::parse(&again).expect("it reads back"), read);
    let token = Token::of_network_sign_in(well_known::ADMINISTRATORS, []);
    let found = effective(&read, Asker::of_directory(&token));
    assert_eq!(found.granted & found.undecided, 0, "granted and undecided at once");
    let _ = read.to_sddl(&Domains::default());
}

fn sddl(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let domains = Domains::single(Sid::of(5, &[21, 1, 2, 3]));
    if let Ok(read) = SecurityDescriptor::from_sddl(text, &domains) {
        let again = read.to_sddl(&domains).expect("what was text can be text");
        assert_eq!(SecurityDescriptor::from_sddl(&again, &domains).expect("it reads back"), read);
    }
}

/// What a domain controller sends, before anybody else reads it: packets, messages, and texts that name other servers.
fn ldap(bytes: &[u8]) {
    let _ = (sasl::read_offer(bytes), provost_directory::read_changes(bytes));
    let mut rest = bytes;
    while let Ok(Some(length)) = message::whole(rest) {
        let _ = message::check(&rest[..length]);
        rest = &rest[length..];
    }
    let text = String::from_utf8_lossy(bytes);
    if let Some(reference) = Reference::parse(&text) {
        assert!(!reference.host.contains(['/', '@', ':']), "a host that says more than a host");
    }
    if let Some(parts) = escape::parts(&text) {
        let written: Vec<String> = parts.iter().map(|part| format!("{}={}", part.attribute, escape::name_value(&part.value))).collect();
        assert_eq!(escape::parts(&written.join(",")), Some(parts), "a name that is another when it is written");
    }
}
