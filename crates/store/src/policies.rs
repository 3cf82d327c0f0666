//! Signed policy documents.
