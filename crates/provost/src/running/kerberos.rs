//! The Kerberos configuration of the site's process: of its own, in the data folder, unless whoever starts it names another.

use crate::data_folder::{DataFolder, write_whole};
use crate::failure::Failure;
use provost_catalog::rules::code;
use provost_kerberos::{Settings, configure};

/// How the environment names a configuration (`krb5.conf(5)`).
const NAMED: &str = "KRB5_CONFIG";

/// Configures it. To be called before the second thread.
///
/// # Errors
/// When the file cannot be written, or when there is another thread.
pub fn configure_process(folder: &DataFolder) -> Result<(), Failure> {
    if std::env::var_os(NAMED).is_some() {
        return Ok(());
    }
    let path = folder.run().join("krb5.conf");
    let refused = |cause: &dyn std::fmt::Display| Failure::new(code::BUG, "cannot configure Kerberos", cause.to_string());
    // Realms are those of DNS.
    let text = Settings::default().text().map_err(|failure| refused(&failure))?;
    write_whole(&path, text.as_bytes()).map_err(|error| refused(&error))?;
    configure(&path).map_err(|failure| refused(&failure))
}
