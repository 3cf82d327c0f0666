//! `database-grants.md`: who may do what to which table.

use super::Page;
use super::markdown::{code, table};
use provost_catalog::components::COMPONENTS;
use provost_catalog::database::{PRINCIPALS, PrincipalDefinition, Right, Table};

/// Rights with the letter that the matrix shows for each.
const RIGHTS: &[(Right, char)] = &[(Right::Select, 'S'), (Right::Insert, 'I'), (Right::Update, 'U'), (Right::Delete, 'D')];

/// The page.
pub fn page() -> Page {
    let mut body = "# Database grants\n\nEach component connects to the site database as its own principal, and may do with each table what stands here and nothing else: by `GRANT` in PostgreSQL, \
                    by an authorizer on the component's connection in SQLite. In PostgreSQL the login is `provost_`, the site code in lower case, `_` and the principal's name. \
                    Nobody connects as the owner of the tables but the set-up of the schema.\n\n"
        .to_owned();
    let rows: Vec<_> = PRINCIPALS
        .iter()
        .map(|p| {
            let components: Vec<_> = COMPONENTS.iter().filter(|c| c.principal == Some(p.principal)).map(|c| c.title.to_owned()).collect();
            vec![number(p), code(p.name), components.join(", ")]
        })
        .collect();
    body.push_str(&table(&["", "Principal", "Component"], &rows));
    body.push_str("S select, I insert, U update, D delete.\n\n");
    let mut titles = vec!["Table".to_owned()];
    titles.extend(PRINCIPALS.iter().map(number));
    let rows: Vec<_> = Table::ALL
        .iter()
        .map(|table| {
            let name = table.name().map_or_else(|| "each `inventory_` table of a [class](inventory.md)".to_owned(), code);
            [name].into_iter().chain(PRINCIPALS.iter().map(|p| may(p, *table))).collect()
        })
        .collect();
    body.push_str(&table(&titles.iter().map(String::as_str).collect::<Vec<_>>(), &rows));
    Page::new("database-grants.md", "crates/catalog/src/database/principal.rs", &body)
}

/// What the matrix calls a principal.
fn number(principal: &PrincipalDefinition) -> String {
    (principal.principal as usize + 1).to_string()
}

/// Rights of a principal on a table.
fn may(principal: &PrincipalDefinition, table: Table) -> String {
    let Some(grant) = principal.grants.iter().find(|grant| grant.table == table) else { return String::new() };
    code(RIGHTS.iter().filter(|(right, _)| grant.rights.contains(right)).map(|(_, letter)| letter).collect::<String>())
}
