//! Every word and every order of every long list, on both engines.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_domain::discovery::{Method, ObjectKind, RunKind};
use provost_domain::filter::{Kind, read};
use provost_store::accounts::uses::{self, AccountUse};
use provost_store::alerts::{self, mails};
use provost_store::discovery::runs::{self, Blocked};
use provost_store::views::{self, Fields, Found, Page, clients, devices, directory_objects, messages};
use provost_store::{StoreError, Tx, ledger};

/// A list, and how many are on a page of it.
type List = (&'static str, Fields, fn(&mut Tx<'_>, &Page) -> Result<usize, StoreError>);

fn counted<T>(found: Found<T>) -> usize {
    found.items.len()
}

const LISTS: &[List] = &[
    ("devices", devices::FIELDS, |tx, page| devices::list(tx, page).map(counted)),
    ("clients", clients::FIELDS, |tx, page| clients::list(tx, None, page).map(counted)),
    ("messages", messages::FIELDS, |tx, page| messages::list(tx, &messages::Filter::default(), page).map(counted)),
    ("users", directory_objects::FIELDS, |tx, page| directory_objects::sorted(tx, ObjectKind::User, page).map(counted)),
    ("users in their own order", directory_objects::FIELDS, |tx, page| {
        let behind = directory_objects::Behind { account_name: "a", domain: "b", sid: "c" };
        directory_objects::list(tx, ObjectKind::User, &page.terms, Some(behind), page.limit).map(|found| found.len())
    }),
    ("ledger", ledger::FIELDS, |tx, page| ledger::page(tx, true, page).map(counted)),
    ("alerts", alerts::FIELDS, |tx, page| alerts::page(tx, true, page).map(counted)),
    ("mails", mails::FIELDS, |tx, page| mails::page(tx, page).map(counted)),
    ("uses", uses::FIELDS, |tx, page| uses::page(tx, Some(1), page).map(counted)),
    ("runs", runs::FIELDS, |tx, page| runs::page(tx, Some(Method::User), page).map(counted)),
];

#[test]
fn every_word_and_every_order_is_understood_by_both_engines() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        for (list, fields, look) in LISTS {
            for name in fields.names() {
                let values: &[&str] = match name.kind {
                    Kind::Text | Kind::Beginning => &["x", "x*y", "none"],
                    Kind::Words(words) => &[words[0], "none"],
                    Kind::Number | Kind::Code | Kind::Bytes | Kind::Kibibytes => &["5000000000", "<3", ">3", "none"],
                    Kind::Time => &["<2h", ">30d", "<2026-11-01", ">2026-11-01", "none"],
                    Kind::Truth => &["yes", "no"],
                };
                for value in values {
                    for filter in [format!("{}:{value}", name.name), format!("-{}:{value} \"other: word\"", name.name)] {
                        let terms = read(&filter, &fields.names(), START).unwrap_or_else(|wrong| panic!("{list} {filter}: {}", wrong.cause));
                        let page = Page { terms, ..Page::first(3) };
                        provider.read(|tx| look(tx, &page)).unwrap_or_else(|error| panic!("{list} {filter}: {error}"));
                    }
                }
                for sort in [name.name.to_owned(), format!("-{}", name.name)] {
                    // What is looked for in several places has no one place in an order.
                    let Ok(sorting) = fields.sorting(&sort) else { continue };
                    let page = Page { sorting: Some(sorting), ..Page::first(3) };
                    provider.read(|tx| look(tx, &page)).unwrap_or_else(|error| panic!("{list} by {sort}: {error}"));
                }
            }
        }
    });
}

#[test]
fn a_list_is_not_sorted_by_what_has_no_one_value() {
    for (fields, name) in [(devices::FIELDS, "software"), (messages::FIELDS, "text")] {
        let wrong = fields.sorting(name).expect_err("no order");
        assert!(!wrong.usage.contains(name), "{}", wrong.usage);
    }
}

