//! The Kerberos configuration of the site's process: of its own, in the data folder, unless whoever starts it names another.

use crate::data_folder::{DataFolder, write_whole};
use crate::failure::Failure;
use provost_broker::Directories;
use provost_catalog::rules::code;
use provost_domain::outcome::Outcome;
use provost_kerberos::{Ask, Settings, configure, configure_by};

/// How the environment names a configuration (`krb5.conf(5)`).
const NAMED: &str = "KRB5_CONFIG";

/// Configures it. To be called before the second thread. Where realms are asked, the site's own name servers tell; without them
/// the library asks the system's.
///
/// # Errors
/// When the file cannot be written, or when there is another thread.
pub fn configure_process(folder: &DataFolder, directories: Directories) -> Result<(), Failure> {
    if std::env::var_os(NAMED).is_some() {
        return Ok(());
    }
    let path = folder.run().join("krb5.conf");
    let refused = |cause: &dyn std::fmt::Display| Failure::new(code::BUG, "cannot configure Kerberos", cause.to_string());
    if !directories.dns_servers.is_empty() {
        return configure_by(&path, asking(directories)).map_err(|failure| refused(&failure));
    }
    write_whole(&path, Settings::default().text().as_bytes()).map_err(|error| refused(&error))?;
    configure(&path).map_err(|failure| refused(&failure))
}

/// Asks the name servers, on a thread and an event loop that come and go with the question: whoever signs in may be on any.
fn asking(directories: Directories) -> Ask {
    Box::new(move |realm| {
        let broken = |cause: &dyn std::fmt::Display| provost_domain::Failure::new(Outcome::Broken, "resolve", cause);
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| broken(&error))?;
                runtime.block_on(directories.ticket_servers(realm))
            });
            asked.join().unwrap_or_else(|_| Err(broken(&"the look-up ended before its time")))
        })
    })
}
