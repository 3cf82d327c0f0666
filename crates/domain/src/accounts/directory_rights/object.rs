//! One object as it was seen by an account, and what that says of the account.

use super::{Change, Schema};
use provost_sd::access::{
    CREATE_CHILD, DELETE, DELETE_CHILD, DELETE_TREE, DIRECTORY_ALL, EXTENDED_RIGHT, READ_PROPERTY, SELF_WRITE, WRITE_DACL, WRITE_OWNER, WRITE_PROPERTY,
};
use provost_sd::{Asker, Dacl, Effective, GenericMapping, Guid, ObjectType, SecurityDescriptor, Sid, Token, effective, effective_on_object};
use std::collections::BTreeSet;

/// Rights to change something of which no server tells what it thinks.
const FURTHER: u32 = DELETE | DELETE_TREE | DELETE_CHILD | SELF_WRITE | EXTENDED_RIGHT;
/// Validated writes (MS-ADTS §5.1.3.2.2): who has such a right changes an attribute within bounds, such as adding himself to a group
/// or naming a service of the computer. Entries name each by itself.
const VALIDATED_WRITES: &[Guid] = &[
    Guid::of(0xbf96_79c0_0de6_11d0_a285_00aa_0030_49e2), // Self-Membership
    Guid::of(0xf3a6_4788_5306_11d1_a9c5_0000_f803_67c1), // Validated-SPN
    Guid::of(0x72e3_9547_7b18_11d1_adef_00c0_4fd8_d5cd), // Validated-DNS-Host-Name
    Guid::of(0x8086_3791_dbe9_4eb8_837e_7f0a_b55d_9ac7), // Validated-MS-DS-Additional-DNS-Host-Name
    Guid::of(0xd31a_8757_2447_4545_8081_3bb6_10ca_cbf2), // Validated-MS-DS-Behavior-Version
    Guid::of(0x9b02_6da6_0d3c_465c_8bee_5199_d716_5cba), // DS-Validated-Write-Computer, of key credentials
];
/// Bits of `sDRightsEffective` (MS-ADTS §3.1.1.4.5.4): owner and group.
const OWNER: i64 = 0x1;
/// The discretionary list.
const DACL: i64 = 0x4;

/// What the domain controller answers an account about one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerSays {
    /// `allowedAttributes`: every attribute that the object may have.
    pub allowed_attributes: Vec<String>,
    /// `allowedAttributesEffective`: those that the account may write.
    pub attributes: Vec<String>,
    /// `allowedChildClasses`: every class that may stand below the object.
    pub allowed_child_classes: Vec<String>,
    /// `allowedChildClassesEffective`: those that the account may create there.
    pub child_classes: Vec<String>,
    /// `sDRightsEffective`: the parts of the descriptor that it may write. None: it was not answered.
    pub descriptor_rights: Option<i64>,
}

/// One object as an account saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectSeen {
    /// Its name.
    pub dn: String,
    /// Its own class: the last of `objectClass`.
    pub class: String,
    /// Its SID, when it is a principal.
    pub sid: Option<Sid>,
    /// What the domain controller says.
    pub says: ServerSays,
    /// Its descriptor. None: it did not come, so nothing can be judged from it.
    pub descriptor: Option<SecurityDescriptor>,
    /// Attributes that came when they were asked for, in lower case.
    pub came: BTreeSet<String>,
    /// Who may retrieve its password, where it is a group managed service account ([`super::PASSWORD_READERS`]). None: it did not
    /// come, or is no descriptor.
    pub password_readers: Option<SecurityDescriptor>,
}

/// Both views of what an account may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Views {
    /// The same was found both ways.
    Agree(Change),
    /// The domain controller says one thing, the descriptor another.
    Differ {
        /// What the domain controller says.
        server: Change,
        /// What the descriptor says.
        descriptor: Change,
    },
    /// It cannot be told, with the reason.
    Unknown(&'static str),
}

/// Whether one right is given: none when that is undecided.
const fn settled(found: Effective, right: u32) -> Option<bool> {
    match (found.granted & right != 0, found.undecided & right != 0) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}

impl ObjectSeen {
    /// What the account may change, both ways.
    #[must_use]
    pub fn views(&self, schema: &Schema, token: &Token) -> Views {
        let Some(rights) = self.says.descriptor_rights else {
            return Views::Unknown("the domain controller did not say what the account may change");
        };
        let Some(descriptor) = &self.descriptor else { return Views::Unknown("its descriptor did not come") };
        let Some(class) = schema.class(&self.class) else { return Views::Unknown("its class is not in the schema that was read") };
        let lower = |names: &[String]| names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let server = Change {
            attributes: lower(&self.says.attributes),
            child_classes: lower(&self.says.child_classes),
            owner: rights & OWNER != 0,
            permissions: rights & DACL != 0,
            further: 0,
        };
        let (own, undecided) = match self.by_descriptor(descriptor, class, schema, token) {
            Ok(told) => told,
            Err(why) => return Views::Unknown(why),
        };
        if undecided != 0 {
            Views::Unknown("its descriptor has entries with conditions, or of unknown kinds, on which the answer depends")
        } else if own.as_told() == server {
            Views::Agree(own)
        } else {
            Views::Differ { server, descriptor: own }
        }
    }

