//! What goes, what stays, and what is in the way.

use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Page;
use provost_catalog::rules::code;
use provost_domain::SiteCode;
use provost_store::Location;
use provost_store::database::Departure;
use serde::Serialize;
use serde_json::{Value, json};

/// On which terms a site is uninstalled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Forests in which what is published stays, in lower case.
    pub leave: Vec<String>,
    /// Whether the data goes too.
    pub delete_data: bool,
}

/// Everything that the site put anywhere.
pub struct Plan {
    site: SiteCode,
    items: Vec<Item>,
    /// What is in the way.
    pub obstacles: Vec<Obstacle>,
    /// Whether the data goes too.
    pub deletes_data: bool,
    /// Whether the site has ended already.
    ended: bool,
}

/// What becomes of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Fate {
    /// It is removed.
    Goes,
    /// It is left as it is.
    Stays,
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Item {
    fate: Fate,
    what: String,
    place: String,
    note: String,
}

/// One thing in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    place: String,
    cause: String,
    fix: String,
}

impl Plan {
    /// Of what the site tells of itself (`found`), what the database server let the set-up login do, and what is in the folder.
    ///
    /// # Errors
    /// When a forest is to be left that the site does not publish to, or when the folder cannot be read.
    pub fn of(
        folder: &DataFolder,
        site: SiteCode,
        terms: &Terms,
        found: &Value,
        location: &Location,
        rehearsed: &Result<Departure, String>,
    ) -> Result<Self, Failure> {
        let mut plan = Self { site, items: Vec::new(), obstacles: Vec::new(), deletes_data: terms.delete_data, ended: !found["ended"].is_null() };
        let names: Vec<&str> = list(found, "forests").iter().map(|forest| text(forest, "forest")).collect();
        if let Some(unknown) = terms.leave.iter().find(|forest| found["ended"].is_null() && !names.contains(&forest.as_str())) {
            let known = if names.is_empty() { "it publishes to none".to_owned() } else { format!("it publishes to {}", names.join(", ")) };
            return Err(Failure::new(code::NOT_FOUND, format!("the site does not publish to {unknown}"), known).fix("provost forest list").exit(Exit::Usage));
        }
        for forest in list(found, "forests") {
            plan.forest(forest, terms.leave.iter().any(|left| left == text(forest, "forest")));
        }
        for left in list(&found["ended"], "left") {
            for dn in list(left, "objects") {
                plan.add(Fate::Stays, "published object", dn.as_str().unwrap_or_default(), &format!("left in {}", text(left, "forest")));
            }
        }
        plan.database(terms, location, rehearsed);
        plan.folder(folder, terms)?;
        plan.others(found);
        Ok(plan)
    }

    fn add(&mut self, fate: Fate, what: &str, place: &str, note: &str) {
        self.items.push(Item { fate, what: what.to_owned(), place: place.to_owned(), note: note.to_owned() });
    }

    fn forest(&mut self, forest: &Value, leave: bool) {
        let name = text(forest, "forest");
        for object in list(forest, "objects") {
            let note = if leave { format!("left in {name}") } else { text(object, "missing").to_owned() };
            self.add(if leave { Fate::Stays } else { Fate::Goes }, "published object", text(object, "dn"), &note);
        }
        if forest["on"] == true {
            self.add(Fate::Goes, "publishing", name, "switched off");
        }
        if leave || text(forest, "outcome") == "removable" {
            return;
        }
        let detail = text(forest, "detail");
        let cause = if detail.is_empty() { text(forest, "outcome") } else { detail };
        let fix = format!("mend that, then: provost site uninstall\nor accept that what is published there stays: provost site uninstall --leave {name}");
        self.obstacles.push(Obstacle { place: name.to_owned(), cause: cause.to_owned(), fix });
    }

    fn database(&mut self, terms: &Terms, location: &Location, rehearsed: &Result<Departure, String>) {
        let Location::Postgres { url, .. } = location else { return };
        match rehearsed {
            Ok(departure) => {
                for login in &departure.dropped {
                    self.add(Fate::Goes, "login", login, "dropped on the database server");
                }
                for login in &departure.adopted {
                    self.add(Fate::Stays, "login", login, "it was there before: it loses its password and every right here");
                }
                self.add(Fate::Stays, "login", &departure.as_login, "the set-up login, which does this");
                if departure.tables > 0 {
                    self.add(Fate::Goes, "tables", url, &format!("{} tables of the schema provost", departure.tables));
                }
                for stranger in &departure.foreign {
                    self.add(Fate::Stays, "schema provost", stranger, "it is not the site's");
                }
            }
            Err(cause) => {
                let fix = "let the set-up login do that (CREATEROLE, owner of the database), or take away what depends on it; then: provost site uninstall";
                self.obstacles.push(Obstacle { place: url.clone(), cause: cause.clone(), fix: fix.to_owned() });
            }
        }
        if !terms.delete_data {
            self.add(Fate::Stays, "tables", url, "rows of the site; gone with --delete-data");
        }
        self.add(Fate::Stays, "database", url, "what was taken from PUBLIC there stays taken");
    }

