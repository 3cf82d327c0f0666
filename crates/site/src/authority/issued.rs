//! Certificates that were issued: how long they are valid, and reading back what matters of our own.

use super::BACKDATED_SECONDS;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use provost_domain::{Digest, Timestamp};
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
        let not_after = read_not_after(&der).ok_or("it holds no certificate of the expected shape")?;
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

/// The end of a certificate's validity (RFC 5280 §4.1): the second time in the fifth field of its first part.
fn read_not_after(der: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = element(der)?;
    let (_, mut part, _) = element(certificate)?;
    let mut fields = Vec::new();
    while fields.len() < 5 {
        let (tag, value, rest) = element(part)?;
        fields.push((tag, value));
        part = rest;
    }
    // version [0], serial number, signature algorithm, issuer, validity
    let (0xa0, (0x30, validity)) = (fields[0].0, fields[4]) else { return None };
    let (_, _, rest) = element(validity)?;
    let (tag, text, _) = element(rest)?;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, text) = match tag {
        0x17 => (text.get(..2)?.parse::<i32>().ok().map(|y| if y < 50 { 2000 + y } else { 1900 + y })?, text.get(2..)?),
        0x18 => (text.get(..4)?.parse::<i32>().ok()?, text.get(4..)?),
        _ => return None,
    };
    let number = |from: usize| text.get(from..from + 2)?.parse::<u8>().ok();
    let date = time::Date::from_calendar_date(year, time::Month::try_from(number(0)?).ok()?, number(2)?).ok()?;
    let at = date.with_hms(number(4)?, number(6)?, number(8)?).ok()?.assume_utc();
    Some(Timestamp::default().plus_seconds(at.unix_timestamp()))
}

/// The first DER element: tag, value, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        let length = rest.get(..count).filter(|_| count <= 4)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        (length, &rest[count..])
    };
    Some((tag, rest.get(..length)?, &rest[length..]))
}
