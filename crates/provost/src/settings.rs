//! Settings of a site: each key of `provost.toml` is a flag of `provost up` of the same name. A flag wins over the file,
//! the file over the default. An unknown key or a wrong value is an error, and nothing is started.

mod excerpt;
mod file;
mod key;

pub use file::with_database;
pub use key::{KEYS, Key};

use crate::data_folder::DataFolder;
use crate::failure::Failure;
use provost_broker::Directories;
use provost_catalog::rules::code;
use provost_domain::SiteCode;
use provost_domain::accounts::AccountName;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// `provost.toml`.
    File,
    /// The command line or its environment.
    Flag,
    /// Kept with the data since the first run.
    Data,
}

impl Source {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "provost.toml",
            Self::Flag => "command line",
            Self::Data => "data folder",
        }
    }
}

/// One setting with its value.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Which.
    pub key: &'static Key,
    /// Its value as text; `None` when it is not set and has no default.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: Source,
}

/// All settings, in the order of [`KEYS`], each checked by its key's rule.
#[derive(Clone, Debug)]
pub struct Settings(Vec<Setting>);

impl Settings {
    /// Reads `provost.toml` when there is one, and puts flags above it.
    ///
    /// # Errors
    /// When the file cannot be read, has an unknown key or a wrong value, or when a flag has one.
    pub fn read(folder: &DataFolder, flags: &[(&str, Option<String>)]) -> Result<Self, Failure> {
        Self::above(&file::read(&folder.settings())?, flags)
    }

    /// What the text of a settings file says that is, or will be, at `path`.
    ///
    /// # Errors
    /// When it has an unknown key or a wrong value.
    pub fn of_text(path: &Path, text: &str) -> Result<Self, Failure> {
        Self::above(&file::read_text(path, text)?, &[])
    }

    fn above(from_file: &BTreeMap<&'static str, String>, flags: &[(&str, Option<String>)]) -> Result<Self, Failure> {
        let settings = KEYS.iter().map(|key| {
            let flag = flags.iter().find(|(name, _)| *name == key.name).and_then(|(_, value)| value.clone());
            let (value, source) = match (flag, from_file.get(key.name)) {
                (Some(value), _) => (Some(value), Source::Flag),
                (None, Some(value)) => (Some(value.clone()), Source::File),
                (None, None) => (key.default.map(str::to_owned), Source::Default),
            };
            if let (Some(value), Source::Flag) = (&value, source) {
                (key.check)(value).map_err(|wrong| wrong.of_flag(key))?;
            }
            Ok(Setting { key, value, source })
        });
        Ok(Self(settings.collect::<Result<_, Failure>>()?))
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Setting] {
        &self.0
    }

    /// One setting.
    fn setting(&self, name: &str) -> Option<&Setting> {
        self.0.iter().find(|s| s.key.name == name)
    }

    /// A setting's value.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.setting(name)?.value.as_deref()
    }

    fn address(&self, name: &str) -> Result<SocketAddr, Failure> {
        let text = self.text(name).unwrap_or_default();
        text.parse().map_err(|e| Failure::new(code::CONFIG_WRONG_VALUE, format!("{name} has no address"), e))
    }

    /// Where the console and the API listen.
    ///
    /// # Errors
    /// Never after [`Settings::read`].
    pub fn listen(&self) -> Result<SocketAddr, Failure> {
        self.address("listen")
    }

    /// Where the management point listens.
    ///
    /// # Errors
    /// Never after [`Settings::read`].
    pub fn mp_listen(&self) -> Result<SocketAddr, Failure> {
        self.address("mp-listen")
    }

    /// Address of the PostgreSQL database; `None` for the embedded one.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.text("database")
    }

    /// File with the password for [`Settings::database`].
    #[must_use]
    pub fn database_password_file(&self) -> Option<PathBuf> {
        self.text("database-password-file").map(PathBuf::from)
    }

    /// How directories are reached.
    #[must_use]
    pub fn directories(&self) -> Directories {
        Directories {
            dns_servers: self.text("dns-servers").and_then(key::name_server_addresses).unwrap_or_default(),
            ad_site: self.text("ad-site").map(str::to_owned),
            keytab: self.text("keytab").map(PathBuf::from),
        }
    }

    /// What tickets of people of a directory are checked with; `host` is this machine's name.
    #[must_use]
    pub fn tickets(&self, host: &str) -> Option<provost_provider::Tickets> {
        let keytab = PathBuf::from(self.text("keytab")?);
        let service = self.text("kerberos-service").map_or_else(|| format!("HTTP@{host}"), str::to_owned);
        Some(provost_provider::Tickets { keytab, service, computer: AccountName::computer_principal(host) })
    }

    /// Whether this machine's own client runs with the site.
    #[must_use]
    pub fn client(&self) -> bool {
        self.text("client") != Some("false")
    }

    /// What is logged.
    #[must_use]
    pub fn log(&self) -> &str {
        self.text("log").unwrap_or("info")
    }

    /// The site's code: the one kept with the data, else the one asked for.
    ///
    /// # Errors
    /// When another one is asked for than is kept.
    pub fn site_code(&self, kept: Option<SiteCode>) -> Result<SiteCode, Failure> {
        let Some(setting) = self.setting("code") else { return Err(Failure::new(code::BUG, "the site code has no setting", "a key is missing")) };
        let asked = setting.value.as_deref().unwrap_or_default();
        let asked: SiteCode = asked.parse().map_err(|e| Failure::new(code::SITE_CODE_INVALID, format!("cannot use {asked:?} as a site code"), e))?;
        match kept {
            Some(kept) if setting.source != Source::Default && kept != asked => Err(differs(kept, asked)),
            Some(kept) => Ok(kept),
            None => Ok(asked),
        }
    }
}

