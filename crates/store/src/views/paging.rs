//! Pages of a list, by key and never by offset: a page costs the same wherever it is, and nothing is left out or told twice
//! when rows come and go between two pages.

use super::conditions::{Conditions, Position};
use super::fields::{Fields, Sorting};
use crate::database::{Row, StoreError, Tx};
use provost_domain::filter::Term;
use std::borrow::Cow;

/// What page of a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// What every item must hold.
    pub terms: Vec<Term>,
    /// By what; the list's own order when it is not said.
    pub sorting: Option<Sorting>,
    /// Where the page before ended.
    pub after: Option<Position>,
    /// Most items.
    pub limit: usize,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Where it ended, when there is more.
    pub next: Option<Position>,
}

/// Where a list is.
pub(crate) struct Source {
    /// What is read of each row.
    pub columns: &'static str,
    /// Tables, as behind `FROM`.
    pub from: &'static str,
    /// The row's own key, which the list is sorted by when nobody says how.
    pub key: &'static str,
    /// What it may be narrowed by.
    pub fields: Fields,
}

impl Page {
    /// The first page, not narrowed.
    #[must_use]
    pub fn first(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }
}

impl Source {
    /// Reads a page of the rows for which `all` holds; `newest_first` when nobody says how it is sorted.
    pub fn read<T>(
        &self,
        tx: &mut Tx<'_>,
        mut all: Conditions,
        newest_first: bool,
        page: &Page,
        read: fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Found<T>, StoreError> {
        let Self { columns, from, key: own, fields } = self;
        let sorting = page.sorting.and_then(|sorting| Some((sorting.by.key()?, sorting.descending)));
        let (key, descending) = sorting.unwrap_or((Cow::Borrowed(*own), newest_first));
        fields.add_to(&mut all, &page.terms);
        if let Some(after) = &page.after {
            all.add_after(&key, own, after, descending);
        }
        let direction = if descending { "DESC" } else { "ASC" };
        let order = if key == *own { format!("{own} {direction}") } else { format!("{key} {direction}, {own} {direction}") };
        let sql = format!("SELECT {columns}, {key}, {own} FROM {from}{} ORDER BY {order} LIMIT ${}", all.sql(), all.limit_number());
        let (mut items, mut next, mut more) = (Vec::new(), None, false);
        // One beyond the page tells whether there is more.
        tx.query_each(&sql, &all.params_and_limit(page.limit.saturating_add(1)), &mut |row| {
            if items.len() == page.limit {
                more = true;
                return Ok(());
            }
            if let [.., sort_key, row_key] = row.values() {
                next = Some(Position { sort_key: sort_key.clone(), row_key: row_key.clone() });
            }
            items.push(read(row)?);
            Ok(())
        })?;
        Ok(Found { items, next: next.filter(|_| more) })
    }

    /// How many rows there are for which `all` holds.
    pub fn count(&self, tx: &mut Tx<'_>, mut all: Conditions, terms: &[Term]) -> Result<i64, StoreError> {
        self.fields.add_to(&mut all, terms);
        tx.query(&format!("SELECT count(*) FROM {}{}", self.from, all.sql()), &all.params())?.first().map_or(Ok(0), |row| row.integer(0))
    }
}
