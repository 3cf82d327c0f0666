//! Narrowing a list: `--filter` and `--sort`, the same for every list (experience.md §2).
//!
//! A list that comes whole is narrowed here, over its columns; one that the site gives in pages is narrowed by the site,
//! so that what is on no page yet is found as well.

use super::cell::{self, Show};
use super::{Column, Listing, listing};
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::Failure;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::filter::{self, Kind, Looked, Misread, Name, Term};
use serde_json::{Value, json};
use std::cmp::Ordering;

/// How a list is narrowed. Made by the command line only: what prints a list has these options.
#[derive(Debug, clap::Args)]
pub struct Narrow {
    /// Only what every word holds of: a text anywhere, or a column, a colon and what is looked for, as in 'name:ws* seen:>30d -state:ok'; an unknown word is answered with all there are.
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    filter: Option<String>,

    /// By this column; with - before it, greatest first.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    sort: Option<String>,
}

/// A list that was narrowed as the command line says.
pub struct Items(Value);

impl Items {
    /// `{"items": [..]}`.
    #[must_use]
    pub const fn document(&self) -> &Value {
        &self.0
    }

    /// To add to what the site told.
    pub const fn document_mut(&mut self) -> &mut Value {
        &mut self.0
    }
}

impl Narrow {
    /// Narrows a list that is here whole.
    ///
    /// # Errors
    /// When the list has no such column, or a word cannot be read.
    pub fn here(&self, listing: &Listing, mut document: Value) -> Result<Items, Failure> {
        let (names, columns) = (names(listing), &listing.columns);
        let terms = self.terms(listing)?;
        if let Some(items) = document["items"].as_array_mut() {
            let value = |item: &Value, at: usize| looked(cell::at(item, columns[at].field), columns[at].show);
            items.retain(|item| terms.iter().all(|term| term.holds(&names, |at| value(item, at))));
            let total = items.len();
            if document["total"].is_number() {
                document["total"] = json!(total);
            }
        }
        self.sorted_here(listing, document)
    }

    /// Sorts a list that the site filtered in several parts.
    ///
    /// # Errors
    /// When the list has no such column.
    pub fn sorted_here(&self, listing: &Listing, mut document: Value) -> Result<Items, Failure> {
        if let (Some((column, descending)), Some(items)) = (self.order(listing)?, document["items"].as_array_mut()) {
            items.sort_by(|one, other| {
                let order = compare(cell::at(one, column.field), cell::at(other, column.field), column.show);
                if descending { order.reverse() } else { order }
            });
        }
        Ok(Items(document))
    }

    /// Has the site narrow a list that it gives in pages; at most `limit` items, all when not given.
    ///
    /// # Errors
    /// When the list has no such column, a word cannot be read, or the site cannot be asked or refuses.
    pub fn on_site(&self, connection: &Connection, path: &str, parameters: &[(&str, Option<String>)], limit: Option<usize>) -> Result<Items, Failure> {
        let mut all = vec![("filter", self.filter.clone()), ("sort", self.sort.clone())];
        all.extend_from_slice(parameters);
        let asked = connection.list(path, &all, limit);
        // What the site cannot read of it was typed here.
        let typed = |failure: &Failure| failure.code == code::REQUEST_MALFORMED && (self.filter.is_some() || self.sort.is_some());
        asked.map(Items).map_err(|failure| if typed(&failure) { failure.exit(Exit::Usage) } else { failure })
    }

    /// As this, and of `name` only what is more than `number`; `None` when a list in its own order is to be continued there.
    #[must_use]
    pub fn behind(&self, name: &str, number: u64) -> Option<Self> {
        self.sort.as_ref()?;
        Some(Self { filter: Some(format!("{name}:>{number} {}", self.filter.as_deref().unwrap_or_default())), sort: self.sort.clone() })
    }

