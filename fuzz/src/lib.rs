//! Every parser that strangers reach, as a function that must come back whatever it is given.
//!
//! What parses is written and parsed again: a value that does not survive that was misread.

use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, PROXY_AUTHENTICATE};
use provost_directory::{Entry, Reference, RootDse, escape, message, read_bind_answer, read_clock, sasl};
use provost_domain::accounts::AccountName;
use provost_domain::alerts::Address;
use provost_domain::boundary::Subnet;
use provost_domain::certificate::{not_after, still_valid};
use provost_domain::discovery::DistinguishedName;
use provost_domain::{Digest, MessageId, SiteCode, SmsId, Timestamp};
use provost_hosts::pdu::{Answer, read_bound};
use provost_hosts::{Holders, read_domains, read_holders, read_memberships, read_names, read_rights};
use provost_kerberos::Membership;
use provost_outbound::proxy::offered;
use provost_outbound::smtp::{before_tls, lines};
use provost_provider::parsers;
use provost_sd::{Asker, Domains, SecurityDescriptor, Sid, Token, effective, well_known};
use provost_site::directory_discovery::entry::{Read, read};
use provost_store::inbox::{read_frames, write_frame};
use provost_store::people::{PersonName, Token as SessionToken};
use provost_wire::answer::{Accepted, Refusal};
use provost_wire::client::policy::{Policy, SignedPolicy};
use provost_wire::client::registration::{RegistrationAnswer, SiteInformation};
use provost_wire::client::{heartbeat, inventory, registration, state, status};
use provost_wire::directory::DirectoryReport;
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
    ("entry", entry),
    ("membership", membership),
    ("calls", calls),
    ("directory", directory),
    ("certificate", certificate),
    ("mail", mail),
    ("proxy", proxy),
    ("request", request),
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
    if let Ok(at) = text.parse::<Timestamp>() {
        assert!(at.to_string().parse::<Timestamp>().is_ok(), "{at} is no time any more");
    }
    // What people are called, which is read before anybody is known to be one.
    if let Ok(name) = AccountName::parse(text) {
        assert_eq!(AccountName::parse(&name.to_string()).as_ref(), Ok(&name), "its written form is read as another name");
    }
    let _ = (text.parse::<PersonName>(), SessionToken::parse(text));
    if let Ok(address) = text.parse::<Address>() {
        assert!(!address.to_string().contains(['\r', '\n']), "an address that says more than an address");
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
        assert_eq!(read.digests.len(), read.report.objects.len());
        let again = read.report.to_bytes();
        assert_eq!(provost_wire::directory::parse(&again).expect("it reads back").report, read.report);
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
        let one = &rest[..length];
        let _ = (message::check(one), read_bind_answer(one), read_clock(one));
        if let Ok((_, entry)) = Entry::of_message(one) {
            let _ = (RootDse::read(&entry), entry.first_members());
        }
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

/// Entries as discovery reads them: whoever may write in a directory chooses what stands there, and what becomes of it is an
/// object that the discovery inbox takes, of the domain that was read.
fn entry(bytes: &[u8]) {
    let domain: Sid = "S-1-5-21-1-2-3".parse().expect("a SID");
    let extra = ["department".to_owned(), "thumbnailPhoto".to_owned(), "objectSid".to_owned()];
    let mut rest = bytes;
    while let Ok(Some(length)) = message::whole(rest) {
        let one = &rest[..length];
        rest = &rest[length..];
        let Ok((_, found)) = Entry::of_message(one) else { continue };
        let _ = read(&found, "corp.example.test", None, &extra);
        let Read::Object(object, _) = read(&found, "corp.example.test", Some(&domain), &extra) else { continue };
        assert!(object.sid.starts_with("S-1-5-21-1-2-3-"), "an object of another domain: {}", object.sid);
        let (run_id, at) = (1, Timestamp::from_micros(0));
        let report = DirectoryReport { method: "ad-user".to_owned(), run_id, at, objects: vec![*object], repeated: 0, memberships: Vec::new() };
        let body = report.to_bytes();
        assert_eq!(provost_wire::directory::parse(&body).map(|read| read.report), Ok(report), "an object that the inbox does not take");
    }
}

/// What a host answers to remote procedure calls: fragments, and the values in them.
fn calls(bytes: &[u8]) {
    let _ = read_bound(bytes, 1);
    let whole = Answer::to(2).take(bytes);
    let (mut answer, mut cut) = (Answer::to(2), Ok(None));
    for part in bytes.chunks(7) {
        cut = answer.take(part);
        if !matches!(cut, Ok(None)) {
            break;
        }
    }
    if let Ok(Some(values)) = &whole {
        assert_eq!(cut.as_ref(), Ok(&Some(values.clone())), "another answer when it comes in parts");
    }
    for values in [Some(bytes), whole.as_ref().ok().and_then(Option::as_deref)].into_iter().flatten() {
        if let Ok(Holders::Known(sids)) = read_holders(values) {
            assert!(sids.iter().map(|sid| sid.to_bytes().len()).sum::<usize>() <= values.len(), "more came out than went in");
        }
        if let Ok(rids) = read_memberships(values) {
            assert!(rids.len() * 4 <= values.len(), "more came out than went in");
        }
        let names = read_names(values).map(|names| names.into_iter().flatten().collect::<Vec<_>>());
        for names in [read_domains(values), names].into_iter().flatten() {
            assert!(names.iter().map(|name| name.encode_utf16().count() * 2).sum::<usize>() <= values.len(), "more came out than went in");
        }
        if let Ok(rights) = read_rights(values) {
            assert!(rights.iter().map(|right| right.encode_utf16().count() * 2).sum::<usize>() <= values.len(), "more came out than went in");
        }
    }
}

/// A certificate, read before anybody trusts it.
fn certificate(bytes: &[u8]) {
    let now = Timestamp::from_micros(1_800_000_000_000_000);
    let valid = still_valid([Ok::<_, std::io::Error>(bytes)], now).is_ok();
    assert_eq!(valid, not_after(bytes).is_some_and(|end| end >= now), "what ended is not trusted, and what has no end neither");
}

/// What a mail server says before anybody knows who it is, and after.
fn mail(bytes: &[u8]) {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    }
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let mut rest = bytes;
            while let Ok(answer) = {
                let before = rest.len();
                lines::answer(&mut rest, "read").await.inspect(|_| assert!(before - rest.len() <= lines::BYTES_MAX, "an answer without bounds"))
            } {
                assert!(answer.code().len() == 3 && answer.code().bytes().all(|byte| byte.is_ascii_digit()), "no code: {:?}", answer.code());
                let mut again = answer.text().into_bytes();
                again.truncate(lines::BYTES_MAX);
                if let Ok(read) = lines::answer(&mut &again[..], "again").await {
                    assert_eq!(read.text(), answer.text(), "it is heard otherwise by who reads it after us");
                }
                let _ = (answer.offer("AUTH"), answer.expect("250", "read"));
            }
            let stream = tokio::io::join(bytes, tokio::io::sink());
            if let Ok((stream, _)) = before_tls::start_tls(stream, "site.example.test").await {
                let (left, _) = stream.into_inner();
                let said = &bytes[..bytes.len() - left.len()];
                assert!(said.ends_with(b"\n") && said.to_ascii_uppercase().windows(8).any(|word| word == b"STARTTLS"), "secured though it was not offered");
            }
        });
    });
}

