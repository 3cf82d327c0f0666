//! The vault on both engines: what is sealed opens for the broker alone, and what should not open does not.

use crate::engines::{self, Opened, START};
use provost_catalog::database::Principal;
use provost_store::keys::{KeyFolder, Secret};
use provost_store::vault::{SecretId, Vault, VaultError, keys_in_use};
use provost_store::{Database, StoreError};
use std::sync::Barrier;

fn vault_of(opened: &Opened) -> Vault {
    let in_use = opened.database.connect(Principal::Broker).expect("a connection").read(keys_in_use).expect("a read");
    Vault::open(&opened.keys, None, opened.site, &in_use).expect("a vault")
}

fn secret(text: &str) -> Secret {
    Secret::new(text.as_bytes().to_vec())
}

/// Runs in a transaction of the provider's; a refusal of the vault rolls it back.
fn seal<T>(database: &Database, mut f: impl FnMut(&mut provost_store::Tx<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
    let mut refused = None;
    let done = database.connect(Principal::Provider).expect("a connection").write(|tx| {
        f(tx).map_err(|error| match error {
            VaultError::Store(error) => error,
            other => {
                refused = Some(other.clone());
                StoreError::Unavailable(provost_store::database::Circumstance::default())
            }
        })
    });
    done.map_err(|error| refused.unwrap_or(VaultError::Store(error)))
}

fn open(opened: &Opened, vault: &Vault, id: SecretId) -> Result<(i64, String), VaultError> {
    let mut outcome = None;
    let read = opened.database.connect(Principal::Broker).expect("a connection").read(|tx| {
        outcome = Some(vault.opener().open(tx, id));
        Ok(())
    });
    read.expect("a read");
    let (version, secret) = outcome.expect("an outcome")?;
    Ok((version, secret.expose_text().expect("a text").to_owned()))
}

fn add(opened: &Opened, vault: &Vault, text: &str) -> SecretId {
    let sealer = vault.sealer();
    let sealed = seal(&opened.database, |tx| sealer.add(tx, &secret(text), "ada", START)).expect("a secret");
    sealer.committed(sealed).expect("remembered");
    sealed.secret
}

fn replace(opened: &Opened, vault: &Vault, id: SecretId, expected: Option<i64>, text: &str) -> Result<i64, VaultError> {
    let sealer = vault.sealer();
    let sealed = seal(&opened.database, |tx| sealer.replace(tx, id, expected, &secret(text), "ada", START))?;
    sealer.committed(sealed).expect("remembered");
    Ok(sealed.version)
}

#[test]
fn the_newest_version_opens_and_retired_ones_are_destroyed() {
    engines::each_opened(|opened| {
        let vault = vault_of(opened);
        let id = add(opened, &vault, "p%40ss wörd 日本");
        assert_eq!(open(opened, &vault, id), Ok((1, "p%40ss wörd 日本".to_owned())));
        assert_eq!(replace(opened, &vault, id, Some(1), "second"), Ok(2));
        assert_eq!(open(opened, &vault, id), Ok((2, "second".to_owned())));
        let mut manager = opened.database.connect(Principal::AccountManager).expect("a connection");
        let mut destroy = || manager.write(|tx| Ok(vault.keeper().destroy_retired(tx, START))).expect("a write");
        assert_eq!(destroy(), Ok(1));
        assert_eq!(destroy(), Ok(0));
        assert_eq!(open(opened, &vault, id), Ok((2, "second".to_owned())));
        seal(&opened.database, |tx| vault.sealer().retire(tx, id, START)).expect("given up");
        assert_eq!(open(opened, &vault, id), Err(VaultError::Retired(id)));
        assert_eq!(destroy(), Ok(1));
        assert_eq!(open(opened, &vault, id), Err(VaultError::Retired(id)));
        assert_eq!(open(opened, &vault, SecretId(99)), Err(VaultError::NotFound(SecretId(99))));
    });
}

#[test]
fn of_two_people_who_replace_one_secret_at_once_one_is_told() {
    engines::each_opened(|opened| {
        let vault = vault_of(opened);
        let id = add(opened, &vault, "first");
        let barrier = Barrier::new(2);
        let outcomes: Vec<Result<i64, VaultError>> = std::thread::scope(|scope| {
            let tasks = ["ada", "bob"].map(|who| {
                let (vault, barrier) = (&vault, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    replace(opened, vault, id, Some(1), who)
                })
            });
            tasks.into_iter().map(|task| task.join().expect("a thread")).collect()
        });
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(2)).count(), 1, "{outcomes:?}");
        assert!(outcomes.contains(&Err(VaultError::Conflict { newest: 2 })), "{outcomes:?}");
        assert_eq!(open(opened, &vault, id).expect("a secret").0, 2);
    });
}

