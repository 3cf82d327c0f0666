//! The site in numbers.

use crate::database::{Param, StoreError, Tx};
use provost_domain::Timestamp;

/// How many of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Devices whose record no other has taken the place of.
    pub devices: i64,
    /// Those without a client.
    pub devices_without_client: i64,
    /// Clients that wait for a decision.
    pub clients_registered: i64,
    /// Clients that may fetch policy.
    pub clients_approved: i64,
    /// Clients that a person blocked.
    pub clients_blocked: i64,
    /// Approved clients by when they were last seen, in the order of the limits that were asked for: seen at the first
    /// limit or later, at the second or later, and so on; the last number counts the rest and those never seen.
    pub approved_by_last_seen: Vec<i64>,
    /// Devices with an inventory.
    pub inventories: i64,
    /// Devices with an inventory that was loaded before the limit.
    pub inventories_old: i64,
    /// Distinct software products on all devices.
    pub products: i64,
    /// Warnings taken since the limit.
    pub warnings: i64,
    /// Errors taken since the limit.
    pub errors: i64,
    /// Operating systems with the number of their devices, most first, at most ten; devices that did not say are left out.
    pub operating_systems: Vec<(String, i64)>,
}

/// Times that the numbers are told from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For clients by when they were last seen; latest first.
    pub last_seen: Vec<Timestamp>,
    /// An inventory loaded before is old.
    pub inventory: Timestamp,
    /// Messages since then count.
    pub messages: Timestamp,
}

/// The numbers of the whole site.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn numbers(tx: &mut Tx<'_>, limits: &Limits) -> Result<Numbers, StoreError> {
    let mut numbers = Numbers {
        devices: one(tx, "SELECT count(*) FROM device WHERE obsolete = 0", &[])?,
        devices_without_client: one(
            tx,
            "SELECT count(*) FROM device d WHERE d.obsolete = 0 AND NOT EXISTS (SELECT 1 FROM client c WHERE c.smsid = d.smsid)",
            &[],
        )?,
        inventories: one(tx, "SELECT count(*) FROM inventory_state", &[])?,
        inventories_old: one(tx, "SELECT count(*) FROM inventory_state WHERE loaded_at < $1", &[limits.inventory.into()])?,
        products: one(tx, "SELECT count(*) FROM software", &[])?,
        ..Numbers::default()
    };
    tx.query_each("SELECT approval, count(*) FROM client GROUP BY approval", &[], &mut |row| {
        let count = match row.text(0)? {
            "registered" => &mut numbers.clients_registered,
            "approved" => &mut numbers.clients_approved,
            _ => &mut numbers.clients_blocked,
        };
        *count += row.integer(1)?;
        Ok(())
    })?;
    let mut seen_later = 0;
    for limit in &limits.last_seen {
        let sql = "SELECT count(*) FROM client c JOIN client_presence p ON p.smsid = c.smsid WHERE c.approval = 'approved' AND p.seen_at >= $1";
        let seen = one(tx, sql, &[(*limit).into()])?;
        numbers.approved_by_last_seen.push(seen - seen_later);
        seen_later = seen;
    }
    numbers.approved_by_last_seen.push(numbers.clients_approved - seen_later);
    // By the sender's clock: that column has the index, and clocks that are far off are refused at the management point.
    let sql = "SELECT severity, count(*) FROM status_message WHERE at >= $1 AND severity IN ('warning', 'error') GROUP BY severity";
    tx.query_each(sql, &[limits.messages.into()], &mut |row| {
        let count = if row.text(0)? == "error" { &mut numbers.errors } else { &mut numbers.warnings };
        *count = row.integer(1)?;
        Ok(())
    })?;
    let sql = "SELECT operating_system, count(*) FROM device WHERE obsolete = 0 AND operating_system <> '' \
               GROUP BY operating_system ORDER BY count(*) DESC, operating_system LIMIT 10";
    tx.query_each(sql, &[], &mut |row| {
        numbers.operating_systems.push((row.text(0)?.to_owned(), row.integer(1)?));
        Ok(())
    })?;
    Ok(numbers)
}

fn one(tx: &mut Tx<'_>, sql: &str, params: &[Param<'_>]) -> Result<i64, StoreError> {
    tx.query(sql, params)?.first().map_or(Ok(0), |row| row.integer(0))
}
