//! `provost role show`.

use crate::command::named::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::{Value, json};

const ROLES: Named = Named { path: "/api/v1/roles", field: "name", list_command: "provost role list" };
/// Roles that are one component each, of the same name; every other component belongs to the site server.
const SINGLE: [&str; 2] = ["management-point", "provider"];

/// Shows a role: where it listens, and what each of its components is doing.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Name of the role.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such role, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let mut role = ROLES.get(&connection, &self.name)?;
        let components = connection.list("/api/v1/components", &[], None)?;
        let belongs = |component: &Value| {
            let name = component["name"].as_str().unwrap_or_default();
            if self.name == "site-server" { !SINGLE.contains(&name) } else { SINGLE.contains(&name) && name == self.name }
        };
        let own: Vec<Value> = components["items"].as_array().into_iter().flatten().filter(|c| belongs(c)).cloned().collect();
        role["components"] = json!(own);
        context.output.object(&role, page);
        Ok(Exit::Done)
    }
}

fn page(role: &Value) -> Page {
    let page = Page::new(role["name"].as_str().unwrap_or_default())
        .fact("Role", role, "title", As::Plain)
        .fact("State", role, "state", As::Plain)
        .fact("Since", role, "since", As::Ago)
        .fact("Address", role, "address", As::Plain)
        .fact("Reason", role, "reason", As::Plain);
    let text = |component: &Value, field: &str| match &component[field] {
        Value::String(text) if !text.is_empty() => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => "-".to_owned(),
    };
    let fields = ["name", "state", "passes", "configmgr_name", "log_file", "reason"];
    let rows: Vec<Vec<String>> =
        role["components"].as_array().into_iter().flatten().map(|component| fields.map(|field| text(component, field)).to_vec()).collect();
    if rows.is_empty() {
        return page;
    }
    page.section("Components", ["COMPONENT", "STATE", "PASSES", "CONFIGMGR NAME", "LOG", "REASON"].map(str::to_owned).to_vec(), rows)
}
