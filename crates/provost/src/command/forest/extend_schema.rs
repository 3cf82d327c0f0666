//! `provost forest extend-schema`.

use super::publish::wait;
use crate::command::confirmation::confirm;
use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use provost_broker::directory::{escape, ldif};
use provost_catalog::directory_schema::{ATTRIBUTES, CLASSES};
use provost_catalog::rules::code;
use provost_domain::accounts::trust::domain_name;
use serde_json::json;

/// Longest wait when nobody says how long.
const WAIT_SECONDS: u64 = 300;

/// Prints what publishing needs in a forest's schema, as LDIF; with --apply it is done.
///
/// Without --apply nothing is connected to, and nothing is changed: a member of Schema Admins may apply the text, with ldapmodify -f FILE, or ldifde -i -f FILE.
/// With --apply the site does it as the account that publishes to the forest, once and for ever, at the domain controller that may change the schema; where any of the names is there already, nothing is changed.
#[derive(Debug, clap::Args)]
pub struct ExtendSchema {
    /// DNS name of its root domain.
    #[arg(value_name = "DNS.NAME")]
    forest: String,

    /// Does it, and waits for it; the forest must be known, and publishing allowed at the site.
    #[arg(long)]
    apply: bool,

    /// Goes on without asking; needed where there is no terminal.
    #[arg(long, requires = "apply")]
    yes: bool,

    /// Longest wait, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT_SECONDS, requires = "apply")]
    timeout: u64,
}

impl ExtendSchema {
    /// Does it.
    ///
    /// # Errors
    /// When the name is none; with `--apply` when it was not confirmed, when it could not be done, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let Some(forest) = domain_name(&self.forest) else {
            let cause = format!("{:?} is not the DNS name of a forest", self.forest);
            return Err(Failure::new(code::FOREST_INVALID, "the extension cannot be written", cause).fix("provost forest list"));
        };
        if self.apply {
            return self.apply(context, &forest);
        }
        let text = ldif(&format!("CN=Schema,CN=Configuration,{}", escape::domain_dn(&forest)));
        match context.output.form {
            form if form.is_document() => context.output.object(&json!({ "forest": forest, "ldif": text }), |_| Page::new(&forest)),
            _ => context.output.text(&text),
        }
        Ok(Exit::Done)
    }

    fn apply(&self, context: &Context, forest: &str) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let path = format!("/api/v1/forests/{}", escaped(forest));
        connection.get(&path)?;
        let names = |names: Vec<&str>| names.join(", ");
        let (attributes, classes) = (names(ATTRIBUTES.iter().map(|one| one.name).collect()), names(CLASSES.iter().map(|one| one.name).collect()));
        context.output.note(&format!("attributes to be added: {attributes}\nclasses to be added: {classes}\nnobody can ever take them away again"));
        confirm(context, self.yes, &format!("Extension of the schema of {forest}"), forest)?;
        connection.post(&format!("{path}/schema"), &json!({}))?;
        let answer = wait(context, &connection, &path, self.timeout, |forest| forest["publishing"]["schema"]["done_at"].is_string())?;
        let schema = &answer["publishing"]["schema"];
        if schema["outcome"] != "extended" {
            let told = |field: &str| schema[field].as_str().unwrap_or_default();
            let cause = if told("detail").is_empty() { told("outcome") } else { told("detail") };
            let failure = Failure::new(code::SCHEMA_NOT_EXTENDED, format!("the schema of {forest} was not extended"), cause);
            return Err(failure.fix(format!("have a member of Schema Admins apply what this prints: provost forest extend-schema {forest}")));
        }
        context.output.object(&answer, |_| Page::new(forest).told("Schema", forest, &format!("{forest}: extended")));
        context.output.note(&format!("next: provost forest publish on {forest}"));
        Ok(Exit::Done)
    }
}
