//! Attributes and classes of a forest, with what entries of access control lists call them.

use crate::entry::Entry;
use crate::search::Scope;
use crate::session::Session;
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{AttributeSchema, Schema};
use provost_domain::outcome::Outcome;
use provost_sd::Guid;
use std::ops::ControlFlow;

const FILTER: &str = "(|(objectClass=attributeSchema)(objectClass=classSchema))";
const ATTRIBUTES: &[&str] = &["objectClass", "lDAPDisplayName", "schemaIDGUID", "attributeSecurityGUID", "systemFlags", "searchFlags", "systemOnly", "linkID"];

impl Session {
    /// Every attribute and class that the account may see in the schema.
    ///
    /// # Errors
    /// As [`Session::search`]; [`Outcome::LacksRight`] when the schema may not be seen.
    pub async fn schema(&mut self) -> Result<Schema, Failure> {
        let base = self.root().schema_dn.clone();
        let mut schema = Schema::default();
        let found = self.search(&base, Scope::OneLevel, FILTER, ATTRIBUTES, |entry| {
            add(&mut schema, &entry);
            ControlFlow::Continue(())
        });
        match found.await?.entries {
            0 => Err(Failure::new(Outcome::LacksRight, "schema", format!("{base} is not there, or may not be seen"))),
            _ => Ok(schema),
        }
    }
}

/// What has no name or identifier is left out: nothing is judged of it then.
fn add(schema: &mut Schema, entry: &Entry) {
    let guid = |name: &str| entry.bytes(name).and_then(|bytes| bytes.try_into().ok()).map(Guid::from_bytes);
    let number = |name: &str| entry.number(name).unwrap_or_default();
    let (Some(name), Some(id)) = (entry.text("lDAPDisplayName"), guid("schemaIDGUID")) else { return };
    if entry.texts("objectClass").any(|class| class.eq_ignore_ascii_case("classSchema")) {
        schema.add_class(name, id);
    } else {
        let system_only = entry.truth("systemOnly").unwrap_or(false);
        let set = guid("attributeSecurityGUID").filter(|set| *set != Guid::of(0));
        schema.add_attribute(name, AttributeSchema::new(id, set, number("systemFlags"), entry.number("searchFlags"), system_only, number("linkID")));
    }
}
