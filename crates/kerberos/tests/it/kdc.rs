//! The real KDCs that the environment names (`tests/servers/kdc.sh`). Without them CI fails and everybody else is told.

use provost_kerberos::Credential;
use std::path::PathBuf;

pub struct Kdc {
    pub folder: PathBuf,
    pub password: Vec<u8>,
}

impl Kdc {
    pub fn from_environment() -> Option<Self> {
        let Some(folder) = std::env::var_os("PROVOST_TEST_KDC").map(PathBuf::from) else {
            assert!(std::env::var_os("CI").is_none(), "PROVOST_TEST_KDC is not set: in CI the tests talk to real servers");
            eprintln!("\n*** SKIPPED: PROVOST_TEST_KDC is not set; see tests/servers/kdc.sh ***\n");
            return None;
        };
        assert!(std::env::var_os("KRB5_CONFIG").is_some(), "KRB5_CONFIG names no file: run ./test unit, or set it to $PROVOST_TEST_KDC_CONFIG");
        let password = std::fs::read(folder.join("password")).expect("a password");
        Some(Self { folder, password })
    }

    pub fn keytab(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.keytab"))
    }

    pub fn sign_in(&self, name: &str) -> Credential {
        Credential::with_password(&format!("{name}@MIT.EXAMPLE.TEST"), &self.password).expect("a credential")
    }
}
