//! Signing in by the ticket that a person has already.

use crate::person::Person;
use provost_kerberos::{Acceptor, Credential, Initiator, Mechanism};
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const HOST: &str = "site1.corp.example.test";

/// Signs somebody in to the domain, as they do at their machine.
fn kinit(lab: &Lab, who: &str, cache: &Path) {
    let mut command = Command::new("kinit");
    command.arg("-c").arg(cache).arg(format!("{who}@{}", CORP.realm)).env("KRB5_CONFIG", lab.krb5_conf()).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().expect("kinit runs");
    writeln!(child.stdin.take().expect("piped"), "{}", lab.password(&CORP, who)).expect("it reads");
    assert!(child.wait().expect("it ends").success());
}

fn sid(lab: &Lab, who: &str) -> String {
    let credential = Credential::with_password(&format!("{who}@{}", CORP.realm), lab.password(&CORP, who).as_bytes()).expect("a credential");
    let token =
        Initiator::new(&credential, &format!("HTTP@{HOST}"), Mechanism::Spnego).expect("an initiator").step(None).expect("a step").token.expect("a token");
    let mut acceptor = Acceptor::new(&lab.keytab(&CORP, "site1").expect("a keytab"), None).expect("an acceptor");
    acceptor.step(&token).expect("a step").membership.expect("groups").user.to_string()
}

#[test]
fn a_person_with_a_ticket_signs_in_without_a_password() {
    let Some(lab) = Lab::of_this_run() else { return };
    let person = Person::new();
    let keytab = lab.keytab(&CORP, "site1").expect("a keytab").display().to_string();
    let site = person.starts(&["up", "--keytab", &keytab, "--kerberos-service", &format!("HTTP@{HOST}")]);
    assert_eq!(person.types(&["admin", "add", "ada@corp.example.test", "--sid", &sid(&lab, "ada")]).exit, 0);
    let fingerprint = person.asks(&["site", "show"])["console_fingerprint"].as_str().expect("a fingerprint").to_owned();
    let server = format!("https://{}", site.ready["console"].as_str().expect("an address"));
    let cache = person.data().with_file_name("tickets");
    let configuration = lab.krb5_conf().display().to_string();
    let named = format!("FILE:{}", cache.display());
    let types = |arguments: &[&str]| {
        person.types_with(
            &[("KRB5_CONFIG", &configuration), ("KRB5CCNAME", &named)],
            &[arguments, &["--server", &server, "--fingerprint", &fingerprint]].concat(),
        )
    };
    let sign_in = ["admin", "sign-in", "--ticket", "--ticket-for", HOST];

    let refused = types(&sign_in);
    assert_eq!(refused.exit, 4, "there is no ticket: {}", refused.err);
    assert!(refused.err.contains("PV5017") && refused.err.contains("kinit") && refused.err.contains("nobody was signed in"), "{}", refused.err);

    kinit(&lab, "ben", &cache);
    let stranger = types(&sign_in);
    assert!(stranger.exit == 4 && stranger.err.contains("PV5016"), "{} {}", stranger.exit, stranger.err);

    kinit(&lab, "ada", &cache);
    let signed_in = types(&sign_in);
    assert_eq!(signed_in.exit, 0, "{}", signed_in.err);
    assert!(signed_in.out.contains("corp.example.test\\ada"), "{}", signed_in.out);
    assert_eq!(types(&["admin", "whoami", "-o", "name"]).out.trim(), "corp.example.test\\ada");
    let ledger = person.asks(&["ledger", "list"]);
    let begun = ledger["items"].as_array().and_then(|entries| entries.iter().find(|entry| entry["act"] == "session.begin")).expect("an entry");
    assert_eq!((&begun["actor"], &begun["detail"]["by"]), (&"corp.example.test\\ada".into(), &"ticket".into()), "{begun}");

    let another = types(&["admin", "sign-in", "--ticket", "--ticket-for", "elsewhere.corp.example.test"]);
    assert!(another.exit == 4 && another.err.contains("--ticket-for"), "{}", another.err);
    assert_eq!(types(&["admin", "sign-in", "ada@corp.example.test", "--ticket"]).exit, 2, "either a name or a ticket");
    assert_eq!(types(&["admin", "sign-in"]).exit, 2);

    // Who was not let in before is what administrators read, once it is loaded.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let messages = person.asks(&["message", "list", "--severity", "warning", "--component", "provider"]);
        let told = messages["items"].as_array().and_then(|all| all.iter().find(|one| one["number"] == "PV5019")).map(|one| one["text"].to_string());
        if let Some(told) = told {
            assert!(told.contains("1 sign-in; corp.example.test\\\\ben: is known, and is no administrative user (PV5016), from 127.0.0.1"), "{told}");
            break;
        }
        assert!(std::time::Instant::now() < until, "nobody is told: {messages}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    site.interrupted();
}
