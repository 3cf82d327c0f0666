//! Ticket caches, filled by signing in.

use super::library::{Code, Creds, Library, RawCache, RawContext, RawKeytab, RawOptions, RawPrincipal, library};
use super::{Refusal, Terminated, text};
use provost_domain::Failure;
use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};

/// A `krb5_context`: settings and state of calls that follow one another.
struct Context {
    library: &'static Library,
    raw: *mut RawContext,
}

// SAFETY: a context may move to another thread; it is not `Sync`, so that one thread uses it at a time.
unsafe impl Send for Context {}

impl Context {
    fn new(library: &'static Library) -> Result<Self, Refusal> {
        let mut raw = null_mut();
        // SAFETY: `raw` is where the library writes the pointer.
        let code = unsafe { (library.krb5.krb5_init_context)(&raw mut raw) };
        if code != 0 {
            return Err(Refusal { code, routine: 0, said: "its configuration cannot be read".to_owned() });
        }
        Ok(Self { library, raw })
    }

    fn check(&self, code: Code) -> Result<(), Refusal> {
        if code == 0 {
            return Ok(());
        }
        // SAFETY: the context is valid; the message is a text that ends with zero.
        let message = unsafe { (self.library.krb5.krb5_get_error_message)(self.raw, code) };
        // SAFETY: as above; it is copied before it is freed.
        let said = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
        // SAFETY: it was made by the function above and is not used again.
        unsafe { (self.library.krb5.krb5_free_error_message)(self.raw, message) };
        Err(Refusal { code, routine: 0, said })
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: made by `krb5_init_context`, freed once; whatever belongs to it went before.
        unsafe { (self.library.krb5.krb5_free_context)(self.raw) };
    }
}

/// A ticket cache in memory, of one account, emptied and removed when it goes.
pub struct Cache {
    raw: *mut RawCache,
    name: CString,
    context: Context,
}

// SAFETY: a cache may move to another thread with its context.
unsafe impl Send for Cache {}
// SAFETY: a shared reference gives its name and nothing else; the context and the pointer are used when it is made and
// when it goes.
unsafe impl Sync for Cache {}

impl Cache {
    /// Signs in with a password.
    pub fn with_password(principal: &str, password: &Terminated) -> Result<Result<Self, Refusal>, Failure> {
        let library = library()?;
        Ok(Self::filled(library, principal, |context, creds, client, options| {
            // SAFETY: all pointers are valid for this call; without a prompter nobody is asked anything; the password
            // ends with zero.
            unsafe { (library.krb5.krb5_get_init_creds_password)(context.raw, creds, client, password.as_ptr(), null(), null_mut(), 0, null(), options) }
        }))
    }

    /// Signs in with the key of a keytab.
    pub fn with_keytab(principal: &str, keytab: &CStr) -> Result<Result<Self, Refusal>, Failure> {
        let library = library()?;
        Ok(Self::filled(library, principal, |context, creds, client, options| {
            let mut raw: *mut RawKeytab = null_mut();
            // SAFETY: the name ends with zero; `raw` is where the library writes the pointer.
            let code = unsafe { (library.krb5.krb5_kt_resolve)(context.raw, keytab.as_ptr(), &raw mut raw) };
            if code != 0 {
                return code;
            }
            // SAFETY: all pointers are valid for this call.
            let code = unsafe { (library.krb5.krb5_get_init_creds_keytab)(context.raw, creds, client, raw, 0, null(), options) };
            // SAFETY: made by `krb5_kt_resolve`, closed once.
            unsafe { (library.krb5.krb5_kt_close)(context.raw, raw) };
            code
        }))
    }

    /// Its name, by which other parts of the library find it.
    pub fn name(&self) -> &CStr {
        &self.name
    }

    fn new(library: &'static Library) -> Result<Self, Refusal> {
        let context = Context::new(library)?;
        let mut raw = null_mut();
        // SAFETY: the type is a text that ends with zero; `raw` is where the library writes the pointer.
        context.check(unsafe { (library.krb5.krb5_cc_new_unique)(context.raw, c"MEMORY".as_ptr(), null(), &raw mut raw) })?;
        let mut cache = Self { raw, name: CString::default(), context };
        let mut name = null_mut();
        // SAFETY: the cache is valid; `name` is where the library writes the pointer.
        cache.context.check(unsafe { (library.krb5.krb5_cc_get_full_name)(cache.context.raw, cache.raw, &raw mut name) })?;
        // SAFETY: a text that ends with zero, copied before it is freed.
        cache.name = unsafe { CStr::from_ptr(name) }.to_owned();
        // SAFETY: made by the function above, freed once.
        unsafe { (library.krb5.krb5_free_string)(cache.context.raw, name) };
        Ok(cache)
    }

    /// Signs in by `acquire`, into a new cache.
    fn filled(
        library: &'static Library,
        principal: &str,
        acquire: impl FnOnce(&Context, *mut Creds, *mut RawPrincipal, *mut RawOptions) -> Code,
    ) -> Result<Self, Refusal> {
        let cache = Self::new(library)?;
        let context = &cache.context;
        let mut client = null_mut();
        // SAFETY: the name ends with zero; `client` is where the library writes the pointer.
        context.check(unsafe { (library.krb5.krb5_parse_name)(context.raw, text(principal).as_ptr(), &raw mut client) })?;
        let acquired = Self::acquired(&cache, client, acquire);
        // SAFETY: made by `krb5_parse_name`, freed once.
        unsafe { (library.krb5.krb5_free_principal)(context.raw, client) };
        acquired.map(|()| cache)
    }

    fn acquired(
        &self,
        client: *mut RawPrincipal,
        acquire: impl FnOnce(&Context, *mut Creds, *mut RawPrincipal, *mut RawOptions) -> Code,
    ) -> Result<(), Refusal> {
        let (context, krb5) = (&self.context, &self.context.library.krb5);
        let mut options = null_mut();
        // SAFETY: `options` is where the library writes the pointer.
        context.check(unsafe { (krb5.krb5_get_init_creds_opt_alloc)(context.raw, &raw mut options) })?;
        // A password that has expired is an answer, and nobody is here to type another.
        // SAFETY: the options are valid.
        unsafe { (krb5.krb5_get_init_creds_opt_set_change_password_prompt)(options, 0) };
        // SAFETY: as above.
        unsafe { (krb5.krb5_get_init_creds_opt_set_forwardable)(options, 1) };
        // SAFETY: options and cache are valid; the cache outlives the options.
        let mut code = unsafe { (krb5.krb5_get_init_creds_opt_set_out_ccache)(context.raw, options, self.raw) };
        if code == 0 {
            // Zeros are an empty structure: null pointers and lengths of nothing.
            let mut creds = MaybeUninit::<Creds>::zeroed();
            code = acquire(context, creds.as_mut_ptr(), client, options);
            // SAFETY: filled by the library, or still empty; both may be freed, which overwrites the key.
            unsafe { (krb5.krb5_free_cred_contents)(context.raw, creds.as_mut_ptr()) };
        }
        let checked = context.check(code);
        // SAFETY: made by `krb5_get_init_creds_opt_alloc`, freed once.
        unsafe { (krb5.krb5_get_init_creds_opt_free)(context.raw, options) };
        checked
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // SAFETY: made by `krb5_cc_new_unique`, destroyed once, before its context.
        unsafe { (self.context.library.krb5.krb5_cc_destroy)(self.context.raw, self.raw) };
    }
}
