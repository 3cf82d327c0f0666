//! Who is in which group of a directory, as a section of a page.

use crate::output::Page;
use serde_json::Value;

/// Adds the section `title` with what `list` of the document names: groups that it is in, or members.
pub fn section(page: Page, title: &str, one: &Value, list: &str) -> Page {
    let word = |item: &Value, field: &str| item[field].as_str().unwrap_or_default().to_owned();
    let row = |item: &Value| {
        let name = if word(item, "name").is_empty() { word(item, "sid") } else { word(item, "name") };
        vec![name, word(item, "kind"), if item["direct"] == true { "direct" } else { "nested" }.to_owned()]
    };
    let rows = one[list].as_array().into_iter().flatten().map(row).collect();
    page.section(title, ["NAME", "KIND", "MEMBERSHIP"].map(str::to_owned).to_vec(), rows)
}
