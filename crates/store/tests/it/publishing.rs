//! What is kept of publishing.

use crate::engines::{self, START};
use provost_catalog::accounts::Use;
use provost_catalog::database::Principal;
use provost_store::publishing::{self, EXTENDED, Published};
use provost_store::{Connection, StoreError, Tx, forests, settings};

const FOREST: &str = "corp.example.test";

fn write<T>(connection: &mut Connection, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
    connection.write(f).expect("a write")
}

#[test]
fn a_forest_is_in_use_while_it_is_switched_on_or_something_stands_there() {
    engines::each_opened(|opened| {
        let connect = |principal| opened.database.connect(principal).expect("a connection");
        let (mut provider, mut manager, mut broker) = (connect(Principal::Provider), connect(Principal::HierarchyManager), connect(Principal::Broker));
        let mut in_use = || broker.read(|tx| publishing::is_in_use(tx, FOREST)).expect("a read");
        assert!(!in_use());
        write(&mut provider, |tx| publishing::switch(tx, FOREST, true, "ada", START));
        assert!(!in_use(), "publishing is off at the site");
        write(&mut provider, |tx| settings::allow(tx, Use::PublishToForest.id(), true));
        assert!(in_use());
        write(&mut manager, |tx| publishing::begin(tx, FOREST));
        write(&mut provider, |tx| publishing::switch(tx, FOREST, false, "ada", START.plus_seconds(1)));
        write(&mut provider, |tx| settings::allow(tx, Use::PublishToForest.id(), false));
        assert!(in_use(), "what stands there goes under the same account");

        let result = Published { tried_at: Some(START), outcome: "withdrawn".to_owned(), ..Published::default() };
        assert!(!write(&mut manager, |tx| publishing::tell(tx, FOREST, START, false, &result)), "it was switched meanwhile");
        assert!(in_use());
        assert!(write(&mut manager, |tx| publishing::tell(tx, FOREST, START.plus_seconds(1), false, &result)));
        assert!(!in_use());
        let known = provider.read(|tx| publishing::find(tx, FOREST)).expect("a read").expect("it is known");
        assert_eq!((known.wanted, known.standing, known.changed_by.as_str(), &known.result), (false, false, "ada", &result));
        assert_eq!(known.schema, None);
    });
}

#[test]
fn a_schema_is_asked_for_once_and_what_waited_for_it_is_tried_at_once() {
    engines::each_opened(|opened| {
        let connect = |principal| opened.database.connect(principal).expect("a connection");
        let (mut provider, mut manager) = (connect(Principal::Provider), connect(Principal::HierarchyManager));
        write(&mut provider, |tx| settings::allow(tx, Use::PublishToForest.id(), true));
        write(&mut provider, |tx| publishing::ask_for_schema(tx, FOREST, "ada", START));
        let find = |connection: &mut Connection| connection.read(|tx| publishing::find(tx, FOREST)).expect("a read").expect("it is known");
        assert!(find(&mut manager).is_schema_asked() && !find(&mut manager).wanted);
        assert!(provider.read(|tx| publishing::is_in_use(tx, FOREST)).expect("a read"));
        let failed = Published { retry_at: Some(START.plus_seconds(60)), outcome: "no-schema".to_owned(), ..Published::default() };
        write(&mut manager, |tx| publishing::tell(tx, FOREST, START, false, &failed));
        write(&mut manager, |tx| publishing::tell_schema(tx, FOREST, START, EXTENDED, ""));
        let known = find(&mut provider);
        assert_eq!((known.is_schema_asked(), known.result.retry_at), (false, None));
        assert_eq!(known.schema.expect("a task").outcome, EXTENDED);
        assert!(!provider.read(|tx| publishing::is_in_use(tx, FOREST)).expect("a read"));
        write(&mut provider, |tx| forests::remove(tx, FOREST));
        assert!(provider.read(publishing::list).expect("a read").is_empty());
    });
}

#[test]
fn nobody_but_the_provider_switches_and_nobody_but_those_two_writes() {
    engines::each_opened(|opened| {
        for (principal, may) in [(Principal::HierarchyManager, false), (Principal::Broker, false), (Principal::AdForestDiscoveryManager, false)] {
            let mut connection = opened.database.connect(principal).expect("a connection");
            assert_eq!(connection.write(|tx| publishing::switch(tx, FOREST, true, "x", START)).is_ok(), may, "{principal:?}");
        }
    });
}
