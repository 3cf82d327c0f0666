//! What a client and a management point say to each other.

pub mod heartbeat;
pub mod inventory;
pub mod policy;
pub mod registration;
pub mod state;
pub mod status;

/// Version of these messages; part of every path (`/mp/v1/...`).
pub const VERSION: u32 = 1;

/// Paths at a management point.
pub mod path {
    /// GET, without certificate: [`super::registration::SiteInformation`].
    pub const SITE: &str = "/mp/v1/site";
    /// POST, without certificate: [`super::registration::SignedRegistration`] to
    /// [`super::registration::RegistrationAnswer`].
    pub const REGISTER: &str = "/mp/v1/register";
    /// GET with `If-None-Match: "<version>"`: 304, or 200 with [`super::policy::SignedPolicy`].
    pub const POLICY: &str = "/mp/v1/policy";
    /// POST of one message; headers [`super::header`]: 202 with [`crate::answer::Accepted`].
    pub const MESSAGES: &str = "/mp/v1/messages";
    /// POST of [`super::inventory::Offer`]: 200 with [`super::inventory::OfferAnswer`].
    pub const INVENTORY_OFFER: &str = "/mp/v1/inventory/offer";
}

/// Headers of a message.
pub mod header {
    /// The message's id: a UUID of version 7.
    pub const MESSAGE_ID: &str = "provost-message-id";
    /// What it is: a word of [`crate::envelope::Kind`].
    pub const KIND: &str = "provost-kind";
}