    fn folder(&mut self, folder: &DataFolder, terms: &Terms) -> Result<(), Failure> {
        let waiting = std::fs::read_dir(folder.client().join("queue")).map_or(0, |entries| entries.filter_map(Result::ok).count());
        for (kept, path) in folder.remains() {
            let note = match kept.name {
                "client" => format!("{}: {waiting}", kept.words),
                _ => kept.words.to_owned(),
            };
            self.add(if terms.delete_data { Fate::Goes } else { Fate::Stays }, "data", &path.display().to_string(), &note);
        }
        let unreadable = |e: std::io::Error| Failure::new(code::DATA_FOLDER_UNUSABLE, super::WHAT, format!("{}: {e}", folder.path().display()));
        for stranger in folder.strangers().map_err(unreadable)? {
            self.add(Fate::Stays, "data", &folder.path().join(stranger).display().to_string(), "not Provost's");
        }
        Ok(())
    }

    /// What is elsewhere, and nobody's to remove from here.
    fn others(&mut self, found: &Value) {
        for account in list(found, "accounts") {
            let on = text(account, "on");
            let sealed = if account["kept"] == true { "; its password is sealed in the data" } else { "" };
            let note = format!("bound as {} for {on}: an account of somebody else's{sealed}", text(account, "kind"));
            self.add(Fate::Stays, "account", text(account, "name"), &note);
        }
        for forest in list(found, "extended_forests") {
            let forest = forest.as_str().unwrap_or_default();
            self.add(Fate::Stays, "schema extension", forest, "no directory lets one be undone");
        }
        if let Some(clients) = found["clients"].as_i64().filter(|clients| *clients > 0) {
            self.add(Fate::Stays, "clients", &clients.to_string(), "on their machines: they ask a management point that answers no more");
        }
        if found["ended"].is_null() {
            self.add(
                Fate::Goes,
                "processes",
                "site server, provider, management point, this machine's client",
                "stopped; schedules are rows and end with them",
            );
            self.add(Fate::Stays, "Windows groups", "none", "this version makes none");
        }
    }

    /// For programs.
    pub fn document(&self) -> Value {
        json!({ "site": self.site, "can_go": self.obstacles.is_empty(), "deletes_data": self.deletes_data, "items": self.items, "obstacles": self.obstacles })
    }

    /// For people.
    pub fn page(&self) -> Page {
        let rows = |fate| -> Vec<Vec<String>> {
            let of = self.items.iter().filter(|item| item.fate == fate);
            of.map(|item| vec![item.what.clone(), item.place.clone(), item.note.clone()]).collect()
        };
        let headings = || ["WHAT", "WHERE", "NOTE"].map(str::to_owned).to_vec();
        let mut page = Page::new(self.site.as_str()).told("Site", self.site.as_str(), self.site.as_str());
        for (title, fate) in [("Goes", Fate::Goes), ("Stays", Fate::Stays)] {
            if self.items.iter().any(|item| item.fate == fate) {
                page = page.section(title, headings(), rows(fate));
            }
        }
        for obstacle in &self.obstacles {
            page = page.paragraph(format!("In the way: {}", obstacle.place), &obstacle.cause);
        }
        page
    }

    /// Why nothing may be removed; none when nothing is in the way.
    pub fn refusal(&self, what: &str) -> Option<Failure> {
        if self.obstacles.is_empty() {
            return None;
        }
        let lines = |of: fn(&Obstacle) -> String| self.obstacles.iter().map(of).collect::<Vec<_>>().join("\n");
        let cause = lines(|obstacle| format!("{}: {}", obstacle.place, obstacle.cause));
        let fix = lines(|obstacle| obstacle.fix.clone());
        let state = if self.ended {
            "nothing more was removed; the site has ended and does not start by itself"
        } else {
            "nothing was removed anywhere; the site runs, and publishes, as before"
        };
        Some(Failure::new(code::UNINSTALL_BLOCKED, what, cause).state(state).fix(fix))
    }
}

fn list<'a>(document: &'a Value, field: &str) -> &'a [Value] {
    document[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(document: &'a Value, field: &str) -> &'a str {
    document[field].as_str().unwrap_or_default()
}
