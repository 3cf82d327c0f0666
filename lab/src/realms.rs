//! A lab whose realms the Kerberos library of a test's own process knows.

use crate::lab::Lab;
use std::path::Path;

impl Lab {
    /// [`Lab::of_this_run`], for a test that signs in by Kerberos itself. The library reads its configuration when it is first used, so
    /// that no test can set it for itself.
    ///
    /// # Panics
    /// As [`Lab::of_this_run`], and where `KRB5_CONFIG` names neither the lab's configuration nor a file that includes it.
    #[must_use]
    pub fn of_this_run_by_kerberos() -> Option<Self> {
        let lab = Self::of_this_run()?;
        let (own, file) = (lab.krb5_conf(), std::env::var("KRB5_CONFIG").unwrap_or_default());
        let includes = || std::fs::read_to_string(&file).is_ok_and(|text| text.contains(&format!("include {}", own.display())));
        assert!(own == Path::new(&file) || includes(), "KRB5_CONFIG must name {}, or a file that includes it", own.display());
        Some(lab)
    }
}
