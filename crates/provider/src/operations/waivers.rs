//! Waivers: somebody answers for a failed check until a date.

pub mod end;
pub mod grant;
