//! `components.md`: the threads of a site.

use super::Page;
use super::markdown::{code, table};
use provost_catalog::components::COMPONENTS;
use provost_catalog::inboxes::INBOXES;

/// The page.
pub fn page() -> Page {
    let rows: Vec<_> = COMPONENTS
        .iter()
        .map(|c| {
            let inboxes: Vec<_> = INBOXES.iter().filter(|i| i.owner == c.name).map(|i| code(i.name)).collect();
            vec![
                c.title.to_owned(),
                code(c.configmgr_name),
                c.purpose.to_owned(),
                code(c.log_file),
                c.principal.map_or_else(|| "-".to_owned(), |p| code(p.definition().name)),
                if inboxes.is_empty() { "-".to_owned() } else { inboxes.join(", ") },
                if c.runs_in_this_version { "Yes" } else { "Later" }.to_owned(),
            ]
        })
        .collect();
    let body = format!(
        "# Components\n\nThe threads of a site. Each connects to the site database as its own [principal](database-grants.md), reads its own [inboxes](inboxes.md) and writes its own log \
         in the folder `logs` of the data folder.\n\n{}",
        table(&["Component", "Configuration Manager's name", "What it does", "Log", "Database principal", "Inboxes", "Runs"], &rows)
    );
    Page::new("components.md", "crates/catalog/src/components.rs", &body)
}
