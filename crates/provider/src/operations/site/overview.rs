//! The site in numbers.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::views;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// An inventory that was not renewed for so long is old: clients send one every 7 days (configmgr.md §11.2), and a
/// machine may be off for a holiday.
const INVENTORY_OLD_DAYS: i64 = 30;
/// Limits of the classes that clients are counted in by when they were last seen, in hours.
const LAST_SEEN_HOURS: [(i64, &str); 4] = [(1, "within an hour"), (24, "within a day"), (7 * 24, "within 7 days"), (30 * 24, "within 30 days")];

/// The site in numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Overview {
    /// Devices that are not obsolete.
    pub devices: i64,
    /// Those of them without a client.
    pub devices_without_client: i64,
    /// Clients that wait to be approved.
    pub clients_registered: i64,
    /// Clients that may fetch policy.
    pub clients_approved: i64,
    /// Clients that are blocked.
    pub clients_blocked: i64,
    /// Approved clients by when they were last seen, latest first; each client counts once.
    pub approved_clients_by_last_seen: Vec<Count>,
    /// Devices with a hardware inventory.
    pub inventories: i64,
    /// Devices with a hardware inventory older than `inventory_old_before`.
    pub inventories_old: i64,
    /// Before when an inventory counts as old.
    pub inventory_old_before: Time,
    /// Distinct software products on all devices.
    pub products: i64,
    /// Status messages with a warning since `messages_since`.
    pub warnings: i64,
    /// Status messages with an error since `messages_since`.
    pub errors: i64,
    /// From when on messages are counted.
    pub messages_since: Time,
    /// Devices by operating system, most first, at most ten.
    pub operating_systems: Vec<Count>,
    /// Ids of components that do not run as they should.
    pub components_failing: Vec<String>,
}

/// How many of one kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Count {
    /// The kind.
    pub name: String,
    /// How many.
    pub count: i64,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<Overview, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let now = work.now();
        let limits = views::overview::Limits {
            last_seen: LAST_SEEN_HOURS.iter().map(|(hours, _)| now.plus_seconds(-hours * 3600)).collect(),
            inventory: now.plus_seconds(-INVENTORY_OLD_DAYS * 86_400),
            messages: now.plus_seconds(-86_400),
        };
        work.read(|tx| {
            let numbers = views::overview::numbers(tx, &limits)?;
            let components = work.site.status().components_over(views::components::list(tx)?);
            let failing = components.into_iter().filter(|c| c.state == "failing").map(|c| c.component).collect();
            let names = LAST_SEEN_HOURS.iter().map(|(_, name)| *name).chain(["longer ago or never"]);
            Ok(Overview {
                devices: numbers.devices,
                devices_without_client: numbers.devices_without_client,
                clients_registered: numbers.clients_registered,
                clients_approved: numbers.clients_approved,
                clients_blocked: numbers.clients_blocked,
                approved_clients_by_last_seen: names.zip(numbers.approved_by_last_seen).map(|(name, count)| Count { name: name.to_owned(), count }).collect(),
                inventories: numbers.inventories,
                inventories_old: numbers.inventories_old,
                inventory_old_before: limits.inventory.into(),
                products: numbers.products,
                warnings: numbers.warnings,
                errors: numbers.errors,
                messages_since: limits.messages.into(),
                operating_systems: numbers.operating_systems.into_iter().map(|(name, count)| Count { name, count }).collect(),
                components_failing: failing,
            })
        })
    })
    .await
}

/// Tells the site in numbers: devices, clients, inventories, messages.
#[utoipa::path(get, path = "/api/v1/overview", operation_id = "site_overview", tag = "site",
    responses((status = 200, description = "The numbers", body = One<Overview>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<Overview>>, ApiError> {
    ask(&site, &caller).await.map(|overview| Json(One::new(overview)))
}
