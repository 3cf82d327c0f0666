//! `provost account add`.

use super::binding::{path, text};
use super::shown;
use crate::command::password::PasswordSource;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::accounts::{PrincipalKind, account};
use provost_catalog::rights::Place;
use provost_catalog::rules::code;
use provost_domain::shell_word;
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
        if let Some(warning) = without_login(&connection, &self.kind, text(&binding, "name")) {
            context.output.note(warning.as_warning().trim_end());
        }
        context.output.note(&format!("next: provost verify {}   whether it holds what it needs and nothing more", shell_word(text(&binding, "name"))));
        Ok(Exit::Done)
    }
}

/// What is wrong with an account for the site database where that is the embedded one: its role would connect as nobody.
fn without_login(connection: &Connection, kind: &str, name: &str) -> Option<Failure> {
    let reaches_database = account(kind)?.requires.iter().any(|held| held.place == Place::SiteDatabase);
    // That it was bound is told whatever becomes of this look.
    let embedded = reaches_database && connection.get("/api/v1/site").ok()?["database"].as_str()?.starts_with("SQLite");
    let cause = "the embedded database has no logins, so nobody can sign in to it as this account, and nobody else acts instead";
    embedded.then(|| {
        Failure::new(code::CHECK_NOT_PROVED, format!("{name} cannot be used on this site"), cause)
            .state("it is bound; the role that it is for reaches the site database no more once it connects anew, at the latest when the site starts again")
            .fix(format!(
                "provost account remove '{name}'\nor move the site to PostgreSQL: provost site backup FILE, then provost site restore FILE --database URL"
            ))
    })
}
