//! When clients were last seen.
