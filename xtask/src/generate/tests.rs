//! What holds for every page.

use super::*;
use std::path::PathBuf;

fn all() -> Vec<Page> {
    pages(&Seed::read(&workspace::root()).expect("the list is in the workspace"))
}

#[test]
fn every_link_leads_to_a_page_or_an_anchor() {
    let pages = all();
    let known: BTreeSet<&str> = pages.iter().map(|p| p.path.as_str()).collect();
    for page in &pages {
        let folder = PathBuf::from(&page.path).parent().map(Path::to_owned).unwrap_or_default();
        for (at, _) in page.text.match_indices("](") {
            let target = page.text[at + 2..].split(')').next().unwrap_or_default();
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = file.split('/').fold(folder.clone(), |mut path, part| match part {
                ".." => path.parent().map(Path::to_owned).unwrap_or_default(),
                part => {
                    path.push(part);
                    path
                }
            });
            let path = if file.is_empty() { page.path.clone() } else { path.to_string_lossy().into_owned() };
            assert!(known.contains(path.as_str()), "{} links to {target}, which is no page", page.path);
            let there = pages.iter().find(|p| p.path == path).map(|p| p.text.to_lowercase().replace(' ', "-")).unwrap_or_default();
            assert!(anchor.is_empty() || there.contains(anchor), "{} links to {target}, which has no such anchor", page.path);
        }
    }
}

#[test]
fn every_table_is_whole() {
    for page in all() {
        let mut columns = None;
        for line in page.text.lines() {
            let bars = line.replace("\\|", "").matches('|').count();
            match (line.starts_with('|'), columns) {
                (true, None) => columns = Some(bars),
                (true, Some(expected)) => assert_eq!(bars, expected, "{}: {line}", page.path),
                (false, _) => columns = None,
            }
        }
    }
}

#[test]
fn what_differs_is_missing_or_left_over_is_found_and_repaired() {
    let folder = std::env::temp_dir().join(format!("provost-gen-{}", std::process::id()));
    let page = |path: &str, body: &str| Page::new(path, "a definition", body);
    write(&folder, &[page("one.md", "# One"), page("inner/two.md", "# Two")]).expect("the folder can be made");
    fs::write(folder.join("by-hand.md"), "# Written by a person\n").expect("it can be written");

    let now = [page("one.md", "# One, changed"), page("three.md", "# Three")];
    let findings: Vec<String> = compare(&folder, &now).expect("it can be read").iter().map(ToString::to_string).collect();
    assert_eq!(findings.len(), 3, "{findings:?}");
    assert!(findings.iter().any(|f| f.contains("one.md:3: differs")), "{findings:?}");
    assert!(findings.iter().any(|f| f.contains("three.md: is missing")), "{findings:?}");
    assert!(findings.iter().any(|f| f.contains("inner/two.md: is about nothing")), "{findings:?}");
    assert!(findings.iter().all(|f| f.contains("cargo xtask gen")), "{findings:?}");

    write(&folder, &now).expect("it can be written");
    assert!(compare(&folder, &now).expect("it can be read").is_empty());
    assert!(folder.join("by-hand.md").exists(), "what people wrote stays");
    fs::remove_dir_all(&folder).expect("it can be removed");
}

#[test]
fn text_stays_text() {
    assert_eq!(markdown::plain("a<b> c|d _e_ `f`"), "a\\<b\\> c\\|d \\_e\\_ \\`f\\`");
    assert_eq!(markdown::or(&["a".to_owned(), "b".to_owned(), "c".to_owned()]), "a, b or c");
    assert_eq!(markdown::capital("one word"), "One word");
    assert!(Seed::parse("id\tsentence\thonoured by\nx-01\tonly two columns\n").is_err());
}
