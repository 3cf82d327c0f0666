//! What publishing adds to a forest's schema: classes and attributes by the names that clients and reports know
//! (configmgr.md §5.1). Object identifiers are of an arc of this house's own, for the published ones are not public; who reads a
//! directory goes by names.

/// The arc: Microsoft's for anybody, with a random GUID in seven parts, so that nobody else has it.
pub const ARC: &str = "1.2.840.113556.1.8000.2554.52719.6183.41570.18894.37206.9184523.14093371";

/// How a value is written (MS-ADTS §3.1.1.2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Text.
    Text,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// A whole number of 32 bits with a sign.
    Integer,
}

impl Syntax {
    /// Its `attributeSyntax` and `oMSyntax`.
    #[must_use]
    pub const fn numbers(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("2.5.5.12", "64"),
            Self::Boolean => ("2.5.5.8", "1"),
            Self::Integer => ("2.5.5.9", "2"),
        }
    }
}

/// One attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Number below the arc's `.1`.
    pub number: u8,
    /// Its common name.
    pub cn: &'static str,
    /// Its name in LDAP.
    pub name: &'static str,
    /// How its values are written.
    pub syntax: Syntax,
    /// Whether it has one value at most.
    pub single: bool,
}

/// One class.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// Number below the arc's `.2`.
    pub number: u8,
    /// Its common name.
    pub cn: &'static str,
    /// Its name in LDAP.
    pub name: &'static str,
    /// Attributes that its objects may have.
    pub may: &'static [&'static str],
}

const fn attribute(number: u8, cn: &'static str, name: &'static str, syntax: Syntax, single: bool) -> Attribute {
    Attribute { number, cn, name, syntax, single }
}

/// Every attribute, in the order in which the original adds them.
pub const ATTRIBUTES: &[Attribute] = &[
    attribute(1, "MS-SMS-Site-Code", "mSSMSSiteCode", Syntax::Text, true),
    attribute(2, "mS-SMS-Assignment-Site-Code", "mSSMSAssignmentSiteCode", Syntax::Text, true),
    attribute(3, "MS-SMS-Site-Boundaries", "mSSMSSiteBoundaries", Syntax::Text, false),
    attribute(4, "MS-SMS-Roaming-Boundaries", "mSSMSRoamingBoundaries", Syntax::Text, false),
    attribute(5, "MS-SMS-Default-MP", "mSSMSDefaultMP", Syntax::Boolean, true),
    attribute(6, "mS-SMS-Device-Management-Point", "mSSMSDeviceManagementPoint", Syntax::Boolean, true),
    attribute(7, "MS-SMS-MP-Name", "mSSMSMPName", Syntax::Text, true),
    attribute(8, "MS-SMS-MP-Address", "mSSMSMPAddress", Syntax::Text, false),
    attribute(9, "mS-SMS-Health-State", "mSSMSHealthState", Syntax::Text, true),
    attribute(10, "mS-SMS-Source-Forest", "mSSMSSourceForest", Syntax::Text, true),
    attribute(11, "MS-SMS-Ranged-IP-Low", "mSSMSRangedIPLow", Syntax::Integer, true),
    attribute(12, "MS-SMS-Ranged-IP-High", "mSSMSRangedIPHigh", Syntax::Integer, true),
    attribute(13, "mS-SMS-Version", "mSSMSVersion", Syntax::Text, true),
    attribute(14, "mS-SMS-Capabilities", "mSSMSCapabilities", Syntax::Text, true),
];

/// Every class, in the order in which the original adds them.
pub const CLASSES: &[Class] = &[
    Class {
        number: 1,
        cn: "MS-SMS-Management-Point",
        name: "mSSMSManagementPoint",
        may: &[
            "dNSHostName",
            "mSSMSMPName",
            "mSSMSMPAddress",
            "mSSMSSiteCode",
            "mSSMSDefaultMP",
            "mSSMSDeviceManagementPoint",
            "mSSMSVersion",
            "mSSMSCapabilities",
            "mSSMSSourceForest",
        ],
    },
    Class {
        number: 2,
        cn: "MS-SMS-Server-Locator-Point",
        name: "mSSMSServerLocatorPoint",
        may: &["dNSHostName", "mSSMSMPName", "mSSMSMPAddress", "mSSMSSiteCode"],
    },
    Class {
        number: 3,
        cn: "MS-SMS-Site",
        name: "mSSMSSite",
        may: &["mSSMSSiteCode", "mSSMSAssignmentSiteCode", "mSSMSSiteBoundaries", "mSSMSRoamingBoundaries", "mSSMSHealthState", "mSSMSSourceForest"],
    },
    Class {
        number: 4,
        cn: "MS-SMS-Roaming-Boundary-Range",
        name: "mSSMSRoamingBoundaryRange",
        may: &["mSSMSRangedIPLow", "mSSMSRangedIPHigh", "mSSMSSiteCode"],
    },
];
