//! Numbered messages: what each means and what helps.

pub mod list;
pub mod show;
