//! Numbered messages: every error and finding that Provost can show has a stable number, a meaning and a fix.

/// The numbers by name.
pub mod code {
    #[allow(missing_docs)]
    pub const SITE_CODE_INVALID: u16 = 1001;
    #[allow(missing_docs)]
    pub const SITE_CODE_RESERVED: u16 = 1002;
    #[allow(missing_docs)]
    pub const DATA_FOLDER_IN_USE: u16 = 1003;
    #[allow(missing_docs)]
    pub const CONFIG_UNKNOWN_KEY: u16 = 1004;
    #[allow(missing_docs)]
    pub const CONFIG_WRONG_VALUE: u16 = 1005;
    #[allow(missing_docs)]
    pub const DATABASE_URL_HAS_PASSWORD: u16 = 1006;
    #[allow(missing_docs)]
    pub const DATABASE_UNAVAILABLE: u16 = 1007;
    #[allow(missing_docs)]
    pub const ADDRESS_IN_USE: u16 = 1008;
    #[allow(missing_docs)]
    pub const SITE_NOT_RUNNING: u16 = 1009;
    #[allow(missing_docs)]
    pub const SITE_CODE_DIFFERS: u16 = 1010;
    #[allow(missing_docs)]
    pub const DISK_FULL: u16 = 1011;
    #[allow(missing_docs)]
    pub const SCHEMA_TOO_NEW: u16 = 1012;
    #[allow(missing_docs)]
    pub const DATABASE_DENIED: u16 = 1013;
    #[allow(missing_docs)]
    pub const NOT_FOUND: u16 = 1014;
    #[allow(missing_docs)]
    pub const BUG: u16 = 1015;
    #[allow(missing_docs)]
    pub const DATA_FOLDER_UNUSABLE: u16 = 1016;
    #[allow(missing_docs)]
    pub const REGISTRATION_SIGNATURE: u16 = 3001;
    #[allow(missing_docs)]
    pub const REGISTRATION_REPLAYED: u16 = 3002;
    #[allow(missing_docs)]
    pub const REGISTRATION_OTHER_KEY: u16 = 3003;
    #[allow(missing_docs)]
    pub const NOT_APPROVED: u16 = 3004;
    #[allow(missing_docs)]
    pub const CLIENT_BLOCKED: u16 = 3005;
    #[allow(missing_docs)]
    pub const MESSAGE_TOO_LARGE: u16 = 3006;
    #[allow(missing_docs)]
    pub const RATE_LIMIT: u16 = 3007;
    #[allow(missing_docs)]
    pub const CLOCK_SKEW: u16 = 3008;
    #[allow(missing_docs)]
    pub const MESSAGE_MALFORMED: u16 = 3009;
    #[allow(missing_docs)]
    pub const WRONG_SITE: u16 = 3010;
    #[allow(missing_docs)]
    pub const CERTIFICATE_REQUIRED: u16 = 3011;
    #[allow(missing_docs)]
    pub const MESSAGE_TOO_OLD: u16 = 3012;
    #[allow(missing_docs)]
    pub const CERTIFICATE_REFUSED: u16 = 3013;
    #[allow(missing_docs)]
    pub const TOKEN_REFUSED: u16 = 3014;
    #[allow(missing_docs)]
    pub const POLICY_SIGNATURE: u16 = 3015;
    #[allow(missing_docs)]
    pub const POLICY_OLDER: u16 = 3016;
    #[allow(missing_docs)]
    pub const STORAGE_UNAVAILABLE: u16 = 3017;
    #[allow(missing_docs)]
    pub const UNKNOWN_CLIENT: u16 = 3018;
    #[allow(missing_docs)]
    pub const NO_SUCH_PATH: u16 = 3019;
    #[allow(missing_docs)]
    pub const INBOX_FILE_BAD: u16 = 4001;
    #[allow(missing_docs)]
    pub const STATE_GAP: u16 = 4002;
    #[allow(missing_docs)]
    pub const INVENTORY_DELTA_BASE: u16 = 4003;
    #[allow(missing_docs)]
    pub const INVENTORY_MALFORMED: u16 = 4004;
    #[allow(missing_docs)]
    pub const DISCOVERY_NO_NAME: u16 = 4005;
    #[allow(missing_docs)]
    pub const COMPONENT_FAILING: u16 = 4006;
    #[allow(missing_docs)]
    pub const COMPONENT_STARTED: u16 = 4007;
    #[allow(missing_docs)]
    pub const COMPONENT_STOPPED: u16 = 4008;
    #[allow(missing_docs)]
    pub const COMPONENT_RECOVERED: u16 = 4009;
    #[allow(missing_docs)]
    pub const NOT_SIGNED_IN: u16 = 5001;
    #[allow(missing_docs)]
    pub const LINK_USED_OR_EXPIRED: u16 = 5002;
    #[allow(missing_docs)]
    pub const WRONG_PASSWORD: u16 = 5003;
    #[allow(missing_docs)]
    pub const SESSION_EXPIRED: u16 = 5004;
    #[allow(missing_docs)]
    pub const NOT_ALLOWED: u16 = 5005;
    #[allow(missing_docs)]
    pub const CROSS_SITE_REQUEST: u16 = 5006;
    #[allow(missing_docs)]
    pub const WEAK_PASSWORD: u16 = 5007;
    #[allow(missing_docs)]
    pub const TOO_MANY_ATTEMPTS: u16 = 5008;
    #[allow(missing_docs)]
    pub const REQUEST_MALFORMED: u16 = 5009;
    #[allow(missing_docs)]
    pub const PERSON_EXISTS: u16 = 5010;
    #[allow(missing_docs)]
    pub const NAME_AMBIGUOUS: u16 = 5011;
    #[allow(missing_docs)]
    pub const PERSON_IS_YOU: u16 = 5012;
    #[allow(missing_docs)]
    pub const CLIENT_STATE: u16 = 5013;
    #[allow(missing_docs)]
    pub const SERVER_BUSY: u16 = 5014;
    #[allow(missing_docs)]
    pub const LEDGER_CHANGED: u16 = 6001;
    #[allow(missing_docs)]
    pub const LEDGER_MISSING: u16 = 6002;
    #[allow(missing_docs)]
    pub const LEDGER_REORDERED: u16 = 6003;
    #[allow(missing_docs)]
    pub const LEDGER_TRUNCATED: u16 = 6004;
    #[allow(missing_docs)]
    pub const NOT_CONFIRMED: u16 = 1017;
}
