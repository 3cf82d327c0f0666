//! Devices: records of machines, managed or only discovered.

pub mod inventory;
pub mod list;
pub mod remove;
pub mod show;

use crate::error::ApiError;
use crate::site::Stop;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::ResourceId;
use provost_store::{Tx, devices, views};

/// The device that a person names: by number, or by a name that only one device has.
fn named(tx: &mut Tx<'_>, name: &str) -> Result<ResourceId, Stop> {
    if let Ok(number) = name.parse::<i64>()
        && let Some(device) = devices::find(tx, ResourceId(number))?
    {
        return Ok(device.resource_id);
    }
    let called = views::devices::called(tx, name)?;
    match called.as_slice() {
        [] => Err(ApiError::not_found("device", name, "provost device list").into()),
        [(only, _)] => Ok(*only),
        several => {
            let numbers: Vec<String> = several.iter().map(|(number, name)| format!("{number} ({name})")).collect();
            let cause = format!("several devices are called so: {}", numbers.join(", "));
            let error = ApiError::new(StatusCode::CONFLICT, code::NAME_AMBIGUOUS, format!("{name} does not name one device"), cause);
            Err(error.fix(format!("name it by number: provost device show {}", several[0].0)).into())
        }
    }
}
