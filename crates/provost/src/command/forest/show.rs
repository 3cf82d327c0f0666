//! `provost forest show`.

use super::publish::facts;
use crate::command::named::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::Value;

const FORESTS: Named = Named { path: "/api/v1/forests", field: "forest", list_command: "provost forest list" };

/// Shows a forest: what is published there, its domains, Active Directory sites and subnets.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// DNS name of its root domain.
    #[arg(value_name = "DNS.NAME")]
    forest: String,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such forest, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let forest = FORESTS.get(&context.connect()?, &self.forest)?;
        context.output.object(&forest, page);
        Ok(Exit::Done)
    }
}

fn page(forest: &Value) -> Page {
    let table = |list: &str, fields: &[&str]| -> Vec<Vec<String>> {
        let cell = |item: &Value, field: &str| item[field].as_str().map_or_else(|| item[field].to_string(), str::to_owned);
        forest[list].as_array().into_iter().flatten().map(|item| fields.iter().map(|field| cell(item, field)).collect()).collect()
    };
    let headings = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let page = Page::new(forest["forest"].as_str().unwrap_or_default())
        .fact("Forest", forest, "forest", As::Plain)
        .fact("Trust", forest, "trust", As::Plain)
        .fact("Account", forest, "account", As::Plain)
        .fact("Controllers", forest, "controllers", As::Plain)
        .fact("Read", forest, "discovered_at", As::Ago);
    facts(page, forest)
        .section("Domains", headings(&["DOMAIN", "NETBIOS", "LEVEL", "SID"]), table("domain_list", &["domain", "netbios_name", "functional_level", "sid"]))
        .section("Sites", headings(&["SITE", "DESCRIPTION"]), table("site_list", &["ad_site", "description"]))
        .section("Subnets", headings(&["SUBNET", "SITE", "DESCRIPTION"]), table("subnet_list", &["subnet", "ad_site", "description"]))
}
