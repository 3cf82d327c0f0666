//! `security-roles.md`: the built-in security roles and what each grants.

use super::Page;
use super::markdown::{code, section, table};
use provost_catalog::permissions::OPERATIONS;
use provost_catalog::securables::Securable;
use provost_catalog::security_roles::{SECURITY_ROLES, SecurityRole};

/// The page.
pub fn page() -> Page {
    let mut body = "# Security roles\n\nRole-based administration gives people permissions on classes of objects. These roles are built in; they cannot be changed or deleted, only copied.\n\n".to_owned();
    SECURITY_ROLES.iter().for_each(|role| body.push_str(&section(role.name, &told(role))));
    Page::new("security-roles.md", "crates/catalog/src/security_roles.rs", &body)
}

fn told(role: &SecurityRole) -> String {
    let rows: Vec<_> = Securable::ALL
        .iter()
        .filter(|class| role.operations_on(**class) != 0)
        .map(|class| {
            let bits = role.operations_on(*class);
            let names: Vec<_> = OPERATIONS.iter().filter(|o| bits & o.value() != 0).map(|o| o.name).filter(|n| !n.is_empty()).collect();
            vec![class.words().to_owned(), names.join(", "), code(bits)]
        })
        .collect();
    format!("{} {} ({}).\n\n{}", role.purpose, code(role.id), role.confidence.words(), table(&["Class", "Operations", "Value"], &rows))
}
