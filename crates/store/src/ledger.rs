//! The ledger: what privileged acts were done, in a keyed chain.
