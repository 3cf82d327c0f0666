//! Each sentence of the seed is honoured by a field of a definition or by a test, or is counted aloud as planned.

use provost_catalog::accounts::{ACCOUNTS, Advice};
use provost_catalog::groups::GROUPS;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

struct Row {
    id: String,
    sentence: String,
    honoured_by: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("seed.tsv")).expect("seed.tsv is there");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id\tsentence\thonoured by"));
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            let mut column = || columns.next().unwrap_or_else(|| panic!("a row has three columns: {line}")).to_owned();
            let (id, sentence, honoured_by) = (column(), column(), column());
            Row { id, sentence, honoured_by: honoured_by.split("; ").map(str::to_owned).collect() }
        })
        .collect()
}

/// Every (file, field, sentence) that definitions claim.
fn claims() -> BTreeSet<(String, String, String)> {
    let mut claims = BTreeSet::new();
    let mut claim = |file: &str, field: &str, id: &str| {
        // What the hardened profile adds honours no sentence.
        if !id.is_empty() {
            claims.insert((file.to_owned(), field.to_owned(), id.to_owned()));
        }
    };
    let advice = |all: &'static [Advice]| all.iter().flat_map(|a| a.seed.iter().copied());
    for account in ACCOUNTS {
        let file = account.kind.file();
        account.seed.iter().for_each(|(field, id)| claim(file, field, id));
        account.requires.iter().for_each(|h| claim(file, "requires", h.seed));
        account.requires_when.iter().for_each(|h| claim(file, "requires_when", h.held.seed));
        account.forbids.iter().for_each(|h| claim(file, "forbids", h.seed));
        advice(account.advice).for_each(|id| claim(file, "advice", id));
    }
    for group in GROUPS {
        let file = group.kind.file();
        group.seed.iter().for_each(|(field, id)| claim(file, field, id));
        group.grants.iter().for_each(|h| claim(file, "grants", h.seed));
        group.others.iter().for_each(|o| claim(file, "others", o.held.seed));
        advice(group.advice).for_each(|id| claim(file, "advice", id));
    }
    claims
}

#[test]
fn every_sentence_is_honoured_or_planned() {
    let rows = rows();
    let claims = claims();
    let (mut by_field, mut by_test, mut planned) = (0, 0, 0);
    for row in &rows {
        assert!(!row.sentence.trim().is_empty(), "{} has no sentence", row.id);
        let mut kinds = BTreeSet::new();
        for honour in &row.honoured_by {
            let (kind, what) = honour.split_once(':').unwrap_or_else(|| panic!("{}: {honour:?} is field:, test: or planned:", row.id));
            kinds.insert(kind);
            match kind {
                "field" => check_field(&row.id, what, &claims),
                "test" => check_test(&row.id, what),
                "planned" => assert!(!what.is_empty(), "{}: planned for what?", row.id),
                _ => panic!("{}: {honour:?} is field:, test: or planned:", row.id),
            }
        }
        by_test += usize::from(kinds.contains("test"));
        by_field += usize::from(kinds.contains("field") && !kinds.contains("test"));
        planned += usize::from(kinds.contains("planned"));
    }
    println!("{} sentences: {by_field} honoured by a field, {by_test} by an executed test; of all, {planned} also wait for their operation", rows.len());
    assert_eq!(by_field + by_test, rows.len(), "a sentence is honoured by nothing");
}

fn check_field(id: &str, what: &str, claims: &BTreeSet<(String, String, String)>) {
    let (file, field) = what.split_once('#').unwrap_or_else(|| panic!("{id}: field:FILE#FIELD, not {what:?}"));
    let text = std::fs::read_to_string(root().join("src").join(file)).unwrap_or_else(|e| panic!("{id}: {file}: {e}"));
    assert!(text.contains(field), "{id}: {file} has no {field}");
    if file.contains('/') {
        let claim = (file.to_owned(), field.to_owned(), id.to_owned());
        assert!(claims.contains(&claim), "{id}: {file} does not say that its {field} honours this sentence");
    }
}

/// `crates/x/tests/it/y.rs::name`, relative to the workspace.
fn check_test(id: &str, what: &str) {
    let (file, name) = what.split_once("::").unwrap_or_else(|| panic!("{id}: test:FILE::NAME, not {what:?}"));
    let text = std::fs::read_to_string(root().join("../..").join(file)).unwrap_or_else(|e| panic!("{id}: {file}: {e}"));
    let at = text.find(&format!("fn {name}(")).unwrap_or_else(|| panic!("{id}: {file} has no {name}"));
    let before: Vec<&str> = text[..at].lines().rev().take(3).collect();
    assert!(before.iter().any(|line| line.contains("test]")), "{id}: {name} of {file} is no test that is run");
}

