//! `messages/`: the numbered messages, one page for each range.

use super::Page;
use super::markdown::{capital, plain, table};
use provost_catalog::rules::{RANGES, Range, Rule};

/// Every page about numbered messages.
pub fn pages() -> Vec<Page> {
    RANGES.iter().map(page).chain([overview()]).collect()
}

fn page(range: &Range) -> Page {
    let mut body = format!("# {}\n\n", title(range));
    for Rule { code, title, meaning, cause, fix, severity } in range.rules {
        // An anchor of its own: the title may be worded better one day, the number stays.
        body.push_str(&format!("<a id=\"pv{code:04}\"></a>\n\n## PV{code:04}: {}\n\n", plain(title)));
        let facts =
            [("Severity", capital(severity.words())), ("It means", plain(meaning)), ("Usual cause", plain(cause)), ("What helps", plain(&capital(fix)))];
        facts.iter().for_each(|(what, value)| body.push_str(&format!("- **{what}:** {value}\n")));
        body.push('\n');
    }
    body.push_str("On the command line: `provost explain PV####`. All messages: [overview](README.md).\n");
    Page::new(format!("messages/{}.md", range.id), &format!("crates/catalog/src/rules/{}.rs", range.id), &body)
}

fn title(range: &Range) -> String {
    format!("{} (PV{}xxx)", range.title, range.thousand)
}

fn overview() -> Page {
    let mut body = "# Numbered messages\n\nEvery error and status message has a number that never means anything else.\n\n".to_owned();
    for range in RANGES {
        body.push_str(&format!("## {}\n\n", title(range)));
        let rows: Vec<_> = range
            .rules
            .iter()
            .map(|r| vec![format!("[PV{:04}]({}.md#pv{:04})", r.code, range.id, r.code), plain(r.title), capital(r.severity.words())])
            .collect();
        body.push_str(&table(&["Number", "Title", "Severity"], &rows));
    }
    Page::new("messages/README.md", "crates/catalog/src/rules.rs", &body)
}