    /// Looks at what was typed before anything is done.
    ///
    /// # Errors
    /// When the list has no such column, or a word cannot be read.
    pub fn check(&self, listing: &Listing) -> Result<(), Failure> {
        self.terms(listing).and_then(|_| self.order(listing)).map(drop)
    }

    /// Says that there is no list to narrow, where a command has one only with other options.
    ///
    /// # Errors
    /// When the command line asks for it all the same.
    pub fn refuse_without_list(&self, with: &str) -> Result<(), Failure> {
        let Some(option) = self.filter.as_ref().map(|_| "--filter").or(self.sort.as_ref().map(|_| "--sort")) else { return Ok(()) };
        Err(Failure::new(code::CONFIG_WRONG_VALUE, format!("cannot use {option} here"), "it narrows a list, and none is asked for").fix(with).exit(Exit::Usage))
    }

    fn terms(&self, listing: &Listing) -> Result<Vec<Term>, Failure> {
        filter::read(self.filter.as_deref().unwrap_or_default(), &names(listing), listing::now()).map_err(|wrong| misread("the filter cannot be read", wrong))
    }

    fn order(&self, listing: &Listing) -> Result<Option<(Column, bool)>, Failure> {
        let Some(sort) = &self.sort else { return Ok(None) };
        let names: Vec<&'static str> = listing.columns.iter().map(|column| column.name).collect();
        let (at, descending) = filter::sorting(sort, &names).map_err(|wrong| misread("the list cannot be sorted so", wrong))?;
        Ok(Some((listing.columns[at], descending)))
    }
}

fn misread(what: &str, wrong: Misread) -> Failure {
    Failure::new(code::REQUEST_MALFORMED, what, wrong.cause).fix(wrong.usage).exit(Exit::Usage)
}

fn names(listing: &Listing) -> Vec<Name> {
    listing.columns.iter().map(|column| Name { name: column.name, kind: kind(column.show) }).collect()
}

const fn kind(show: Show) -> Kind {
    match show {
        Show::Plain | Show::Brief => Kind::Text,
        Show::Number => Kind::Number,
        Show::Time | Show::Ago | Show::UnixAgo => Kind::Time,
        Show::Bytes => Kind::Bytes,
        Show::Kibibytes => Kind::Kibibytes,
        Show::YesNo => Kind::Truth,
    }
}

fn looked(value: &Value, show: Show) -> Looked {
    match kind(show) {
        Kind::Time => Looked::Time(time(value, show).filter(|at| *at != Timestamp::default())),
        Kind::Number | Kind::Bytes | Kind::Kibibytes => Looked::Number(value.as_i64().or_else(|| value.as_f64().map(|number| number as i64))),
        Kind::Truth => Looked::Truth(cell::shown(value, Show::YesNo, Timestamp::default()) == "yes"),
        _ => match value {
            // Each entry, and what people see of all.
            Value::Array(entries) => Looked::Texts(entries.iter().map(cell::plain).chain([cell::plain(value)]).collect()),
            value => Looked::text(&cell::plain(value)),
        },
    }
}

/// The time of a value; `None` for never.
fn time(value: &Value, show: Show) -> Option<Timestamp> {
    match (show, value) {
        (Show::UnixAgo, Value::Number(seconds)) => seconds.as_i64().map(|seconds| Timestamp::default().plus_seconds(seconds)),
        (Show::Ago | Show::Time, Value::String(text)) => text.parse().ok(),
        _ => None,
    }
}

