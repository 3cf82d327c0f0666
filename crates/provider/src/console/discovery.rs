//! Discovery: which methods read directories, where, as whom, and what became of it.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::error::ApiError;
use crate::operations::discovery_locations;
use crate::operations::discovery_locations::list::DiscoveryLocation;
use crate::operations::discovery_methods;
use crate::operations::discovery_methods::list::DiscoveryMethod;
use crate::operations::discovery_runs::{self, DiscoveryRun};
use crate::request::{Form, Path};
use askama::Template;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::discovery::Method;
use provost_domain::shell_word;
use serde::Deserialize;
use std::borrow::Borrow;

/// Newest runs that are shown.
const RUNS_MAX: usize = 20;

/// A method with where it looks and what became of its newest run.
struct Set {
    method: DiscoveryMethod,
    locations: usize,
    newest: Option<DiscoveryRun>,
}

#[derive(Template)]
#[template(path = "discovery.html")]
struct Page {
    shell: Shell,
    sentence: String,
    methods: Vec<Set>,
    locations: Vec<DiscoveryLocation>,
    runs: Vec<DiscoveryRun>,
    going: bool,
    same_as: Markup,
}

/// Shows it.
pub async fn show(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let methods = discovery_methods::list::ask(&site, &caller).await?.items;
    let locations = discovery_locations::list::ask(&site, &caller).await?.items;
    let runs = discovery_runs::list::ask(&site, &caller, discovery_runs::list::Request { limit: Some(RUNS_MAX), ..Default::default() }).await?.items;
    let mut sets = Vec::new();
    for method in methods {
        let request = discovery_runs::list::Request { limit: Some(1), method: Some(method.method.clone()), ..Default::default() };
        let newest = discovery_runs::list::ask(&site, &caller, request).await?.items.into_iter().next();
        sets.push(Set { locations: locations.iter().filter(|one| one.method == method.method).count(), newest, method });
    }
    let on = sets.iter().filter(|set| set.method.enabled).count();
    let going = runs.iter().any(|run| !run.done);
    let blocked: usize = sets.iter().filter_map(|set| set.newest.as_ref()).map(|run| run.blocked.len()).sum();
    let mut sentence = match on {
        0 => "No method runs by itself.".to_owned(),
        1 => "1 of 4 methods runs by itself.".to_owned(),
        n => format!("{n} of 4 methods run by themselves."),
    };
    if blocked > 0 {
        sentence
            .push_str(&format!(" {} could not be read for lack of a right.", markup::counted(i64::try_from(blocked).unwrap_or(i64::MAX), "place", "places")));
    }
    let same_as = markup::same_as("provost discovery list", "GET /api/v1/discovery-methods");
    page(&Page { shell, sentence, methods: sets, locations, runs, going, same_as })
}

/// How a run ended, or how far it is.
pub fn outcome(run: &DiscoveryRun) -> Markup {
    match run.outcome.as_str() {
        "" if run.started_at.is_none() => markup::state("noted", "waits"),
        "" => markup::state("noted", "reading"),
        "succeeded" if !run.done => markup::state("noted", "loading"),
        "succeeded" => markup::state("pass", "succeeded"),
        "blocked" => markup::state("warning", "partly blocked"),
        "location-gone" | "interrupted" | "not-deposited" => markup::state("fail", &run.outcome.replace('-', " ")),
        other => markup::outcome(other),
    }
}

/// A length of time as people set it.
pub fn every(seconds: impl Borrow<i64>) -> String {
    match *seconds.borrow() {
        s if s % 86_400 == 0 => markup::counted(s / 86_400, "day", "days"),
        s if s % 3_600 == 0 => markup::counted(s / 3_600, "hour", "hours"),
        s => markup::counted(s / 60, "minute", "minutes"),
    }
}

