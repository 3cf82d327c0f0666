//! The functions, looked up by name in the libraries that the machine has.

use libloading::Library as File;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::sync::OnceLock;

/// What the Debian package is called that brings both files.
const PACKAGE: &str = "libgssapi-krb5-2";

/// `krb5_error_code`.
pub type Code = i32;
/// `OM_uint32`.
pub type Status = u32;

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $($(#[$doc])* #[repr(C)] pub struct $name { opaque: [u8; 0] })+
    };
}

opaque! {
    /// `struct _krb5_context`.
    RawContext;
    /// `struct krb5_principal_data`.
    RawPrincipal;
    /// `struct _krb5_ccache`.
    RawCache;
    /// `struct _krb5_kt`.
    RawKeytab;
    /// `krb5_get_init_creds_opt`, made by the library.
    RawOptions;
    /// `struct gss_name_struct`.
    RawName;
    /// `struct gss_cred_id_struct`.
    RawCredential;
    /// `struct gss_ctx_id_struct`.
    RawSecurityContext;
}

/// `krb5_data`.
#[repr(C)]
pub struct Data {
    magic: i32,
    length: c_uint,
    data: *mut c_char,
}

/// `krb5_keyblock`.
#[repr(C)]
pub struct Keyblock {
    magic: i32,
    enctype: i32,
    length: c_uint,
    contents: *mut u8,
}

/// `krb5_creds`. Filled and emptied by the library; nothing here reads it.
#[repr(C)]
pub struct Creds {
    magic: i32,
    client: *mut RawPrincipal,
    server: *mut RawPrincipal,
    keyblock: Keyblock,
    times: [i32; 4],
    is_skey: c_uint,
    ticket_flags: i32,
    addresses: *mut *mut c_void,
    ticket: Data,
    second_ticket: Data,
    authdata: *mut *mut c_void,
}

/// `gss_OID_desc`, of bytes that live as long as the program.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Oid {
    length: u32,
    elements: *const u8,
}

// SAFETY: it points to bytes that nobody ever changes.
unsafe impl Sync for Oid {}

impl Oid {
    /// An object identifier from its DER content.
    pub const fn new(content: &'static [u8]) -> Self {
        Self { length: content.len() as u32, elements: content.as_ptr() }
    }
}

/// `gss_OID_set_desc`.
#[repr(C)]
pub struct OidSet {
    pub count: usize,
    pub elements: *const Oid,
}

/// `gss_buffer_desc`.
#[repr(C)]
pub struct Buffer {
    pub length: usize,
    pub value: *mut c_void,
}

/// `gss_buffer_set_desc`, made by the library.
#[repr(C)]
pub struct BufferSet {
    pub count: usize,
    pub elements: *mut Buffer,
}

/// `gss_key_value_element_desc`.
#[repr(C)]
pub struct KeyValue {
    pub key: *const c_char,
    pub value: *const c_char,
}

/// `gss_key_value_set_desc`.
#[repr(C)]
pub struct KeyValues {
    pub count: u32,
    pub elements: *const KeyValue,
}

