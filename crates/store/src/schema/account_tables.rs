//! Tables of accounts, their secrets and what is done with them; since schema 2. Times are microseconds since 1970 in UTC.

use super::definition::{Definition, Keeping, added_text, blob, integer, null, text};
use provost_catalog::database::Table;

/// Every table of schema 2.
pub(super) fn tables() -> Vec<Definition> {
    let mut tables = accounts();
    tables.extend(servers());
    tables.extend(alerts());
    tables
}

fn accounts() -> Vec<Definition> {
    use Keeping::{ByArrival, ByKey, ByNewNumber};
    vec![
        Definition::new(
            Table::AccountBinding,
            "account_binding",
            ByNewNumber,
            1,
            &[
                integer("binding_id"),
                text("kind"),
                text("object"),
                integer("position"),
                text("principal_kind"),
                text("name"),
                text("name_key"),
                null(text("sid")),
                null(integer("secret_id")),
                text("standing"),
                integer("created_at"),
                text("created_by"),
                integer("changed_at"),
                text("changed_by"),
            ],
        )
        .unique(&["kind", "object", "name_key"])
        .index(&["name_key"]),
        Definition::new(
            Table::Secret,
            "secret",
            ByKey,
            2,
            &[
                integer("secret_id"),
                integer("version"),
                text("key_id"),
                integer("created_at"),
                text("created_by"),
                null(integer("retired_at")),
                null(integer("destroyed_at")),
            ],
        ),
        Definition::new(Table::SealedSecret, "sealed_secret", ByArrival, 2, &[integer("secret_id"), integer("version"), blob("sealed")]),
        Definition::new(
            Table::AccountRefusal,
            "account_refusal",
            ByKey,
            2,
            &[text("name_key"), integer("secret_version"), integer("refusals"), integer("first_at"), integer("last_at"), text("outcome")],
        ),
        Definition::new(
            Table::AccountUse,
            "account_use",
            ByNewNumber,
            1,
            &[
                integer("use_id"),
                null(integer("binding_id")),
                text("identity"),
                text("account"),
                text("operation"),
                text("target"),
                text("outcome"),
                text("detail"),
                integer("at"),
                integer("duration"),
            ],
        )
        .index(&["binding_id", "at"])
        .index(&["at"]),
        Definition::new(
            Table::AccountCheck,
            "account_check",
            ByKey,
            2,
            &[integer("binding_id"), text("check_id"), text("verdict"), text("evidence"), integer("checked_at"), added_text(11, "mending")],
        ),
        Definition::new(
            Table::AccountWaiver,
            "account_waiver",
            ByKey,
            2,
            &[integer("binding_id"), text("check_id"), text("reason"), text("granted_by"), integer("granted_at"), integer("ends_at")],
        ),
        Definition::new(
            Table::AccountTask,
            "account_task",
            ByNewNumber,
            1,
            &[
                integer("task_id"),
                text("task"),
                null(integer("binding_id")),
                text("requested_by"),
                integer("requested_at"),
                null(integer("done_at")),
                null(text("failure")),
            ],
        )
        .index(&["done_at"]),
    ]
}

fn servers() -> Vec<Definition> {
    use Keeping::{ByKey, ByNewNumber};
    vec![
        Definition::new(Table::DomainTrust, "domain_trust", ByKey, 1, &[text("domain"), text("forest"), text("trust")]),
        Definition::new(
            Table::MailServer,
            "mail_server",
            ByKey,
            1,
            &[text("site"), text("host"), integer("port"), integer("authenticates"), null(text("ca_pem")), text("sender")],
        ),
        Definition::new(
            Table::ProxyServer,
            "proxy_server",
            ByKey,
            2,
            &[
                text("kind"),
                text("object"),
                text("host"),
                integer("port"),
                integer("authenticates"),
                text("allowed"),
                text("forbidden_host"),
                null(text("ca_pem")),
            ],
        ),
        Definition::new(
            Table::Enrollment,
            "enrollment",
            ByNewNumber,
            1,
            &[integer("enrollment_id"), text("person"), text("device"), text("state"), integer("requested_at"), null(integer("completed_at"))],
        ),
    ]
}

fn alerts() -> Vec<Definition> {
    use Keeping::{ByKey, ByNewNumber};
    vec![
        Definition::new(
            Table::AlertRule,
            "alert_rule",
            ByKey,
            1,
            &[text("name"), text("source"), text("condition"), text("recipients"), integer("enabled"), integer("created_at"), text("created_by")],
        ),
        Definition::new(
            Table::Alert,
            "alert",
            ByNewNumber,
            1,
            &[
                integer("alert_id"),
                text("rule"),
                text("subject"),
                text("words"),
                integer("opened_at"),
                integer("last_at"),
                integer("occurrences"),
                integer("mailed_at"),
                null(integer("closed_at")),
            ],
        )
        .index(&["closed_at"]),
        Definition::new(
            Table::AlertMail,
            "alert_mail",
            ByNewNumber,
            1,
            &[
                integer("mail_id"),
                integer("alert_id"),
                text("message_key"),
                text("recipient"),
                text("heading"),
                text("body"),
                integer("created_at"),
                integer("next_at"),
                integer("attempts"),
                null(integer("sent_at")),
                null(integer("given_up_at")),
                null(text("trouble")),
            ],
        )
        .unique(&["message_key"])
        .index(&["alert_id"])
        .index(&["next_at"]),
        Definition::new(Table::AlertCursor, "alert_cursor", ByKey, 1, &[text("rule"), integer("record_id")]),
    ]
}
