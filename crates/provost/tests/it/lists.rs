//! Every list on a running site: what `--filter` keeps and leaves out, what `--sort` does, and what is refused.

use crate::person::Person;
use provost_domain::discovery::{DirectoryObject, ObjectKind, group_type};
use provost_runtime::{Clock, random};
use provost_store::inbox::Inboxes;
use provost_wire::directory::DirectoryReport;
use provost_wire::envelope::{Envelope, Kind};
use std::cmp::Ordering;
use std::time::{Duration, Instant};

/// Every list; whether there is something in it on this site.
const LISTS: &[(&str, bool)] = &[
    ("role list", true),
    ("account kinds", true),
    ("account list", true),
    ("account uses", false),
    ("account allow", true),
    ("verify --last --fail-on never", true),
    ("trust list", true),
    ("proxy list", true),
    ("group kinds", true),
    ("device list", true),
    ("device show 1 --class software", false),
    ("user list", true),
    ("usergroup list", true),
    ("client list", true),
    ("discovery list", true),
    ("discovery history", true),
    ("forest list", true),
    ("boundary list", true),
    ("inbox list", true),
    ("message list", true),
    ("alert list --all", true),
    ("alert rule list", true),
    ("mail list", true),
    ("ledger list", true),
    ("admin list", true),
    ("explain", true),
    ("config show", true),
    ("schema", true),
    ("help exit-codes", true),
    ("help environment", true),
    ("help filters", true),
    ("help cmdlets", true),
];

/// Columns that are made of several things, so that the site cannot look for them or sort by them.
const NOT_LOOKED_FOR: &[(&str, &str)] = &[("client list", "key")];
const NOT_SORTED_BY: &[(&str, &str)] = &[("client list", "key"), ("device list", "addresses"), ("message list", "text")];

/// Lines of comma-separated values.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut value, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => value.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut value)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut value));
                rows.push(std::mem::take(&mut row));
            }
            c => value.push(c),
        }
    }
    rows
}

/// A site with something in most lists.
fn filled(person: &Person) {
    let does = |input: &str, arguments: &[&str]| {
        let printed = person.pipes(input, arguments);
        assert_eq!(printed.exit, 0, "{arguments:?}: {}", printed.err);
    };
    for domain in ["fabrikam.example.test", "tailspin.example.test"] {
        does("", &["trust", "add", domain, "--forest", domain, "--trust", "untrusted-forest"]);
        does("", &["forest", "add", domain]);
        does("", &["discovery", "add", "ad-user", &format!("OU=People,DC={},DC=example,DC=test", &domain[..8])]);
    }
    for (name, subnet) in [("Branch 7", "192.0.2.0/24"), ("Hall", "198.51.100.0/24")] {
        does("", &["boundary", "add", "ip-subnet", subnet, "--description", name]);
    }
    for (name, on) in [("svc-naa", "network-access"), ("svc-push", "client-push-installation")] {
        does("Password-of-nobody-1\n", &["account", "add", &format!("corp.example.test\\{name}"), "--for", on, "--password-file", "-"]);
    }
    for (proxy, on) in [("proxy1.example.test:3128", "cm01"), ("proxy2.example.test:8080", "cm02")] {
        does("", &["proxy", "set", "software-update-point-proxy", proxy, "--on", on]);
    }
    // What the discovery at the end has to say, twice, so that two mails wait for a server that is not there.
    for name in ["discovery", "anything"] {
        does("", &["alert", "rule", "add", name, "--on", "status-message", "--number", "PV7005", "--to", "ada@corp.example.test"]);
    }
    for name in ["silent", "failing"] {
        does("", &["alert", "rule", "add", name, "--on", "component-failing", "--to", "ada@corp.example.test"]);
    }
    for name in ["ada", "grace"] {
        does("", &["admin", "add", name]);
    }
    // Nothing is there to be read: that is what the history tells.
    person.types(&["discovery", "run", "ad-user", "--wait", "--timeout", "60"]);
    person.types(&["verify"]);
}

/// What a directory would give: a report as a discovery agent writes it. Nobody else may write there meanwhile.
fn discovered(person: &Person) {
    let object = |kind, rid: u32, name: &'static str, shown: &'static str| {
        let sid = format!("S-1-5-21-1-2-3-{rid}");
        let mut object = DirectoryObject::new(kind, sid, "corp.example.test", name, format!("CN={shown},OU=People,DC=corp,DC=example,DC=test"));
        object.display_name = shown.into();
        object.mail = format!("{name}@corp.example.test").into();
        object.scope = (kind == ObjectKind::Group).then_some(group_type(-2_147_483_646).0);
        object.disabled = rid % 2 == 1;
        object
    };
    let objects = vec![
        object(ObjectKind::User, 1104, "ada", "Ada Lovelace"),
        object(ObjectKind::User, 1105, "grace", "Grace Hopper"),
        object(ObjectKind::Group, 1106, "operators", "Operators"),
        object(ObjectKind::Group, 1108, "writers", "Writers"),
    ];
    let at = Clock::system().now();
    let report = DirectoryReport { method: "ad-user".to_owned(), run_id: 0, at, objects, repeated: 0, memberships: Vec::new() };
    let envelope = Envelope { id: random::message_id(at), kind: Kind::Directory, client: None, received_at: at, management_point: "cm01".to_owned() };
    let inboxes = Inboxes::open(&person.data().join("inboxes")).expect("the site's inboxes");
    inboxes.deposit_blocking(Kind::Directory.inbox(), &envelope.to_bytes(), &report.to_bytes()).expect("deposited");
}

