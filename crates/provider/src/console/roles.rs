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
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let sentence = match (failing, unknown) {
        (0, 0) => format!("All {} roles and {} components run.", roles.len(), components.len()),
        (failing, 0) => format!("{} of {} roles and components.", markup::counted(number(failing), "fails", "fail"), roles.len() + components.len()),
        (failing, unknown) => format!(
            "{}, {}, of {} roles and components.",
            markup::counted(number(failing), "fails", "fail"),
            markup::counted(number(unknown), "never reported", "never reported"),
            roles.len() + components.len()
        ),
    };
    page(&RolesPage { shell, sentence, roles, components })
}
