//! What a domain controller says of rights: descriptors, what an account may change, and what it takes an account for.
//!
//! Whatever does not come is *unseen*: a directory leaves out what may not be read just as it leaves out what is not there.

use crate::control;
use crate::entry::Entry;
use crate::session::Session;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_sd::{SecurityDescriptor, Sid};

const DESCRIPTOR: &str = "nTSecurityDescriptor";
const TOKEN_GROUPS: &str = "tokenGroups";
/// Owner, group and discretionary list: all that may be read without a privilege.
const PARTS: i64 = 7;
/// Most identifiers of one token: more than Windows puts into a ticket.
const TOKEN_MAX: usize = 4096;

/// What was looked for, or why it was not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed<T> {
    /// It came.
    Seen(T),
    /// It did not come; nothing may be concluded from that.
    Unseen(&'static str),
}

impl<T> Observed<T> {
    /// What came.
    #[must_use]
    pub fn seen(self) -> Option<T> {
        match self {
            Self::Seen(value) => Some(value),
            Self::Unseen(_) => None,
        }
    }
}

/// What a domain controller lets the account change of an object, as it computes it itself (MS-ADTS §3.1.1.4.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveRights {
    /// `allowedAttributes`: every attribute that the object may have.
    pub allowed_attributes: Vec<String>,
    /// `allowedAttributesEffective`: those that the account may write.
    pub attributes: Vec<String>,
    /// `allowedChildClasses`: every class that may stand below it.
    pub allowed_child_classes: Vec<String>,
    /// `allowedChildClassesEffective`: those that the account may create there.
    pub child_classes: Vec<String>,
    /// `sDRightsEffective`: the parts of the descriptor that it may write, 1 owner, 2 group, 4 discretionary list, 8 audit list.
    pub descriptor_rights: i64,
}

impl EffectiveRights {
    const ATTRIBUTES: &'static [&'static str] =
        &["allowedAttributes", "allowedAttributesEffective", "allowedChildClasses", "allowedChildClassesEffective", "sDRightsEffective"];

    fn read(entry: &Entry) -> Option<Self> {
        let texts = |name: &str| entry.texts(name).map(str::to_owned).collect();
        Some(Self {
            allowed_attributes: texts("allowedAttributes"),
            attributes: texts("allowedAttributesEffective"),
            allowed_child_classes: texts("allowedChildClasses"),
            child_classes: texts("allowedChildClassesEffective"),
            // Zero comes as such: left out, it was not computed.
            descriptor_rights: entry.number("sDRightsEffective")?,
        })
    }
}

impl Session {
    /// The descriptor of an object but for its audit list. Without being asked for its parts, a directory leaves it out.
    ///
    /// # Errors
    /// As [`Failure`] tells; [`Outcome::Broken`] when what came is no descriptor.
    pub async fn descriptor(&mut self, dn: &str) -> Result<Observed<SecurityDescriptor>, Failure> {
        let entry = self.connection.read(vec![control::descriptor_parts(PARTS)], dn, &[DESCRIPTOR]).await?;
        let Some(entry) = entry else { return Ok(Observed::Unseen("the object is not there, or may not be seen")) };
        let Some(bytes) = entry.bytes(DESCRIPTOR) else { return Ok(Observed::Unseen("the account may not read its permissions")) };
        let read = SecurityDescriptor::parse(bytes).map_err(|error| Failure::new(Outcome::Broken, "descriptor", format!("{dn}: {error}")))?;
        Ok(Observed::Seen(read))
    }

    /// What the account that is signed in may change of an object.
    ///
    /// # Errors
    /// As [`Failure`] tells.
    pub async fn effective(&mut self, dn: &str) -> Result<Observed<EffectiveRights>, Failure> {
        let Some(entry) = self.read(dn, EffectiveRights::ATTRIBUTES).await? else {
            return Ok(Observed::Unseen("the object is not there, or may not be seen"));
        };
        Ok(EffectiveRights::read(&entry).map_or(Observed::Unseen("the server does not say what may be changed"), Observed::Seen))
    }

    /// Everything that a principal is by way of its groups, nested ones too, but not what its sign-in adds; empty when the
    /// account may not read it.
    ///
    /// # Errors
    /// As [`Failure`] tells; [`Outcome::Broken`] when what came is no identifier.
    pub async fn token_groups(&mut self, dn: &str) -> Result<Vec<Sid>, Failure> {
        self.sids(dn).await
    }

    /// Everything that the server takes this session for: the account, its groups, and what the sign-in adds.
    ///
    /// # Errors
    /// As [`Session::token_groups`].
    pub async fn own_token(&mut self) -> Result<Vec<Sid>, Failure> {
        self.sids("").await
    }

    async fn sids(&mut self, dn: &str) -> Result<Vec<Sid>, Failure> {
        let Some(entry) = self.read(dn, &[TOKEN_GROUPS]).await? else { return Ok(Vec::new()) };
        let sid = |bytes| Sid::from_bytes(bytes).map_err(|error| Failure::new(Outcome::Broken, "token", error));
        entry.all(TOKEN_GROUPS).take(TOKEN_MAX).map(sid).collect()
    }
}
