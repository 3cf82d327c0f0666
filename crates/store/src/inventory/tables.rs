//! Statements for the tables of inventory classes, derived from the catalog once.

use crate::database::{ColumnType, Insert, Param};
use provost_catalog::inventory::{CLASSES, Class, SOFTWARE, Type};
use provost_domain::inventory::Value;
use std::sync::LazyLock;

/// One class's table. Installed software has a table of another shape and is not among these.
pub(super) struct ClassTable {
    /// The class.
    pub class: &'static Class,
    columns: Vec<(&'static str, ColumnType)>,
    /// Removes the instance with the device of `$1` and the keys that follow; only for a class with keys.
    pub delete_instance: String,
    /// Removes all instances of the devices in the list that stands for `{}`.
    pub delete_devices: String,
}

static TABLES: LazyLock<Vec<ClassTable>> = LazyLock::new(|| {
    CLASSES
        .iter()
        .filter(|class| **class != SOFTWARE)
        .map(|class| {
            let mut columns = vec![("resource_id", ColumnType::Integer)];
            columns.extend(class.properties.iter().map(|property| {
                let ty = match property.ty {
                    Type::Text => ColumnType::Text,
                    Type::Integer => ColumnType::Integer,
                };
                (property.name, ty)
            }));
            let keys: String = (2..).zip(class.keys()).map(|(n, key)| format!(" AND {} = ${n}", key.name)).collect();
            ClassTable {
                class,
                columns,
                delete_instance: format!("DELETE FROM {} WHERE resource_id = $1{keys}", class.table),
                delete_devices: format!("DELETE FROM {} WHERE resource_id IN {{}}", class.table),
            }
        })
        .collect()
});

impl ClassTable {
    /// Adds instances: the device, then the properties in the catalog's order.
    pub(super) fn insert(&'static self) -> Insert {
        Insert { table: self.class.table, columns: &self.columns, conflict: "" }
    }
}

/// The tables in the order of the catalog.
pub(super) fn tables() -> &'static [ClassTable] {
    &TABLES
}

/// A value as a parameter.
pub(super) fn param<'v>(value: &'v Value<'_>) -> Param<'v> {
    match value {
        Value::Null => Param::Null,
        Value::Text(text) => Param::Text(text),
        Value::Integer(number) => Param::Integer(*number),
    }
}
