//! The flags of `provost up` and `provost site run`: one for each key of `provost.toml`, of the same name.

/// Settings on the command line. Each wins over the key of the same name in provost.toml.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings (also keys of provost.toml in the data folder)")]
pub struct SiteSettings {
    /// Code of the site: three characters of A-Z and 0-9. It never changes once the site exists. [default: LAB]
    #[arg(long, value_name = "CODE")]
    code: Option<String>,

    /// Name of the site: letters, digits and hyphens.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Where the console and the API listen; port 0 is a free port that is then kept. [default: 127.0.0.1:8443]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,

    /// Where the management point listens; port 0 is a free port that is then kept. [default: 127.0.0.1:0]
    #[arg(long, value_name = "ADDRESS:PORT")]
    mp_listen: Option<String>,

    /// PostgreSQL database instead of the embedded one, as postgres://USER@HOST/NAME without a password.
    #[arg(long, value_name = "URL")]
    database: Option<String>,

    /// File with the password of the database's set-up login, mode 0600.
    #[arg(long, value_name = "FILE")]
    database_password_file: Option<String>,

    /// Name servers that know the domains, between commas, instead of the system's. Kerberos asks them too, unless KRB5_CONFIG
    /// names a file.
    #[arg(long, value_name = "ADDRESSES")]
    dns_servers: Option<String>,

    /// Active Directory site that this machine is in: its domain controllers are asked first.
    #[arg(long, value_name = "NAME")]
    ad_site: Option<String>,

    /// Keytab of this machine's own computer account.
    #[arg(long, value_name = "FILE")]
    keytab: Option<String>,

    /// Service that people of a directory bring tickets for; HTTP@ and this machine's name when not given.
    #[arg(long, value_name = "HTTP@HOST")]
    kerberos_service: Option<String>,

    /// Whether `provost up` manages this machine too. [default: true]
    #[arg(long, value_name = "TRUE|FALSE")]
    client: Option<String>,

    /// What is logged: error, warn, info, debug or trace, also for one part only. [default: info]
    #[arg(long, value_name = "LEVELS", env = "PROVOST_LOG", hide_env_values = true)]
    log: Option<String>,
}

impl SiteSettings {
    /// The flags by key.
    #[must_use]
    pub fn flags(&self) -> [(&'static str, Option<String>); 12] {
        let Self { code, name, listen, mp_listen, database, database_password_file, dns_servers, ad_site, keytab, kerberos_service, client, log } =
            self.clone();
        [
            ("code", code),
            ("name", name),
            ("listen", listen),
            ("mp-listen", mp_listen),
            ("database", database),
            ("database-password-file", database_password_file),
            ("dns-servers", dns_servers),
            ("ad-site", ad_site),
            ("keytab", keytab),
            ("kerberos-service", kerberos_service),
            ("client", client),
            ("log", log),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::KEYS;

    #[test]
    fn every_key_is_a_flag_with_the_same_default() {
        let command = <SiteSettings as clap::Args>::augment_args(clap::Command::new("up"));
        let flags = SiteSettings::default().flags();
        assert_eq!(flags.len(), KEYS.len());
        for key in KEYS {
            assert!(flags.iter().any(|(name, _)| *name == key.name), "{}", key.name);
            let argument = command.get_arguments().find(|a| a.get_long() == Some(key.name)).unwrap_or_else(|| panic!("--{} is missing", key.name));
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert_eq!(help.contains("[default:"), key.default.is_some(), "--{}", key.name);
            if let Some(default) = key.default {
                assert!(help.contains(&format!("[default: {default}]")), "--{}", key.name);
            }
        }
    }
}
