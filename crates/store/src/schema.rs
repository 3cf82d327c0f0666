//! The schema: one definition, rendered for each engine.

/// The newest schema that this program knows; a database with a newer one is left alone.
pub const VERSION: i64 = 1;
