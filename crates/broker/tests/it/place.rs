//! A site database with a vault and a broker, and the real servers that the environment names.

use provost_broker::{Broker, Directories, Parts};
use provost_catalog::accounts::{AccountKind, Use};
use provost_catalog::database::Principal;
use provost_domain::Timestamp;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::binding::{Admitted, principal_kind};
use provost_domain::accounts::verification::Standing;
use provost_runtime::Clock;
use provost_store::accounts::uses::{self, AccountUse};
use provost_store::accounts::{Binding, NewBinding, bindings};
use provost_store::keys::{KeyFolder, Secret};
use provost_store::ledger::{self, Entry, Ledger};
use provost_store::servers::{self, MailServer, ProxyServer};
use provost_store::vault::Vault;
use provost_store::{Database, Location, StoreError, Tx, settings};

pub const START: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);

pub struct Place {
    pub broker: Broker,
    pub database: Database,
    pub vault: Vault,
    pub folder: tempfile::TempDir,
}

impl Place {
    /// Over a database that is there, with a key folder of its own.
    pub fn over(database: &Database, keys: &KeyFolder) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = Vault::open(keys, None, database.site(), &[]).expect("a vault");
        let broker = Broker::new(Parts {
            database: database.clone(),
            opener: vault.opener(),
            ledger: Ledger::open(keys).expect("a ledger"),
            clock: Clock::system(),
            domain: "corp.example.test".to_owned(),
            host: "site.corp.example.test".to_owned(),
            directories: Directories::default(),
            runtime: tokio::runtime::Handle::current(),
        });
        Self { broker: broker.expect("a broker"), database: database.clone(), vault, folder }
    }

    pub fn new() -> Self {
        Self::with(Directories::default())
    }

    /// One whose broker reaches directories so.
    pub fn with(directories: Directories) -> Self {
        Self::on("site.corp.example.test", directories)
    }

    /// The same, on a machine of this name.
    pub fn on(host: &str, directories: Directories) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
        let site = "LAB".parse().expect("a site code");
        let database = Database::open(&Location::Sqlite(folder.path().join("site.db")), &keys, site, "Test", START).expect("a database");
        let vault = Vault::open(&keys, None, site, &[]).expect("a vault");
        let broker = Broker::new(Parts {
            database: database.clone(),
            opener: vault.opener(),
            ledger: Ledger::open(&keys).expect("a ledger"),
            clock: Clock::system(),
            domain: "corp.example.test".to_owned(),
            host: host.to_owned(),
            directories,
            runtime: tokio::runtime::Handle::current(),
        });
        Self { broker: broker.expect("a broker"), database, vault, folder }
    }

    pub fn bind(&self, kind: AccountKind, object: &str, name: &str, password: &Secret) -> Binding {
        let name = AccountName::parse(name).expect("a name");
        tokio::task::block_in_place(|| self.bind_here(kind, object, &name, password))
    }

    /// Binds the account of a computer, for which no password is kept.
    pub fn bind_computer(&self, kind: AccountKind, object: &str, name: &str) -> Binding {
        let name = AccountName::parse(name).expect("a name");
        let admitted = Admitted { principal_kind: principal_kind(kind.definition(), &name, None).expect("a kind"), position: 1 };
        tokio::task::block_in_place(|| {
            self.set(|tx| {
                let new = NewBinding { kind, object, admitted, name: &name, secret: None, by: "ada", at: START };
                let id = bindings::insert(tx, &new)?;
                Ok(bindings::by_id(tx, id)?.expect("a binding"))
            })
        })
    }

    fn bind_here(&self, kind: AccountKind, object: &str, name: &AccountName, password: &Secret) -> Binding {
        let sealer = self.vault.sealer();
        let mut provider = self.database.connect(Principal::Provider).expect("a connection");
        let (id, sealed) = provider
            .write(|tx| {
                let sealed = sealer.add(tx, password, "ada", START).expect("sealed");
                let position = u32::try_from(bindings::of(tx, kind, object)?.len()).unwrap_or(0) + 1;
                let admitted = Admitted { principal_kind: principal_kind(kind.definition(), name, None).expect("a kind"), position };
                let new = NewBinding { kind, object, admitted, name, secret: Some(sealed.secret), by: "ada", at: START };
                Ok((bindings::insert(tx, &new)?, sealed))
            })
            .expect("a binding");
        sealer.committed(sealed).expect("remembered");
        provider.read(|tx| bindings::by_id(tx, id)).expect("a read").expect("a binding")
    }

    pub fn new_password(&self, binding: &Binding, password: &Secret) {
        tokio::task::block_in_place(|| self.new_password_here(binding, password));
    }

    fn new_password_here(&self, binding: &Binding, password: &Secret) {
        let sealer = self.vault.sealer();
        let mut provider = self.database.connect(Principal::Provider).expect("a connection");
        let id = binding.secret.expect("a secret");
        let sealed = provider.write(|tx| Ok(sealer.replace(tx, id, None, password, "ada", START).expect("sealed"))).expect("a write");
        sealer.committed(sealed).expect("remembered");
    }

    pub fn stand(&self, binding: &Binding, standing: Standing) {
        let mut manager = self.database.connect(Principal::AccountManager).expect("a connection");
        manager.write(|tx| bindings::set_standing(tx, binding.binding_id, standing)).expect("a write");
    }

    pub fn allow(&self, id: &str) {
        self.database.connect(Principal::Provider).expect("a connection").write(|tx| settings::allow(tx, id, true)).expect("a write");
    }

    pub fn set_mail(&self, server: &MailServer) {
        let mut provider = self.database.connect(Principal::Provider).expect("a connection");
        provider.write(|tx| servers::set_mail_server(tx, self.database.site(), server)).expect("set");
    }

    pub fn set_proxy(&self, server: &ProxyServer) {
        let mut provider = self.database.connect(Principal::Provider).expect("a connection");
        provider.write(|tx| servers::set_proxy_server(tx, server)).expect("set");
    }

    /// What a person sets.
    pub fn set<T>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.database.connect(Principal::Provider).expect("a connection").write(f).expect("a write")
    }

    pub fn ledger(&self) -> Vec<Entry> {
        self.database.connect(Principal::Provider).expect("a connection").read(|tx| ledger::list(tx, 0, 100)).expect("a read")
    }

    /// Uses, oldest first.
    pub fn uses(&self) -> Vec<AccountUse> {
        let mut newest = self.database.connect(Principal::Provider).expect("a connection").read(|tx| uses::newest(tx, None, i64::MAX, 100)).expect("a read");
        newest.reverse();
        newest
    }
}

