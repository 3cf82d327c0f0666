//! The 8 Windows groups of the book. Reference: nothing here tells who is a member.

pub mod list;
pub mod show;
