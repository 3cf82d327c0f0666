//! People, sessions, links and tokens.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_domain::{SmsId, Timestamp};
use provost_store::keys::Secret;
use provost_store::people::{self, DirectoryAdmin, PasswordHash, PersonName, SessionLimits};

const LIMITS: SessionLimits = SessionLimits { absolute_seconds: 1000, idle_seconds: 100 };

fn name(text: &str) -> PersonName {
    text.parse().expect("a name")
}

fn at(seconds: i64) -> Timestamp {
    START.plus_seconds(seconds)
}

#[test]
fn people_come_and_go() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        provider
            .write(|tx| {
                assert!(people::create_person(tx, &name("anna"), "owner", START)?);
                assert!(people::create_person(tx, &name("bert"), "anna", START)?);
                assert!(!people::create_person(tx, &name("Anna"), "bert", START)?, "a name is taken once");
                let all = people::list_people(tx, "", 10)?;
                assert_eq!(all.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["anna", "bert"]);
                assert_eq!(people::list_people(tx, "anna", 10)?, all[1..]);
                assert!(!all[0].has_password && !all[0].disabled && all[0].created_by == "owner");
                assert!(people::delete_person(tx, &name("anna"))?);
                assert!(!people::delete_person(tx, &name("anna"))?);
                assert_eq!(people::find_person(tx, &name("anna"))?, None);
                Ok(())
            })
            .expect("a transaction");
    });
}

#[test]
fn a_password_lets_in_until_the_person_is_disabled() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let (right, wrong) = (Secret::new(b"right".to_vec()), Secret::new(b"wrong".to_vec()));
        let hash = PasswordHash::of(&right);
        provider.write(|tx| people::create_person(tx, &name("anna"), "owner", START)).expect("a person");
        let mut lets_in = |password: &Secret| {
            let stored = provider.read(|tx| people::find_password_hash(tx, &name("anna"))).expect("a read");
            PasswordHash::verify(stored.as_ref(), password)
        };
        assert!(!lets_in(&right), "no password is set yet");
        let mut other = database.connect(Principal::Provider).expect("a connection");
        assert!(other.write(|tx| people::set_password(tx, &name("anna"), &hash)).expect("a password"));
        assert!(lets_in(&right) && !lets_in(&wrong));
        assert!(other.write(|tx| people::set_disabled(tx, &name("anna"), true)).expect("a change"));
        assert!(!lets_in(&right));
        assert!(!other.write(|tx| people::set_password(tx, &name("nobody"), &hash)).expect("no person"));
    });
}

#[test]
fn a_session_ends_by_age_by_idleness_and_by_request() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        provider
            .write(|tx| {
                people::create_person(tx, &name("anna"), "owner", START)?;
                let (token, session) = people::create_session(tx, &name("anna"), "192.0.2.7", START, LIMITS)?;
                let token = token.digest();
                assert_eq!(people::find_session(tx, &token, at(99), LIMITS)?.as_ref(), Some(&session));
                assert_eq!(people::find_session(tx, &token, at(100), LIMITS)?, None, "idle");
                assert!(!session.wants_touch(at(59)) && session.wants_touch(at(60)));
                for used in (90..1000).step_by(90) {
                    assert!(people::find_session(tx, &token, at(used), LIMITS)?.is_some(), "used every 90 s, at {used} s");
                    people::touch_session(tx, &token, at(used))?;
                }
                assert!(people::find_session(tx, &token, at(999), LIMITS)?.is_some());
                assert_eq!(people::find_session(tx, &token, at(1000), LIMITS)?, None, "too old");

                let (second, _) = people::create_session(tx, &name("anna"), "", at(500), LIMITS)?;
                assert!(people::delete_session(tx, &second.digest())?);
                assert!(!people::delete_session(tx, &second.digest())?);
                assert_eq!(people::find_session(tx, &second.digest(), at(500), LIMITS)?, None);
                assert_eq!(people::delete_expired_sessions(tx, at(2000), LIMITS)?, 1);
                Ok(())
            })
            .expect("a transaction");
    });
}

#[test]
fn sessions_end_with_password_disabling_and_person() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        provider
            .write(|tx| {
                people::create_person(tx, &name("anna"), "owner", START)?;
                let begin = |tx: &mut _| people::create_session(tx, &name("anna"), "", START, LIMITS).map(|(token, _)| token.digest());
                let token = begin(tx)?;
                people::set_password(tx, &name("anna"), &PasswordHash::of(&Secret::new(vec![b'x'])))?;
                assert_eq!(people::find_session(tx, &token, START, LIMITS)?, None);
                let token = begin(tx)?;
                people::set_disabled(tx, &name("anna"), true)?;
                people::set_disabled(tx, &name("anna"), false)?;
                assert_eq!(people::find_session(tx, &token, START, LIMITS)?, None);
                let token = begin(tx)?;
                let link = people::create_sign_in_link(tx, &name("anna"), START, at(60))?;
                people::delete_person(tx, &name("anna"))?;
                people::create_person(tx, &name("anna"), "owner", START)?;
                assert_eq!(people::find_session(tx, &token, START, LIMITS)?, None, "another person of the same name");
                assert_eq!(people::use_sign_in_link(tx, &link.digest(), START)?, None);
                Ok(())
            })
            .expect("a transaction");
    });
}

