//! The instances of one inventory class of a device.

use super::named;
use crate::access::{Access, Caller, Operation, Securable};
use crate::cursor;
use crate::document::{List, cut, limit};
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Path, Query};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::inventory::{self, CLASSES};
use provost_domain::suggestion;
use provost_store::{Value, views};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::ReadResource);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items of the page, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// One instance: its properties by name in the order of the class, each text, whole number or null.
#[derive(Clone, Debug, ToSchema)]
#[schema(value_type = Object)]
pub struct Instance(pub Vec<(&'static str, serde_json::Value)>);

impl Serialize for Instance {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String, class: String, request: Request) -> Result<List<Instance>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let Some(class) = inventory::class(&class) else {
            let mut error = ApiError::not_found("inventory class", &class, "provost device show NAME");
            if let Some(near) = suggestion::nearest(&class, CLASSES.iter().map(|c| c.name)) {
                error.fix = format!("did you mean {near}?");
            }
            return Err(error);
        };
        let limit = limit(request.limit);
        let after = request.after.as_deref().map(|text| cursor::read(text, class.key_properties)).transpose()?;
        work.read(|tx| {
            let device = named(tx, &name)?;
            let total = views::inventory::amounts(tx, device)?.into_iter().find(|amount| amount.class == class).map(|amount| amount.instances);
            let mut rows = views::inventory::instances(tx, device, class, after.as_deref(), limit + 1)?;
            let more = cut(&mut rows, limit);
            let next = rows.last().filter(|_| more).map(|last| cursor::write(&last[..class.key_properties]));
            let items = rows.into_iter().map(|row| Instance(class.properties.iter().zip(row).map(|(property, value)| (property.name, json(value))).collect()));
            Ok(List::page(items.collect(), next, total))
        })
    })
    .await
}

fn json(value: Value) -> serde_json::Value {
    match value {
        Value::Null | Value::Blob(_) => serde_json::Value::Null,
        Value::Integer(number) => number.into(),
        Value::Text(text) => text.into(),
    }
}

/// Lists what a device has of one inventory class, sorted by the class's keys.
#[utoipa::path(get, path = "/api/v1/devices/{name}/inventory/{class}", operation_id = "device_inventory", tag = "devices", params(
        ("name" = String, Path, description = "Number of the device, or a name that only one device has"),
        ("class" = String, Path, description = "Name of the class, such as `software`"), Request),
    responses((status = 200, description = "A page of instances", body = List<Instance>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(
    State(site): State<Site>,
    caller: Caller,
    Path((name, class)): Path<(String, String)>,
    Query(request): Query<Request>,
) -> Result<Json<List<Instance>>, ApiError> {
    ask(&site, &caller, name, class, request).await.map(Json)
}
