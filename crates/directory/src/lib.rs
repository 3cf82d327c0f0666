//! Active Directory by LDAP: signed and sealed with Kerberos, or over TLS. The only LDAP in the house.
