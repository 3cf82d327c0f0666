//! Clients: key, certificate, approval.
