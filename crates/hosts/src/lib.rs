//! Hosts by SMB (MS-SMB2) and remote procedure calls over its pipes (MS-RPCE): what a computer tells of its own rights. The only
//! SMB in the house.
//!
//! An adapter: it is handed tickets and never chooses whose; only the broker imports this crate (`cargo xtask floors`). A
//! session is proved with Kerberos by the machine's library, in both directions; NTLM is never spoken (design §4), and there
//! is no guest. Version 3.1.1 only, whose negotiation nobody on the way can change unseen; every message is signed, and an
//! answer that is not is refused. What goes over it is no secret: it is signed, and not encrypted.
//!
//! Who is where: [`Session`] is a connection to one host, [`Policy`] asks its Local Security Authority (MS-LSAD),
//! [`local_groups`] its Security Account Manager (MS-SAMR). `smb2` writes
//! and reads SMB's messages; tickets, keys and sockets come from here, so that it holds no password and no ticket. [`ndr`] and
//! [`pdu`] are the call's own encoding, over which nothing else stands: both read what a stranger sent, and are bounded.

mod blocking;
mod client;
mod lsa;
pub mod ndr;
pub mod pdu;
mod pipe;
mod refusal;
mod sam;
mod session;
mod transport;
mod within;

pub use lsa::{Holders, Policy, read_holders, read_rights};
pub use sam::{LocalGroup, local_groups, read_domains, read_memberships, read_names};
pub use session::{Host, Session, Share, answers};
