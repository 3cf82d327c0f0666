//! What a text of Markdown shows, and whether printed lines have the shape of shown ones.

use std::collections::BTreeSet;

/// Content of each fenced block.
pub fn blocks(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside: Option<String> = None;
    for line in text.lines() {
        match (&mut inside, line.starts_with("```")) {
            (None, true) => inside = Some(String::new()),
            (Some(_), true) => found.extend(inside.take()),
            (Some(block), false) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, false) => {}
        }
    }
    found
}

/// Files of this repository that it links to or shows.
pub fn links(text: &str) -> BTreeSet<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let attributes = ["src=\"", "srcset=\""].iter().flat_map(|mark| text.split(mark).skip(1)).filter_map(|rest| rest.split('"').next());
    targets
        .chain(attributes)
        .map(|link| link.split('#').next().unwrap_or(link))
        .filter(|link| !link.is_empty() && !link.contains(':'))
        .map(str::to_owned)
        .collect()
}

/// Commands of `provost` that it names, in code and in blocks: the words up to the first that is a value or an option.
pub fn commands(text: &str) -> BTreeSet<Vec<String>> {
    let spans = text.split('`').skip(1).step_by(2);
    let lines = text.lines().map(|line| line.trim_start().trim_start_matches("$ "));
    spans
        .chain(lines)
        .filter_map(|code| code.strip_prefix("provost "))
        .map(|rest| {
            rest.split_whitespace()
                .take_while(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-'))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter(|words| !words.is_empty())
        .collect()
}

/// How printed lines differ from shown ones, where numbers, names of this machine, folders and one-time links do not count.
pub fn differences(shown: &str, printed: &str) -> Vec<String> {
    let (shown, printed): (Vec<String>, Vec<String>) = (shown.lines().map(mask).collect(), printed.lines().map(mask).collect());
    let mut found: Vec<String> = shown
        .iter()
        .zip(&printed)
        .filter(|(shown, printed)| shown != printed)
        .map(|(shown, printed)| format!("shown   {shown}\n    printed {printed}"))
        .collect();
    if shown.len() != printed.len() {
        found.push(format!("{} lines are shown and {} printed", shown.len(), printed.len()));
    }
    found
}

/// A line without what differs from run to run and from machine to machine.
fn mask(line: &str) -> String {
    let mut masked = String::new();
    let mut words = line.split(' ').peekable();
    let mut before = String::new();
    while let Some(word) = words.next() {
        // The data folder, where it is named, and where commands that are suggested repeat it.
        if word == "--data" {
            words.next();
            continue;
        }
        let word = match before.as_str() {
            "in" if word.contains('/') => "FOLDER".to_owned(),
            "show" => "NAME".to_owned(),
            _ => match word.split_once("/welcome/") {
                Some(_) => "LINK".to_owned(),
                None => numbers(word),
            },
        };
        before.clone_from(&word);
        masked.push_str(&word);
        masked.push(' ');
    }
    masked.trim_end().to_owned()
}

/// A word with each run of digits, points between them included, as one mark.
fn numbers(word: &str) -> String {
    let mut text = String::new();
    for c in word.chars() {
        if c.is_ascii_digit() {
            if !text.ends_with('#') {
                text.push('#');
            }
        } else {
            text.push(c);
        }
    }
    while text.contains("#.#") {
        text = text.replace("#.#", "#");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "# P\n```sh\ncargo run -- up   # a site\n```\nSee [the map](docs/MAP.md#top), [away](https://example.org), `provost device show NAME`.\n\
                          <img src=\"docs/a.png\">\n```text\n$ provost account explain client-push\nProvost 0.1.0\n```\n";

    #[test]
    fn blocks_links_and_commands_are_found() {
        assert_eq!(blocks(README), ["cargo run -- up   # a site\n", "$ provost account explain client-push\nProvost 0.1.0\n"]);
        assert_eq!(links(README).into_iter().collect::<Vec<_>>(), ["docs/MAP.md", "docs/a.png"]);
        let named: Vec<String> = commands(README).into_iter().map(|words| words.join(" ")).collect();
        assert_eq!(named, ["account explain client-push", "device show"]);
    }

    #[test]
    fn what_differs_from_machine_to_machine_does_not_count() {
        let shown = "Provost 0.1.0  site LAB; data in ~/x, kept\n  ok  client  first inventory 0.8 s ago\n  ok  console  https://localhost:8443/welcome/7K4Q\nnext: provost device show host  this";
        let printed = "Provost 1.20.3  site LAB; data in /tmp/y, kept\n  ok  client  first inventory 12 s ago\n  ok  console  https://localhost:1/welcome/Z9-_\nnext: provost device show vm --data /tmp/y  this";
        assert_eq!(differences(shown, printed), Vec::<String>::new());
    }

    #[test]
    fn what_is_said_counts() {
        assert_eq!(differences("  ok  client  approved", "  !!  client  approved").len(), 1);
        assert_eq!(differences("a\nb", "a").len(), 1);
        assert_eq!(differences("next: provost role list", "next: provost roles").len(), 1);
    }
}
