//! What mends a check that failed: the commands, each whole on a line of its own.

use super::binding::text;
use crate::output::{Page, cell};
use serde_json::Value;

/// A page with the commands of a finding below it; `of` names whose it is, where that is not said above.
pub fn below(page: Page, finding: &Value, of: &str) -> Page {
    let lines = lines(finding);
    if lines.is_empty() { page } else { page.verbatim(format!("To mend {}{of}", cell::plain(&finding["check"])), lines) }
}

/// What to do and where, and below it the commands.
fn lines(finding: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for remedy in finding["mending"].as_array().into_iter().flatten() {
        let remark = match text(remedy, "remark") {
            "" => String::new(),
            remark => format!(" ({remark})"),
        };
        lines.push(cell::plain(&format!("{}, {}{remark}:", text(remedy, "does"), text(&remedy["tools"], "words")).into()));
        lines.extend(remedy["commands"].as_array().into_iter().flatten().map(|command| format!("  {}", cell::plain(command))));
        if let Some(more @ 1..) = remedy["more"].as_u64() {
            lines.push(format!("  and {more} more, which the next check tells"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_command_is_whole_on_a_line_of_its_own() {
        let object = "OU=".to_owned() + &"It''s long and has words, ".repeat(6);
        let windows = json!({
            "does": "take it away", "tools": { "id": "windows", "words": "in PowerShell, with Windows' tools" }, "more": 2,
            "commands": [format!("dsacls '{object}' /R 'ben@corp.test'"), "dsacls 'a\u{1b}[2Jb' /R 'ben@corp.test'"], "remark": "wait first",
        });
        let samba = json!({
            "does": "take it away", "tools": { "id": "samba", "words": "in a shell as root, at a Samba domain controller" }, "more": 0,
            "commands": ["samba-tool dsacl delete '--sddl=(A;;RP;;;WD)'"], "remark": "",
        });
        let page = below(Page::new("svc"), &json!({ "check": "must-not-have:write@anywhere", "mending": [windows, samba] }), " of svc");
        insta::assert_snapshot!(page.text(Some(60)), @r"
        To mend must-not-have:write@anywhere of svc
          take it away, in PowerShell, with Windows' tools (wait first):
            dsacls 'OU=It''s long and has words, It''s long and has words, It''s long and has words, It''s long and has words, It''s long and has words, It''s long and has words, ' /R 'ben@corp.test'
            dsacls 'a�[2Jb' /R 'ben@corp.test'
            and 2 more, which the next check tells
          take it away, in a shell as root, at a Samba domain controller:
            samba-tool dsacl delete '--sddl=(A;;RP;;;WD)'
        ");
        assert_eq!(below(Page::new("svc"), &json!({ "check": "needs:sign-in", "mending": [] }), "").text(None), "");
    }
}
