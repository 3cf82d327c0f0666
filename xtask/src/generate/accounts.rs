//! `accounts/`: one page for each account, and the overview.

use super::Page;
use super::markdown::{capital, code, facts, or, plain, points, section, table};
use super::seed::Seed;
use provost_catalog::accounts::{ACCOUNTS, Account, AccountKind, Advice, BASE, COMPUTER_BASE};
use provost_catalog::conditions::{Condition, OF_COMPUTERS, password_days_max};
use provost_catalog::rights::{Held, Profile};
use provost_catalog::roles::ROLES;
use provost_catalog::unseen::{About, UNSEEN, Unseen};

/// Every page about accounts.
pub fn pages(seed: &Seed) -> Vec<Page> {
    ACCOUNTS.iter().map(|account| page(account, seed)).chain([overview()]).collect()
}

fn page(account: &Account, seed: &Seed) -> Page {
    // Every field is named, so that a new one does not compile until it is told here.
    let Account {
        kind,
        id,
        title,
        display_name,
        purpose,
        used_by,
        held_per,
        cardinality,
        accepts,
        default,
        mandatory_when,
        attempt,
        requires,
        requires_when,
        forbids,
        never_doubles_as,
        change_by,
        off_until_asked,
        advice,
        seed: _,
    } = account;
    let words = |all: Vec<&str>| capital(&all.join("; "));
    let mut body = format!("# {title}\n\n{purpose}\n\n");
    body.push_str(&facts(&[
        ("Kind", code(id)),
        ("In the console", (*display_name).to_owned()),
        ("Belongs to", capital(held_per.words())),
        ("How many", capital(&cardinality.to_string())),
        ("May be", words(accepts.iter().map(|p| p.words()).collect())),
        ("When none is bound", capital(default.words())),
        ("Must be bound when", words(mandatory_when.iter().map(|s| s.words()).collect())),
        ("Tried", capital(attempt.words())),
        ("Changed", capital(change_by.words())),
        ("Its password", format!("At most {} days old in the hardened profile", password_days_max(account))),
        ("Off", if *off_until_asked { "Until somebody asks for it, because it is dangerous".to_owned() } else { String::new() }),
    ]));
    body.push_str(&section(
        "What runs under it",
        &format!("{}Nothing else ever does.", points(&used_by.iter().map(|u| capital(u.words())).collect::<Vec<_>>())),
    ));
    let needed: Vec<_> = requires.iter().map(|held| (held, "always")).chain(requires_when.iter().map(|h| (&h.held, h.when.words()))).collect();
    let rows: Vec<_> = needed.iter().map(|(held, when)| [right(held), vec![capital(when), code(held.seed)]].concat()).collect();
    body.push_str(&section("What it needs", &table(&["Right", "Where", "When", "Said by"], &rows)));
    body.push_str(&section("What it must not have", &(forbidden(forbids) + &others(never_doubles_as))));
    body.push_str(&section("To know", &told(advice)));
    body.push_str(&section("Where it is used", &places(*kind)));
    body.push_str(&section("What the seed says", &seed.of(kind.file())));
    body.push_str(&format!("On the command line: `provost account explain {id}`. All accounts: [overview](README.md).\n"));
    Page::new(format!("accounts/{id}.md"), &format!("crates/catalog/src/{}", kind.file()), &body)
}

fn right(held: &Held) -> Vec<String> {
    vec![capital(held.right.words()), capital(held.place.words())]
}

fn forbidden(forbids: &[Held]) -> String {
    let said_by = |held: &Held| match held.profile() {
        Profile::Standard => code(held.seed),
        Profile::Hardened => "the hardened profile".to_owned(),
    };
    let rows: Vec<_> = forbids.iter().map(|held| [right(held), vec![said_by(held)]].concat()).collect();
    table(&["Right", "Where", "Said by"], &rows) + "In the hardened profile also [what no bound user may have](README.md#what-no-bound-user-may-have).\n\n"
}