#[test]
fn a_lost_key_is_never_replaced_in_silence_and_another_key_opens_nothing() {
    engines::each_opened(|opened| {
        let vault = vault_of(opened);
        let id = add(opened, &vault, "first");
        let kept = opened.keys.read("site.key").expect("a read").expect("a key");
        opened.keys.remove("site.key").expect("removed");
        let lost = vault_of(opened);
        assert_eq!(lost.key_id(), None);
        assert!(opened.keys.read("site.key").expect("a read").is_none(), "no key was made");
        assert_eq!(open(opened, &lost, id), Err(VaultError::KeyMissing));
        assert_eq!(seal(&opened.database, |tx| lost.sealer().add(tx, &secret("x"), "ada", START)).err(), Some(VaultError::KeyMissing));

        opened.keys.write_new("site.key", &[7; 32]).expect("a key");
        let other = vault_of(opened);
        let wanted = vault.key_id().expect("an id");
        let found = other.key_id().expect("an id");
        assert_eq!(open(opened, &other, id), Err(VaultError::KeyOther { wanted: wanted.clone(), found: found.clone() }));
        assert_eq!(seal(&opened.database, |tx| other.sealer().add(tx, &secret("x"), "ada", START)).err(), Some(VaultError::KeyOther { wanted, found }));

        opened.keys.replace("site.key", kept.expose()).expect("the key is brought back");
        assert_eq!(open(opened, &vault_of(opened), id), Ok((1, "first".to_owned())));
        for wrong in [&b"short"[..], &[0; 33], &[b'z'; 64]] {
            opened.keys.replace("site.key", wrong).expect("a file");
            assert!(Vault::open(&opened.keys, None, opened.site, &[]).is_err(), "{} bytes", wrong.len());
        }
    });
}

#[test]
fn an_older_copy_of_the_database_is_noticed() {
    engines::each_opened(|opened| {
        let vault = vault_of(opened);
        let id = add(opened, &vault, "first");
        assert_eq!(replace(opened, &vault, id, None, "second"), Ok(2));
        // What a copy from before the replacement holds.
        opened.as_owner("DELETE FROM secret WHERE version = 2; DELETE FROM sealed_secret WHERE version = 2; UPDATE secret SET retired_at = NULL");
        assert_eq!(open(opened, &vault, id), Err(VaultError::RolledBack { secret: id, found: 1, remembered: 2 }));
        opened.as_owner("DELETE FROM secret; DELETE FROM sealed_secret");
        assert_eq!(open(opened, &vault, id), Err(VaultError::RolledBack { secret: id, found: 0, remembered: 2 }));
    });
}

#[test]
fn a_database_that_was_copied_to_another_site_opens_nothing() {
    engines::each_opened(|opened| {
        let vault = vault_of(opened);
        let id = add(opened, &vault, "first");
        let wanted = vault.key_id().expect("an id");
        let open_with = |vault: &Vault| {
            let mut outcome = None;
            let mut broker = opened.database.connect(Principal::Broker).expect("a connection");
            let read = broker.read(|tx| {
                outcome = Some(vault.opener().open(tx, id).map(drop));
                Ok(())
            });
            read.expect("a read");
            outcome.expect("an outcome")
        };
        // With the keys of its own, the other site has another key.
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
        let elsewhere = Vault::open(&keys, None, "ZZ9".parse().expect("a site code"), &[]).expect("a vault");
        let found = elsewhere.key_id().expect("an id");
        assert_eq!(open_with(&elsewhere), Err(VaultError::KeyOther { wanted, found }));
        // With the keys copied as well, the records still say whose they are.
        let copied = Vault::open(&opened.keys, None, "ZZ9".parse().expect("a site code"), &[]).expect("a vault");
        assert_eq!(open_with(&copied), Err(VaultError::Damaged(id)));
        assert_eq!(open_with(&vault), Ok(()));
    });
}