/// Waits until there is something in these lists.
fn wait_for(person: &Person, lists: &[&str]) {
    let until = Instant::now() + Duration::from_secs(120);
    for list in lists {
        let words: Vec<&str> = list.split(' ').collect();
        while person.asks(&words)["items"].as_array().is_none_or(Vec::is_empty) {
            assert!(Instant::now() < until, "{list}: nothing comes into it");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn is(list: &str, column: &str, exceptions: &[(&str, &str)]) -> bool {
    exceptions.contains(&(list, column))
}

/// What is not there is least; numbers by size, other values by letters, whose case counts or not.
fn order(one: &str, other: &str, case: bool) -> Ordering {
    let number = |text: &str| if text.is_empty() { Some(f64::MIN) } else { text.parse::<f64>().ok() };
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.partial_cmp(&other).expect("numbers"),
        _ if case => one.cmp(other),
        _ => one.to_lowercase().cmp(&other.to_lowercase()),
    }
}

struct Lists<'a> {
    person: &'a Person,
    wrong: Vec<String>,
}

impl Lists<'_> {
    /// The heading, and the values of `column`; `None` when it is refused.
    fn look(&self, list: &str, column: &str, options: &[&str]) -> Option<Vec<String>> {
        let words: Vec<&str> = list.split(' ').chain(options.iter().copied()).chain(["-o", "csv", "--columns", column]).collect();
        let printed = self.person.types(&words);
        match printed.exit {
            0 => Some(rows(&printed.out)[1..].iter().map(|row| row[0].trim_start_matches('\'').to_owned()).collect()),
            2 => None,
            other => panic!("{words:?} ended with {other}: {}", printed.err),
        }
    }

    fn check(&mut self, holds: bool, what: String) {
        if !holds {
            self.wrong.push(what);
        }
    }

    fn filters(&mut self, list: &str, column: &str) {
        let all = self.look(list, column, &[]).expect("a column");
        let known = self.look(list, column, &["--filter", &format!("{column}:none")]).is_some()
            || self.look(list, column, &["--filter", &format!("{column}:yes")]).is_some();
        self.check(known, format!("{list}: {column}: is no word of the filter"));
        let plain = |value: &&String| !value.is_empty() && !value.contains(['"', '*', ',', '\'', '\u{fffd}']) && !value.starts_with(['<', '>']);
        let Some(value) = all.iter().find(plain).cloned() else { return };
        let filter = format!("{column}:\"{value}\"");
        if let Some(kept) = self.look(list, column, &["--filter", &filter]) {
            let (is, case) = (value.to_lowercase(), |one: &String| one.to_lowercase());
            self.check(!kept.is_empty() && kept.iter().all(|one| case(one).contains(&is)), format!("{list}: {filter} keeps {kept:?}"));
            let left = self.look(list, column, &["--filter", &format!("-{filter}")]).expect("the same word");
            let excluded = left.iter().all(|one| !case(one).contains(&is) || one.parse::<f64>().is_ok() && *one != value);
            self.check(excluded, format!("{list}: -{filter} keeps {left:?}"));
            let numbers = all.iter().all(|one| one.is_empty() || one.parse::<i64>().is_ok());
            let compared = self.look(list, column, &["--filter", &format!("{column}:<999999999999")]).is_some_and(|kept| !kept.is_empty());
            self.check(!numbers || compared || kept.iter().any(|one| *one != value), format!("{list}: {column} holds numbers and is none: {value}"));
        } else if value == "true" || value == "false" {
            let kept = self.look(list, column, &["--filter", &format!("{column}:yes")]).expect("yes or no");
            let left = self.look(list, column, &["--filter", &format!("-{column}:yes")]).expect("yes or no");
            self.check(kept.iter().all(|one| one == "true") && left.iter().all(|one| one == "false"), format!("{list}: {column}: {kept:?} {left:?}"));
            self.check(!(kept.is_empty() && left.is_empty()), format!("{list}: {column}: finds nothing"));
        } else {
            let kept = self.look(list, column, &["--filter", &format!("{column}:>2020-01-01")]).unwrap_or_else(|| panic!("{list}: {column}: no time: {value}"));
            self.check(!kept.is_empty() && kept.iter().all(|one| !one.is_empty()), format!("{list}: {column}: keeps {kept:?}"));
            let left = self.look(list, column, &["--filter", &format!("{column}:>30000d -{column}:none")]).expect("an age");
            self.check(left.is_empty(), format!("{list}: {column}: {left:?} is long ago"));
        }
    }

    fn sorts(&mut self, list: &str, column: &str) {
        for (sort, descending) in [(column.to_owned(), false), (format!("-{column}"), true)] {
            let Some(values) = self.look(list, column, &["--sort", &sort]) else {
                self.wrong.push(format!("{list}: --sort {sort} is refused"));
                continue;
            };
            let sorted = |case: bool| {
                values.windows(2).all(|pair| {
                    let order = order(&pair[0], &pair[1], case);
                    order.is_eq() || order.is_gt() == descending
                })
            };
            self.check(sorted(false) || sorted(true), format!("{list}: --sort {sort} gives {values:?}"));
        }
    }

    fn refuses(&mut self, list: &str, columns: &[String]) {
        let known = columns.iter().find(|column| column.len() > 3 && !is(list, column, NOT_LOOKED_FOR)).unwrap_or(&columns[0]);
        let mistyped = format!("{}x", &known[..known.len() - 1]);
        for option in [["--filter".to_owned(), format!("{mistyped}:1")], ["--sort".to_owned(), mistyped.clone()]] {
            let words: Vec<&str> = list.split(' ').chain(option.iter().map(String::as_str)).collect();
            let printed = self.person.types(&words);
            let told =
                printed.err.contains("did you mean") && columns.iter().filter(|column| printed.err.contains(column.as_str())).count() > columns.len() / 2;
            self.check(printed.exit == 2 && told && printed.out.is_empty(), format!("{words:?} ({}): {}", printed.exit, printed.err));
        }
    }
}

