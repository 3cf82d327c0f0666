//! `inventory.md`: hardware inventory classes.

use super::Page;
use super::markdown::{code, section, table};
use provost_catalog::inventory::{CLASSES, Class, Type};

/// The page.
pub fn page() -> Page {
    let mut body = "# Hardware inventory\n\nWhat a client reads from its machine and what the site keeps of it. A class that a machine cannot offer is reported as unavailable, with the reason.\n\n".to_owned();
    CLASSES.iter().for_each(|class| body.push_str(&section(class.title, &told(class))));
    body.push_str("On the command line: `provost device show NAME`.\n");
    Page::new("inventory.md", "crates/catalog/src/inventory.rs", &body)
}

fn told(class: &Class) -> String {
    let instances = if class.key_properties == 0 { "one instance for each machine" } else { "one instance for each value of the key" };
    let rows: Vec<_> = class
        .properties
        .iter()
        .enumerate()
        .map(|(at, property)| {
            let ty = match property.ty {
                Type::Text => "text",
                Type::Integer => "whole number",
            };
            vec![code(property.name), property.title.to_owned(), ty.to_owned(), if at < class.key_properties { "yes" } else { "" }.to_owned()]
        })
        .collect();
    format!(
        "Class {}, in Configuration Manager {}; {instances}; kept in {}.\n\n{}",
        code(class.name),
        code(class.configmgr_class),
        code(class.table),
        table(&["Property", "Title", "Type", "Key"], &rows)
    )
}
