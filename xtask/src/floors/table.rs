//! The table in force. A new crate needs a line here and a decision record.

/// One crate of the house.
pub struct House {
    /// Name without the prefix.
    pub name: &'static str,
    /// Its floor.
    pub floor: u8,
    /// The only crates of the house that it may import, when not all below.
    pub only: Option<&'static [&'static str]>,
    /// Crates from elsewhere that it may never import, with the reason.
    pub never: &'static [Ban],
}

/// Crates from elsewhere that are refused, and why.
pub struct Ban {
    /// Their names; `*` is all.
    pub crates: &'static [&'static str],
    /// Why.
    pub why: &'static str,
}

const SOCKETS: &[&str] = &["tokio", "hyper", "hyper-util", "axum", "rustls", "tokio-rustls"];
const SQL: &[&str] = &["rusqlite", "postgres"];
/// Crates that sign in elsewhere.
const SPEAKERS: &[&str] = &["lettre", "reqwest", "ldap3", "smb2", "russh"];
const BROKER_ONLY: &str = "a connection as an account is opened by an adapter, for the broker (design promise 1)";

/// Crates of the house that open connections as an account they are handed. Only the broker may import them, so that no
/// component reaches a server but under the account that is bound for the use, with an entry in the ledger.
pub const ADAPTERS: &[&str] = &["directory", "hosts", "outbound"];

/// The one crate that may import [`ADAPTERS`].
pub const BROKER: &str = "broker";

/// Every crate under `crates/`.
pub const HOUSE: &[House] = &[
    House {
        name: "catalog",
        floor: 0,
        only: None,
        never: &[Ban { crates: &["*"], why: "the book can be read, printed and tested without a machine, so it depends on nothing" }],
    },
    House {
        name: "sd",
        floor: 0,
        only: Some(&[]),
        never: &[Ban { crates: &["*"], why: "descriptors and rights are computed from bytes and values, and can be proved from them" }],
    },
    House {
        name: "domain",
        floor: 1,
        only: None,
        never: &[
            Ban { crates: SOCKETS, why: "a rule must be provable from values alone" },
            Ban { crates: SQL, why: "a rule must be provable from values alone" },
            Ban { crates: &["rustix", "getrandom", "inotify", "tracing", "tempfile"], why: "time, randomness and the machine are arguments of a rule" },
            Ban { crates: &["serde_json", "toml"], why: "shapes on the wire and in files belong to wire, store and provost" },
        ],
    },
    House {
        name: "wire",
        floor: 2,
        only: None,
        never: &[
            Ban { crates: SOCKETS, why: "both ends share the messages; each brings its own sockets" },
            Ban { crates: SQL, why: "messages are not rows: wire keeps its own shapes and converts" },
            Ban { crates: &["rustix", "tracing"], why: "a message is read from bytes and nothing else" },
        ],
    },
    House {
        name: "runtime",
        floor: 2,
        only: None,
        never: &[
            Ban { crates: SOCKETS, why: "it schedules work without knowing what the work touches" },
            Ban { crates: SQL, why: "it schedules work without knowing what the work touches" },
        ],
    },
    House {
        name: "store",
        floor: 2,
        only: None,
        // tokio and rustls are what the PostgreSQL client is built on: a database elsewhere is reached over TLS.
        never: &[Ban { crates: &["hyper", "hyper-util", "axum"], why: "it opens the database and answers nobody" }],
    },
    House {
        name: "kerberos",
        floor: 2,
        only: Some(&["catalog", "sd", "domain"]),
        never: &[
            Ban { crates: SOCKETS, why: "it speaks to the Kerberos library and to nobody else" },
            Ban { crates: SQL, why: "SQL is written in store only" },
        ],
    },
    House {
        name: "directory",
        floor: 3,
        only: Some(&["catalog", "sd", "domain", "store", "kerberos"]),
        never: &[Ban { crates: SQL, why: "SQL is written in store only" }],
    },
    House {
        name: "hosts",
        floor: 3,
        only: Some(&["catalog", "sd", "domain", "store", "kerberos"]),
        never: &[Ban { crates: SQL, why: "SQL is written in store only" }],
    },
    House {
        name: "outbound",
        floor: 3,
        only: Some(&["catalog", "domain", "store", "kerberos"]),
        never: &[Ban { crates: SQL, why: "SQL is written in store only" }],
    },
    House {
        name: "broker",
        floor: 4,
        only: None,
        never: &[Ban { crates: SQL, why: "SQL is written in store only" }, Ban { crates: SPEAKERS, why: "adapters speak; the broker chooses as whom" }],
    },
    House {
        name: "site",
        floor: 5,
        only: None,
        never: &[
            Ban { crates: SQL, why: "SQL is written in store only" },
            Ban { crates: SOCKETS, why: "components meet through inboxes, rows and messages" },
            Ban { crates: SPEAKERS, why: BROKER_ONLY },
        ],
    },
    House {
        name: "roles",
        floor: 5,
        only: None,
        never: &[
            Ban { crates: SQL, why: "SQL is written in store only" },
            Ban { crates: SPEAKERS, why: BROKER_ONLY },
            Ban { crates: &["axum", "askama", "utoipa"], why: "a role answers clients, not people; that is the provider" },
            Ban { crates: &["rcgen"], why: "certificates are issued by the site; a role holds no authority's key" },
        ],
    },
    House {
        name: "provider",
        floor: 5,
        only: None,
        never: &[
            Ban { crates: SQL, why: "SQL is written in store only" },
            Ban { crates: SPEAKERS, why: BROKER_ONLY },
            Ban { crates: &["rcgen"], why: "a person's request records intent and the site acts" },
        ],
    },
    House {
        name: "agent",
        floor: 5,
        only: Some(&["catalog", "domain", "wire", "runtime"]),
        never: &[
            Ban { crates: SQL, why: "no server code on managed computers; the queue is plain files" },
            Ban { crates: &["axum", "askama", "utoipa", "rcgen"], why: "no server code on managed computers; the tree stays small and builds with Rust 1.85" },
        ],
    },
    House {
        name: "provost",
        floor: 6,
        only: None,
        never: &[Ban { crates: SQL, why: "wiring only; SQL is written in store only" }, Ban { crates: SPEAKERS, why: BROKER_ONLY }],
    },
];

/// Packages beside the house, and the crates of the house they may import. Only tests may import them.
pub const BESIDE: &[(&str, &[&str], &str)] = &[
    ("xtask", &["catalog"], "it derives files from definitions and needs no other part"),
    ("lab", &["catalog", "domain", "wire", "runtime"], "simulated clients know what any client knows; a site is the real program, started"),
    (
        "bench",
        &["catalog", "domain", "wire", "runtime", "store", "lab"],
        "a benchmark measures the real program from outside; what a claim says of the ledger or of a rule alone, it measures there",
    ),
];

/// Most libraries the house may have (decision 1).
pub const LIBRARIES_MAX: usize = 15;
