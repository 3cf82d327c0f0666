//! Derived files: written from definitions, or compared with what would be written.

use crate::finding::Finding;

/// Writes every derived file; with `check` compares instead.
pub fn run(_check: bool) -> Result<Vec<Finding>, String> {
    Ok(Vec::new())
}