#[test]
fn a_record_that_was_moved_or_changed_does_not_open() {
    engines::each_opened(|opened| {
        let vault = vault_of(opened);
        let (first, second) = (add(opened, &vault, "first"), add(opened, &vault, "second"));
        opened.as_owner("UPDATE sealed_secret SET sealed = (SELECT z.sealed FROM sealed_secret z WHERE z.secret_id = 1) WHERE secret_id = 2");
        assert_eq!(open(opened, &vault, first), Ok((1, "first".to_owned())));
        assert_eq!(open(opened, &vault, second), Err(VaultError::Damaged(second)));
    });
}

#[test]
fn nobody_but_broker_and_account_manager_reads_what_is_sealed() {
    engines::each_opened(|opened| {
        let vault = vault_of(opened);
        add(opened, &vault, "first");
        for definition in provost_catalog::database::PRINCIPALS {
            let read = opened.database.connect(definition.principal).expect("a connection").read(|tx| tx.query("SELECT sealed FROM sealed_secret", &[]));
            match definition.principal {
                Principal::Broker | Principal::AccountManager => assert!(read.is_ok()),
                _ => assert!(matches!(read, Err(StoreError::Denied(_))), "{}: {read:?}", definition.name),
            }
        }
    });
}

#[test]
fn the_site_key_is_changed_and_every_crash_on_the_way_leaves_everything_openable() {
    engines::each_opened(|opened| {
        let vault = vault_of(opened);
        let ids: Vec<SecretId> = (0..20).map(|n| add(opened, &vault, &format!("secret {n}"))).collect();
        let all_open = |vault: &Vault, when: &str| {
            for (n, id) in ids.iter().enumerate() {
                assert_eq!(open(opened, vault, *id).map(|(_, text)| text), Ok(format!("secret {n}")), "{when}");
            }
        };
        let old = opened.keys.read("site.key").expect("a read").expect("a key");
        let mut manager = opened.database.connect(Principal::AccountManager).expect("a connection");

        // Cut off after the next key was laid, before the database changed.
        opened.keys.replace("site.key.next", &[9; 32]).expect("a file");
        all_open(&vault_of(opened), "a key that was laid");
        assert!(opened.keys.read("site.key.next").expect("a read").is_none(), "it is taken away");

        let before = vault.key_id();
        let second = vault.keeper().rekey(&mut manager).expect("a new key");
        assert_ne!(before.as_deref(), Some(second.as_str()));
        assert_eq!(vault.key_id().as_deref(), Some(second.as_str()));
        all_open(&vault, "the vault that changed it");
        all_open(&vault_of(opened), "the next start");

        // Cut off after the database changed, before the key was put in place.
        let new = opened.keys.read("site.key").expect("a read").expect("a key");
        opened.keys.replace("site.key.next", new.expose()).expect("a file");
        opened.keys.replace("site.key", old.expose()).expect("a file");
        all_open(&vault_of(opened), "a key that was not put in place");
        assert_eq!(opened.keys.read("site.key").expect("a read").expect("a key").expose(), new.expose());

        // Another half of the vault, which still has the old key in memory.
        let stale = vault_of(opened);
        let third = vault.keeper().rekey(&mut manager).expect("a new key");
        all_open(&stale, "a half with the key from before");
        let id = add(opened, &stale, "sealed since");
        assert_eq!(stale.key_id(), Some(third));
        assert_eq!(open(opened, &vault, id), Ok((1, "sealed since".to_owned())));
    });
}

#[test]
fn a_credential_of_the_service_manager_is_the_key_and_is_not_changed_here() {
    let opened = engines::sqlite();
    let credentials = tempfile::tempdir().expect("a folder");
    std::fs::write(credentials.path().join("provost-site-key"), "0f".repeat(32) + "\n").expect("a file");
    let vault = Vault::open(&opened.keys, Some(credentials.path()), opened.site, &[]).expect("a vault");
    assert!(opened.keys.read("site.key").expect("a read").is_none());
    let id = add(&opened, &vault, "first");
    assert_eq!(open(&opened, &vault, id), Ok((1, "first".to_owned())));
    let mut manager = opened.database.connect(Principal::AccountManager).expect("a connection");
    assert_eq!(vault.keeper().rekey(&mut manager), Err(VaultError::KeyIsCredential));
}
