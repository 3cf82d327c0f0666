//! Values of an attribute with many, range by range (MS-ADTS §3.1.1.3.1.3.3): a domain controller cuts `member` at 1,500, and
//! says so in the attribute's name only.

use crate::session::Session;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::ops::ControlFlow;

/// Values of the first range that is asked for; what a domain controller gives at most.
const RANGE: usize = 1500;
/// Most values of one attribute.
const VALUES_MAX: usize = 10_000_000;
const STEP: &str = "members";

/// What was read of a group's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Members {
    /// So many, and these are all that may be read.
    All(u64),
    /// Whoever took them wanted no more.
    Stopped(u64),
    /// The group is not there, or may not be seen.
    NoSuchGroup,
}

impl Session {
    /// Hands on the distinguished names of a group's direct members, in the directory's order. Members by their *primary group*
    /// are not among them: the directory does not list those there.
    ///
    /// # Errors
    /// As [`Failure`] tells, with how far it came.
    pub async fn members(&mut self, dn: &str, on_member: impl FnMut(&str) -> ControlFlow<()> + Send) -> Result<Members, Failure> {
        self.ranged(dn, "member", on_member).await
    }

    /// Hands on the texts of any attribute, range by range.
    ///
    /// # Errors
    /// As [`Session::members`].
    pub async fn ranged(&mut self, dn: &str, attribute: &str, mut on_value: impl FnMut(&str) -> ControlFlow<()> + Send) -> Result<Members, Failure> {
        let mut taken = 0usize;
        loop {
            // The first range is asked for with its end, so that every server shows that it knows ranges.
            let asked = if taken == 0 { format!("{attribute};range=0-{}", RANGE - 1) } else { format!("{attribute};range={taken}-*") };
            let entry = self.read(dn, &[&asked]).await.map_err(|failure| progress(failure, taken))?;
            let Some(entry) = entry else {
                if taken == 0 {
                    return Ok(Members::NoSuchGroup);
                }
                return Err(progress(Failure::new(Outcome::Broken, STEP, "the group went while it was read"), taken));
            };
            let part = entry.options(attribute).find_map(|(option, values)| Some((Range::parse(option)?, values)));
            // A server that gives all at once leaves the range out; without any value it leaves the attribute out.
            let (range, values) = part.unwrap_or((Range { first: taken, is_last: true }, &[]));
            if range.first != taken {
                return Err(self.connection.give_up(progress(Failure::new(Outcome::Broken, STEP, "another range than the one asked for"), taken)));
            }
            for value in entry.all(attribute).chain(values.iter().map(Vec::as_slice)) {
                taken += 1;
                if std::str::from_utf8(value).is_ok_and(|value| on_value(value).is_break()) {
                    return Ok(Members::Stopped(taken as u64));
                }
            }
            if range.is_last {
                return Ok(Members::All(taken as u64));
            }
            if taken == range.first || taken > VALUES_MAX {
                return Err(self.connection.give_up(progress(Failure::new(Outcome::Broken, STEP, "ranges without end"), taken)));
            }
        }
    }
}

/// Which values came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    /// Number of the first.
    first: usize,
    /// Whether no more follow.
    is_last: bool,
}

impl Range {
    /// Reads `range=1500-2999` or `range=1500-*`.
    fn parse(option: &str) -> Option<Self> {
        let (name, bounds) = option.split_once('=')?;
        let (first, last) = bounds.split_once('-')?;
        let is_last = last == "*";
        if !name.eq_ignore_ascii_case("range") || !(is_last || last.parse::<usize>().is_ok()) {
            return None;
        }
        Some(Self { first: first.parse().ok()?, is_last })
    }
}

/// With how far it came.
fn progress(failure: Failure, taken: usize) -> Failure {
    if taken == 0 { failure } else { Failure::new(failure.outcome, failure.step, format!("after {taken} values: {}", failure.detail)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        assert_eq!(Range::parse("range=0-1499"), Some(Range { first: 0, is_last: false }));
        assert_eq!(Range::parse("Range=1500-*"), Some(Range { first: 1500, is_last: true }));
        assert_eq!(Range::parse("binary"), None);
        assert_eq!(Range::parse("range=a-b"), None);
    }
}