#[test]
fn every_claim_of_a_definition_is_in_the_table() {
    let rows: BTreeMap<String, Vec<String>> = rows().into_iter().map(|r| (r.id, r.honoured_by)).collect();
    for (file, field, id) in claims() {
        let honoured = rows.get(&id).unwrap_or_else(|| panic!("{file}#{field} honours {id}, which the seed does not have"));
        assert!(honoured.contains(&format!("field:{file}#{field}")), "{id}: the table does not name {file}#{field}");
    }
}

#[test]
fn ids_come_once_and_in_order() {
    let rows = rows();
    let mut last: BTreeMap<String, u32> = BTreeMap::new();
    for row in &rows {
        let (section, number) = row.id.rsplit_once('-').expect("an id is SECTION-NUMBER");
        let number: u32 = number.parse().expect("an id ends with a number");
        let before = last.insert(section.to_owned(), number).unwrap_or(0);
        assert_eq!(number, before + 1, "{}: numbers of a section follow each other", row.id);
    }
}

/// Nothing of the seed is missing: taking all sentences of the table out of the page leaves only headings, names of
/// table rows, and markup.
#[test]
fn the_page_holds_nothing_else() {
    let page = root().join("../../../shared/seeds/accounts-used-in-configmgr.md");
    let Ok(page) = std::fs::read_to_string(&page) else {
        println!("the seed page is not beside this checkout: its completeness was checked where it is");
        return;
    };
    let mut left = plain(page.splitn(3, "---").nth(2).expect("a page after its header"));
    let mut rows = rows();
    rows.sort_by_key(|r| std::cmp::Reverse(r.sentence.len()));
    for row in rows {
        let sentence = plain(&row.sentence);
        assert!(left.contains(&sentence), "{} is not in the page: {sentence}", row.id);
        left = left.replacen(&sentence, " ", 1);
    }
    let known: BTreeSet<&str> = ["Detail", "More information", "Type and location", "Membership", "Permissions", "See Also"].into();
    for piece in left.split('\u{1}').flat_map(|p| p.split("  ")).map(str::trim).filter(|p| p.len() > 3) {
        let is_title =
            ACCOUNTS.iter().any(|a| a.title == piece || piece.starts_with(a.title)) || GROUPS.iter().any(|g| piece.contains(&g.name.replace(['<', '>'], "")));
        let is_heading = piece.chars().all(|c| c == '-')
            || piece.starts_with("Accounts ")
            || piece.starts_with("Windows groups")
            || piece.starts_with("Accounts that")
            || piece.starts_with("Site and hierarchy")
            || piece.starts_with("See Also");
        assert!(is_title || is_heading || known.contains(piece), "the table lacks: {piece:?}");
    }
}

/// Text without markup; where cells, lines and notes end there is a mark.
fn plain(text: &str) -> String {
    let includes = [("cm6long", "System Center Configuration Manager"), ("cmshort", "Configuration Manager"), ("cm4short", "Configuration Manager 2007")];
    let mut text = text.replace("\r", "");
    for (name, words) in includes {
        while let Some(at) = text.find(&format!("[!INCLUDE[{name}]")) {
            let end = text[at..].find(")]").map_or(text.len(), |e| at + e + 2);
            text.replace_range(at..end, words);
        }
    }
    for marker in ["[!NOTE]", "[!TIP]", "[!IMPORTANT]", "[!WARNING]", "<br />", "|", "**", "### ", "## ", "# ", "------------"] {
        text = text.replace(marker, if marker == "**" { "" } else { "\u{1}" });
    }
    // [words](address) leaves the words.
    while let (Some(open), Some(middle)) = (text.find('['), text.find("](")) {
        if open > middle {
            break;
        }
        let end = text[middle..].find(')').map_or(text.len(), |e| middle + e + 1);
        let words = text[open + 1..middle].to_owned();
        text.replace_range(open..end, &words);
    }
    let lines: Vec<String> =
        text.lines().map(|l| l.trim().trim_start_matches("> ").trim_start_matches('>').trim_start_matches("- ").trim().to_owned()).collect();
    let joined = lines.iter().map(|l| if l.is_empty() { "\u{1}" } else { l.as_str() }).collect::<Vec<_>>().join(" ");
    joined.replace("\\>", ">").replace(['<', '>'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}
