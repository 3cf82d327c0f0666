//! `provost forest extend-schema`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Form, Page};
use provost_broker::directory::{escape, ldif};
use provost_catalog::rules::code;
use provost_domain::accounts::trust::domain_name;
use serde_json::json;

/// Prints what publishing needs in a forest's schema, as LDIF. Nothing is connected to, and nothing is changed.
///
/// A member of Schema Admins applies it, once for a forest and for ever: ldapmodify -f FILE, or ldifde -i -f FILE. The server refuses it where any of the names is there already.
#[derive(Debug, clap::Args)]
pub struct ExtendSchema {
    /// DNS name of its root domain.
    #[arg(value_name = "DNS.NAME")]
    forest: String,
}

impl ExtendSchema {
    /// Does it.
    ///
    /// # Errors
    /// When the name is none.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let Some(forest) = domain_name(&self.forest) else {
            let cause = format!("{:?} is not the DNS name of a forest", self.forest);
            return Err(Failure::new(code::FOREST_INVALID, "the extension cannot be written", cause).fix("provost forest list"));
        };
        let text = ldif(&format!("CN=Schema,CN=Configuration,{}", escape::domain_dn(&forest)));
        match context.output.form {
            Form::Json | Form::Jsonl => context.output.object(&json!({ "forest": forest, "ldif": text }), |_| Page::new(&forest)),
            _ => context.output.text(&text),
        }
        Ok(Exit::Done)
    }
}
