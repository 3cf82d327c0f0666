//! Whether the ledger is as it was written.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::rules::code;
use provost_store::ledger::Finding;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// What a look at the whole chain found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerificationDocument {
    /// Whether everything is as it was written. False also when the end of the chain could not be checked.
    pub intact: bool,
    /// The same in words.
    pub result: String,
    /// How many entries were looked at.
    pub entries: i64,
    /// Number of the first entry that is not as it was written; null when all are.
    pub first_bad_seq: Option<i64>,
    /// What is wrong with it; empty when nothing is.
    pub reason: String,
    /// Hash of the last entry; null in an empty ledger.
    pub head_hash: Option<String>,
    /// Everything that is not as it was written, at most 100.
    pub findings: Vec<LedgerFinding>,
    /// Whether there is more than that.
    pub more_findings: bool,
    /// When this was checked.
    pub checked_at: Time,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LedgerFinding {
    /// Number of the rule.
    #[schema(example = "PV6001")]
    pub code: String,
    /// Number of the entry; null when none is to blame.
    pub seq: Option<i64>,
    /// What is wrong.
    pub text: String,
}

impl From<&Finding> for LedgerFinding {
    fn from(finding: &Finding) -> Self {
        let (code, seq) = match finding {
            Finding::Changed { seq } => (code::LEDGER_CHANGED, Some(*seq)),
            Finding::Missing { first, .. } => (code::LEDGER_MISSING, Some(*first)),
            Finding::Reordered { seq, .. } => (code::LEDGER_REORDERED, Some(*seq)),
            Finding::Truncated { last, .. } => (code::LEDGER_TRUNCATED, Some(last + 1)),
            Finding::NoRecord => (code::LEDGER_TRUNCATED, None),
        };
        Self { code: format!("PV{code:04}"), seq, text: finding.to_string() }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<VerificationDocument, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let verification = work.read(|tx| Ok(work.site.ledger().verify(tx)?))?;
        let findings: Vec<LedgerFinding> = verification.findings.iter().map(LedgerFinding::from).collect();
        let first = findings.first();
        Ok(VerificationDocument {
            intact: verification.is_sound(),
            result: if verification.is_sound() { "intact".to_owned() } else { "not as it was written".to_owned() },
            entries: verification.entries,
            first_bad_seq: first.and_then(|finding| finding.seq),
            reason: first.map(|finding| finding.text.clone()).unwrap_or_default(),
            head_hash: verification.last.map(|head| head.hash.to_string()),
            more_findings: verification.more,
            checked_at: work.now().into(),
            findings,
        })
    })
    .await
}

/// Verifies the ledger: finds entries that were changed, are missing, were reordered, or were cut off at the end.
#[utoipa::path(get, path = "/api/v1/ledger/verification", operation_id = "ledger_verify", tag = "ledger",
    responses((status = 200, description = "What was found", body = One<VerificationDocument>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<VerificationDocument>>, ApiError> {
    ask(&site, &caller).await.map(|verification| Json(One::new(verification)))
}
