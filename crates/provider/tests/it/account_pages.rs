//! The console's pages of accounts, as a browser without script sees them.

use crate::console::attribute;
use crate::exchange::{Answer, form, get};
use crate::site::Site;
use provost_catalog::database::Principal;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::binding::Admitted;
use provost_store::accounts::bindings::{self, NewBinding};
use serde_json::Value;

const SECRET: &str = "Grüße % \"<'&> 1";

fn page(site: &Site, token: &str, path: &str) -> Answer {
    site.ask(get(path).cookie(token))
}

fn binding(site: &Site, name: &str) -> i64 {
    let list = site.as_owner(get("/api/v1/bindings")).json();
    let found = list["items"].as_array().expect("bindings").iter().find(|one| one["name"] == name).cloned();
    found.and_then(|one| one["binding_id"].as_i64()).unwrap_or_else(|| panic!("{name} is not bound: {list}"))
}

#[test]
fn an_account_is_bound_by_a_form_and_nothing_shows_its_password_again() {
    let site = Site::start();
    let token = site.session();
    let empty = page(&site, &token, "/accounts");
    assert!(empty.body.contains("No account is bound") && empty.body.contains("provost account add NAME --for KIND"));
    let blank = page(&site, &token, "/accounts/software-update-point-proxy/add");
    assert!(blank.body.contains("autocomplete=\"new-password\"") && blank.body.contains("type=\"password\""));
    let fields = [("on", "CM02.corp.example.test"), ("name", "svc-proxy"), ("password", SECRET)];
    let done = site.ask(form("/accounts/software-update-point-proxy/add", &fields).cookie(&token));
    assert_eq!(done.status, 303, "{}", done.body);
    let number = binding(&site, "svc-proxy");
    assert_eq!(done.header("location"), format!("/bindings/{number}?done=add-binding"));
    let shown = page(&site, &token, done.header("location"));
    for part in ["svc-proxy", "not proved", "cm02.corp.example.test", "version 1", "It was not checked yet", "needs:pass-proxy@proxy-server", "not checked"] {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    for path in [format!("/bindings/{number}"), "/accounts".to_owned(), format!("/bindings/{number}/password"), "/ledger".to_owned()] {
        let body = page(&site, &token, &path).body;
        assert!(!body.contains("Grüße") && !body.contains("%22&lt;"), "{path}");
    }
    assert_eq!(site.newest_acts(1)[0].1, "account.add");
}

#[test]
fn a_refusal_stands_beside_its_field_and_keeps_everything_but_the_password() {
    let site = Site::with_accounts();
    let token = site.session();
    let refused = |kind: &str, fields: &[(&str, &str)]| site.ask(form(format!("/accounts/{kind}/add"), fields).cookie(&token));
    let unnamed = refused("ad-system-discovery", &[("on", "OU=x,DC=corp,DC=test"), ("name", "svc\"<b>"), ("password", SECRET)]);
    assert_eq!(unnamed.status, 409);
    assert!(unnamed.body.contains("id=\"name-refusal\"") && unnamed.body.contains("aria-describedby=\"name-hint name-refusal\" aria-invalid=\"true\""));
    assert!(unnamed.body.contains("value=\"OU=x,DC=corp,DC=test\"") && !unnamed.body.contains("<b>"), "what was typed stays, as text");
    assert_eq!(attribute(&unnamed.body, "value").iter().filter(|value| *value == "svc\"<b>").count(), 0, "askama writes quotes as numbers");
    assert!(unnamed.body.contains("svc&#34;&#60;b&#62;"));
    assert!(!unnamed.body.contains("Grüße"), "no password is given back");
    for (kind, fields, field, rule) in [
        ("management-point-connection", [("on", "no role@"), ("name", "svc_mp")], "on-refusal", "PV2006"),
        ("ad-system-discovery", [("on", "OU=x,DC=corp,DC=test"), ("name", "svc")], "name-refusal", "PV2002"),
        ("client-push-installation", [("position", "seven"), ("name", "corp.example.test\\svc-c")], "position-refusal", "PV20"),
        ("client-push-installation", [("position", "9"), ("name", "corp.example.test\\svc-c")], "position-refusal", "PV20"),
        ("client-push-installation", [("on", ""), ("name", "corp.example.test\\svc-push")], "name-refusal", "PV20"),
        ("smtp-server-connection", [("on", ""), ("name", "another@corp.example.test")], "refusal", "PV20"),
    ] {
        let answer = refused(kind, &fields);
        assert_eq!(answer.status, 409, "{kind}: {}", answer.body);
        assert!(answer.body.contains(&format!("id=\"{field}\"")) && answer.body.contains(rule), "{kind} {field}: {}", answer.body);
    }
    let long = "x".repeat(257);
    let secret = refused("ad-system-discovery", &[("on", "OU=y,DC=corp,DC=test"), ("name", "corp.example.test\\svc"), ("password", &long)]);
    assert!(secret.body.contains("id=\"password-refusal\"") && !secret.body.contains(&long));
    assert_eq!(refused("no-such-kind", &[("name", "x")]).status, 404);
}

#[test]
fn of_two_people_who_replace_one_password_the_second_is_told() {
    let site = Site::with_accounts();
    let token = site.session();
    let number = binding(&site, "svc-proxy");
    let path = format!("/bindings/{number}/password");
    assert!(page(&site, &token, &path).body.contains("name=\"expected_version\" value=\"1\""));
    let replace = || site.ask(form(&path, &[("expected_version", "1"), ("password", SECRET)]).cookie(&token));
    assert_eq!(replace().header("location"), format!("/bindings/{number}?done=replace-password"));
    let second = replace();
    assert_eq!(second.status, 409);
    assert!(second.body.contains("id=\"refusal\"") && second.body.contains("name=\"expected_version\" value=\"2\"") && !second.body.contains("Grüße"));
    let empty = site.ask(form(&path, &[("expected_version", "2"), ("password", "")]).cookie(&token));
    assert!(empty.body.contains("id=\"password-refusal\"") && empty.body.contains("it is empty"));
}

#[test]
fn verdicts_are_shown_with_evidence_and_what_is_not_proved_as_such() {
    let site = Site::with_accounts();
    let token = site.session();
    let blocked = page(&site, &token, &format!("/bindings/{}", binding(&site, "corp.example.test\\svc-push")));
    for part in ["state fail\">blocked", "A check failed", "Domain Admins by way of", "push-08", "In which order are they tried?", ">Waive<"] {
        assert!(blocked.body.contains(part), "{part}");
    }
    let waived = page(&site, &token, &format!("/bindings/{}", binding(&site, "corp.example.test\\svc-push-b")));
    for part in ["state unknown\">not proved", "somebody answers for that", "bob.mistry answers for it until", "CHG-4471", ">Take back<"] {
        assert!(waived.body.contains(part), "{part}");
    }
    let list = page(&site, &token, "/accounts");
    assert!(list.body.contains("1 of 8 is blocked and not used; 4 are not proved."), "{}", list.body);
    let some = page(&site, &token, "/accounts?standing=blocked");
    assert!(some.body.contains("svc-push") && !some.body.contains("svc-forest"));
    assert!(page(&site, &token, "/accounts?filter=nobody-like-it").body.contains("No account matches"));
}

#[test]
fn each_command_that_mends_a_check_stands_in_a_block_of_its_own() {
    let site = Site::with_accounts();
    let token = site.session();
    let shown = page(&site, &token, &format!("/bindings/{}", binding(&site, "corp.example.test\\svc-push"))).body;
    let member = "CN=svc-push,OU=Service accounts,DC=corp,DC=example,DC=test";
    for command in [
        format!("<pre><code>samba-tool group removemembers Tier0-Operators &#39;--member-dn={member}&#39;</code></pre>"),
        format!("<pre><code>Remove-ADGroupMember -Identity &#39;Tier0-Operators&#39; -Members &#39;{member}&#39; -Confirm:$false</code></pre>"),
    ] {
        assert!(shown.contains(&command), "{command}: {shown}");
    }
    assert!(shown.contains("aria-label=\"Copy command 2 to take it out, in PowerShell, with Windows&#39; tools\""), "{shown}");
    assert!(shown.contains("in a shell as root, at a Samba domain controller"), "{shown}");
}

#[test]
fn a_check_is_waived_with_a_reason_and_an_end_and_that_is_taken_back() {
    let site = Site::with_accounts();
    let token = site.session();
    let number = binding(&site, "corp.example.test\\svc-push");
    let shown = page(&site, &token, &format!("/bindings/{number}"));
    let path = attribute(&shown.body, "href").into_iter().find(|href| href.contains("/waive?")).expect("a link to waive");
    assert!(page(&site, &token, &path).body.contains("Domain Admins by way of"));
    let waive = |reason: &str, until: &str| site.ask(form(&path, &[("reason", reason), ("until", until)]).cookie(&token));
    for (reason, until, field) in [
        ("short", "2026-12-31", "reason"),
        ("long enough <b>", "2020-01-01", "until"),
        ("long enough", "2030-01-01", "until"),
        ("long enough", "soon", "until"),
    ] {
        let refused = waive(reason, until);
        assert!(matches!(refused.status, 400 | 409), "{}", refused.status);
        assert!(refused.body.contains(&format!("id=\"{field}-refusal\"")), "{reason} {until}: {}", refused.body);
        assert!(refused.body.contains(&format!("value=\"{until}\"")) && !refused.body.contains("<b>"), "what was typed stays");
    }
    assert_eq!(waive("CHG-4472: until the forest is tidied", "2026-12-31").header("location"), format!("/bindings/{number}?done=waive"));
    let waived = page(&site, &token, &format!("/bindings/{number}"));
    let end = attribute(&waived.body, "href").into_iter().find(|href| href.contains("/unwaive?")).expect("a link to take it back");
    assert!(page(&site, &token, &end).body.contains("CHG-4472"));
    assert_eq!(site.ask(form(&end, &[]).cookie(&token)).header("location"), format!("/bindings/{number}?done=unwaive"));
    let acts: Vec<String> = site.newest_acts(2).into_iter().map(|(who, act, _)| format!("{who} {act}")).collect();
    assert_eq!(acts, ["ada account.unwaive", "ada account.waive"]);
}

#[test]
fn an_account_is_checked_moved_and_removed_by_forms() {
    let site = Site::with_accounts();
    let token = site.session();
    let number = binding(&site, "corp.example.test\\svc-push-b");
    let checked = site.ask(form(format!("/bindings/{number}/verify"), &[]).cookie(&token));
    assert!(checked.header("location").starts_with(&format!("/bindings/{number}?task=")), "{}", checked.header("location"));
    assert!(page(&site, &token, checked.header("location")).body.contains("being checked"));
    let all = site.ask(form("/accounts/verify", &[]).cookie(&token));
    assert!(page(&site, &token, all.header("location")).body.contains("being checked"));
    assert_eq!(site.ask(form(format!("/bindings/{number}/place"), &[("position", "1")]).cookie(&token)).status, 303);
    assert_eq!(site.as_owner(get(format!("/api/v1/bindings/{number}"))).json()["position"], 1);
    let confirm = page(&site, &token, &format!("/bindings/{number}/remove"));
    assert!(
        confirm.body.contains("One account is left as Client Push Installation Account for LAB") && confirm.body.contains("Its password is destroyed here")
    );
    assert_eq!(site.ask(form(format!("/bindings/{number}/remove"), &[]).cookie(&token)).header("location"), "/accounts?done=remove-binding");
    assert_eq!(page(&site, &token, &format!("/bindings/{number}")).status, 404);
}

#[test]
fn who_acts_is_told_with_the_reason_of_each_attempt() {
    let site = Site::with_accounts();
    let token = site.session();
    let asked = |query: &str| page(&site, &token, &format!("/resolve?{query}"));
    assert!(asked("").body.contains("No use is chosen"));
    let mail = asked("use=send-alert-mail");
    assert!(mail.body.contains("provost-lab@corp.example.test acts for send-alert-mail at LAB"), "{}", mail.body);
    let push = asked("use=push-client");
    assert!(push.body.contains("Bound, and not tried") && push.body.contains("blocked"), "who is left out is told");
    let untold = asked("use=discover-forest");
    assert_eq!(untold.status, 200);
    assert!(untold.body.contains("Say at what"));
    let unknown = asked("use=discover-forest&for=elsewhere.example.test");
    assert!(unknown.body.contains("Why does nobody act?") && unknown.body.contains("nobody said whether"), "{}", unknown.body);
    let wrong = asked("use=discover-forest&for=NOPE");
    assert_eq!(wrong.status, 409);
    assert!(wrong.body.contains("id=\"for-refusal\"") && wrong.body.contains("value=\"NOPE\""));
    assert_eq!(asked("use=%3Cimg").status, 404);
}

#[test]
fn the_picture_of_use_counts_what_the_table_lists() {
    let site = Site::with_accounts();
    let token = site.session();
    let uses = site.as_owner(get("/api/v1/uses?limit=500")).json();
    let items = uses["items"].as_array().expect("uses");
    let failed = items.iter().filter(|used| used["outcome"] != "succeeded").count();
    let shown = page(&site, &token, "/uses");
    assert!(shown.body.contains(&format!("Last 7 days: {} uses; {failed} did not sign in.", items.len())), "{}", shown.body);
    assert_eq!(shown.body.matches("class=\"mark failed\"").count(), failed + 1, "each is drawn, and one in the legend");
    assert!(shown.body.contains("aria-label=\"svc-proxy: 56 uses, 1 did not sign in; the last 2 h ago\""), "{}", shown.body);
    let number = binding(&site, "svc-proxy");
    let one = page(&site, &token, &format!("/uses?binding={number}&span=month"));
    assert!(one.body.contains("Credential use of svc-proxy") && !one.body.contains("svc-push"));
    let next = attribute(&shown.body, "href").into_iter().find(|href| href.contains("after=")).expect("an older page");
    assert!(page(&site, &token, &next).body.contains("The same as a table"));
}

#[test]
fn a_thousand_accounts_are_shown_page_by_page() {
    let site = Site::start();
    let token = site.session();
    site.write(Principal::Provider, |tx| {
        for n in 0..1000 {
            let name = AccountName::parse(&format!("corp.example.test\\svc-discovery-{n:04}")).expect("a name");
            let object = format!("OU=Branch{n:04},OU=Computers,DC=corp,DC=example,DC=test");
            let definition = provost_catalog::accounts::account("ad-system-discovery").expect("an account");
            let admitted = Admitted { principal_kind: provost_catalog::accounts::PrincipalKind::DomainUser, position: 1 };
            bindings::insert(tx, &NewBinding { kind: definition.kind, object: &object, admitted, name: &name, secret: None, by: "ada", at: crate::site::NOW })?;
        }
        Ok(())
    });
    let mut path = Some("/accounts".to_owned());
    let mut seen = 0;
    while let Some(here) = path {
        let list = page(&site, &token, &here);
        assert!(list.body.len() < 100 * 1024, "{} bytes", list.body.len());
        seen += attribute(&list.body, "href").iter().filter(|href| href.starts_with("/bindings/")).count();
        path = attribute(&list.body, "href").into_iter().find(|href| href.contains("from="));
        // The address of the next page leads on, not back.
        assert!(path.as_ref() != Some(&here));
    }
    assert_eq!(seen, 1000);
    for path in ["/uses", "/accounts/ad-system-discovery", "/jump?to=svc-discovery", "/accounts/ad-system-discovery/add"] {
        let answer = page(&site, &token, path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.len() < 100 * 1024, "{path}: {} bytes", answer.body.len());
    }
    let whole: Value = site.as_owner(get("/api/v1/bindings")).json();
    assert_eq!(whole["items"].as_array().map(Vec::len), Some(1000));
}