#[test]
fn somebody_of_a_directory_is_in_as_long_as_what_let_them_in_stands() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        provider
            .write(|tx| {
                let admin =
                    |sid: &str, name: &str| DirectoryAdmin { sid: sid.to_owned(), name: name.to_owned(), created_at: START, created_by: "owner".to_owned() };
                let (operators, ada) = (admin("S-1-5-21-1-2-3-1104", "corp.example.test\\Operators"), admin("S-1-5-21-1-2-3-1105", "corp.example.test\\ada"));
                assert!(people::add_directory_admin(tx, &operators)? && people::add_directory_admin(tx, &ada)?);
                assert!(!people::add_directory_admin(tx, &admin("S-1-5-21-1-2-3-1104", "corp.example.test\\Renamed"))?, "an identifier is added once");
                assert!(!people::add_directory_admin(tx, &admin("S-1-5-21-1-2-3-9", "corp.example.test\\ada"))?, "a name is shown once");
                assert_eq!(people::admitted_by(tx, |sid| sid == operators.sid)?.as_ref(), Some(&operators));
                assert_eq!(people::admitted_by(tx, |_| false)?, None);

                let begin = |tx: &mut _, by: &DirectoryAdmin| {
                    people::create_directory_session(tx, "corp.example.test\\ada", by, "192.0.2.1", START, LIMITS).map(|(token, _)| token.digest())
                };
                let (by_group, by_name) = (begin(tx, &operators)?, begin(tx, &ada)?);
                let session = people::find_session(tx, &by_group, START, LIMITS)?.expect("a session");
                assert_eq!(session.person, "corp.example.test\\ada");
                assert!(people::remove_directory_admin(tx, "corp.example.test\\Operators")?);
                assert!(!people::remove_directory_admin(tx, "corp.example.test\\Operators")?);
                assert_eq!(people::find_session(tx, &by_group, START, LIMITS)?, None, "what let them in is gone");
                assert!(people::find_session(tx, &by_name, START, LIMITS)?.is_some());
                assert_eq!(people::find_session(tx, &by_name, at(100), LIMITS)?, None, "idle like any other");

                let listed = provost_store::views::people::list(tx, None, 10, START)?;
                assert_eq!(listed.len(), 1);
                assert_eq!((listed[0].name.as_str(), listed[0].sid.as_deref(), listed[0].sessions), ("corp.example.test\\ada", Some("S-1-5-21-1-2-3-1105"), 1));
                assert!(people::delete_session(tx, &by_name)?);
                Ok(())
            })
            .expect("a transaction");
    });
}

#[test]
fn a_sign_in_link_is_good_once_and_for_a_while() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        provider
            .write(|tx| {
                people::create_person(tx, &name("anna"), "owner", START)?;
                let link = people::create_sign_in_link(tx, &name("anna"), START, at(60))?;
                let late = people::create_sign_in_link(tx, &name("anna"), START, at(60))?;
                assert_eq!(people::use_sign_in_link(tx, &link.digest(), at(59))?, Some(name("anna")));
                assert_eq!(people::use_sign_in_link(tx, &link.digest(), at(59))?, None, "used");
                assert_eq!(people::use_sign_in_link(tx, &late.digest(), at(60))?, None, "expired");
                assert_eq!(people::use_sign_in_link(tx, &people::Token::random().digest(), START)?, None, "unknown");
                let disabled = people::create_sign_in_link(tx, &name("anna"), START, at(60))?;
                people::set_disabled(tx, &name("anna"), true)?;
                assert_eq!(people::use_sign_in_link(tx, &disabled.digest(), START)?, None, "disabled");
                Ok(())
            })
            .expect("a transaction");
    });
}

#[test]
fn of_many_clients_with_one_approval_token_one_is_approved() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let (token, late) = provider
            .write(|tx| Ok((people::create_approval_token(tx, "anna", START, at(60))?, people::create_approval_token(tx, "anna", START, at(60))?)))
            .expect("tokens");
        let digest = token.digest();
        let used: Vec<Option<String>> = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..4)
                .map(|i| {
                    scope.spawn(move || {
                        let mut connection = database.connect(Principal::DiscoveryDataManager).expect("a connection");
                        let smsid = SmsId::from_random([i; 16]);
                        connection.write(|tx| people::use_approval_token(tx, &digest, &smsid, at(1))).expect("an answer")
                    })
                })
                .collect();
            clients.into_iter().map(|c| c.join().expect("a thread that ends")).collect()
        });
        assert_eq!(used.iter().flatten().collect::<Vec<_>>(), ["anna"]);
        let expired = provider.write(|tx| people::use_approval_token(tx, &late.digest(), &SmsId::from_random([9; 16]), at(60))).expect("an answer");
        assert_eq!(expired, None);
        let listed = provider.read(|tx| people::list_approval_tokens(tx, 10)).expect("a list");
        assert_eq!(listed.iter().filter(|t| t.used.is_some()).map(|t| t.digest).collect::<Vec<_>>(), [digest]);
        assert_eq!(listed.len(), 2);
    });
}

#[test]
fn nothing_that_lets_somebody_in_lies_in_the_database() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let (approval, link, session) = provider
            .write(|tx| {
                people::create_person(tx, &name("anna"), "owner", START)?;
                let session = people::create_session(tx, &name("anna"), "", START, LIMITS)?.0;
                Ok((people::create_approval_token(tx, "anna", START, at(9))?, people::create_sign_in_link(tx, &name("anna"), START, at(9))?, session))
            })
            .expect("tokens");
        for (table, token) in [("approval_token", approval), ("sign_in_link", link), ("session", session)] {
            let rows = provider.read(|tx| tx.query(&format!("SELECT * FROM {table}"), &[])).expect("rows");
            let all = format!("{rows:?}");
            assert!(rows.len() == 1 && !all.contains(token.expose()) && all.contains(&token.digest().to_string()), "{table}");
        }
    });
}