/// What is not there comes first; numbers and times by size, texts whatever the case of their letters.
fn compare(one: &Value, other: &Value, show: Show) -> Ordering {
    let number = |value: &Value| value.as_f64();
    match kind(show) {
        Kind::Time => time(one, show).cmp(&time(other, show)),
        Kind::Number | Kind::Bytes | Kind::Kibibytes => number(one).partial_cmp(&number(other)).unwrap_or(Ordering::Equal),
        _ => {
            let (one, other) = (cell::plain(one), cell::plain(other));
            one.to_lowercase().cmp(&other.to_lowercase()).then_with(|| one.cmp(&other))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{column, columns};
    use super::*;

    const LISTING: Listing = Listing {
        name: "name",
        columns: columns(&[
            column("name", "name"),
            column("groups", "groups"),
            column("port", "port").shown(Show::Number),
            column("seen", "seen").shown(Show::Ago),
            column("set", "set_unix").shown(Show::UnixAgo),
            column("size", "size").shown(Show::Bytes),
            column("enabled", "enabled").shown(Show::YesNo),
        ]),
        nothing: "",
    };

    fn narrowed(filter: &str, sort: Option<&str>) -> Result<String, Failure> {
        let now = listing::now();
        let ago = |seconds: i64| now.plus_seconds(-seconds).to_string();
        let unix = now.seconds_since(Timestamp::default());
        let items = json!({ "items": [
            { "name": "ws01", "groups": ["Ops", "Web"], "port": 80, "seen": ago(60), "set_unix": unix - 60, "size": 4096, "enabled": true },
            { "name": "WS02", "groups": [], "port": 8080, "seen": ago(7 * 86_400), "set_unix": 0, "size": 20 << 20, "enabled": false },
            { "name": "db", "groups": ["Data"], "port": null, "seen": null, "set_unix": null, "size": 0, "enabled": true },
        ], "total": 3 });
        let narrow = Narrow { filter: Some(filter.to_owned()), sort: sort.map(str::to_owned) };
        let items = narrow.here(&LISTING, items)?;
        assert_eq!(items.document()["total"], items.document()["items"].as_array().map_or(0, Vec::len), "how many there are is told of what is left");
        Ok(items.document()["items"].as_array().into_iter().flatten().map(|item| item["name"].as_str().unwrap_or_default()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_filter_keeps_what_every_word_holds_of() {
        for (filter, kept) in [
            ("", "ws01 WS02 db"),
            ("ws", "ws01 WS02"),
            ("web", "ws01"),
            ("name:*2", "WS02"),
            ("-ws", "db"),
            ("-name:ws01", "WS02 db"),
            ("groups:data", "db"),
            ("groups:none", "WS02"),
            ("groups:web groups:ops", "ws01"),
            ("port:80", "ws01"),
            ("port:>80", "WS02"),
            ("port:none", "db"),
            ("seen:<1h", "ws01"),
            ("seen:>1h", "WS02 db"),
            ("-seen:none seen:>1h", "WS02"),
            ("set:<1h", "ws01"),
            ("size:>10MiB", "WS02"),
            ("enabled:yes -port:80", "db"),
        ] {
            assert_eq!(narrowed(filter, None).unwrap_or_else(|e| panic!("{filter}: {e}")), kept, "{filter}");
        }
    }

    #[test]
    fn a_list_is_sorted_both_ways() {
        for (column, order) in
            [("name", "db ws01 WS02"), ("port", "db ws01 WS02"), ("seen", "db WS02 ws01"), ("size", "db ws01 WS02"), ("groups", "WS02 db ws01")]
        {
            let backwards = order.split(' ').rev().collect::<Vec<_>>().join(" ");
            assert_eq!(narrowed("", Some(column)).as_deref(), Ok(order), "{column}");
            assert_eq!(narrowed("", Some(&format!("-{column}"))).as_deref(), Ok(backwards.as_str()), "-{column}");
        }
    }

    #[test]
    fn what_a_list_does_not_have_is_refused_with_what_it_has() {
        let wrong = narrowed("nmae:x", None).expect_err("refused");
        assert_eq!(wrong.exit, Exit::Usage);
        assert!(wrong.to_string().contains("did you mean name:") && wrong.to_string().contains("port: a number"), "{wrong}");
        let wrong = narrowed("", Some("prot")).expect_err("refused");
        assert!(wrong.exit == Exit::Usage && wrong.to_string().contains("did you mean port?"), "{wrong}");
    }
}
