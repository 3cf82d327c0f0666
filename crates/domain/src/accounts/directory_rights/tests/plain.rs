//! The checks as tests of verdicts want them: without the commands that mend something, which have tests of their own.

use super::super as judged;
use super::super::{AccountSeen, Counted, GroupSeen, Mending, Needed, ObjectSeen, PasswordSeen, Schema, Told};
use crate::Timestamp;
use provost_sd::{Guid, Sid, Token};

/// What is told before the commands.
fn before((verdict, evidence): Told) -> Told {
    let ends = [
        "; take it away with: ",
        "; make Domain Admins",
        "; no entry gives that",
        "; name those who may",
        "; as an administrator see",
        "; see the list with: ",
    ];
    let end = ends.iter().filter_map(|end| evidence.find(end)).min().unwrap_or(evidence.len());
    (verdict, evidence[..end].to_owned())
}

pub fn no_change(objects: &[ObjectSeen], schema: &Schema, token: &Token) -> Told {
    before(judged::no_change(objects, schema, token, &Mending::default()))
}

pub fn full_control(objects: &[ObjectSeen], schema: &Schema, token: &Token, needed: Needed) -> Told {
    before(judged::full_control(objects, schema, token, needed, &Mending::default()))
}

pub fn reads(objects: &[ObjectSeen], schema: &Schema, token: &Token, attributes: &[&str]) -> Told {
    before(judged::reads(objects, schema, token, attributes, &Mending::default()))
}

pub fn no_confidential(objects: &[ObjectSeen], schema: &Schema, token: &Token) -> Told {
    before(judged::no_confidential(objects, schema, token, &Mending::default()))
}

pub fn no_right(objects: &[ObjectSeen], schema: &Schema, token: &Token, rights: &[(Guid, &str)]) -> Told {
    before(judged::no_right(objects, schema, token, rights, &Mending::default()))
}

pub fn no_permissions(objects: &[ObjectSeen], schema: &Schema, token: &Token) -> Told {
    before(judged::no_permissions(objects, schema, token, &Mending::default()))
}

pub fn no_join(objects: &[ObjectSeen], schema: &Schema, token: &Token, quota: Option<i64>) -> Told {
    judged::no_join(objects, schema, token, quota, "DC=corp", &Mending::default())
}

pub fn privileged(sids: &[Sid]) -> Told {
    judged::privileged(sids, &[], Some(("CN=svc", "svc")), &Mending::default())
}

pub fn delegation(account: &AccountSeen) -> Told {
    judged::delegation(account, &Mending::default())
}

pub fn roaming_profile(account: &AccountSeen) -> Told {
    judged::roaming_profile(account, &Mending::default())
}

pub fn memberships_agree(counted: &[Counted], led: &[GroupSeen]) -> Told {
    before(judged::memberships_agree(&super::account(), counted, led, &Mending::default()))
}

pub fn password_age(password: &PasswordSeen, days: u32, now: Timestamp) -> Told {
    judged::password_age(&super::account(), password, days, now, &Mending::default())
}
