//! `README.md`: the way to all reference pages.

use super::Page;
use provost_catalog::accounts::ACCOUNTS;
use provost_catalog::components::COMPONENTS;
use provost_catalog::groups::GROUPS;
use provost_catalog::inventory::CLASSES;
use provost_catalog::roles::ROLES;
use provost_catalog::rules;
use provost_catalog::security_roles::SECURITY_ROLES;

/// The page.
pub fn page() -> Page {
    let body = format!(
        "# Reference\n\n\
         Written from the catalog, which the program itself is built from.\n\n\
         - [Accounts](accounts/README.md): {} kinds, each with what it needs and must not have\n\
         - [Groups](groups/README.md): {} Windows groups\n\
         - [Site system roles](roles/README.md): {}, with their accounts, groups and inboxes\n\
         - [Security roles](security-roles.md): {} built-in ones, and the permissions of each\n\
         - [Inboxes](inboxes.md), [components](components.md) ({}) and [database grants](database-grants.md)\n\
         - [Hardware inventory](inventory.md): {} classes\n\
         - [Numbered messages](messages/README.md): {}\n\
         - [The seed, sentence by sentence](seed.md): what each sentence became\n",
        ACCOUNTS.len(),
        GROUPS.len(),
        ROLES.len(),
        SECURITY_ROLES.len(),
        COMPONENTS.len(),
        CLASSES.len(),
        rules::all().count(),
    );
    Page::new("README.md", "crates/catalog", &body)
}
