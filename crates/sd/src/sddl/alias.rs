//! Two letters for a well-known identifier (MS-DTYP §2.5.1.1).

use super::Domains;
use crate::{Sid, well_known};

/// What an alias stands for.
enum Meaning {
    /// The same everywhere.
    Everywhere(Sid),
    /// A principal of the domain, by its relative identifier.
    InDomain(u32),
    /// A principal of the forest's root domain.
    InForestRoot(u32),
}

use Meaning::{Everywhere, InDomain, InForestRoot};

/// Every alias. Those below the mark are younger than Windows Server 2008: they are read, but not written, since not
/// every reader knows them.
const ALIASES: &[(&str, Meaning)] = &[
    ("WD", Everywhere(well_known::EVERYONE)),
    ("CO", Everywhere(well_known::CREATOR_OWNER)),
    ("CG", Everywhere(well_known::CREATOR_GROUP)),
    ("OW", Everywhere(well_known::OWNER_RIGHTS)),
    ("NU", Everywhere(well_known::NETWORK)),
    ("IU", Everywhere(well_known::INTERACTIVE)),
    ("SU", Everywhere(well_known::SERVICE)),
    ("AN", Everywhere(well_known::ANONYMOUS)),
    ("ED", Everywhere(well_known::ENTERPRISE_DOMAIN_CONTROLLERS)),
    ("PS", Everywhere(well_known::PRINCIPAL_SELF)),
    ("AU", Everywhere(well_known::AUTHENTICATED_USERS)),
    ("RC", Everywhere(Sid::of(5, &[12]))),
    ("SY", Everywhere(well_known::LOCAL_SYSTEM)),
    ("LS", Everywhere(Sid::of(5, &[19]))),
    ("NS", Everywhere(Sid::of(5, &[20]))),
    ("BA", Everywhere(well_known::ADMINISTRATORS)),
    ("BU", Everywhere(well_known::USERS)),
    ("BG", Everywhere(well_known::GUESTS)),
    ("PU", Everywhere(well_known::builtin(547))),
    ("AO", Everywhere(well_known::ACCOUNT_OPERATORS)),
    ("SO", Everywhere(well_known::SERVER_OPERATORS)),
    ("PO", Everywhere(well_known::PRINT_OPERATORS)),
    ("BO", Everywhere(well_known::BACKUP_OPERATORS)),
    ("RE", Everywhere(well_known::REPLICATOR)),
    ("RU", Everywhere(well_known::PRE_WINDOWS_2000_COMPATIBLE_ACCESS)),
    ("RD", Everywhere(well_known::REMOTE_DESKTOP_USERS)),
    ("NO", Everywhere(well_known::builtin(556))),
    ("LA", InDomain(well_known::RID_ADMINISTRATOR)),
    ("LG", InDomain(well_known::RID_GUEST)),
    ("DA", InDomain(well_known::RID_DOMAIN_ADMINS)),
    ("DU", InDomain(well_known::RID_DOMAIN_USERS)),
    ("DG", InDomain(well_known::RID_DOMAIN_GUESTS)),
    ("DC", InDomain(well_known::RID_DOMAIN_COMPUTERS)),
    ("DD", InDomain(well_known::RID_DOMAIN_CONTROLLERS)),
    ("CA", InDomain(well_known::RID_CERT_PUBLISHERS)),
    ("PA", InDomain(well_known::RID_GROUP_POLICY_CREATOR_OWNERS)),
    ("RS", InDomain(553)),
    ("SA", InForestRoot(well_known::RID_SCHEMA_ADMINS)),
    ("EA", InForestRoot(well_known::RID_ENTERPRISE_ADMINS)),
    ("RO", InForestRoot(498)),
    // Read only.
    ("WR", Everywhere(Sid::of(5, &[33]))),
    ("MU", Everywhere(well_known::builtin(558))),
    ("LU", Everywhere(well_known::builtin(559))),
    ("IS", Everywhere(well_known::builtin(568))),
    ("CY", Everywhere(well_known::builtin(569))),
    ("ER", Everywhere(well_known::builtin(573))),
    ("CD", Everywhere(well_known::builtin(574))),
    ("RA", Everywhere(well_known::builtin(575))),
    ("ES", Everywhere(well_known::builtin(576))),
    ("MS", Everywhere(well_known::builtin(577))),
    ("HA", Everywhere(well_known::HYPER_V_ADMINISTRATORS)),
    ("AA", Everywhere(well_known::builtin(579))),
    ("RM", Everywhere(well_known::REMOTE_MANAGEMENT_USERS)),
    ("LW", Everywhere(Sid::of(16, &[4096]))),
    ("ME", Everywhere(Sid::of(16, &[8192]))),
    ("MP", Everywhere(Sid::of(16, &[8448]))),
    ("HI", Everywhere(Sid::of(16, &[12288]))),
    ("SI", Everywhere(Sid::of(16, &[16384]))),
    ("AS", Everywhere(Sid::of(18, &[1]))),
    ("SS", Everywhere(Sid::of(18, &[2]))),
    ("AC", Everywhere(Sid::of(15, &[2, 1]))),
    ("UD", Everywhere(Sid::of(5, &[84, 0, 0, 0, 0, 0]))),
    ("CN", InDomain(522)),
    ("AP", InDomain(well_known::RID_PROTECTED_USERS)),
    ("KA", InDomain(well_known::RID_KEY_ADMINS)),
    ("EK", InForestRoot(well_known::RID_ENTERPRISE_KEY_ADMINS)),
];

/// The first alias that is only read.
const READ_ONLY_FROM: &str = "WR";

impl Meaning {
    fn sid(&self, domains: &Domains) -> Option<Sid> {
        match self {
            Everywhere(sid) => Some(*sid),
            InDomain(rid) => domains.domain?.with_rid(*rid),
            InForestRoot(rid) => domains.forest_root?.with_rid(*rid),
        }
    }
}

/// What an alias stands for; `None` when it is none, or is of a domain that is not known.
pub(super) fn meaning(alias: &str, domains: &Domains) -> Option<Sid> {
    ALIASES.iter().find(|(letters, _)| letters.eq_ignore_ascii_case(alias)).and_then(|(_, meaning)| meaning.sid(domains))
}

/// The alias of an identifier, if it has one that every reader knows.
pub(super) fn of(sid: &Sid, domains: &Domains) -> Option<&'static str> {
    let written = ALIASES.iter().take_while(|(letters, _)| *letters != READ_ONLY_FROM);
    written.into_iter().find(|(_, meaning)| meaning.sid(domains).as_ref() == Some(sid)).map(|(letters, _)| *letters)
}