macro_rules! functions {
    ($(#[$doc:meta])* $table:ident: $(fn $name:ident($($argument:ty),*) $(-> $result:ty)?;)+) => {
        $(#[$doc])*
        pub struct $table {
            $(pub $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)+
        }

        impl $table {
            /// Looks all of them up.
            ///
            /// # Safety
            /// The file must define these functions with these signatures, and must stay open as long as they are called.
            unsafe fn find(file: &File) -> Result<Self, libloading::Error> {
                Ok(Self {
                    // SAFETY: as this function demands.
                    $($name: *unsafe { file.get(concat!(stringify!($name), "\0").as_bytes()) }?,)+
                })
            }
        }
    };
}

functions! {
    /// What is called in `libkrb5.so.3`.
    Krb5:
    fn krb5_init_context(*mut *mut RawContext) -> Code;
    fn krb5_free_context(*mut RawContext);
    fn krb5_get_error_message(*mut RawContext, Code) -> *const c_char;
    fn krb5_free_error_message(*mut RawContext, *const c_char);
    fn krb5_parse_name(*mut RawContext, *const c_char, *mut *mut RawPrincipal) -> Code;
    fn krb5_free_principal(*mut RawContext, *mut RawPrincipal);
    fn krb5_cc_new_unique(*mut RawContext, *const c_char, *const c_char, *mut *mut RawCache) -> Code;
    fn krb5_cc_get_full_name(*mut RawContext, *mut RawCache, *mut *mut c_char) -> Code;
    fn krb5_free_string(*mut RawContext, *mut c_char);
    fn krb5_cc_destroy(*mut RawContext, *mut RawCache) -> Code;
    fn krb5_kt_resolve(*mut RawContext, *const c_char, *mut *mut RawKeytab) -> Code;
    fn krb5_kt_close(*mut RawContext, *mut RawKeytab) -> Code;
    fn krb5_get_init_creds_opt_alloc(*mut RawContext, *mut *mut RawOptions) -> Code;
    fn krb5_get_init_creds_opt_free(*mut RawContext, *mut RawOptions);
    fn krb5_get_init_creds_opt_set_change_password_prompt(*mut RawOptions, c_int);
    fn krb5_get_init_creds_opt_set_forwardable(*mut RawOptions, c_int);
    fn krb5_get_init_creds_opt_set_out_ccache(*mut RawContext, *mut RawOptions, *mut RawCache) -> Code;
    fn krb5_get_init_creds_password(*mut RawContext, *mut Creds, *mut RawPrincipal, *const c_char, *const c_void, *mut c_void, i32, *const c_char, *mut RawOptions) -> Code;
    fn krb5_get_init_creds_keytab(*mut RawContext, *mut Creds, *mut RawPrincipal, *mut RawKeytab, i32, *const c_char, *mut RawOptions) -> Code;
    fn krb5_free_cred_contents(*mut RawContext, *mut Creds);
}

functions! {
    /// What is called in `libgssapi_krb5.so.2`.
    Gss:
    fn gss_import_name(*mut Status, *const Buffer, *const Oid, *mut *mut RawName) -> Status;
    fn gss_display_name(*mut Status, *mut RawName, *mut Buffer, *mut *const Oid) -> Status;
    fn gss_get_name_attribute(*mut Status, *mut RawName, *const Buffer, *mut c_int, *mut c_int, *mut Buffer, *mut Buffer, *mut c_int) -> Status;
    fn gss_release_name(*mut Status, *mut *mut RawName) -> Status;
    fn gss_release_buffer(*mut Status, *mut Buffer) -> Status;
    fn gss_display_status(*mut Status, Status, c_int, *const Oid, *mut Status, *mut Buffer) -> Status;
    fn gss_acquire_cred_from(*mut Status, *mut RawName, Status, *const OidSet, c_int, *const KeyValues, *mut *mut RawCredential, *mut *mut OidSet, *mut Status) -> Status;
    fn gss_acquire_cred_impersonate_name(*mut Status, *mut RawCredential, *mut RawName, Status, *const OidSet, c_int, *mut *mut RawCredential, *mut *mut OidSet, *mut Status) -> Status;
    fn gss_set_neg_mechs(*mut Status, *mut RawCredential, *const OidSet) -> Status;
    fn gss_release_cred(*mut Status, *mut *mut RawCredential) -> Status;
    fn gss_init_sec_context(*mut Status, *mut RawCredential, *mut *mut RawSecurityContext, *mut RawName, *const Oid, Status, Status, *const c_void, *const Buffer, *mut *const Oid, *mut Buffer, *mut Status, *mut Status) -> Status;
    fn gss_accept_sec_context(*mut Status, *mut *mut RawSecurityContext, *mut RawCredential, *const Buffer, *const c_void, *mut *mut RawName, *mut *const Oid, *mut Buffer, *mut Status, *mut Status, *mut *mut RawCredential) -> Status;
    fn gss_inquire_sec_context_by_oid(*mut Status, *mut RawSecurityContext, *const Oid, *mut *mut BufferSet) -> Status;
    fn gss_release_buffer_set(*mut Status, *mut *mut BufferSet) -> Status;
    fn gss_delete_sec_context(*mut Status, *mut *mut RawSecurityContext, *mut Buffer) -> Status;
    fn gss_wrap(*mut Status, *mut RawSecurityContext, c_int, Status, *const Buffer, *mut c_int, *mut Buffer) -> Status;
    fn gss_unwrap(*mut Status, *mut RawSecurityContext, *const Buffer, *mut Buffer, *mut c_int, *mut Status) -> Status;
}

/// Both libraries, open for as long as the program runs.
pub struct Library {
    pub krb5: Krb5,
    pub gss: Gss,
    _files: [File; 2],
}

static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();

/// The libraries, opened at the first call.
pub fn library() -> Result<&'static Library, Failure> {
    let opened = LIBRARY.get_or_init(|| open().map_err(|e| e.to_string()));
    let step = "open the Kerberos library";
    opened.as_ref().map_err(|said| Failure::new(Outcome::NothingSafe, step, format!("{said}; on Debian: apt-get install {PACKAGE}")))
}

fn open() -> Result<Library, libloading::Error> {
    // SAFETY: the system's Kerberos library, by the name of its stable interface; what it does when it is loaded and
    // unloaded (it sets up locks) is made for any program. It is never unloaded.
    let gss = unsafe { File::new("libgssapi_krb5.so.2") }?;
    // SAFETY: as above; the first file needs this one, so it is the same copy.
    let krb5 = unsafe { File::new("libkrb5.so.3") }?;
    Ok(Library {
        // SAFETY: the signatures are those of the interface that the file's name stands for; both files are kept beside.
        krb5: unsafe { Krb5::find(&krb5) }?,
        // SAFETY: as above.
        gss: unsafe { Gss::find(&gss) }?,
        _files: [gss, krb5],
    })
}