#[derive(Template)]
#[template(path = "discovery_method.html")]
struct MethodPage {
    shell: Shell,
    sentence: String,
    known: Method,
    method: DiscoveryMethod,
    locations: Vec<DiscoveryLocation>,
    runs: Vec<DiscoveryRun>,
    going: bool,
    typed: Settings,
    refused: Refused,
    same_as: Markup,
}

/// What the form of a method holds: numbers as they are typed.
#[derive(Default, Deserialize)]
pub struct Settings {
    #[serde(default)]
    full_hours: String,
    #[serde(default)]
    delta_minutes: String,
    #[serde(default)]
    logged_on_within_days: String,
    #[serde(default)]
    password_within_days: String,
    #[serde(default)]
    attributes: String,
    enabled: Option<String>,
    disabled: Option<String>,
    distribution_groups: Option<String>,
    subnet_boundaries: Option<String>,
    site_boundaries: Option<String>,
}

impl Settings {
    fn of(method: &DiscoveryMethod) -> Self {
        let days = |days: Option<i64>| days.map_or_else(String::new, |days| days.to_string());
        let on = |on: bool| on.then(|| "yes".to_owned());
        Self {
            full_hours: (method.full_every / 3_600).to_string(),
            delta_minutes: method.delta_every.map_or_else(String::new, |every| (every / 60).to_string()),
            logged_on_within_days: days(method.logged_on_within_days),
            password_within_days: days(method.password_within_days),
            attributes: method.attributes.join("\n"),
            enabled: on(method.enabled),
            disabled: on(method.disabled),
            distribution_groups: on(method.distribution_groups),
            subnet_boundaries: on(method.subnet_boundaries),
            site_boundaries: on(method.site_boundaries),
        }
    }

