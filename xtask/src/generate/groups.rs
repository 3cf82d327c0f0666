//! `groups/`: one page for each Windows group, and the overview.

use super::Page;
use super::accounts::told;
use super::markdown::{capital, code, facts, plain, points, section, table};
use super::seed::Seed;
use provost_catalog::groups::{GROUPS, Group, OthersGrant, TYPE};
use provost_catalog::rights::Held;
use provost_catalog::roles::ROLES;

/// Every page about groups.
pub fn pages(seed: &Seed) -> Vec<Page> {
    GROUPS.iter().map(|group| page(group, seed)).chain([overview()]).collect()
}

fn page(group: &Group, seed: &Seed) -> Page {
    // Every field is named, so that a new one does not compile until it is told here.
    let Group { kind, id, name, purpose, place, created, maintained_by, members, grants, others, removal, reserved, hardened, advice, seed: _ } = group;
    let mut body = format!("# {}\n\n{purpose}\n\n", plain(name));
    body.push_str(&facts(&[
        ("Id", code(id)),
        ("Name", code(name)),
        ("Kind of group", capital(TYPE)),
        ("On", capital(place.words())),
        ("Made", capital(created.words())),
        ("Members", capital(maintained_by.words())),
        ("Afterwards", capital(removal.words())),
        ("Reserved", if *reserved { "It is made, and not used".to_owned() } else { String::new() }),
        ("In the hardened profile", plain(hardened)),
    ]));
    let members: Vec<_> = members.iter().map(|m| capital(m.words())).collect();
    body.push_str(&section("Who is in it", &if members.is_empty() { "Nobody.\n".to_owned() } else { points(&members) }));
    let rows: Vec<_> = grants.iter().map(row).collect();
    let others: Vec<_> = others.iter().map(|OthersGrant { to, held }| [vec![(*to).to_owned()], row(held)].concat()).collect();
    let mut granted = if rows.is_empty() { "Nothing.\n\n".to_owned() } else { table(&["Right", "Where", "Said by"], &rows) };
    if !others.is_empty() {
        granted.push_str("At the same places others have:\n\n");
        granted.push_str(&table(&["Who", "Right", "Where", "Said by"], &others));
    }
    body.push_str(&section("What it grants", &granted));
    body.push_str(&section("To know", &told(advice)));
    let roles: Vec<_> = ROLES.iter().filter(|role| role.groups.contains(kind)).map(|role| format!("[{}](../roles/{}.md)", role.title, role.id)).collect();
    body.push_str(&section("Roles that need it", &if roles.is_empty() { String::new() } else { points(&roles) }));
    body.push_str(&section("What the seed says", &seed.of(kind.file())));
    body.push_str(&format!("On the command line: `provost group explain {id}`. All groups: [overview](README.md).\n"));
    Page::new(format!("groups/{id}.md"), &format!("crates/catalog/src/{}", kind.file()), &body)
}

fn row(held: &Held) -> Vec<String> {
    vec![capital(held.right.words()), plain(&capital(held.place.words())), code(held.seed)]
}

fn overview() -> Page {
    let mut body = format!("# Groups\n\nThe 8 Windows groups of a site. Each is {TYPE}.\n\n");
    let rows: Vec<_> = GROUPS
        .iter()
        .map(|g| {
            let members: Vec<_> = g.members.iter().map(|m| m.words()).collect();
            vec![
                format!("[{}]({}.md)", plain(g.name), g.id),
                capital(g.place.words()),
                if members.is_empty() { "Nobody".to_owned() } else { capital(&members.join("; ")) },
                capital(g.maintained_by.words()),
            ]
        })
        .collect();
    body.push_str(&table(&["Group", "On", "Members", "Membership is"], &rows));
    body.push_str("On the command line: `provost group kinds`.\n");
    Page::new("groups/README.md", "crates/catalog/src/groups.rs", &body)
}
