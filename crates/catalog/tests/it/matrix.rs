//! Matrices that people review as files.

use provost_catalog::accounts::ACCOUNTS;
use provost_catalog::database::{PRINCIPALS, Right, Table};
use provost_catalog::groups::GROUPS;
use provost_catalog::rights::Held;
use provost_catalog::roles::ROLES;
use provost_catalog::securables::Securable;
use provost_catalog::security_roles::SECURITY_ROLES;
use std::fmt::Write;

#[test]
fn accounts() {
    let mut text = String::new();
    for account in ACCOUNTS {
        let accepts: Vec<_> = account.accepts.iter().map(|p| p.id()).collect();
        let mandatory: Vec<_> = account.mandatory_when.iter().map(|s| s.id()).collect();
        let _ = writeln!(
            text,
            "{:<34} {:<18} {:<15} default {:<24} accepts {:<60} mandatory {:<28} tried {}",
            account.id,
            account.held_per.id(),
            account.cardinality.to_string(),
            account.default.id(),
            accepts.join(" "),
            if mandatory.is_empty() { "never".to_owned() } else { mandatory.join(" ") },
            account.attempt.id()
        );
    }
    insta::assert_snapshot!(text);
}

#[test]
fn rights() {
    let mut text = String::new();
    for account in ACCOUNTS {
        let _ = writeln!(text, "{}", account.id);
        let mut line = |sign: &str, held: &Held, more: &str| {
            let _ = writeln!(
                text,
                "  {sign} {} at {} [{}]{more}",
                held.right.id(),
                held.place.id(),
                if held.seed.is_empty() { held.profile().id() } else { held.seed }
            );
        };
        account.requires.iter().for_each(|held| line("+", held, ""));
        account.requires_when.iter().for_each(|h| line("+", &h.held, &format!(" when {}", h.when.id())));
        account.forbids.iter().for_each(|held| line("-", held, ""));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn groups() {
    let mut text = String::new();
    for group in GROUPS {
        let members: Vec<_> = group.members.iter().map(|m| m.id()).collect();
        let _ = writeln!(text, "{} at {}: {}", group.name, group.place.id(), members.join(" "));
        group.grants.iter().for_each(|held| {
            let _ = writeln!(text, "  + {} at {}", held.right.id(), held.place.id());
        });
    }
    insta::assert_snapshot!(text);
}

#[test]
fn roles() {
    let mut text = String::new();
    for role in ROLES {
        let join = |words: Vec<&str>| if words.is_empty() { "-".to_owned() } else { words.join(" ") };
        let allowed: Vec<_> = role.allowed.iter().map(|a| format!("{}: {}", a.at.id(), a.most)).collect();
        let _ = writeln!(text, "{} ({})", role.id, allowed.join(", "));
        let _ = writeln!(text, "  accounts {}", join(role.accounts.iter().map(|k| k.definition().id).collect()));
        let _ = writeln!(text, "  groups   {}", join(role.groups.iter().map(|k| k.definition().id).collect()));
        let _ = writeln!(text, "  writes   {}", join(role.writes.iter().map(|i| i.name).collect()));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn database_grants() {
    let mut text = String::new();
    for principal in PRINCIPALS {
        let _ = writeln!(text, "{}", principal.name);
        for table in Table::ALL {
            let Some(grant) = principal.grants.iter().find(|g| g.table == *table) else { continue };
            let may = |right: Right, letter: char| if grant.rights.contains(&right) { letter } else { '-' };
            let rights: String = [may(Right::Select, 'S'), may(Right::Insert, 'I'), may(Right::Update, 'U'), may(Right::Delete, 'D')].iter().collect();
            let _ = writeln!(text, "  {rights}  {}", table.name().unwrap_or("inventory_*"));
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn security_roles() {
    let mut text = String::new();
    for role in SECURITY_ROLES {
        let _ = writeln!(text, "{} {} ({})", role.id, role.name, role.confidence.id());
        for class in Securable::ALL {
            match role.operations_on(*class) {
                0 => {}
                operations => {
                    let _ = writeln!(text, "  {:<36} {operations:>10}", class.words());
                }
            }
        }
    }
    insta::assert_snapshot!(text);
}
