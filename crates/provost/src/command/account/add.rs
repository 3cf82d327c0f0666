//! `provost account add`.

use super::binding::{path, text};
use super::shown;
use crate::command::password::PasswordSource;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::accounts::{PrincipalKind, account};
use serde_json::json;

/// Binds an account for a use. Its password is typed, or read from a file; it is sealed, and nothing shows it again.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// Who: dns.domain\\user, user@dns.domain, DOMAIN\\user, a SID, a distinguished name, or a name alone.
    #[arg(value_name = "NAME")]
    name: String,

    /// As which account; provost account kinds lists them.
    #[arg(long = "for", value_name = "KIND")]
    kind: String,

    /// For what: a site, a forest, a computer, a role on one, a package, a step. Left out where there is one thing only.
    #[arg(long, value_name = "OBJECT")]
    on: Option<String>,

    /// Its place in an ordered list, from 1; the end when not given.
    #[arg(long, value_name = "N")]
    order: Option<u32>,

    /// What kind of principal it is, where the name does not tell.
    #[arg(long, value_name = "KIND")]
    principal_kind: Option<String>,

    /// Keeps no password: a computer account, or one whose password comes later.
    #[arg(long, conflicts_with = "password_file")]
    no_password: bool,

    #[command(flatten)]
    source: PasswordSource,
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// When a rule forbids it, when the password cannot be read, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        self.source.check()?;
        let connection = context.connect()?;
        let has_none = self.name.ends_with('$')
            || self.principal_kind.as_deref() == Some(PrincipalKind::Group.id())
            || account(&self.kind)
                .is_some_and(|account| account.accepts.iter().all(|kind| matches!(kind, PrincipalKind::ComputerAccount | PrincipalKind::Group)));
        let password = if self.no_password || has_none { None } else { Some(self.source.read(context, &format!("password of {}: ", self.name), false)?) };
        let body = json!({
            "kind": self.kind, "on": self.on, "name": self.name, "principal_kind": self.principal_kind, "position": self.order, "password": password,
        });
        let binding = connection.post("/api/v1/bindings", &body)?;
        context.output.object(&binding, shown);
        let _ = path(&binding);
        context.output.note(&format!("next: provost verify '{}'   whether it holds what it needs and nothing more", text(&binding, "name")));
        Ok(Exit::Done)
    }
}
