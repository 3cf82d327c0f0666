//! The ledger: PV6xxx.

rules! {
    LEDGER_CHANGED = 6001, Error, "A ledger entry was changed",
        "Its contents do not fit its hash.",
        "Somebody wrote into the database.",
        "compare with a backup; treat the site as compromised";
    LEDGER_MISSING = 6002, Error, "A ledger entry is missing",
        "Numbers have a gap.",
        "Somebody deleted a row.",
        "compare with a backup; treat the site as compromised";
    LEDGER_REORDERED = 6003, Error, "Ledger entries were reordered",
        "An entry does not follow the one before it.",
        "Somebody wrote into the database.",
        "compare with a backup; treat the site as compromised";
    LEDGER_TRUNCATED = 6004, Error, "The end of the ledger is missing",
        "The newest entry is older than the head that is kept outside the database.",
        "The end was deleted, or the database was restored without its keys.",
        "compare with a backup";
}
