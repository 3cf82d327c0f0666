//! Site system roles; today the management point.
//!
//! A role answers over the network, puts what it takes into inboxes and reads rows as its own database principal. It
//! never writes the database and never talks to the site's components: files, rows and bells are all they share.

pub mod management_point;