/// The refusal to run a site's data as another site.
#[must_use]
pub fn differs(kept: SiteCode, asked: SiteCode) -> Failure {
    Failure::new(
        code::SITE_CODE_DIFFERS,
        format!("cannot start site {asked} on the data of site {kept}"),
        "a site's code never changes: object ids, certificates and clients carry it",
    )
    .state(format!("nothing was changed; the data is still that of site {kept}"))
    .fix(format!("continue it: provost up --code {kept}\nor begin another site: provost up --code {asked} --data DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(text: &str) -> (tempfile::TempDir, DataFolder) {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::resolve(Some(parent.path())).expect("a path");
        std::fs::write(folder.settings(), text).expect("settings");
        (parent, folder)
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let (_parent, folder) = folder("code = \"P01\"\nmp-listen = \"127.0.0.1:4000\"\n");
        let settings = Settings::read(&folder, &[("code", Some("P02".to_owned())), ("listen", None)]).expect("right");
        let shown: Vec<_> =
            settings.all().iter().filter(|s| s.value.is_some()).map(|s| (s.key.name, s.value.clone().unwrap_or_default(), s.source.word())).collect();
        assert!(shown.contains(&("code", "P02".to_owned(), "command line")), "{shown:?}");
        assert!(shown.contains(&("mp-listen", "127.0.0.1:4000".to_owned(), "provost.toml")), "{shown:?}");
        assert!(shown.contains(&("listen", "127.0.0.1:8443".to_owned(), "default")), "{shown:?}");
    }

    #[test]
    fn the_kept_code_is_the_default_and_another_is_refused() {
        let (_parent, folder) = folder("");
        let kept: SiteCode = "P01".parse().expect("a code");
        let settings = Settings::read(&folder, &[]).expect("right");
        assert_eq!(settings.site_code(Some(kept)), Ok(kept));
        assert_eq!(settings.site_code(None).map(|c| c.to_string()), Ok("LAB".to_owned()));
        let settings = Settings::read(&folder, &[("code", Some("P02".to_owned()))]).expect("right");
        assert_eq!(settings.site_code(Some(kept)).err().map(|f| f.code), Some(code::SITE_CODE_DIFFERS));
    }

    #[test]
    fn a_flags_value_is_held_to_the_keys_rule() {
        let (_parent, folder) = folder("");
        let refused = |name: &'static str, value: &str| Settings::read(&folder, &[(name, Some(value.to_owned()))]).err().map(|f| f.code);
        assert_eq!(refused("code", "PRN"), Some(code::SITE_CODE_RESERVED));
        assert_eq!(refused("code", "lab"), Some(code::SITE_CODE_INVALID));
        assert_eq!(refused("listen", "8443"), Some(code::CONFIG_WRONG_VALUE));
        assert_eq!(refused("database", "postgres://ada:pw@db/site"), Some(code::DATABASE_URL_HAS_PASSWORD));
    }

    #[test]
    fn there_are_few_keys() {
        assert!(KEYS.len() < 30);
    }
}
