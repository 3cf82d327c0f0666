//! Signs in to realms that this process alone knows where to ask, one after the other as they are needed, and goes from one to
//! another: `guided FILE FOLDER` writes FILE and finds realms in `krb5.conf` of FOLDER, which `tests/servers/kdc.sh` made.
#![allow(clippy::print_stdout)]

use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_kerberos::{Credential, Initiator, Mechanism, configure_by};
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, folder] = &arguments[..] else { return Err("guided FILE FOLDER".into()) };
    let password = std::fs::read(Path::new(folder).join("password"))?;
    let known = std::fs::read_to_string(Path::new(folder).join("krb5.conf"))?;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&asked);
    let find = move |realm: &str| -> Result<Vec<SocketAddr>, Failure> {
        note.lock().unwrap_or_else(PoisonError::into_inner).push(realm.to_owned());
        let section = known.split_once(&format!("    {realm} = {{\n        kdc = ")).and_then(|(_, rest)| rest.lines().next());
        let address = section.and_then(|address| address.parse().ok());
        address.map(|address| vec![address]).ok_or_else(|| Failure::new(Outcome::Unreachable, "resolve", "nobody knows it"))
    };

    // Before any thread.
    configure_by(Path::new(file), Box::new(find))?;
    // Kept, so that the library keeps what it read of the file.
    let mut kept = Vec::new();
    for who in ["ada@NOWHERE.EXAMPLE.TEST", "ada@MIT.EXAMPLE.TEST", "ada@SKEWED.EXAMPLE.TEST"] {
        match Credential::with_password(who, &password) {
            Ok(credential) => {
                println!("{who}: signed in");
                kept.push(credential);
            }
            Err(failure) if failure.step == "resolve" => println!("{who}: {} ({})", failure.outcome.words(), failure.detail),
            Err(failure) => println!("{who}: {}", failure.outcome.words()),
        }
    }
    let service = "HTTP@site.branch.example.test";
    let signed_in = kept.first().ok_or("nobody is signed in")?;
    match Initiator::new(signed_in, service, Mechanism::Spnego)?.step(None) {
        Ok(step) if step.token.is_some() => println!("{service}: a ticket"),
        Ok(_) => println!("{service}: nothing"),
        Err(failure) => println!("{service}: {failure}"),
    }
    println!("asked for: {}", asked.lock().unwrap_or_else(PoisonError::into_inner).join(", "));
    Ok(())
}
