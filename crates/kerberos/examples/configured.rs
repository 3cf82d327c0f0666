//! Signs in with a Kerberos configuration that this process alone has, and that is replaced while it runs:
//! `configured FILE CONTROLLER PASSWORD-FILE` writes FILE.
#![allow(clippy::print_stdout)]

use provost_kerberos::{Credential, Realm, Settings, configure};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, controller, password] = &arguments[..] else { return Err("configured FILE CONTROLLER PASSWORD-FILE".into()) };
    let password = std::fs::read(password)?;
    let write = |controller: &str| -> Result<(), Box<dyn Error>> {
        let realm = Realm::new("MIT.EXAMPLE.TEST", &[controller.parse()?])?;
        Ok(std::fs::write(file, Settings { realms: vec![realm], only_these: true }.text())?)
    };
    let sign_in = || Credential::with_password("ada@MIT.EXAMPLE.TEST", &password).map_or_else(|failure| failure.outcome.words(), |_| "signed in");

    // Before any thread.
    configure(Path::new(file))?;
    write("127.0.0.1:1")?;
    println!("without a controller: {}", sign_in());
    // The library looks at the file again after a second.
    std::thread::sleep(std::time::Duration::from_secs(2));
    write(controller)?;
    println!("with it: {}", sign_in());
    Ok(())
}
