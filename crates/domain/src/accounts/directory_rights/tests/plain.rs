//! The checks as tests of verdicts want them: without the commands that mend something, which have tests of their own.

use super::super as judged;
use super::super::{AccountSeen, Counted, GroupSeen, Mending, Needed, ObjectSeen, PasswordSeen, Schema, Seen, Told};
use crate::Timestamp;
use provost_sd::{Guid, Sid, Token};

fn seen(told: Told) -> Seen {
    (told.verdict, told.evidence)
}

pub fn no_change(objects: &[ObjectSeen], schema: &Schema, token: &Token) -> Seen {
    seen(judged::no_change(objects, schema, token, &Mending::default()))
}

pub fn full_control(objects: &[ObjectSeen], schema: &Schema, token: &Token, needed: Needed) -> Seen {
    seen(judged::full_control(objects, schema, token, needed, &Mending::default()))
}

pub fn reads(objects: &[ObjectSeen], schema: &Schema, token: &Token, attributes: &[&str]) -> Seen {
    seen(judged::reads(objects, schema, token, attributes, &Mending::default()))
}

pub fn no_confidential(objects: &[ObjectSeen], schema: &Schema, token: &Token) -> Seen {
    seen(judged::no_confidential(objects, schema, token, &Mending::default()))
}

pub fn no_right(objects: &[ObjectSeen], schema: &Schema, token: &Token, rights: &[(Guid, &str)]) -> Seen {
    seen(judged::no_right(objects, schema, token, rights, &Mending::default()))
}

pub fn no_permissions(objects: &[ObjectSeen], schema: &Schema, token: &Token) -> Seen {
    seen(judged::no_permissions(objects, schema, token, &Mending::default()))
}

pub fn no_join(objects: &[ObjectSeen], schema: &Schema, token: &Token, quota: Option<i64>) -> Seen {
    seen(judged::no_join(objects, schema, token, quota, "DC=corp", &Mending::default()))
}

pub fn privileged(sids: &[Sid]) -> Seen {
    seen(judged::privileged(sids, &[], Some(("CN=svc", "svc")), &Mending::default()))
}

pub fn delegation(account: &AccountSeen) -> Seen {
    seen(judged::delegation(account, &Mending::default()))
}

pub fn roaming_profile(account: &AccountSeen) -> Seen {
    seen(judged::roaming_profile(account, &Mending::default()))
}

pub fn memberships_agree(counted: &[Counted], led: &[GroupSeen]) -> Seen {
    seen(judged::memberships_agree(&super::account(), counted, led, &Mending::default()))
}

pub fn password_age(password: &PasswordSeen, days: u32, now: Timestamp) -> Seen {
    seen(judged::password_age(&super::account(), password, days, now, &Mending::default()))
}
