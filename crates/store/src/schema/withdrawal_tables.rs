//! The tables of looks at what is published, before it is taken away for good; since schema 5. Times are microseconds since
//! 1970 in UTC.

use super::definition::{Definition, Keeping, integer, null, text};
use provost_catalog::database::Table;

/// Every table of schema 5.
pub(super) fn tables() -> Vec<Definition> {
    vec![
        Definition::new(
            Table::WithdrawalLook,
            "withdrawal_look",
            Keeping::ByKey,
            1,
            &[
                text("forest"),
                integer("asked_at"),
                text("asked_by"),
                null(integer("done_at")),
                text("outcome"),
                text("detail"),
                text("account"),
                text("domain_controller"),
                text("container"),
            ],
        ),
        Definition::new(
            Table::WithdrawalObject,
            "withdrawal_object",
            Keeping::ByKey,
            2,
            // What is missing to delete it; empty when nothing is.
            &[text("forest"), text("dn"), text("missing")],
        ),
    ]
}
