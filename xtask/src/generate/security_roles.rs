//! `security-roles.md`: the built-in security roles and what each grants.

use super::Page;
use super::markdown::{capital, code, section, table};
use provost_catalog::permissions::OPERATIONS;
use provost_catalog::securables::Securable;
use provost_catalog::security_roles::{SECURITY_ROLES, SecurityRole};

/// The page.
pub fn page() -> Page {
    let mut body = "# Security roles\n\nRole-based administration gives people permissions on classes of objects: a person has security roles, and each role counts for certain security scopes and collections. \
                    These roles are built in; they cannot be changed or deleted, only copied.\n\n"
        .to_owned();
    let rows: Vec<_> = SECURITY_ROLES
        .iter()
        .map(|r| vec![format!("[{}](#{})", r.name, anchor(r.name)), code(r.id), r.purpose.to_owned(), capital(r.confidence.words())])
        .collect();
    body.push_str(&table(&["Role", "Id", "Purpose", "How sure"], &rows));
    SECURITY_ROLES.iter().for_each(|role| body.push_str(&section(role.name, &granted(role))));
    body.push_str(&section("Classes", &classes()));
    Page::new("security-roles.md", "crates/catalog/src/security_roles.rs", &body)
}

/// A heading's anchor.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

fn granted(role: &SecurityRole) -> String {
    let alias = if role.alias.is_empty() { String::new() } else { format!(" Also called {}.", role.alias) };
    let classes = Securable::ALL.iter().filter(|class| role.operations_on(**class) != 0);
    let whole = |class: &Securable| role.operations_on(*class) == class.operations();
    if classes.clone().all(whole) && classes.clone().count() > Securable::ALL.len() / 2 {
        let except: Vec<_> = Securable::ALL.iter().filter(|class| !whole(class)).map(|class| class.words()).collect();
        let except = if except.is_empty() { String::new() } else { format!(" but {}", except.join(", ")) };
        return format!("{}{alias}\n\nEvery operation on every class{except}.", role.purpose);
    }
    let rows: Vec<_> =
        classes.map(|class| vec![class.words().to_owned(), names(*class, role.operations_on(*class)), code(role.operations_on(*class))]).collect();
    format!("{}{alias}\n\n{}", role.purpose, table(&["Class", "Operations", "Value"], &rows))
}

/// Names of operations on a class.
fn names(class: Securable, operations: u32) -> String {
    OPERATIONS.iter().filter(|o| operations & o.value() != 0).map(|o| o.name_on(class)).collect::<Vec<_>>().join(", ")
}

fn classes() -> String {
    let rows: Vec<_> = Securable::ALL
        .iter()
        .map(|class| {
            let id = class.object_type_id().map_or_else(|| "-".to_owned(), |id| format!("{} ({})", code(id), class.confidence().words()));
            vec![class.words().to_owned(), id, if class.is_scoped() { "Yes" } else { "No" }.to_owned(), names(*class, class.operations())]
        })
        .collect();
    table(&["Class", "ObjectTypeID", "Assigned to scopes", "Operations"], &rows)
}
