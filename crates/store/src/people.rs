//! People who may sign in, also of a directory, their sessions, one-time links and approval tokens.
//!
//! Whatever lets somebody in is kept as a digest only: a copy of the database lets nobody in. How often a wrong password
//! may be tried is the provider's business.

mod approval_token;
mod directory_admin;
mod password;
mod person;
mod session;
mod sign_in_link;
mod token;

pub use approval_token::{ApprovalToken, create_approval_token, find_approval_token, list_approval_tokens, use_approval_token};
pub use directory_admin::{
    DirectoryAdmin, add_directory_admin, admitted_by, create_directory_session, find_directory_admin, find_in_directory, remove_directory_admin,
};
pub use password::{PASSWORD_BYTES_MAX, PasswordHash};
pub use person::{Person, PersonName, PersonNameError, create_person, delete_person, find_password_hash, find_person, list_people, set_disabled, set_password};
pub use session::{Session, SessionLimits, create_session, delete_expired_sessions, delete_session, delete_sessions_of, find_session, touch_session};
pub use sign_in_link::{create_sign_in_link, use_sign_in_link};
pub use token::Token;