#[test]
fn runs_are_found_by_what_was_blocked() {
    engines::each(|database| {
        let blocked = |n: usize| -> Vec<Blocked> {
            (0..n).map(|at| Blocked { path: format!("OU={at},{{\"path\":\"x\"}}"), missing: "Read \"path\":".to_owned() }).collect()
        };
        let mut numbers = Vec::new();
        database
            .connect(Principal::Provider)
            .expect("a connection")
            .write(|tx| {
                for n in 0..4 {
                    numbers.push(runs::request(tx, Method::User, &format!("OU={n}"), RunKind::Full, "ada", START)?);
                }
                Ok(())
            })
            .expect("runs");
        let mut discovery = database.connect(Principal::AdUserDiscoveryAgent).expect("a connection");
        discovery
            .write(|tx| {
                for (n, run) in numbers.iter().enumerate() {
                    runs::start(tx, *run, START)?;
                    runs::end(tx, *run, START, if n == 0 { "succeeded" } else { "blocked" }, "", &blocked(n))?;
                }
                Ok(())
            })
            .expect("their ends");
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        for (filter, sort, wanted) in [
            ("blocked:2", None, &[2][..]),
            ("blocked:>0 -blocked:3", None, &[2, 1]),
            ("-outcome:succeeded", Some("blocked"), &[1, 2, 3]),
            ("by:ada", Some("-blocked"), &[3, 2, 1, 0]),
        ] {
            let terms = read(filter, &runs::FIELDS.names(), START).unwrap_or_else(|wrong| panic!("{}", wrong.cause));
            let sorting = sort.map(|sort| runs::FIELDS.sorting(sort).expect("an order"));
            let page = Page { terms, sorting, ..Page::first(10) };
            let found = provider.read(|tx| runs::page(tx, None, &page)).expect("a page").items;
            assert_eq!(found.iter().map(|run| run.run_id).collect::<Vec<_>>(), wanted.iter().map(|n| numbers[*n]).collect::<Vec<_>>(), "{filter} {sort:?}");
        }
    });
}

#[test]
fn what_is_far_behind_the_first_page_is_found() {
    engines::each(|database| {
        let mut writer = database.connect(Principal::Broker).expect("a connection");
        writer
            .write(|tx| {
                for n in 0..30 {
                    let outcome = if n == 0 { "refused" } else { "succeeded" };
                    let used = AccountUse {
                        use_id: 0,
                        binding_id: Some(n % 2),
                        identity: "account".to_owned(),
                        account: format!("svc{n}"),
                        operation: "send-alert-mail".to_owned(),
                        target: "mail".to_owned(),
                        outcome: outcome.to_owned(),
                        detail: String::new(),
                        at: START.plus_seconds(n),
                        duration: 100 - n,
                    };
                    uses::insert(tx, &used)?;
                }
                Ok(())
            })
            .expect("uses");
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let mut found = |filter: &str, sort: Option<&str>, binding| {
            let terms = read(filter, &uses::FIELDS.names(), START).unwrap_or_else(|wrong| panic!("{}", wrong.cause));
            let sorting = sort.map(|sort| uses::FIELDS.sorting(sort).expect("an order"));
            let mut page = Page { terms, sorting, ..Page::first(3) };
            let mut all = Vec::new();
            loop {
                let views::Found { items, next } = provider.read(|tx| uses::page(tx, binding, &page)).expect("a page");
                all.extend(items.into_iter().map(|used| used.account));
                match next {
                    Some(next) => page.after = Some(next),
                    None => return all,
                }
            }
        };
        assert_eq!(found("outcome:refused", None, None), ["svc0"]);
        assert_eq!(found("-outcome:succeeded", None, None), ["svc0"]);
        assert_eq!(found("outcome:refused", None, Some(1)), Vec::<String>::new());
        assert_eq!(found("svc2", None, None).len(), 11);
        assert_eq!(found("microseconds:<80", Some("microseconds"), None), ["svc29", "svc28", "svc27", "svc26", "svc25", "svc24", "svc23", "svc22", "svc21"]);
        assert_eq!(found("", Some("-microseconds"), Some(0)).len(), 15);
        assert_eq!(found("", Some("outcome"), None).first().map(String::as_str), Some("svc0"), "the least first");
        assert_eq!(found("", Some("-outcome"), None).last().map(String::as_str), Some("svc0"));
    });
}
