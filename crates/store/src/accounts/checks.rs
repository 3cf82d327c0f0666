//! Verdicts of checks, and waivers.

use crate::database::{Param, Row, StoreError, Tx};
use provost_domain::accounts::verification::{Finding, Remedy, Verdict, Waiver};
use std::collections::HashMap;

/// Remedies as they are kept, in JSON; an empty text for none, as rows of before schema 11 have it.
fn written(mending: &[Remedy]) -> Result<String, StoreError> {
    if mending.is_empty() {
        return Ok(String::new());
    }
    serde_json::to_string(mending).map_err(|error| StoreError::corrupt("writing what mends a check", error.to_string()))
}

fn read(column: &str) -> Result<Vec<Remedy>, StoreError> {
    if column.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(column).map_err(|error| StoreError::corrupt("reading what mends a check", error.to_string()))
}

/// Replaces every finding of a binding.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn replace(tx: &mut Tx<'_>, binding_id: i64, findings: &[Finding]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM account_check WHERE binding_id = $1", &[binding_id.into()])?;
    for finding in findings {
        tx.execute(
            "INSERT INTO account_check (binding_id, check_id, verdict, evidence, checked_at, mending) VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                binding_id.into(),
                (&finding.check_id).into(),
                finding.verdict.id().into(),
                (&finding.evidence).into(),
                finding.at.into(),
                (&written(&finding.mending)?).into(),
            ],
        )?;
    }
    Ok(())
}

/// Findings by binding; of one binding when it is said.
///
/// # Errors
/// As [`replace`].
pub fn findings(tx: &mut Tx<'_>, binding_id: Option<i64>) -> Result<HashMap<i64, Vec<Finding>>, StoreError> {
    let rows = of(tx, "binding_id, check_id, verdict, evidence, checked_at, mending", "account_check", binding_id)?;
    let mut findings = HashMap::<i64, Vec<Finding>>::new();
    for row in &rows {
        let verdict = Verdict::from_id(row.text(2)?).ok_or_else(|| StoreError::corrupt("reading verdicts", "a verdict is none"))?;
        let (check_id, evidence, mending) = (row.text(1)?.to_owned(), row.text(3)?.to_owned(), read(row.text(5)?)?);
        let finding = Finding { check_id, verdict, evidence, mending, at: row.timestamp(4)? };
        findings.entry(row.integer(0)?).or_default().push(finding);
    }
    Ok(findings)
}

/// Grants a waiver, instead of an older one of the same check.
///
/// # Errors
/// As [`replace`].
pub fn grant_waiver(tx: &mut Tx<'_>, binding_id: i64, waiver: &Waiver) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO account_waiver (binding_id, check_id, reason, granted_by, granted_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (binding_id, check_id) DO UPDATE SET reason = excluded.reason, granted_by = excluded.granted_by, granted_at = excluded.granted_at, ends_at = excluded.ends_at",
        &[
            binding_id.into(),
            (&waiver.check_id).into(),
            (&waiver.reason).into(),
            (&waiver.granted_by).into(),
            waiver.granted_at.into(),
            waiver.ends_at.into(),
        ],
    )?;
    Ok(())
}

/// Takes a waiver back; tells whether there was one.
///
/// # Errors
/// As [`replace`].
pub fn end_waiver(tx: &mut Tx<'_>, binding_id: i64, check_id: &str) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM account_waiver WHERE binding_id = $1 AND check_id = $2", &[binding_id.into(), check_id.into()])? > 0)
}

/// Waivers by binding; of one binding when it is said.
///
/// # Errors
/// As [`replace`].
pub fn waivers(tx: &mut Tx<'_>, binding_id: Option<i64>) -> Result<HashMap<i64, Vec<Waiver>>, StoreError> {
    let rows = of(tx, "binding_id, check_id, reason, granted_by, granted_at, ends_at", "account_waiver", binding_id)?;
    let mut waivers = HashMap::<i64, Vec<Waiver>>::new();
    for row in &rows {
        let waiver = Waiver {
            check_id: row.text(1)?.to_owned(),
            reason: row.text(2)?.to_owned(),
            granted_by: row.text(3)?.to_owned(),
            granted_at: row.timestamp(4)?,
            ends_at: row.timestamp(5)?,
        };
        waivers.entry(row.integer(0)?).or_default().push(waiver);
    }
    Ok(waivers)
}

/// Forgets verdicts and waivers of a binding that is removed.
///
/// # Errors
/// As [`replace`].
pub fn forget(tx: &mut Tx<'_>, binding_id: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM account_check WHERE binding_id = $1", &[binding_id.into()])?;
    tx.execute("DELETE FROM account_waiver WHERE binding_id = $1", &[binding_id.into()])?;
    Ok(())
}

fn of(tx: &mut Tx<'_>, columns: &str, table: &str, binding_id: Option<i64>) -> Result<Vec<Row>, StoreError> {
    let whose = if binding_id.is_some() { "WHERE binding_id = $1" } else { "" };
    let params: Vec<Param<'_>> = binding_id.map(Param::from).into_iter().collect();
    tx.query(&format!("SELECT {columns} FROM {table} {whose} ORDER BY binding_id, check_id"), &params)
}

#[cfg(test)]
mod tests {
    use provost_domain::accounts::verification::Tools;

    #[test]
    fn tools_are_kept_by_their_ids() {
        for tools in Tools::ALL {
            assert_eq!(serde_json::to_value(tools).expect("JSON"), tools.id());
        }
    }
}
