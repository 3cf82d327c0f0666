//! Changes of a domain, as its controller takes them (`domain_controller/load.py`).

use serde::Serialize;
use serde_json::{Map, Value, json};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum Change {
    /// A new object.
    Add {
        /// Its distinguished name.
        dn: String,
        /// Its attributes: a text or several. `unicodePwd` is the password; `nTSecurityDescriptor` and `msDS-GroupMSAMembership` are
        /// SDDL; identifiers of the schema are texts; bytes are base64 after `base64:`.
        attributes: Map<String, Value>,
    },
    /// Other values of attributes.
    Replace {
        /// The object.
        dn: String,
        /// The attributes.
        attributes: Map<String, Value>,
    },
    /// Further values of attributes.
    Append {
        /// The object.
        dn: String,
        /// The attributes.
        attributes: Map<String, Value>,
    },
    /// Further access control entries.
    Permit {
        /// The object.
        dn: String,
        /// Entries in SDDL; `{name}` is the SID of that account or group.
        entries: String,
    },
    /// Another place or name.
    Move {
        /// The object.
        dn: String,
        /// Its new distinguished name.
        to: String,
    },
    /// Addresses of names in DNS that begin otherwise.
    Renumber {
        /// The naming context of the zones.
        dn: String,
        /// How they began.
        before: String,
        /// How they begin.
        after: String,
    },
    /// A further host of a service in DNS.
    Serve {
        /// The node in DNS.
        dn: String,
        /// The host's full name.
        host: String,
        /// The port that it answers on.
        port: u16,
    },
    /// A group without members gets one from another domain of the forest, as a controller keeps it: it knows its GUID, its SID
    /// and its name, and nothing else of it. Samba's forests have one domain, so this is written below what it checks.
    Stranger {
        /// The group.
        dn: String,
        /// The member's distinguished name.
        member: String,
        /// The member's SID.
        sid: String,
    },
    /// The object goes.
    Delete {
        /// The object.
        dn: String,
    },
}

/// Attributes of a JSON object.
fn attributes(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

impl Change {
    /// A new object.
    #[must_use]
    pub fn add(dn: impl Into<String>, of: Value) -> Self {
        Self::Add { dn: dn.into(), attributes: attributes(of) }
    }

    /// A new organizational unit.
    #[must_use]
    pub fn unit(dn: impl Into<String>) -> Self {
        Self::add(dn, json!({ "objectClass": "organizationalUnit" }))
    }

    /// Other values.
    #[must_use]
    pub fn replace(dn: impl Into<String>, of: Value) -> Self {
        Self::Replace { dn: dn.into(), attributes: attributes(of) }
    }

    /// Further values.
    #[must_use]
    pub fn append(dn: impl Into<String>, of: Value) -> Self {
        Self::Append { dn: dn.into(), attributes: attributes(of) }
    }

    /// Further access control entries.
    #[must_use]
    pub fn permit(dn: impl Into<String>, entries: &str) -> Self {
        Self::Permit { dn: dn.into(), entries: entries.to_owned() }
    }

    /// Changes as the controller reads them.
    ///
    /// # Panics
    /// Never: texts can always be written as JSON.
    #[must_use]
    pub fn lines(changes: &[Self]) -> Vec<u8> {
        let mut lines = Vec::new();
        for change in changes {
            serde_json::to_writer(&mut lines, change).expect("texts can be written");
            lines.push(b'\n');
        }
        lines
    }
}
