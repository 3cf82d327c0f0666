//! From schema 8 to 9: no index is kept any more that nobody looks anything up by. Each costs every new device a place in it,
//! anywhere among all the others.

use super::ddl::create_index;
use super::tables::device_values;

/// Brings a database of schema 8 to these indexes.
pub(super) fn upgrade() -> Vec<String> {
    let values = device_values();
    let drops = ["device_by_hardware_id", "device_value_by_property_and_value"].map(|index| format!("DROP INDEX {index}"));
    drops.into_iter().chain(values.indexes.iter().map(|index| create_index(&values, index))).collect()
}
