//! `inboxes.md`: the inbox tree of a site server.

use super::Page;
use super::markdown::{capital, code, section, table};
use provost_catalog::inboxes::{FOLDERS, INBOXES, Inbox, RESERVED_INBOXES};
use provost_catalog::roles::ROLES;

/// The page.
pub fn page() -> Page {
    let mut body = "# Inboxes\n\nAn inbox is a folder that is a queue. A file enters it by a temporary name, sync and rename; its owner, one component, loads it and removes it after the database has committed. \
                    A file that cannot be read moves to the bad folder, with its reason beside it. Folders are below `inboxes` of the data folder.\n\n"
        .to_owned();
    body.push_str(&section("Read by this version", &tree(INBOXES)));
    body.push_str(&section("Kept for later versions", &tree(RESERVED_INBOXES)));
    let rows: Vec<_> = FOLDERS
        .iter()
        .map(|f| {
            let component = if f.configmgr_component.is_empty() { "-".to_owned() } else { code(f.configmgr_component) };
            vec![code(f.folder), capital(f.kind.words()), capital(f.meaning), component, capital(f.confidence.words())]
        })
        .collect();
    body.push_str(&section(
        "Folders that are no inboxes",
        &table(&["Folder", "Kind", "What is in it", "Configuration Manager's component", "How sure"], &rows),
    ));
    body.push_str("On the command line: `provost inbox list`.\n");
    Page::new("inboxes.md", "crates/catalog/src/inboxes.rs", &body)
}

fn tree(inboxes: &[Inbox]) -> String {
    let rows: Vec<_> = inboxes
        .iter()
        .map(|inbox| {
            let writers: Vec<_> = ROLES
                .iter()
                .filter(|role| role.writes.iter().any(|w| w.name == inbox.name))
                .map(|role| format!("[{}](roles/{}.md)", role.title, role.id))
                .collect();
            let extensions: Vec<_> = inbox.extensions.iter().map(|e| code(format!(".{e}"))).collect();
            vec![
                code(inbox.name),
                code(inbox.folder),
                extensions.join(" "),
                capital(inbox.meaning),
                inbox.owner.definition().title.to_owned(),
                if writers.is_empty() { "-".to_owned() } else { writers.join(", ") },
                code(inbox.bad_folder),
                capital(inbox.confidence.words()),
            ]
        })
        .collect();
    table(&["Inbox", "Folder", "Files", "What they are", "Owner", "Written by", "Bad folder", "How sure"], &rows)
}
