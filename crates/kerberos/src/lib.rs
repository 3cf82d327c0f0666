//! Kerberos and SPNEGO by the system's library, opened at run time: the only foreign code in the house.