/// How a proxy asks for a sign-in, a header a line.
fn proxy(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for value in bytes.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok()).take(1000) {
        headers.append(PROXY_AUTHENTICATE, value);
    }
    let names = offered::offered(&headers);
    assert!(names.is_sorted() && names.iter().all(|name| !name.contains(['=', ' ', ','])), "{names:?}");
    if let Some(token) = offered::continued(&headers) {
        assert!(!token.is_empty() && names.iter().any(|name| name == "negotiate"), "a token of a way that is not offered");
    }
}

/// What a request says of its sender and of where it comes from, and texts in its address: headers a line, then a text.
fn request(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(1000) {
        let Some(at) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = match &line[..at] {
            b"a" => AUTHORIZATION,
            b"c" => COOKIE,
            b"h" => HOST,
            b"o" => ORIGIN,
            _ => HeaderName::from_static("sec-fetch-site"),
        };
        headers.extend(HeaderValue::from_bytes(&line[at + 1..]).map(|value| (name, value)));
    }
    if let Some(value) = parsers::cookie(&headers, "__Host-provost") {
        assert!(!value.contains(';'), "more than one cookie's value");
        let _ = SessionToken::parse(value);
    }
    let _ = parsers::ticket(&headers);
    if parsers::same_site(&headers) {
        assert!(headers.get(ORIGIN).is_none_or(|origin| origin == "null" || origin.as_bytes().ends_with(headers[HOST].as_bytes())), "another site's page");
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = parsers::device_filter(text, Timestamp::from_micros(1_800_000_000_000_000));
    for count in 1..3 {
        assert!(parsers::cursor(text, count).is_ok_and(|values| values.len() == count) || parsers::cursor(text, count).is_err());
    }
}
