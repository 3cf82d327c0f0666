//! Kerberos against a real KDC.

mod configuring;
mod domain;
mod exchange;
mod kdc;
mod sign_in;
