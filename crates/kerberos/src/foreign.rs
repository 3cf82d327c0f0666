//! The one module that calls foreign code: MIT Kerberos, `libkrb5.so.3` and `libgssapi_krb5.so.2`.
//!
//! What every call relies on, beside what stands at it: the functions have the signatures that their headers have
//! had since MIT Kerberos 1.11 (`krb5/krb5.h`, `gssapi/gssapi.h`, `gssapi/gssapi_ext.h`); structures that are passed are
//! laid out as there; pointers that are kept were made by the library and are given back to it exactly once, on drop; a
//! `krb5_context`, a cache and a security context may move between threads and are used by one at a time (no type here is
//! `Sync` unless it says why).

mod environment;
mod gss;
mod krb5;
mod library;

pub use environment::name_configuration;
pub use gss::{Credential, Flags, Name, SecurityContext, Side, Stepped};
pub use krb5::Cache;
pub use library::library;

use std::ffi::CString;

/// What the library said when it refused.
#[derive(Debug)]
pub struct Refusal {
    /// Its Kerberos error code (`krb5.h`), 0 for none.
    pub code: i32,
    /// The routine error of GSS-API (RFC 2744 §3.9.1), 0 for none.
    pub routine: u32,
    /// Its words.
    pub said: String,
}

/// Bytes for C, overwritten when they go.
pub struct Terminated(Vec<u8>);

impl Terminated {
    /// A copy with a zero at its end; nothing when there is a zero within, which C would take for the end.
    pub fn copy(bytes: &[u8]) -> Option<Self> {
        if bytes.contains(&0) {
            return None;
        }
        let mut copy = Vec::with_capacity(bytes.len() + 1);
        copy.extend_from_slice(bytes);
        copy.push(0);
        Some(Self(copy))
    }

    fn as_ptr(&self) -> *const std::ffi::c_char {
        self.0.as_ptr().cast()
    }
}

impl Drop for Terminated {
    fn drop(&mut self) {
        overwrite(&mut self.0);
    }
}

/// Overwrites bytes and keeps the compiler from leaving that out because nobody reads them again.
fn overwrite(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

/// A text for C, up to the first zero.
fn text(text: &str) -> CString {
    let bytes: Vec<u8> = text.bytes().take_while(|byte| *byte != 0).collect();
    CString::new(bytes).unwrap_or_default()
}