pub fn secret(text: &str) -> Secret {
    Secret::new(text.as_bytes().to_vec())
}

fn variable(name: &str, script: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{name} is not set: in CI the tests talk to real servers");
        eprintln!("\n*** SKIPPED: {name} is not set; see tests/servers/{script} ***\n");
    }
    value
}

fn split(address: &str) -> (String, u16) {
    let (host, port) = address.rsplit_once(':').expect("host and port");
    (host.to_owned(), port.parse().expect("a port"))
}

/// The SMTP server and the password of an account on it.
pub fn smtp(user: &str) -> Option<(MailServer, Secret)> {
    let (host, port) = split(&variable("PROVOST_TEST_SMTP", "smtp.sh")?);
    let read = |name: &str| std::fs::read_to_string(std::env::var(name).expect("a variable")).expect("a file");
    let passwords = read("PROVOST_TEST_SMTP_PASSWORDS");
    let password = passwords.lines().find_map(|line| line.strip_prefix(user)?.strip_prefix(":{PLAIN}")).expect("an account");
    let server = MailServer { host, port, authenticates: true, ca_pem: Some(read("PROVOST_TEST_SMTP_CA")), sender: user.to_owned() };
    Some((server, secret(password)))
}

/// What the KDC's accounts sign in with (`tests/servers/kdc.sh`).
pub fn kdc_password() -> Option<Secret> {
    let folder = std::path::PathBuf::from(variable("PROVOST_TEST_KDC", "kdc.sh")?);
    assert!(std::env::var_os("KRB5_CONFIG").is_some(), "KRB5_CONFIG names no file: run ./test unit, or set it to $PROVOST_TEST_KDC_CONFIG");
    Some(Secret::new(std::fs::read(folder.join("password")).expect("a password")))
}

/// The proxy server as one of `kind` for site system cm01, the user, and the password.
pub fn squid(operation: Use) -> Option<(ProxyServer, String, Secret)> {
    let (host, port) = split(&variable("PROVOST_TEST_PROXY", "squid.sh")?);
    let of = |name: &str| std::env::var(name).expect("a variable");
    let read = |name: &str| std::fs::read_to_string(of(name)).expect("a file");
    let server = ProxyServer {
        kind: operation.account().id.to_owned(),
        object: "cm01".to_owned(),
        host,
        port,
        authenticates: true,
        allowed: vec![of("PROVOST_TEST_PROXY_ORIGIN")],
        forbidden_host: "forbidden.example.test".to_owned(),
        ca_pem: Some(read("PROVOST_TEST_PROXY_CA")),
    };
    Some((server, of("PROVOST_TEST_PROXY_USER"), secret(read("PROVOST_TEST_PROXY_PASSFILE").trim_end_matches('\n'))))
}