#[test]
fn every_list_is_filtered_and_sorted_by_each_of_its_columns() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    filled(&person);
    wait_for(&person, &["alert list --all", "mail list"]);
    site.interrupted();
    discovered(&person);
    let site = person.starts(&["up"]);
    wait_for(&person, &["user list", "usergroup list"]);
    let mut lists = Lists { person: &person, wrong: Vec::new() };
    for (list, has_items) in LISTS {
        let words: Vec<&str> = list.split(' ').chain(["-o", "csv"]).collect();
        let printed = person.types(&words);
        assert_eq!(printed.exit, 0, "{words:?}: {}", printed.err);
        let all = rows(&printed.out);
        let columns = all.first().unwrap_or_else(|| panic!("{list}: no heading"));
        lists.check(!has_items || all.len() > 1, format!("{list}: nothing is in it"));
        for column in columns {
            if !is(list, column, NOT_LOOKED_FOR) {
                lists.filters(list, column);
            }
            if !is(list, column, NOT_SORTED_BY) {
                lists.sorts(list, column);
            }
        }
        lists.refuses(list, columns);
    }
    assert!(lists.wrong.is_empty(), "{}", lists.wrong.join("\n"));
    drop(site);
}

#[test]
fn the_site_finds_what_is_behind_the_first_page_and_sorts_all_of_it() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    for name in ["ada", "grace"] {
        assert_eq!(person.types(&["admin", "add", name]).exit, 0);
    }
    let first = |words: &[&str]| person.asks(&[words, &["--limit", "1"]].concat())["items"][0].clone();
    // Oldest first, and of one entry at a time: the first page holds neither.
    let entry = first(&["ledger", "list", "--filter", "act:person.add object:grace"]);
    assert_eq!((entry["act"].as_str(), entry["object"].as_str()), (Some("person.add"), Some("grace")), "{entry}");
    assert_ne!(first(&["ledger", "list"])["seq"], entry["seq"]);
    let newest = first(&["ledger", "list", "--sort", "-seq"]);
    let after = (newest["seq"].as_i64().expect("a number") - 2).to_string();
    let seqs =
        |words: &[&str]| -> Vec<i64> { person.asks(words)["items"].as_array().into_iter().flatten().filter_map(|entry| entry["seq"].as_i64()).collect() };
    let upwards = seqs(&["ledger", "list", "--after", &after]);
    let mut downwards = seqs(&["ledger", "list", "--after", &after, "--sort", "-seq"]);
    downwards.reverse();
    assert!(upwards.len() >= 2 && downwards.starts_with(&upwards), "{upwards:?} {downwards:?}");
    // Newest first: the oldest message is on the last page.
    let oldest = first(&["message", "list", "--sort", "record"]);
    let number = oldest["number"].as_str().expect("a number");
    assert_ne!(first(&["message", "list"])["record_id"], oldest["record_id"]);
    let same = person.asks(&["message", "list", "--filter", &format!("number:{number} record:<2"), "--limit", "1"]);
    assert_eq!(same["items"][0]["record_id"], oldest["record_id"], "{same}");
    let text = oldest["text"].as_str().expect("a text").replace('"', "");
    let found = person.asks(&["message", "list", "--filter", &format!("record:<2 text:\"{text}\"")]);
    assert_eq!(found["items"][0]["record_id"], oldest["record_id"], "by what people read: {text}: {found}");
    drop(site);
}
