//! Tables of discovery: how it is set, where it looks, what it found, forests with their networks, and whom of a directory
//! the site lets in; since schema 3.
//! Times are microseconds since 1970 in UTC, intervals are seconds.

use super::definition::{Definition, Keeping, added, added_text, blob, integer, null, text};
use provost_catalog::database::Table;

/// Every table of schema 3.
pub(super) fn tables() -> Vec<Definition> {
    let mut tables = methods();
    tables.extend(objects());
    tables.extend(forests());
    tables.extend(admins());
    tables
}

fn admins() -> Vec<Definition> {
    use Keeping::ByKey;
    vec![
        Definition::new(Table::DirectoryAdmin, "directory_admin", ByKey, 1, &[text("sid"), text("name"), integer("created_at"), text("created_by")])
            .unique(&["name"]),
        Definition::new(Table::DirectorySession, "directory_session", ByKey, 1, &[text("token_digest"), text("sid")]).index(&["sid"]),
    ]
}

fn methods() -> Vec<Definition> {
    use Keeping::{ByArrival, ByKey, ByNewNumber};
    vec![
        Definition::new(
            Table::DiscoveryMethod,
            "discovery_method",
            ByKey,
            1,
            &[
                text("method"),
                integer("enabled"),
                integer("full_every"),
                null(integer("delta_every")),
                null(integer("logged_on_within_days")),
                null(integer("password_within_days")),
                integer("disabled"),
                integer("distribution_groups"),
                integer("subnet_boundaries"),
                integer("site_boundaries"),
                text("attributes"),
            ],
        ),
        Definition::new(
            Table::DiscoveryLocation,
            "discovery_location",
            ByNewNumber,
            1,
            &[
                integer("location_id"),
                text("method"),
                text("path"),
                integer("recurse"),
                integer("look_inside_groups"),
                text("group_names"),
                text("hosts"),
                null(text("ca_pem")),
                integer("created_at"),
                text("created_by"),
            ],
        )
        .unique(&["method", "path"]),
        Definition::new(
            Table::DiscoveryCursor,
            "discovery_cursor",
            ByArrival,
            2,
            &[integer("location_id"), text("invocation_id"), text("domain_controller"), integer("usn"), integer("read_at")],
        ),
        Definition::new(
            Table::DiscoveryRun,
            "discovery_run",
            ByNewNumber,
            1,
            &[
                integer("run_id"),
                text("method"),
                text("target"),
                text("kind"),
                text("requested_by"),
                integer("requested_at"),
                null(integer("started_at")),
                null(integer("ended_at")),
                text("account"),
                text("domain_controller"),
                integer("read"),
                integer("left_out"),
                integer("deposited"),
                integer("loaded"),
                integer("added"),
                integer("changed"),
                text("blocked"),
                text("outcome"),
                text("detail"),
                added(6, "reports"),
                added(6, "reports_loaded"),
            ],
        )
        .index(&["method", "target", "started_at"])
        .index(&["ended_at"]),
    ]
}

/// What was found, in the form of schema 12: by numbers of SIDs, what every look changes in a table by itself, and the wide rows in the
/// order in which they came and with numbers for what the same few words would say of all of them. An object's domain stands
/// beside what its SID begins with.
pub(super) fn objects() -> Vec<Definition> {
    use Keeping::{ByKey, ByNumber};
    vec![
        Definition::new(
            Table::DirectoryObject,
            "directory_object",
            ByNumber,
            1,
            &[
                integer("number"),
                integer("sid_key"),
                integer("kind"),
                blob("guid"),
                text("account_name"),
                text("distinguished_name"),
                text("display_name"),
                text("principal_name"),
                text("mail"),
                text("dns_name"),
                text("operating_system"),
                integer("scope"),
                integer("disabled"),
                null(integer("last_logon_at")),
                null(integer("password_set_at")),
                text("attributes"),
                integer("method"),
                integer("created_at"),
            ],
        )
        .index(&["kind", "account_name"]),
        Definition::new(
            Table::DirectoryState,
            "directory_state",
            ByNumber,
            1,
            &[integer("sid_key"), integer("number"), blob("digest"), null(integer("resource_id")), integer("limited"), integer("discovered_at")],
        )
        .index_where(&["resource_id"], "resource_id IS NOT NULL"),
        Definition::new(Table::SidBeginning, "sid_beginning", ByNumber, 1, &[integer("number"), text("beginning"), added_text(12, "domain")])
            .unique(&["beginning"]),
        Definition::new(Table::Membership, "membership", ByKey, 2, &[integer("group_key"), integer("member_key"), integer("by_primary")])
            .index(&["member_key"]),
        Definition::new(Table::GroupName, "group_name", ByNumber, 1, &[integer("group_key"), text("name"), integer("security")]),
    ]
}

fn forests() -> Vec<Definition> {
    use Keeping::{ByKey, ByNewNumber};
    vec![
        Definition::new(
            Table::Forest,
            "forest",
            ByKey,
            1,
            &[
                text("forest"),
                text("hosts"),
                null(text("ca_pem")),
                integer("discovers"),
                text("created_by"),
                integer("created_at"),
                null(integer("discovered_at")),
            ],
        ),
        Definition::new(
            Table::ForestDomain,
            "forest_domain",
            ByKey,
            2,
            &[text("forest"), text("domain"), text("netbios_name"), text("sid"), integer("functional_level"), integer("discovered_at")],
        ),
        Definition::new(Table::ForestSite, "forest_site", ByKey, 2, &[text("forest"), text("ad_site"), text("description"), integer("discovered_at")]),
        Definition::new(
            Table::ForestSubnet,
            "forest_subnet",
            ByKey,
            2,
            &[text("forest"), text("subnet"), text("ad_site"), text("description"), integer("discovered_at")],
        ),
        Definition::new(
            Table::Boundary,
            "boundary",
            ByNewNumber,
            1,
            &[integer("boundary_id"), text("kind"), text("value"), text("description"), text("created_by"), integer("created_at")],
        )
        .unique(&["kind", "value"]),
    ]
}
