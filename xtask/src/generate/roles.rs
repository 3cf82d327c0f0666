//! `roles/`: one page for each site system role, and the overview.

use super::Page;
use super::markdown::{capital, code, facts, plain, points, section, table};
use provost_catalog::roles::{ROLES, Role};

/// Every page about roles.
pub fn pages() -> Vec<Page> {
    ROLES.iter().map(page).chain([overview()]).collect()
}

fn page(role: &Role) -> Page {
    let mut body = format!("# {}\n\n{}\n\n", role.title, role.purpose);
    let sites: Vec<_> = role.allowed_at.iter().map(|s| s.words()).collect();
    body.push_str(&facts(&[
        ("Id", code(role.id)),
        ("At a", capital(&sites.join(", "))),
        ("How many", capital(role.count)),
        ("Database principal", role.principal.map_or_else(String::new, |p| format!("[{}](../database-grants.md)", code(p.definition().name)))),
        ("This version", if role.runs_in_this_version { "Runs it" } else { "Knows it; a later version runs it" }.to_owned()),
    ]));
    let accounts: Vec<_> = role.accounts.iter().map(|k| k.definition()).map(|a| format!("[{}](../accounts/{}.md)", a.title, a.id)).collect();
    body.push_str(&section("Accounts it works with", &points(&accounts)));
    let groups: Vec<_> = role.groups.iter().map(|k| k.definition()).map(|g| format!("[{}](../groups/{}.md)", plain(g.name), g.id)).collect();
    body.push_str(&section("Groups", &points(&groups)));
    let inboxes: Vec<_> = role.writes.iter().map(|i| vec![code(i.name), code(i.folder), capital(i.meaning)]).collect();
    body.push_str(&section("Inboxes it writes to", &table(&["Inbox", "Folder", "What"], &inboxes)));
    body.push_str("All roles: [overview](README.md).\n");
    Page::new(format!("roles/{}.md", role.id), "crates/catalog/src/roles.rs", &body)
}

fn overview() -> Page {
    let rows: Vec<_> = ROLES
        .iter()
        .map(|r| {
            let sites: Vec<_> = r.allowed_at.iter().map(|s| s.words()).collect();
            vec![
                format!("[{}]({}.md)", r.title, r.id),
                r.purpose.to_owned(),
                capital(&sites.join(", ")),
                capital(r.count),
                if r.runs_in_this_version { "Yes" } else { "Later" }.to_owned(),
            ]
        })
        .collect();
    let body = format!("# Site system roles\n\n{}", table(&["Role", "What it does", "At a", "How many", "Runs"], &rows));
    Page::new("roles/README.md", "crates/catalog/src/roles.rs", &body)
}
