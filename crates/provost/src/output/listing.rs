//! Lists: which columns a list has, and how it is written as a table or as comma-separated values.

use super::cell::{self, Show};
use crate::exit::Exit;
use crate::failure::Failure;
use comfy_table::{ContentArrangement, Table, presets};
use provost_catalog::rules::code;
use provost_domain::filter::{Kind, Name};
use provost_domain::{Timestamp, suggestion};
use provost_runtime::Clock;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write as _;

/// A kind of list.
pub struct Listing {
    /// Field that names an item, for `-o name`.
    pub name: &'static str,
    /// All columns, in order.
    pub columns: Cow<'static, [Column]>,
    /// What to say when there are no items.
    pub nothing: &'static str,
}

/// One column.
#[derive(Clone, Copy)]
pub struct Column {
    /// Name for `--columns`; in upper case it is the heading.
    pub name: &'static str,
    /// Field of the item, parts separated by dots.
    pub field: &'static str,
    /// How people read the values.
    pub show: Show,
    /// Left out of plain tables.
    pub wide: bool,
}

/// Columns that are known beforehand.
#[must_use]
pub const fn columns(columns: &'static [Column]) -> Cow<'static, [Column]> {
    Cow::Borrowed(columns)
}

/// A column of plain values.
#[must_use]
pub const fn column(name: &'static str, field: &'static str) -> Column {
    Column { name, field, show: Show::Plain, wide: false }
}

/// A column that other lists of the site know by the same name.
#[must_use]
pub const fn named(name: Name, field: &'static str) -> Column {
    let show = match name.kind {
        Kind::Text | Kind::Beginning | Kind::Words(_) | Kind::Code => Show::Plain,
        Kind::Number => Show::Number,
        Kind::Bytes => Show::Bytes,
        Kind::Kibibytes => Show::Kibibytes,
        Kind::Time => Show::Ago,
        Kind::Truth => Show::YesNo,
    };
    column(name.name, field).shown(show)
}

impl Column {
    /// Shown otherwise than plain.
    #[must_use]
    pub const fn shown(mut self, show: Show) -> Self {
        self.show = show;
        self
    }

    /// Only with `-o wide`.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
}

impl Listing {
    /// The columns to show: those asked for, or the form's own.
    ///
    /// # Errors
    /// When one asked for does not exist.
    pub fn chosen(&self, asked: Option<&[String]>, wide: bool) -> Result<Vec<Column>, Failure> {
        let Some(asked) = asked else {
            return Ok(self.columns.iter().copied().filter(|c| wide || !c.wide).collect());
        };
        asked.iter().map(|name| self.columns.iter().copied().find(|c| c.name == name.as_str()).ok_or_else(|| self.unknown(name))).collect()
    }

    fn unknown(&self, name: &str) -> Failure {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name).collect();
        let fix = match suggestion::nearest(name, names.iter().copied()) {
            Some(meant) => format!("did you mean {meant:?}? the columns are {}", names.join(", ")),
            None => format!("the columns are {}", names.join(", ")),
        };
        Failure::new(code::NOT_FOUND, format!("there is no column {name:?} in this list"), "--columns names columns of this list only")
            .fix(fix)
            .exit(Exit::Usage)
    }

    /// Comma-separated values (RFC 4180 with line ends of Unix): all columns unless some are asked for, values without form.
    ///
    /// # Errors
    /// When a column asked for does not exist.
    pub fn csv(&self, items: &[Value], asked: Option<&[String]>) -> Result<String, Failure> {
        let columns = self.chosen(asked, true)?;
        let mut text = csv_line(columns.iter().map(|c| c.name.to_owned()));
        for item in items {
            text.push_str(&csv_line(columns.iter().map(|c| cell::plain(cell::at(item, c.field)))));
        }
        Ok(text)
    }
}

/// One line of comma-separated values. A value that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn csv_line(values: impl Iterator<Item = String>) -> String {
    let mut line = String::new();
    for (n, mut value) in values.enumerate() {
        if n > 0 {
            line.push(',');
        }
        if value.starts_with(['=', '+', '-', '@']) && value.parse::<f64>().is_err() {
            value.insert(0, '\'');
        }
        if value.contains(['"', ',', '\n', '\r']) {
            let _ = write!(line, "\"{}\"", value.replace('"', "\"\""));
        } else {
            line.push_str(&value);
        }
    }
    line.push('\n');
    line
}

/// Items as a table.
#[must_use]
pub fn table(columns: &[Column], items: &[Value], width: Option<u16>) -> String {
    let now = Clock::system().now();
    let headings = columns.iter().map(|c| c.name.to_uppercase().replace('-', " ")).collect();
    rows(headings, items.iter().map(|item| columns.iter().map(|c| cell::shown(cell::at(item, c.field), c.show, now)).collect()), width)
}

/// Rows below headings, two spaces between columns, no borders, no spaces at the ends of lines.
pub fn rows(headings: Vec<String>, rows: impl Iterator<Item = Vec<String>>, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    if !headings.is_empty() {
        table.set_header(headings);
    }
    match width {
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The time by which values are shown.
#[must_use]
pub fn now() -> Timestamp {
    Clock::system().now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DEVICES: Listing = Listing {
        name: "name",
        columns: columns(&[column("name", "name"), column("os", "operating_system"), column("memory", "memory_kib").shown(Show::Kibibytes).wide()]),
        nothing: "no devices",
    };

    #[test]
    fn a_table_has_its_own_columns() {
        let items = [json!({ "name": "WS01", "operating_system": "Debian", "memory_kib": 2048 }), json!({ "name": "A", "operating_system": null })];
        let columns = DEVICES.chosen(None, false).expect("the form's own columns");
        insta::assert_snapshot!(table(&columns, &items, None), @r"
        NAME  OS
        WS01  Debian
        A     -
        ");
        let columns = DEVICES.chosen(Some(&["memory".to_owned()]), false).expect("a column that exists");
        assert_eq!(table(&columns, &items[..1], None), "MEMORY\n2.0 MiB\n");
    }

    #[test]
    fn an_unknown_column_is_refused_with_the_nearest() {
        let failure = DEVICES.chosen(Some(&["nmae".to_owned()]), false).err().expect("refused");
        assert!(failure.fix.contains("did you mean \"name\""), "{failure}");
        assert_eq!(failure.exit, Exit::Usage);
    }

    #[test]
    fn comma_separated_values_are_quoted_and_never_formulas() {
        let items = [json!({ "name": "=cmd()", "operating_system": "a,\"b\"", "memory_kib": -1 })];
        assert_eq!(DEVICES.csv(&items, None).expect("columns that exist"), "name,os,memory\n'=cmd(),\"a,\"\"b\"\"\",-1\n");
    }
}
