//! The site server's components: registration, discovery, inventory, state, status, presence, policy.

pub mod authority;
