//! Hardware inventory as rows.