    /// Whether the descriptor lets the account change something for certain.
    pub(super) fn lets_change(&self, schema: &Schema, token: &Token, what: impl Fn(&Change) -> bool) -> bool {
        let (Some(descriptor), Some(class)) = (&self.descriptor, schema.class(&self.class)) else { return false };
        self.by_descriptor(descriptor, class, schema, token).is_ok_and(|(change, _)| what(&change))
    }

    /// What the descriptor lets the account change, and which rights are undecided.
    fn by_descriptor(&self, descriptor: &SecurityDescriptor, class: Guid, schema: &Schema, token: &Token) -> Result<(Change, u32), &'static str> {
        let asker = self.asker(token);
        let whole = effective(descriptor, asker);
        let mut undecided = whole.undecided & DIRECTORY_ALL;
        let mut own = Change {
            owner: whole.granted & WRITE_OWNER != 0,
            permissions: whole.granted & WRITE_DACL != 0,
            further: whole.granted & FURTHER,
            ..Change::default()
        };
        for right in VALIDATED_WRITES {
            let found = effective_on_object(descriptor, asker, ObjectType::right(class, *right));
            undecided |= found.undecided & SELF_WRITE;
            own.further |= found.granted & SELF_WRITE;
        }
        for name in &self.says.allowed_attributes {
            let attribute = schema.attribute(name).ok_or("one of its attributes is not in the schema that was read")?;
            let found = effective_on_object(descriptor, asker, ObjectType::attribute(class, attribute.property_set, attribute.guid));
            undecided |= found.undecided & WRITE_PROPERTY;
            if attribute.writable && found.granted & WRITE_PROPERTY != 0 {
                own.attributes.insert(name.to_ascii_lowercase());
            }
        }
        for name in &self.says.allowed_child_classes {
            let child = schema.class(name).ok_or("a class of its children is not in the schema that was read")?;
            let found = effective_on_object(descriptor, asker, ObjectType::child(child));
            undecided |= found.undecided & (CREATE_CHILD | DELETE_CHILD);
            own.further |= found.granted & DELETE_CHILD;
            if found.granted & CREATE_CHILD != 0 {
                own.child_classes.insert(name.to_ascii_lowercase());
            }
        }
        Ok((own, undecided))
    }

    /// Whether the descriptor gives the right that confidential attributes take beside reading, on one of these.
    pub(super) fn lets_read_secrets(&self, schema: &Schema, token: &Token, names: &[String]) -> bool {
        names.iter().any(|name| self.of_attribute(schema, token, name).is_some_and(|found| found.granted & EXTENDED_RIGHT != 0))
    }

    /// What the descriptor says of reading an attribute: none when that cannot be told.
    #[must_use]
    pub fn may_read(&self, schema: &Schema, token: &Token, name: &str) -> Option<bool> {
        let attribute = schema.attribute(name)?;
        let needed = if attribute.confidential == Some(false) { READ_PROPERTY } else { READ_PROPERTY | EXTENDED_RIGHT };
        let found = self.of_attribute(schema, token, name)?;
        let possible = found.granted | found.undecided;
        // Where it is not known whether more is needed, the right to read alone settles nothing.
        let least = if attribute.confidential.is_none() { READ_PROPERTY } else { needed };
        if found.granted & needed == needed {
            Some(true)
        } else if possible & least == least {
            None
        } else {
            Some(false)
        }
    }

    /// What the descriptor says of an extended right, by its `rightsGuid`: none when that cannot be told.
    #[must_use]
    pub fn may_use(&self, schema: &Schema, token: &Token, right: Guid) -> Option<bool> {
        let class = schema.class(&self.class)?;
        let found = effective_on_object(self.descriptor.as_ref()?, self.asker(token), ObjectType::right(class, right));
        settled(found, EXTENDED_RIGHT)
    }

    /// What the descriptor of those who retrieve its password says: none when it did not come, or does not settle it.
    #[must_use]
    pub fn may_retrieve_password(&self, token: &Token) -> Option<bool> {
        let mut readers = self.password_readers.clone()?;
        // Nobody resolves generic rights in a value; what they mean counts, whether or not a domain controller thinks so too.
        if let Dacl::List(list) = &mut readers.dacl {
            list.aces.iter_mut().for_each(|ace| ace.mask = GenericMapping::DIRECTORY.map(ace.mask));
        }
        let found = effective(&readers, self.asker(token));
        settled(found, READ_PROPERTY)
    }

    /// Every right on the object as a whole.
    #[must_use]
    pub fn whole(&self, token: &Token) -> Option<Effective> {
        self.descriptor.as_ref().map(|descriptor| effective(descriptor, self.asker(token)))
    }

    fn of_attribute(&self, schema: &Schema, token: &Token, name: &str) -> Option<Effective> {
        let (class, attribute) = (schema.class(&self.class)?, schema.attribute(name)?);
        let part = ObjectType::attribute(class, attribute.property_set, attribute.guid);
        Some(effective_on_object(self.descriptor.as_ref()?, self.asker(token), part))
    }

    fn asker<'a>(&'a self, token: &'a Token) -> Asker<'a> {
        let asker = Asker::of_directory(token);
        self.sid.as_ref().map_or(asker, |itself| asker.of_principal(itself))
    }
}
