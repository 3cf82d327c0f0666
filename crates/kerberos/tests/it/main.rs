//! Kerberos against a real KDC.

mod configuring;
mod exchange;
mod kdc;
mod sign_in;
