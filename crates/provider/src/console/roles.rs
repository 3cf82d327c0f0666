//! Roles and components of this site.

use super::markup;
use super::shell::{Shell, Visit};
use super::{Answer, assets, page};
use crate::operations::components::list::Component;
use crate::operations::roles::list::Role;
use crate::operations::{components, roles};
use askama::Template;

#[derive(Template)]
#[template(path = "roles.html")]
struct RolesPage {
    shell: Shell,
    sentence: String,
    roles: Vec<Role>,
    components: Vec<Component>,
}

/// Shows roles and components.
pub async fn show(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let roles = roles::list::ask(&site, &caller).await?.items;
    let components = components::list::ask(&site, &caller).await?.items;
    let failing = roles.iter().filter(|role| role.state == "failing").count() + components.iter().filter(|component| component.state == "failing").count();
    let unknown = components.iter().filter(|component| component.state == "unknown").count();
    let all = roles.len() + components.len();
    let verb = if failing == 1 { "fails" } else { "fail" };
    let sentence = match (failing, unknown) {
        (0, 0) => format!("All {} roles and {} components run.", roles.len(), components.len()),
        (failing, 0) => format!("{failing} of {all} roles and components {verb}."),
        (0, unknown) => format!("{unknown} of {all} roles and components never reported."),
        (failing, unknown) => format!("{failing} of {all} roles and components {verb}, {unknown} never reported."),
    };
    page(&RolesPage { shell, sentence, roles, components })
}
