//! Certificates that were issued: how long they are valid, and reading back what matters of our own.

use super::BACKDATED_SECONDS;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use provost_domain::{Digest, Timestamp, certificate};
use rcgen::SanType;
use std::net::IpAddr;
use time::OffsetDateTime;

/// From when to when a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first moment.
    pub not_before: Timestamp,
    /// The last moment.
    pub not_after: Timestamp,
}

impl Validity {
    /// From a day before `now`, for clocks that are behind, until `days` days after it; in whole seconds.
    #[must_use]
    pub const fn starting(now: Timestamp, days: i64) -> Self {
        let now = Timestamp::from_micros(now.as_micros() / 1_000_000 * 1_000_000);
        Self { not_before: now.plus_seconds(-BACKDATED_SECONDS), not_after: now.plus_seconds(days * 24 * 3600) }
    }

    /// As long as a client's certificate is valid: one year.
    #[must_use]
    pub const fn of_client(now: Timestamp) -> Self {
        Self::starting(now, super::CERTIFICATE_DAYS)
    }

    pub(super) fn as_dates(self) -> Option<(OffsetDateTime, OffsetDateTime)> {
        let date = |at: Timestamp| OffsetDateTime::from_unix_timestamp(at.as_micros() / 1_000_000).ok();
        Some((date(self.not_before)?, date(self.not_after)?))
    }
}

/// A certificate that was issued to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// In PEM.
    pub pem: String,
    /// SHA-256 of its DER.
    pub digest: Digest,
    /// When it runs out.
    pub not_after: Timestamp,
}

impl Issued {
    pub(super) fn new(pem: String, der: &[u8], validity: Validity) -> Self {
        Self { pem, digest: Digest::of(der), not_after: validity.not_after }
    }
}

/// What is read back of a certificate from the key folder. Only files that this site wrote are read here, so this reads
/// the shape that it writes and no other.
pub(super) struct Reading {
    der: Vec<u8>,
    not_after: Timestamp,
}

impl Reading {
    pub(super) fn of_pem(pem: &str) -> Result<Self, String> {
        let body = pem
            .split_once("-----BEGIN CERTIFICATE-----")
            .and_then(|(_, rest)| rest.split_once("-----END CERTIFICATE-----"))
            .map(|(body, _)| body.split_whitespace().collect::<String>())
            .ok_or("it holds no certificate")?;
        let der = STANDARD.decode(body).map_err(|e| e.to_string())?;
        let not_after = certificate::not_after(&der).ok_or("it holds no certificate of the expected shape")?;
        Ok(Self { der, not_after })
    }

    pub(super) const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether it carries this name (RFC 5280 §4.2.1.6: context tag 2 for names, 7 for addresses).
    pub(super) fn names(&self, name: &SanType) -> bool {
        let (tag, value) = match name {
            SanType::DnsName(name) => (0x82, name.as_str().as_bytes().to_vec()),
            SanType::IpAddress(IpAddr::V4(address)) => (0x87, address.octets().to_vec()),
            SanType::IpAddress(IpAddr::V6(address)) => (0x87, address.octets().to_vec()),
            _ => return false,
        };
        let Ok(length) = u8::try_from(value.len()) else { return false };
        let length = if length < 0x80 { vec![length] } else { vec![0x81, length] };
        self.contains(&[vec![tag], length, value].concat())
    }

    /// Whether it names this key as its issuer's.
    pub(super) fn mentions_key(&self, identifier: &[u8]) -> bool {
        self.contains(identifier)
    }

    fn contains(&self, part: &[u8]) -> bool {
        self.der.windows(part.len()).any(|window| window == part)
    }
}
