//! Values of an attribute with many, range by range (MS-ADTS §3.1.1.3.1.3.3): a domain controller cuts `member` at 1,500, and
//! says so in the attribute's name only.

use crate::control;
use crate::entry::{Entry, Values};
use crate::session::Session;
use ldap3::controls::RawControl;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_sd::Sid;
use std::ops::ControlFlow;

/// Values of the first range that is asked for; what a domain controller gives at most.
const RANGE: usize = 1500;
/// Most values of one attribute.
const VALUES_MAX: usize = 10_000_000;
const STEP: &str = "members";
const MEMBER: &str = "member";

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
        self.ranged(dn, MEMBER, 0, on_member).await
    }

    /// As [`Session::members`], from the member with this number on: those that did not come with [`Entry::first_members`].
    ///
    /// # Errors
    /// As [`Session::members`].
    pub async fn members_from(&mut self, dn: &str, first: usize, on_member: impl FnMut(&str) -> ControlFlow<()> + Send) -> Result<Members, Failure> {
        self.ranged(dn, MEMBER, first, on_member).await
    }

    /// As [`Session::members`], with the SID of each that has one: a directory knows it also of who is in another domain of its
    /// forest, and cannot be looked up here. From a server that does not tell SIDs nobody is handed on.
    ///
    /// # Errors
    /// As [`Session::members`].
    pub async fn members_with_sids(&mut self, dn: &str, mut on_member: impl FnMut(&str, Option<Sid>) + Send) -> Result<Members, Failure> {
        let on_value = |value: &str| {
            if let Some((name, sid)) = with_sid(value) {
                on_member(name, sid);
            }
            ControlFlow::Continue(())
        };
        self.ranged_with(&[control::extended_names()], dn, MEMBER, 0, on_value).await
    }

    /// What a search asks for so that each group's members come along, as many of them as the server gives at once.
    #[must_use]
    pub fn members_attribute(&self) -> String {
        // Whoever knows no ranges would not know what is meant.
        if self.root().ranges { format!("{MEMBER};range=0-{}", RANGE - 1) } else { MEMBER.to_owned() }
    }

    /// Hands on the texts of any attribute from a number on, range by range.
    ///
    /// # Errors
    /// As [`Session::members`].
    pub async fn ranged(&mut self, dn: &str, attribute: &str, first: usize, on_value: impl FnMut(&str) -> ControlFlow<()> + Send) -> Result<Members, Failure> {
        self.ranged_with(&[], dn, attribute, first, on_value).await
    }

    async fn ranged_with(
        &mut self,
        controls: &[RawControl],
        dn: &str,
        attribute: &str,
        first: usize,
        mut on_value: impl FnMut(&str) -> ControlFlow<()> + Send,
    ) -> Result<Members, Failure> {
        let mut taken = first;
        loop {
            // The first range is asked for with its end, so that every server shows that it knows ranges.
            let asked = if taken == 0 { format!("{attribute};range=0-{}", RANGE - 1) } else { format!("{attribute};range={taken}-*") };
            let entry = self.connection.read(controls.to_vec(), dn, &[&asked]).await.map_err(|failure| progress(failure, taken))?;
            let Some(entry) = entry else {
                if taken == 0 {
                    return Ok(Members::NoSuchGroup);
                }
                return Err(progress(Failure::new(Outcome::Broken, STEP, "the group went while it was read"), taken));
            };
            let part = entry.options(attribute).find_map(|(option, values)| Some((Range::parse(option)?, values)));
            // A server that gives all at once leaves the range out; without any value it leaves the attribute out.
            let (range, values) = part.map_or((Range { first: taken, is_last: true }, None), |(range, values)| (range, Some(values)));
            if range.first != taken {
                return Err(self.connection.give_up(progress(Failure::new(Outcome::Broken, STEP, "another range than the one asked for"), taken)));
            }
            for value in entry.all(attribute).chain(values.into_iter().flatten()) {
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

impl Entry {
    /// The members that came along in a search for [`Session::members_attribute`], and the number of the next one when there are
    /// more. None at all when the group has none, or they may not be read: a directory does not tell which.
    ///
    /// # Errors
    /// [`Outcome::Broken`] when the server says another range than the one that was asked for.
    pub fn first_members(&self) -> Result<(Vec<&str>, Option<usize>), Failure> {
        let part = self.options(MEMBER).find_map(|(option, values)| Some((Range::parse(option)?, values)));
        let (range, values) = part.map_or((Range { first: 0, is_last: true }, None), |(range, values)| (range, Some(values)));
        if range.first != 0 || (!range.is_last && values.as_ref().is_none_or(Values::is_empty)) {
            return Err(Failure::new(Outcome::Broken, STEP, "another range than the one asked for"));
        }
        let (mut taken, mut members) = (0, Vec::new());
        for value in self.all(MEMBER).chain(values.into_iter().flatten()) {
            taken += 1;
            members.extend(std::str::from_utf8(value).ok());
        }
        Ok((members, (!range.is_last).then_some(taken)))
    }
}

/// A name and the SID before it, of `<GUID=…>;<SID=…>;name`; none of a name alone, and no SID where what it names has none.
fn with_sid(value: &str) -> Option<(&str, Option<Sid>)> {
    let (mut rest, mut sid) = (value.strip_prefix("<GUID=")?.split_once(">;")?.1, None);
    while let Some((part, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once(">;")) {
        if let Some(text) = part.strip_prefix("SID=") {
            sid = Some(text.parse().ok()?);
        }
        rest = after;
    }
    Some((rest, sid))
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

    #[test]
    fn sids_stand_before_names() {
        let guid = "<GUID=6f9619ff-8b86-d011-b42d-00c04fc964ff>;";
        let read = |value: &str| with_sid(value).map(|(name, sid)| (name.to_owned(), sid.map(|sid| sid.to_string())));
        let kim = Some(("CN=Kim <x>;y,DC=child".to_owned(), Some("S-1-5-21-7-8-9-1104".to_owned())));
        assert_eq!(read(&format!("{guid}<SID=S-1-5-21-7-8-9-1104>;CN=Kim <x>;y,DC=child")), kim);
        assert_eq!(read(&format!("{guid}CN=A contact,DC=child")), Some(("CN=A contact,DC=child".to_owned(), None)));
        for other in ["CN=Kim,DC=child", "<GUID=x", "<SID=S-1-5-21-7-8-9-1104>;CN=Kim", &format!("{guid}<SID=1>;CN=Kim")] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn members_that_come_along_tell_whether_there_are_more() {
        let came = |attributes: &[(&str, &[&str])]| {
            let entry = Entry::of("CN=g", attributes);
            let came = entry.first_members().map(|(members, next)| (members.into_iter().map(ToOwned::to_owned).collect(), next));
            came.map_err(|failure| failure.outcome)
        };
        let members = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(came(&[("cn", &["g"])]), Ok((Vec::new(), None)));
        assert_eq!(came(&[("member", &["CN=a", "CN=b"])]), Ok((members(&["CN=a", "CN=b"]), None)));
        assert_eq!(came(&[("member", &[]), ("member;range=0-1", &["CN=a", "CN=b"])]), Ok((members(&["CN=a", "CN=b"]), Some(2))));
        assert_eq!(came(&[("member;range=0-*", &["CN=a"])]), Ok((members(&["CN=a"]), None)));
        assert_eq!(came(&[("member;range=5-9", &["CN=a"])]), Err(Outcome::Broken));
        assert_eq!(came(&[("member;range=0-9", &[])]), Err(Outcome::Broken));
    }
}
