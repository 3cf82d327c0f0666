//! How strict the site is: its profile, what is dangerous and off until somebody asks for it, and the site key.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::error::ApiError;
use crate::operations::allowed_uses::list::{self, AllowedUse};
use crate::operations::allowed_uses::set;
use crate::operations::profile::show::Profile;
use crate::operations::verifications::Task;
use crate::operations::{bindings, profile, site_key, verifications};
use crate::request::{Form, Path, Query};
use askama::Template;
use provost_catalog::rights::Profile as Strictness;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    task: Option<i64>,
}

#[derive(Template)]
#[template(path = "security.html")]
struct Page {
    shell: Shell,
    sentence: String,
    profile: Profile,
    profiles: &'static [Strictness],
    uses: Vec<AllowedUse>,
    /// Site keys that passwords are sealed under, and how many are.
    keys: Vec<(String, i64)>,
    task: Option<Task>,
    same_as: Markup,
}

/// Shows it.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let profile = profile::show::ask(&site, &caller).await?;
    let uses = list::ask(&site, &caller).await?.items;
    let mut keys = BTreeMap::<String, i64>::new();
    for secret in bindings::list::ask(&site, &caller, bindings::list::Request::default()).await?.items.into_iter().filter_map(|one| one.secret) {
        *keys.entry(secret.key).or_insert(0) += 1;
    }
    let on = uses.iter().filter(|one| one.allowed).count();
    let sentence = match on {
        0 => format!("The profile is {}; nothing dangerous is switched on.", profile.profile),
        1 => format!("The profile is {}; one dangerous use is switched on.", profile.profile),
        n => format!("The profile is {}; {n} dangerous uses are switched on.", profile.profile),
    };
    let task = match asked.task {
        Some(task) => verifications::show::ask(&site, &caller, task).await.ok(),
        None => None,
    };
    let same_as = markup::same_as("provost site profile", "GET /api/v1/profile");
    page(&Page { shell, sentence, profile, profiles: Strictness::ALL, uses, keys: keys.into_iter().collect(), task, same_as })
}

/// Which profile.
#[derive(Deserialize)]
pub struct Chosen {
    profile: String,
}

/// Chooses a profile.
pub async fn choose(visit: Visit, Form(form): Form<Chosen>) -> Answer {
    profile::set::ask(&visit.site, &visit.caller, profile::set::Request { profile: form.profile }).await?;
    Ok(see("/security?done=profile"))
}

/// Asks whether a dangerous use is to be switched on.
pub async fn confirm_use(visit: Visit, Path(id): Path<String>) -> Answer {
    let one = list::ask(&visit.site, &visit.caller).await?.items.into_iter().find(|one| one.operation == id);
    let one = one.ok_or_else(|| ApiError::not_found("dangerous use", &id, "provost account allow"))?;
    page(&ConfirmPage {
        shell: visit.shell,
        title: format!("Switch {} on", one.operation),
        consequences: vec![
            format!("The site may {} from now on.", one.words),
            "It is a finding for as long as it is on.".to_owned(),
            "Who switched it on stands in the ledger.".to_owned(),
        ],
        facts: Vec::new(),
        action: format!("/security/uses/{}/on", markup::address_part(&one.operation)),
        button: "Switch it on",
        dangerous: true,
        back: "/security".to_owned(),
        back_name: "Security".to_owned(),
        same_as: markup::same_as(&format!("provost account allow {}", one.operation), &format!("PUT /api/v1/allowed-uses/{}", one.operation)),
    })
}

/// Switches it on.
pub async fn switch_on(visit: Visit, Path(id): Path<String>) -> Answer {
    set::ask(&visit.site, &visit.caller, id, set::Request { allowed: true }).await?;
    Ok(see("/security?done=allow"))
}

/// Switches it off.
pub async fn switch_off(visit: Visit, Path(id): Path<String>) -> Answer {
    set::ask(&visit.site, &visit.caller, id, set::Request { allowed: false }).await?;
    Ok(see("/security?done=disallow"))
}

/// Asks whether the site key is to be changed.
pub async fn confirm_key(visit: Visit) -> Answer {
    page(&ConfirmPage {
        shell: visit.shell,
        title: "Change the site key".to_owned(),
        consequences: vec![
            "Every sealed password is sealed anew under a new key; the passwords themselves stay.".to_owned(),
            "A backup from before needs the key from before.".to_owned(),
        ],
        facts: Vec::new(),
        action: "/security/key".to_owned(),
        button: "Change it",
        dangerous: false,
        back: "/security".to_owned(),
        back_name: "Security".to_owned(),
        same_as: markup::same_as("provost site rekey", "POST /api/v1/site-key"),
    })
}

/// Has it changed.
pub async fn change_key(visit: Visit) -> Answer {
    let task = site_key::change::ask(&visit.site, &visit.caller).await?;
    Ok(see(&format!("/security?task={}", task.task_id)))
}