    /// What it asks for, or the field that is no number.
    fn request(&self, known: Method) -> Result<discovery_methods::set::Request, &'static str> {
        // An empty field is the operation's 0: it does not count.
        let whole = |field: &'static str, text: &str| if text.trim().is_empty() { Ok(0) } else { text.trim().parse::<i64>().map_err(|_| field) };
        let forest = !known.has_locations();
        Ok(discovery_methods::set::Request {
            enabled: Some(self.enabled.is_some()),
            full_every: Some(whole("full_hours", &self.full_hours)?.saturating_mul(3_600)),
            delta_every: if known.has_delta() { Some(whole("delta_minutes", &self.delta_minutes)?.saturating_mul(60)) } else { None },
            logged_on_within_days: if forest { None } else { Some(whole("logged_on_within_days", &self.logged_on_within_days)?) },
            password_within_days: if forest { None } else { Some(whole("password_within_days", &self.password_within_days)?) },
            disabled: (!forest).then(|| self.disabled.is_some()),
            distribution_groups: (known == Method::Group).then(|| self.distribution_groups.is_some()),
            subnet_boundaries: forest.then(|| self.subnet_boundaries.is_some()),
            site_boundaries: forest.then(|| self.site_boundaries.is_some()),
            attributes: (!forest).then(|| self.attributes.split(['\n', '\r', ',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect()),
        })
    }
}

/// Shows one method: how it is set, where it looks, what became of it.
pub async fn method(visit: Visit, Path(id): Path<String>) -> Answer {
    method_page(visit, id, None, Refused::default()).await
}

async fn method_page(visit: Visit, id: String, typed: Option<Settings>, refused: Refused) -> Answer {
    let Visit { site, caller, shell } = visit;
    let method = discovery_methods::show::ask(&site, &caller, id).await?;
    let known = discovery_methods::named(&method.method)?;
    let mut locations = discovery_locations::list::ask(&site, &caller).await?.items;
    locations.retain(|one| one.method == method.method);
    let request = discovery_runs::list::Request { limit: Some(RUNS_MAX), method: Some(method.method.clone()), ..Default::default() };
    let runs = discovery_runs::list::ask(&site, &caller, request).await?.items;
    let sentence = match (method.enabled, method.delta_every) {
        (false, _) => "It does not run by itself.".to_owned(),
        (true, None) => format!("It reads everything every {}.", every(method.full_every)),
        (true, Some(delta)) => format!("It reads everything every {}, and what changed every {}.", every(method.full_every), every(delta)),
    };
    let same_as = markup::same_as(&format!("provost discovery show {}", method.method), &format!("GET /api/v1/discovery-methods/{}", method.method));
    let typed = typed.unwrap_or_else(|| Settings::of(&method));
    let going = runs.iter().any(|run| !run.done);
    let status = refused.status();
    let mut response = page(&MethodPage { shell, sentence, known, method, locations, runs, going, typed, refused, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Sets a method.
pub async fn set(visit: Visit, Path(id): Path<String>, Form(typed): Form<Settings>) -> Answer {
    let known = discovery_methods::named(&id)?;
    match typed.request(known) {
        Ok(request) => match discovery_methods::set::ask(&visit.site, &visit.caller, id.clone(), request).await {
            Ok(_) => Ok(see(&format!("/discovery/{id}?done=set-discovery"))),
            Err(error) => method_page(visit, id, Some(typed), Refused::because(error, &[])).await,
        },
        Err(field) => {
            let error = ApiError::new(StatusCode::BAD_REQUEST, code::DISCOVERY_SETTING_INVALID, format!("{id} was not changed"), "it is no whole number")
                .fix("write digits alone");
            method_page(visit, id, Some(typed), Refused::because(error, &[(code::DISCOVERY_SETTING_INVALID, field)])).await
        }
    }
}

/// What is to run.
#[derive(Default, Deserialize)]
pub struct Run {
    kind: Option<String>,
    location: Option<i64>,
    forest: Option<String>,
}

/// Has a method run at once, at all its places or at one.
pub async fn run(visit: Visit, Path(id): Path<String>, Form(form): Form<Run>) -> Answer {
    let request = discovery_runs::start::Request { method: id.clone(), kind: form.kind, location_id: form.location, forest: form.forest };
    let started = discovery_runs::start::ask(&visit.site, &visit.caller, request).await?.items;
    match started.as_slice() {
        [only] => Ok(see(&format!("/discovery/runs/{}", only.run_id))),
        _ => Ok(see(&format!("/discovery/{id}?done=run-discovery"))),
    }
}

#[derive(Template)]
#[template(path = "discovery_run.html")]
struct RunPage {
    shell: Shell,
    sentence: String,
    title: String,
    run: DiscoveryRun,
    operation: &'static str,
    rate: Option<i64>,
    same_as: Markup,
}

/// Shows a run: how far it is, or what became of it, what was blocked and which right is missing.
pub async fn run_show(visit: Visit, Path(run_id): Path<i64>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let run = discovery_runs::show::ask(&site, &caller, run_id).await?;
    let known = discovery_methods::named(&run.method)?;
    let until = run.ended_at.map_or(shell.now, |at| at.0);
    let seconds = run.started_at.map_or(0, |at| until.seconds_since(at.0));
    let rate = (seconds > 0).then(|| run.read / seconds);
    let objects = markup::counted(run.read, "object", "objects");
    let sentence = match (run.started_at, run.ended_at) {
        (None, _) => "It waits for the run before it.".to_owned(),
        (Some(_), None) => format!("It reads: {objects} so far."),
        (Some(_), Some(_)) if !run.done && run.loaded >= run.found => format!("It read {objects}; who is in its groups is being loaded."),
        (Some(_), Some(_)) if !run.done => {
            format!("It read {objects}; {} of {} records are loaded.", markup::thousands(run.loaded), markup::thousands(run.found))
        }
        (Some(_), Some(at)) => format!(
            "It read {objects} in {}, {}: {} new, {} changed.",
            markup::seconds(seconds),
            at.0.relative_to(shell.now),
            markup::thousands(run.new),
            markup::thousands(run.changed)
        ),
    };
    let same_as = markup::same_as(&format!("provost discovery history {}", run.method), &format!("GET /api/v1/discovery-runs/{run_id}"));
    let title = format!("Run {run_id} of {}", known.title());
    page(&RunPage { shell, sentence, title, run, operation: known.operation().id(), rate, same_as })
}

/// What the form of a location holds.
#[derive(Default, Deserialize)]
pub struct Location {
    #[serde(default)]
    path: String,
    #[serde(default)]
    groups: String,
    #[serde(default)]
    controllers: String,
    #[serde(default)]
    ca_pem: String,
    recurse: Option<String>,
    look_inside_groups: Option<String>,
}

#[derive(Template)]
#[template(path = "discovery_location.html")]
struct LocationPage {
    shell: Shell,
    known: Method,
    typed: Location,
    refused: Refused,
    same_as: Markup,
}

/// Shows the form that adds a location.
pub async fn location_form(visit: Visit, Path(id): Path<String>) -> Answer {
    let typed = Location { recurse: Some("yes".to_owned()), ..Location::default() };
    location_page(visit, &id, typed, Refused::default())
}

fn location_page(visit: Visit, id: &str, typed: Location, refused: Refused) -> Answer {
    let known = discovery_methods::named(id)?;
    if !known.has_locations() {
        return Ok(see("/forests/add"));
    }
    let same_as = markup::same_as(&format!("provost discovery add {id} PATH"), "POST /api/v1/discovery-locations");
    let status = refused.status();
    let mut response = page(&LocationPage { shell: visit.shell, known, typed, refused, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Adds a location.
pub async fn location_add(visit: Visit, Path(id): Path<String>, Form(typed): Form<Location>) -> Answer {
    let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let request = discovery_locations::add::Request {
        method: id.clone(),
        path: typed.path.trim().to_owned(),
        recurse: Some(typed.recurse.is_some()),
        look_inside_groups: Some(typed.look_inside_groups.is_some()),
        groups: lines(&typed.groups),
        controllers: lines(&typed.controllers),
        ca_pem: Some(typed.ca_pem.trim().to_owned()).filter(|pem| !pem.is_empty()),
    };
    match discovery_locations::add::ask(&visit.site, &visit.caller, request).await {
        Ok(_) => Ok(see(&format!("/discovery/{id}?done=add-location"))),
        Err(error) if error.status == StatusCode::NOT_FOUND => Err(error.into()),
        Err(error) => {
            let refused = Refused::because(error, &[(code::DISCOVERY_LOCATION_INVALID, "path"), (code::DISCOVERY_LOCATION_EXISTS, "path")]);
            location_page(visit, &id, typed, refused)
        }
    }
}

/// Asks whether a location is to be removed.
pub async fn confirm_removal(visit: Visit, Path((id, number)): Path<(String, i64)>) -> Answer {
    let all = discovery_locations::list::ask(&visit.site, &visit.caller).await?.items;
    let one = all.into_iter().find(|one| one.location_id == number && one.method == id);
    let one = one.ok_or_else(|| ApiError::not_found("discovery location", &number.to_string(), "provost discovery list"))?;
    page(&ConfirmPage {
        shell: visit.shell,
        title: "Remove a discovery location".to_owned(),
        consequences: vec!["It is not read any more. What was found there stays.".to_owned(), "An account that is bound for it stays bound.".to_owned()],
        facts: vec![("Location", markup::mono(&one.path)), ("Method", markup::plain(&one.method))],
        action: format!("/discovery/{id}/locations/{number}/remove"),
        button: "Remove this location",
        dangerous: true,
        back: format!("/discovery/{id}"),
        back_name: one.method.clone(),
        same_as: markup::same_as(&format!("provost discovery remove {id} {}", shell_word(&one.path)), &format!("DELETE /api/v1/discovery-locations/{number}")),
    })
}

/// Removes a location.
pub async fn remove(visit: Visit, Path((id, number)): Path<(String, i64)>) -> Answer {
    discovery_locations::remove::ask(&visit.site, &visit.caller, number).await?;
    Ok(see(&format!("/discovery/{id}?done=remove-location")))
}
