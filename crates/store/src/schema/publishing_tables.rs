//! The table of publishing; since schema 4. Times are microseconds since 1970 in UTC.

use super::definition::{Definition, Keeping, integer, null, text};
use provost_catalog::database::Table;

/// Every table of schema 4.
pub(super) fn tables() -> Vec<Definition> {
    vec![Definition::new(
        Table::ForestPublishing,
        "forest_publishing",
        Keeping::ByKey,
        1,
        &[
            text("forest"),
            // Whether somebody wants it there, and whether something of the site may be there.
            integer("wanted"),
            integer("standing"),
            text("changed_by"),
            integer("changed_at"),
            null(integer("tried_at")),
            null(integer("succeeded_at")),
            null(integer("retry_at")),
            integer("failures"),
            text("account"),
            text("domain_controller"),
            text("container"),
            integer("objects"),
            text("digest"),
            text("outcome"),
            text("detail"),
            null(integer("schema_asked_at")),
            text("schema_asked_by"),
            null(integer("schema_done_at")),
            text("schema_outcome"),
            text("schema_detail"),
        ],
    )]
}
