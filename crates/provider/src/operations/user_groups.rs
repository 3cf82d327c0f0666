//! Security groups of directories: resources that discovery found. The eight groups of a site are [`super::groups`].

pub mod list;
pub mod show;
