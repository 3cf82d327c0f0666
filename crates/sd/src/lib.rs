//! Security identifiers, security descriptors, SDDL and effective access: pure, from bytes and values.
