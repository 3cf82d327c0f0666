//! `provost alert rule add`.

use super::RULES;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::{Map, Value, json};

/// Adds an alert rule. It looks at what happens from now on.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// Name of the rule.
    #[arg(value_name = "NAME")]
    name: String,

    /// Where it looks.
    #[arg(long, value_name = "SOURCE", value_parser = ["status-message", "component-failing", "client-silent"])]
    on: String,

    /// Status messages: this bad at least; error when left out.
    #[arg(long, value_name = "SEVERITY", value_parser = ["information", "warning", "error"])]
    severity: Option<String>,

    /// Status messages and components: of this component only.
    #[arg(long, value_name = "COMPONENT")]
    component: Option<String>,

    /// Status messages: with this number only, such as PV4001.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    number: Option<i32>,

    /// Components: failing for so many minutes at least; 10 when left out.
    #[arg(long, value_name = "N")]
    minutes: Option<u32>,

    /// Clients: silent for longer than so many hours; 24 when left out.
    #[arg(long, value_name = "N")]
    hours: Option<u32>,

    /// Address of who is told; several may be given.
    #[arg(long, value_name = "ADDRESS", required = true, num_args = 1..)]
    to: Vec<String>,
}

fn number(text: &str) -> Result<i32, String> {
    text.trim_start_matches("PV").parse().map_err(|_| "write it as PV4001 or 4001".to_owned())
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// When there is one of that name, when a part is wrong, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let rule = connection.post(RULES.path, &self.body())?;
        context.output.object(&rule, |rule| {
            Page::new(rule["name"].as_str().unwrap_or_default()).fact("Alert rule", rule, "name", As::Plain).fact("Looks for", rule, "words", As::Plain).fact(
                "Recipients",
                rule,
                "recipients",
                As::Plain,
            )
        });
        if connection.get("/api/v1/mail-server").is_err_and(|failure| failure.code == provost_catalog::rules::code::MAIL_SERVER_UNSET) {
            context.output.note("no SMTP server is set, so alerts wait: provost mail set HOST:PORT --sender ADDRESS");
        }
        Ok(Exit::Done)
    }

    /// Only what was said: the site knows the rest.
    fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("name".to_owned(), json!(self.name));
        body.insert("on".to_owned(), json!(self.on));
        body.insert("recipients".to_owned(), json!(self.to));
        let parts = [
            ("severity", json!(self.severity)),
            ("component", json!(self.component)),
            ("number", json!(self.number)),
            ("minutes", json!(self.minutes)),
            ("hours", json!(self.hours)),
        ];
        body.extend(parts.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)));
        Value::Object(body)
    }
}
