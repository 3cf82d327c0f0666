//! One device, and the instances of one of its inventory classes.

use super::inventory_value::Shown;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::operations::devices::inventory::{self, Request};
use crate::operations::devices::remove;
use crate::operations::devices::show::{self, Class, DeviceDetail};
use crate::request::{Path, Query};
use askama::Template;
use provost_catalog::inventory::{CLASSES, class};
use provost_domain::shell_word;
use serde::Deserialize;

/// Instances of a class that the device's page shows; the others have a page of their own.
const INSTANCES_SHOWN: usize = 12;

struct Single {
    title: &'static str,
    facts: Vec<(&'static str, Markup)>,
}

#[derive(Template)]
#[template(path = "device.html")]
struct Page {
    shell: Shell,
    sentence: String,
    resource_id: String,
    device: DeviceDetail,
    single: Vec<Single>,
    several: Vec<Shown>,
    unavailable: Vec<Class>,
    same_as: Markup,
}

impl Page {
    /// Topics of state messages (configmgr.md §2.5).
    const fn topic(&self, topic_type: &i64) -> &'static str {
        match *topic_type {
            700 => "Resync",
            701 => "Heartbeat",
            702 => "Key update",
            800 => "Client deployment",
            1000 => "Communication",
            1001 => "Certificate store",
            1300 => "Client health",
            5000 | 5001 => "Certificate enrollment",
            _ => "Topic",
        }
    }

    /// What a state of a topic means, where it is told in one word; its number always.
    fn state(&self, topic_type: &i64, state_id: &i64) -> Markup {
        match (*topic_type, *state_id) {
            (800, 400) => markup::state("pass", "400 succeeded"),
            (800, 700) => markup::state("pass", "700 assigned"),
            (800, 300..400 | 600..700) => markup::state("fail", &format!("{state_id} failed")),
            (1000 | 1001 | 1300, 1) => markup::state("pass", "1 ok"),
            (1000 | 1001 | 1300, 2) => markup::state("fail", "2 failed"),
            _ => markup::state("noted", &state_id.to_string()),
        }
    }
}

impl DeviceDetail {
    fn approval(&self) -> Option<&str> {
        self.client.as_ref().map(|client| client.approval.as_str())
    }
}

/// Shows it.
pub async fn show(visit: Visit, Path(name): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let device = show::ask(&site, &caller, name).await?;
    let resource_id = device.resource_id.to_string();
    let (mut single, mut several) = (Vec::new(), Vec::new());
    for definition in CLASSES {
        let Some(amount) = device.classes.iter().find(|class| class.name == definition.name && class.instances > 0) else { continue };
        let request = Request { limit: Some(INSTANCES_SHOWN), after: None };
        let items = inventory::ask(&site, &caller, resource_id.clone(), definition.name.to_owned(), request).await?.items;
        match items.as_slice() {
            [only] if definition.key_properties == 0 => single.push(Single { title: definition.title, facts: Shown::facts(definition, only, shell.now) }),
            items => several.push(Shown::of(definition, amount.instances, items, shell.now)),
        }
    }
    let unavailable = device.classes.iter().filter(|class| class.unavailable.is_some()).cloned().collect();
    let seen = device.last_seen_at.map_or("never seen".to_owned(), |at| format!("last seen {}", at.0.relative_to(shell.now)));
    let inventory =
        device.inventory.as_ref().map_or("no hardware inventory yet".to_owned(), |i| format!("hardware inventory {}", i.collected_at.0.relative_to(shell.now)));
    let system = if device.operating_system.is_empty() { "Operating system not known" } else { &device.operating_system };
    let sentence = format!("{system}; {seen}; {inventory}.");
    let same_as = markup::same_as(&format!("provost device show {}", shell_word(&device.name)), &format!("GET /api/v1/devices/{resource_id}"));
    page(&Page { shell, sentence, resource_id, device, single, several, unavailable, same_as })
}

/// Asks whether the device is to be removed.
pub async fn confirm_removal(visit: Visit, Path(name): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let device = show::ask(&site, &caller, name).await?;
    let path = format!("/devices/{}", device.resource_id);
    page(&ConfirmPage {
        shell,
        title: format!("Remove device {}", device.name),
        consequences: vec![
            "All that discovery and inventory know of it is forgotten.".to_owned(),
            "Its client stays registered and approved; its next heartbeat makes a new record. To keep it out, block the client.".to_owned(),
        ],
        facts: vec![
            ("Device", markup::plain(&device.name)),
            ("Number", markup::plain(&device.resource_id.to_string())),
            ("Client", markup::approval_or_none(device.approval())),
        ],
        action: format!("{path}/remove"),
        button: "Remove this device",
        dangerous: true,
        back: path.clone(),
        back_name: device.name.clone(),
        same_as: markup::same_as(&format!("provost device remove {}", device.resource_id), &format!("DELETE /api/v1{path}")),
    })
}

/// Removes the device.
pub async fn remove(visit: Visit, Path(name): Path<String>) -> Answer {
    remove::ask(&visit.site, &visit.caller, name).await?;
    Ok(see("/devices?done=remove-device"))
}

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "instances.html")]
struct InstancesPage {
    shell: Shell,
    sentence: String,
    nothing: String,
    device: DeviceDetail,
    class: Shown,
    next: Option<String>,
    same_as: Markup,
}

/// Shows the instances of one class.
pub async fn instances(visit: Visit, Path((name, class_name)): Path<(String, String)>, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let device = show::ask(&site, &caller, name.clone()).await?;
    let request = Request { limit: None, after: asked.after.clone() };
    let list = inventory::ask(&site, &caller, name, class_name.clone(), request).await?;
    let Some(definition) = class(&class_name) else {
        return Err(crate::error::ApiError::not_found("inventory class", &class_name, "provost device show NAME").into());
    };
    let path = format!("/devices/{}/inventory/{}", device.resource_id, definition.name);
    let next = list.next.as_deref().map(|next| markup::address(&path, &[("after", Some(next))]));
    let same_as = markup::same_as(
        &format!("provost device show {} -o json", shell_word(&device.name)),
        &markup::address(&format!("GET /api/v1{path}"), &[("after", asked.after.as_deref())]),
    );
    let unavailable = device.classes.iter().find(|class| class.name == definition.name).and_then(|class| class.unavailable.clone());
    let nothing = unavailable.unwrap_or_else(|| "The device's hardware inventory has no instance of this class.".to_owned());
    let class = Shown::of(definition, list.total.unwrap_or(0), &list.items, shell.now);
    let sentence = format!(
        "{} on {}; Configuration Manager calls the class {}.",
        markup::counted(class.instances, "instance", "instances"),
        device.name,
        definition.configmgr_class
    );
    page(&InstancesPage { shell, sentence, nothing, device, class, next, same_as })
}
