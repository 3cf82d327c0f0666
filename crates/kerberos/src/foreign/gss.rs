//! GSS-API (RFC 2744) with Kerberos (RFC 4121) and SPNEGO (RFC 4178).

use super::library::{Buffer, BufferSet, KeyValue, KeyValues, Library, Oid, OidSet, RawCredential, RawName, RawSecurityContext, Status, library};
use super::{Refusal, overwrite, text};
use provost_domain::Failure;
use std::ffi::{CStr, c_int};
use std::ptr::{null, null_mut};

/// 1.2.840.113554.1.2.2, Kerberos.
static KERBEROS: Oid = Oid::new(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
/// 1.3.6.1.5.5.2, SPNEGO.
static SPNEGO: Oid = Oid::new(b"\x2b\x06\x01\x05\x05\x02");
/// 1.2.840.113554.1.2.1.4, `service@host`.
static HOST_BASED_SERVICE: Oid = Oid::new(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04");

/// 1.2.840.113554.1.2.2.1, a principal with its realm.
static PRINCIPAL: Oid = Oid::new(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01");

/// 1.2.840.113554.1.2.2.5.5, `GSS_C_INQ_SSPI_SESSION_KEY`: what Windows calls the session key of an exchange.
static SESSION_KEY: Oid = Oid::new(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05");

/// `GSS_C_INITIATE` and `GSS_C_ACCEPT`.
const INITIATE: c_int = 1;
const ACCEPT: c_int = 2;
/// `GSS_C_MECH_CODE`.
const MECHANISM_CODE: c_int = 2;
/// `GSS_S_CONTINUE_NEEDED`.
const CONTINUE: Status = 1;
/// Where calling and routine errors stand.
const ERRORS: Status = 0xffff_0000;
/// Most pieces of one message.
const PIECES_MAX: usize = 4;

/// What a context promises (RFC 2744 §5.19).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Flags(pub u32);

impl Flags {
    /// Each side proves who it is.
    pub const MUTUAL: Self = Self(2);
    /// What an initiator asks for: mutual proof, no message twice, none out of order, encryption, integrity.
    pub const ALL: Self = Self(2 | 4 | 8 | 16 | 32);
    /// Encryption and integrity.
    pub const SEALED: Self = Self(16 | 32);

    /// Whether all of these are among them.
    pub const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }
}

/// One of two sides of an exchange.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In Kerberos' own form.
    Kerberos,
    /// In SPNEGO's.
    Spnego,
}

/// A buffer that the library made: overwritten and given back when it goes.
struct Made {
    library: &'static Library,
    raw: Buffer,
}

impl Made {
    fn new(library: &'static Library) -> Self {
        Self { library, raw: Buffer { length: 0, value: null_mut() } }
    }

    fn bytes(&mut self) -> &mut [u8] {
        if self.raw.value.is_null() || self.raw.length == 0 {
            return &mut [];
        }
        // SAFETY: the library made a buffer of this length and does not touch it before it is released.
        unsafe { std::slice::from_raw_parts_mut(self.raw.value.cast(), self.raw.length) }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        overwrite(self.bytes());
        // SAFETY: made by the library, or empty; released once.
        unsafe { (self.library.gss.gss_release_buffer)(&mut 0, &raw mut self.raw) };
    }
}

/// Buffers that the library made: the first is overwritten, and all are given back, when they go.
struct MadeSet {
    library: &'static Library,
    raw: *mut BufferSet,
}

impl MadeSet {
    /// The first of them; nothing when there is none.
    fn first(&mut self) -> &mut [u8] {
        // SAFETY: null, or a set that the library made and does not touch before it is released.
        let Some(set) = (unsafe { self.raw.as_ref() }) else { return &mut [] };
        if set.count == 0 {
            return &mut [];
        }
        // SAFETY: null, or the first of at least one element.
        let Some(first) = (unsafe { set.elements.as_ref() }) else { return &mut [] };
        if first.value.is_null() || first.length == 0 {
            return &mut [];
        }
        // SAFETY: the library made a buffer of this length and does not touch it before it is released.
        unsafe { std::slice::from_raw_parts_mut(first.value.cast(), first.length) }
    }
}

impl Drop for MadeSet {
    fn drop(&mut self) {
        overwrite(self.first());
        // SAFETY: made by the library, or null; released once.
        unsafe { (self.library.gss.gss_release_buffer_set)(&mut 0, &raw mut self.raw) };
    }
}

/// A buffer that the library only reads.
fn read(bytes: &[u8]) -> Buffer {
    Buffer { length: bytes.len(), value: bytes.as_ptr().cast_mut().cast() }
}

/// What the library said to an error, when it is one.
fn check(library: &'static Library, major: Status, minor: Status) -> Result<(), Refusal> {
    if major & ERRORS == 0 {
        return Ok(());
    }
    // The mechanism's code is Kerberos' own, which is negative.
    Err(Refusal { code: minor.cast_signed(), routine: major & ERRORS, said: said(library, minor, MECHANISM_CODE) })
}

fn said(library: &'static Library, status: Status, kind: c_int) -> String {
    let (mut said, mut more) = (Vec::new(), 0);
    for _ in 0..PIECES_MAX {
        let mut piece = Made::new(library);
        // SAFETY: all pointers are valid for this call.
        let major = unsafe { (library.gss.gss_display_status)(&mut 0, status, kind, &raw const KERBEROS, &raw mut more, &raw mut piece.raw) };
        said.push(String::from_utf8_lossy(piece.bytes()).into_owned());
        if major & ERRORS != 0 || more == 0 {
            break;
        }
    }
    said.join(" ")
}

/// A name.
pub struct Name {
    library: &'static Library,
    raw: *mut RawName,
}

// SAFETY: a name never changes once it is made, and may move to another thread.
unsafe impl Send for Name {}

impl Name {
    /// A service, as `service@host`.
    pub fn service(service: &str) -> Result<Result<Self, Refusal>, Failure> {
        Self::import(service, &HOST_BASED_SERVICE)
    }

    /// A principal, as `name@REALM`.
    pub fn principal(principal: &str) -> Result<Result<Self, Refusal>, Failure> {
        Self::import(principal, &PRINCIPAL)
    }

    fn import(name: &str, form: &'static Oid) -> Result<Result<Self, Refusal>, Failure> {
        let library = library()?;
        let (mut minor, mut raw) = (0, null_mut());
        // SAFETY: the buffer is read during the call only; `raw` is where the library writes the pointer.
        let major = unsafe { (library.gss.gss_import_name)(&raw mut minor, &read(name.as_bytes()), form, &raw mut raw) };
        Ok(check(library, major, minor).map(|()| Self { library, raw }))
    }

    /// It as text: for Kerberos, the principal with its realm.
    pub fn display(&self) -> Result<String, Refusal> {
        let (mut minor, mut shown) = (0, Made::new(self.library));
        // SAFETY: the name is valid; the buffer is where the library writes; the type of name is not asked for.
        let major = unsafe { (self.library.gss.gss_display_name)(&raw mut minor, self.raw, &raw mut shown.raw, null_mut()) };
        check(self.library, major, minor)?;
        match std::str::from_utf8(shown.bytes()) {
            Ok(name) if !name.is_empty() && !name.contains('\0') => Ok(name.to_owned()),
            _ => Err(Refusal { code: 0, routine: 0, said: "the name is no text".to_owned() }),
        }
    }
}

impl Name {
    /// What its ticket holds under this name, when the domain's signature over it was checked; for an acceptor.
    pub fn authenticated(&self, attribute: &str) -> Option<Vec<u8>> {
        let (mut minor, mut authenticated, mut complete, mut more) = (0, 0, 0, -1);
        let (mut value, mut shown) = (Made::new(self.library), Made::new(self.library));
        // SAFETY: the name is valid; the attribute is read during the call only; the rest is where the library writes.
        let major = unsafe {
            (self.library.gss.gss_get_name_attribute)(
                &raw mut minor,
                self.raw,
                &read(attribute.as_bytes()),
                &raw mut authenticated,
                &raw mut complete,
                &raw mut value.raw,
                &raw mut shown.raw,
                &raw mut more,
            )
        };
        let there = check(self.library, major, minor).is_ok() && authenticated != 0 && complete != 0;
        there.then(|| value.bytes().to_vec())
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // SAFETY: made by the library, released once.
        unsafe { (self.library.gss.gss_release_name)(&mut 0, &raw mut self.raw) };
    }
}

/// What one side proves itself with; of one exchange only.
pub struct Credential {
    library: &'static Library,
    raw: *mut RawCredential,
}

// SAFETY: a credential may move to another thread; it is not `Sync`.
unsafe impl Send for Credential {}

impl Credential {
    /// From a ticket cache.
    pub fn initiator(cache: &CStr) -> Result<Result<Self, Refusal>, Failure> {
        Ok(Self::acquire(library()?, None, INITIATE, Some((c"ccache", cache))))
    }

    /// From the ticket cache of whoever runs this program.
    pub fn person() -> Result<Result<Self, Refusal>, Failure> {
        Ok(Self::acquire(library()?, None, INITIATE, None))
    }

    /// From a keytab; for one service, or any that has a key there.
    pub fn acceptor(keytab: &str, service: Option<&Name>) -> Result<Result<Self, Refusal>, Failure> {
        Ok(Self::acquire(library()?, service, ACCEPT, Some((c"keytab", &text(keytab)))))
    }

    fn acquire(library: &'static Library, name: Option<&Name>, usage: c_int, store: Option<(&CStr, &CStr)>) -> Result<Self, Refusal> {
        let mechanisms = [KERBEROS, SPNEGO];
        let both = OidSet { count: mechanisms.len(), elements: mechanisms.as_ptr() };
        let element = store.map(|(key, value)| KeyValue { key: key.as_ptr(), value: value.as_ptr() });
        let store = element.as_ref().map(|element| KeyValues { count: 1, elements: element });
        // Without a store the library looks where the environment says, as for any program of this person.
        let store = store.as_ref().map_or(null(), |store| &raw const *store);
        let (mut minor, mut raw) = (0, null_mut());
        let named = name.map_or(null_mut(), |name| name.raw);
        // SAFETY: sets, store and name are read during the call only; `raw` is where the library writes the pointer.
        let major =
            unsafe { (library.gss.gss_acquire_cred_from)(&raw mut minor, named, 0, &raw const both, usage, store, &raw mut raw, null_mut(), null_mut()) };
        check(library, major, minor)?;
        let credential = Self { library, raw };
        // SPNEGO may choose Kerberos and nothing else.
        let kerberos = OidSet { count: 1, elements: &raw const KERBEROS };
        // SAFETY: the credential is valid, the set is read during the call only.
        let major = unsafe { (library.gss.gss_set_neg_mechs)(&raw mut minor, raw, &raw const kerberos) };
        check(library, major, minor).map(|()| credential)
    }
}

impl Credential {
    /// What `user` would show to this credential's own account, and to nobody else (MS-SFU §3.1.5.1.1, S4U2Self). Asks a domain
    /// controller.
    pub fn for_itself_of(&self, user: &Name) -> Result<Self, Refusal> {
        let kerberos = OidSet { count: 1, elements: &raw const KERBEROS };
        let (mut minor, mut raw) = (0, null_mut());
        // SAFETY: credential and name are valid; the set is read during the call only; `raw` is where the library writes the
        // pointer; neither mechanisms nor time are asked for.
        let major = unsafe {
            (self.library.gss.gss_acquire_cred_impersonate_name)(
                &raw mut minor,
                self.raw,
                user.raw,
                0,
                &raw const kerberos,
                INITIATE,
                &raw mut raw,
                null_mut(),
                null_mut(),
            )
        };
        check(self.library, major, minor).map(|()| Self { library: self.library, raw })
    }
}

impl Drop for Credential {
    fn drop(&mut self) {
        // SAFETY: made by the library, released once.
        unsafe { (self.library.gss.gss_release_cred)(&mut 0, &raw mut self.raw) };
    }
}

/// An exchange, and what came of it.
pub struct SecurityContext {
    library: &'static Library,
    raw: *mut RawSecurityContext,
    flags: Flags,
}

// SAFETY: a context may move to another thread; it is not `Sync`.
unsafe impl Send for SecurityContext {}

/// A step of an exchange.
pub struct Stepped {
    /// What is to be sent to the other side; empty for nothing.
    pub token: Vec<u8>,
    /// Whether this side is done.
    pub complete: bool,
}

impl SecurityContext {
    /// One that has not begun.
    pub fn new() -> Result<Self, Failure> {
        Ok(Self { library: library()?, raw: null_mut(), flags: Flags(0) })
    }

    /// What it promises; of use once it is complete.
    pub const fn flags(&self) -> Flags {
        self.flags
    }

    /// The initiator's next step.
    pub fn initiate(&mut self, credential: &Credential, target: &Name, side: Side, token: Option<&[u8]>) -> Result<Stepped, Refusal> {
        let mechanism = match side {
            Side::Kerberos => &raw const KERBEROS,
            Side::Spnego => &raw const SPNEGO,
        };
        let input = read(token.unwrap_or_default());
        let (mut minor, mut flags, mut output) = (0, 0, Made::new(self.library));
        // SAFETY: credential and name are valid; the token is read during the call only; context, flags and output are
        // where the library writes. No channel is bound, and neither mechanism nor time is asked for.
        let major = unsafe {
            (self.library.gss.gss_init_sec_context)(
                &raw mut minor,
                credential.raw,
                &raw mut self.raw,
                target.raw,
                mechanism,
                Flags::ALL.0,
                0,
                null(),
                &raw const input,
                null_mut(),
                &raw mut output.raw,
                &raw mut flags,
                null_mut(),
            )
        };
        self.stepped(major, minor, flags, &mut output)
    }

    /// The acceptor's next step; with the initiator's name once it is complete.
    pub fn accept(&mut self, credential: &Credential, token: &[u8]) -> Result<(Stepped, Option<Name>), Refusal> {
        let input = read(token);
        let (mut minor, mut flags, mut name, mut output) = (0, 0, null_mut(), Made::new(self.library));
        // SAFETY: as in `initiate`; `name` is where the library writes. A delegated credential is not taken.
        let major = unsafe {
            (self.library.gss.gss_accept_sec_context)(
                &raw mut minor,
                &raw mut self.raw,
                credential.raw,
                &raw const input,
                null(),
                &raw mut name,
                null_mut(),
                &raw mut output.raw,
                &raw mut flags,
                null_mut(),
                null_mut(),
            )
        };
        let name = (!name.is_null()).then(|| Name { library: self.library, raw: name });
        Ok((self.stepped(major, minor, flags, &mut output)?, name))
    }

    /// A message for the other side, encrypted or only signed.
    pub fn wrap(&mut self, message: &[u8], encrypted: bool) -> Result<Vec<u8>, Refusal> {
        let (mut minor, mut state, mut output) = (0, 0, Made::new(self.library));
        // SAFETY: the context is complete, so valid; the message is read during the call only; the rest is where the
        // library writes.
        let major = unsafe { (self.library.gss.gss_wrap)(&raw mut minor, self.raw, encrypted.into(), 0, &read(message), &raw mut state, &raw mut output.raw) };
        self.message(major, minor, encrypted && state == 0, &mut output)
    }

    /// A message of the other side; when `encrypted`, one that was only signed is refused. One that came before, or out of
    /// order, is refused always.
    pub fn unwrap(&mut self, message: &[u8], encrypted: bool) -> Result<Vec<u8>, Refusal> {
        let (mut minor, mut state, mut output) = (0, 0, Made::new(self.library));
        // SAFETY: as in `wrap`; the quality of protection is not asked for.
        let major = unsafe { (self.library.gss.gss_unwrap)(&raw mut minor, self.raw, &read(message), &raw mut output.raw, &raw mut state, null_mut()) };
        self.message(major, minor, encrypted && state == 0, &mut output)
    }

    /// The key that both sides agreed on, for protocols that sign by themselves; of a complete exchange.
    pub fn session_key(&mut self) -> Result<Vec<u8>, Refusal> {
        let (mut minor, mut raw) = (0, null_mut());
        // SAFETY: the context is complete, so valid; the name is read during the call only; `raw` is where the library writes.
        let major = unsafe { (self.library.gss.gss_inquire_sec_context_by_oid)(&raw mut minor, self.raw, &raw const SESSION_KEY, &raw mut raw) };
        let mut set = MadeSet { library: self.library, raw };
        check(self.library, major, minor)?;
        match set.first() {
            [] => Err(Refusal { code: 0, routine: 0, said: "the exchange has no key".to_owned() }),
            key => Ok(key.to_vec()),
        }
    }

    fn stepped(&mut self, major: Status, minor: Status, flags: u32, output: &mut Made) -> Result<Stepped, Refusal> {
        check(self.library, major, minor)?;
        self.flags = Flags(flags);
        Ok(Stepped { token: output.bytes().to_vec(), complete: major & CONTINUE == 0 })
    }

    fn message(&self, major: Status, minor: Status, bare: bool, output: &mut Made) -> Result<Vec<u8>, Refusal> {
        check(self.library, major, minor)?;
        // What is left are remarks: that the message came before, is old, or out of order.
        if major != 0 {
            return Err(Refusal { code: 0, routine: 0, said: "the message came before, or out of order".to_owned() });
        }
        if bare {
            return Err(Refusal { code: 0, routine: 0, said: "the message is not encrypted".to_owned() });
        }
        Ok(output.bytes().to_vec())
    }
}

impl Drop for SecurityContext {
    fn drop(&mut self) {
        if !self.raw.is_null() {
            // SAFETY: made by the library, deleted once; no token for the other side is asked for.
            unsafe { (self.library.gss.gss_delete_sec_context)(&mut 0, &raw mut self.raw, null_mut()) };
        }
    }
}
