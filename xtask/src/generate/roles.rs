//! `roles/`: one page for each site system role, and the overview.

use super::Page;
use super::markdown::{capital, code, facts, plain, points, section, table};
use provost_catalog::components::COMPONENTS;
use provost_catalog::roles::{Allowed, ROLES, Role, SiteType};

/// Every page about roles.
pub fn pages() -> Vec<Page> {
    ROLES.iter().map(|role| page(role)).chain([overview()]).collect()
}

fn page(role: &Role) -> Page {
    // Every field is named, so that a new one does not compile until it is told here.
    let Role { kind, id, configmgr_name, title, purpose, allowed, accounts, groups, writes, principal, configmgr_database_roles, runs_in_this_version, notes } =
        role;
    let mut body = format!("# {title}\n\n{purpose}\n\n");
    let component = principal.and_then(|p| COMPONENTS.iter().find(|c| c.principal == Some(p)));
    body.push_str(&facts(&[
        ("Id", code(id)),
        ("In Configuration Manager", if configmgr_name.is_empty() { String::new() } else { code(configmgr_name) }),
        ("Database principal", principal.map_or_else(String::new, |p| format!("[{}](../database-grants.md)", code(p.definition().name)))),
        ("Component", component.map_or_else(String::new, |c| format!("[{}](../components.md)", c.title))),
        ("This version", if *runs_in_this_version { "Runs it" } else { "Knows it; a later version runs it" }.to_owned()),
    ]));
    let rows: Vec<_> = allowed.iter().map(|Allowed { at, most }| vec![capital(at.words()), capital(&most.to_string())]).collect();
    body.push_str(&section("Where it may be", &table(&["Kind of site", "How many"], &rows)));
    let accounts: Vec<_> =
        accounts.iter().map(|k| k.definition()).map(|a| vec![format!("[{}](../accounts/{}.md)", a.title, a.id), capital(a.default.words())]).collect();
    body.push_str(&section("Accounts it works with", &table(&["Account", "When none is bound"], &accounts)));
    let groups: Vec<_> =
        groups.iter().map(|k| k.definition()).map(|g| vec![format!("[{}](../groups/{}.md)", plain(g.name), g.id), capital(g.place.words())]).collect();
    body.push_str(&section("Groups", &table(&["Group", "On"], &groups)));
    let inboxes: Vec<_> = writes.iter().map(|i| vec![code(i.name), code(i.folder), capital(i.meaning)]).collect();
    body.push_str(&section("Inboxes it writes to", &table(&["Inbox", "Folder", "What"], &inboxes)));
    let roles: Vec<_> = configmgr_database_roles.iter().map(code).collect();
    if !roles.is_empty() {
        body.push_str(&format!("Configuration Manager gives the same connection the database role {}.\n\n", roles.join(" and ")));
    }
    body.push_str(&section("To know", &points(&notes.iter().map(|n| plain(n)).collect::<Vec<_>>())));
    body.push_str("All roles: [overview](README.md).\n");
    Page::new(format!("roles/{id}.md"), &format!("crates/catalog/src/{}", kind.file()), &body)
}

fn overview() -> Page {
    let rows: Vec<_> = ROLES
        .iter()
        .map(|role| {
            let most = |at: &SiteType| role.allowed.iter().find(|a| a.at == *at).map_or_else(|| "-".to_owned(), |a| capital(&a.most.to_string()));
            let fixed = vec![format!("[{}]({}.md)", role.title, role.id), role.purpose.to_owned()];
            let runs = if role.runs_in_this_version { "Yes" } else { "Later" }.to_owned();
            fixed.into_iter().chain(SiteType::ALL.iter().map(most)).chain([runs]).collect()
        })
        .collect();
    let mut titles = vec!["Role".to_owned(), "What it does".to_owned()];
    titles.extend(SiteType::ALL.iter().map(|at| capital(at.words())));
    titles.push("Runs".to_owned());
    let body = format!(
        "# Site system roles\n\nThe core of a site, and what can be installed on its site systems.\n\n{}",
        table(&titles.iter().map(String::as_str).collect::<Vec<_>>(), &rows)
    );
    Page::new("roles/README.md", "crates/catalog/src/roles.rs", &body)
}