fn others(never_doubles_as: &[AccountKind]) -> String {
    let others: Vec<_> = never_doubles_as.iter().map(|kind| kind.definition()).map(|other| format!("the [{}]({}.md)", other.title, other.id)).collect();
    if others.is_empty() { String::new() } else { format!("Its principal is never also {}.\n", or(&others)) }
}

/// Things to know, with their weight.
pub fn told(advice: &[Advice]) -> String {
    let told = |Advice { weight, text, seed }: &Advice| {
        let ids: Vec<_> = seed.iter().map(code).collect();
        let said_by = if ids.is_empty() { String::new() } else { format!(" ({})", ids.join(", ")) };
        format!("**{}.** {}{said_by}", capital(weight.words()), plain(text))
    };
    if advice.is_empty() { String::new() } else { points(&advice.iter().map(told).collect::<Vec<_>>()) }
}

/// Roles that work with an account.
fn places(kind: AccountKind) -> String {
    let roles: Vec<_> = ROLES.iter().filter(|role| role.accounts.contains(&kind)).map(|role| format!("[{}](../roles/{}.md)", role.title, role.id)).collect();
    if roles.is_empty() { "By clients, with their policy.\n".to_owned() } else { points(&roles) }
}

fn overview() -> Page {
    let mut body = "# Accounts\n\nThe 26 kinds of account that a site can bind to a principal. A kind says for what, by whom and how many; binding one is a person's decision.\n\n".to_owned();
    let rows: Vec<_> = ACCOUNTS
        .iter()
        .map(|a| {
            let off = if a.off_until_asked { " (off until asked for)" } else { "" };
            let mandatory: Vec<_> = a.mandatory_when.iter().map(|s| s.words()).collect();
            vec![
                format!("[{}]({}.md){off}", a.title, a.id),
                capital(a.held_per.words()),
                capital(&a.cardinality.to_string()),
                capital(a.default.words()),
                if mandatory.is_empty() { "Never".to_owned() } else { capital(&mandatory.join("; ")) },
            ]
        })
        .collect();
    body.push_str(&table(&["Account", "Belongs to", "How many", "When none is bound", "Must be bound when"], &rows));
    let rows: Vec<_> = BASE.iter().map(right).collect();
    let intro = "In the hardened profile, whatever the kind, unless the kind needs just that. A computer account has what its computer needs, and where a directory is reached it lacks what the last table names. No principal is bound to two kinds.\n\n";
    body.push_str(&section("What no bound user may have", &format!("{intro}{}", table(&["Right", "Where"], &rows))));
    let rows: Vec<_> = COMPUTER_BASE.iter().map(right).collect();
    body.push_str(&table(&["No bound computer account may have", "Where"], &rows));
    let conditions: Vec<_> = Condition::ALL
        .iter()
        .map(|condition| format!("{}{}", capital(condition.words()), if OF_COMPUTERS.contains(condition) { " (of computer accounts too)" } else { "" }))
        .collect();
    let intro = "In the hardened profile, of every user of a directory, whatever it is bound for. `provost verify` tells each by itself.\n\n";
    body.push_str(&section("What must be true of a bound user", &format!("{intro}{}", points(&conditions))));
    let about = |unseen: &Unseen| match unseen.about {
        About::Right(right) => format!("It must not have: {}", right.words()),
        About::Condition(condition) => capital(condition.words()),
    };
    let rows: Vec<_> = UNSEEN.iter().map(|unseen| vec![plain(&about(unseen)), plain(unseen.why), plain(unseen.look)]).collect();
    let intro = "`provost verify` lists these as not supported, with the reason: they never pass, and an account with one of them is shown as not proved.\n\n";
    body.push_str(&section("What no directory tells", &format!("{intro}{}", table(&["What", "Why it is not checked", "What shows it"], &rows))));
    body.push_str("On the command line: `provost account kinds`.\n");
    Page::new("accounts/README.md", "crates/catalog/src/accounts.rs", &body)
}
