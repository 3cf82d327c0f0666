//! The console's pages of alerts, mail, proxies, trusts and what is dangerous, as a browser without script sees them.

use crate::exchange::{Answer, form, get};
use crate::site::Site;

struct Person {
    site: Site,
    token: String,
}

impl Person {
    fn at(site: Site) -> Self {
        let token = site.session();
        Self { site, token }
    }

    fn sees(&self, path: &str) -> String {
        let answer = self.site.ask(get(path).cookie(&self.token));
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.site.ask(form(path, fields).cookie(&self.token))
    }

    /// Sends a form that is done, and follows to the page that tells so.
    fn does(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.sends(path, fields);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        self.sees(answer.header("location"))
    }

    /// Sends a form that is refused beside a field, with what was typed still there.
    fn is_refused(&self, path: &str, fields: &[(&str, &str)], field: &str) {
        let answer = self.sends(path, fields);
        assert!((400..500).contains(&answer.status), "{path} {fields:?}: {}", answer.status);
        assert!(answer.body.contains(&format!("id=\"{field}\"")), "{path} {fields:?} {field}: {}", answer.body);
        for (name, value) in fields.iter().filter(|(name, value)| !["on", "kind", "trust"].contains(name) && !value.is_empty()) {
            assert!(answer.body.contains(value), "{name} is kept");
        }
    }
}

#[test]
fn an_alert_rule_is_set_turned_off_and_removed_by_forms() {
    let person = Person::at(Site::start());
    assert!(person.sees("/alerts").contains("No rule looks"));
    assert!(person.sees("/alerts/rules/add?on=client-silent").contains("name=\"hours\""));
    assert!(!person.sees("/alerts/rules/add?on=status-message").contains("name=\"hours\""));
    let add = "/alerts/rules/add";
    for (fields, field) in [
        (&[("on", "client-silent"), ("name", "a b"), ("recipients", "ops@corp.example")][..], "name-refusal"),
        (&[("on", "client-silent"), ("name", "silent"), ("recipients", "")], "recipients-refusal"),
        (&[("on", "client-silent"), ("name", "silent"), ("recipients", "ops@corp.example, nobody")], "recipients-refusal"),
        (&[("on", "client-silent"), ("name", "silent"), ("hours", "9999"), ("recipients", "ops@corp.example")], "hours-refusal"),
        (&[("on", "client-silent"), ("name", "silent"), ("hours", "soon"), ("recipients", "ops@corp.example")], "hours-refusal"),
        (&[("on", "component-failing"), ("name", "fails"), ("minutes", "99999"), ("recipients", "ops@corp.example")], "minutes-refusal"),
        (&[("on", "status-message"), ("name", "errors"), ("number", "4e1"), ("recipients", "ops@corp.example")], "number-refusal"),
    ] {
        person.is_refused(add, fields, field);
    }
    let done = person.does(
        add,
        &[("on", "status-message"), ("name", "errors"), ("severity", "error"), ("number", "PV4001"), ("recipients", "a@corp.example\r\nb@corp.example")],
    );
    assert!(done.contains("The alert rule is set") && done.contains("status messages of at least error with number 4001") && done.contains("no SMTP server"));
    person.is_refused(add, &[("on", "client-silent"), ("name", "errors"), ("recipients", "ops@corp.example")], "name-refusal");
    assert!(person.does("/alerts/rules/errors/disable", &[]).contains("Turn on"));
    assert!(person.does("/alerts/rules/errors/enable", &[]).contains("Turn off"));
    assert!(person.sees("/alerts/rules/errors/remove").contains("a@corp.example, b@corp.example"));
    assert!(person.does("/alerts/rules/errors/remove", &[]).contains("No rule is set"));
    let acts: Vec<String> = person.site.newest_acts(4).into_iter().map(|(who, act, _)| format!("{who} {act}")).collect();
    assert_eq!(acts, ["ada alert-rule.remove", "ada alert-rule.set", "ada alert-rule.set", "ada alert-rule.add"]);
}

#[test]
fn a_mail_server_is_set_tested_and_forgotten_by_forms() {
    let person = Person::at(Site::start());
    assert!(person.sees("/mail").contains("No SMTP server is set"));
    let server = [("host", "mail01.corp.example"), ("port", "587"), ("sender", "provost@corp.example"), ("authenticates", "yes")];
    person.is_refused("/mail/server", &[("host", "mail01.corp.example"), ("port", "many"), ("sender", "provost@corp.example")], "port-refusal");
    person.is_refused("/mail/server", &[("host", "mail01.corp.example"), ("port", "587"), ("sender", "provost")], "sender-refusal");
    person.is_refused("/mail/server", &[("host", "mail 01"), ("port", "587"), ("sender", "provost@corp.example")], "refusal");
    let done = person.does("/mail/server", &server);
    assert!(done.contains("nobody is bound") && done.contains("/accounts/smtp-server-connection/add"), "{done}");
    assert!(person.sees("/mail/server").contains("value=\"mail01.corp.example\""));
    person.is_refused("/mail/test", &[("recipient", "nobody")], "recipient-refusal");
    assert!(person.does("/mail/test", &[("recipient", "ada@corp.example")]).contains("ada@<wbr>corp.<wbr>example"));
    assert!(person.sees("/mail/remove").contains("1 mail waits"));
    assert!(person.does("/mail/remove", &[]).contains("No SMTP server is set"));
}

#[test]
fn a_trust_is_entered_and_forgotten_by_forms_and_decides_who_acts() {
    let person = Person::at(Site::start());
    let asked = "/resolve?use=discover-forest&for=partner.example.test";
    assert!(person.sees(asked).contains("Why does nobody act?"));
    person.is_refused("/trusts", &[("domain", "nodots"), ("forest", ""), ("trust", "trusted-forest")], "domain-refusal");
    person.is_refused("/trusts", &[("domain", "partner.example.test"), ("forest", "no dots"), ("trust", "trusted-forest")], "forest-refusal");
    person.is_refused("/trusts", &[("domain", "partner.example.test"), ("forest", ""), ("trust", "")], "trust-refusal");
    let done = person.does("/trusts", &[("domain", "partner.example.test"), ("forest", ""), ("trust", "trusted-forest")]);
    assert!(done.contains("a trusted forest") && done.contains("It is entered"));
    assert!(person.sees(asked).contains("Tried in this order"));
    assert!(person.sees("/trusts/partner.example.test/remove").contains("It counts as untrusted"));
    assert!(person.does("/trusts/partner.example.test/remove", &[]).contains("Nothing is entered"));
    assert!(person.sees(asked).contains("Why does nobody act?"));
}

#[test]
fn a_proxy_is_set_changed_and_removed_by_forms() {
    let person = Person::at(Site::start());
    assert!(person.sees("/proxies").contains("No proxy server is set"));
    let set = |host: &str, port: &str, on: &str| {
        [("kind", "software-update-point-proxy"), ("on", on), ("host", host), ("port", port), ("allowed", "updates.example.test")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    let fields = |owned: &[(String, String); 5]| owned.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>();
    for (host, port, on, field) in [("proxy1", "0", "cm02", "port-refusal"), ("proxy1", "3128", "c m", "on-refusal"), ("a b", "3128", "cm02", "refusal")] {
        let owned = fields(&set(host, port, on));
        let given: Vec<(&str, &str)> = owned.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        person.is_refused("/proxies/set", &given, field);
    }
    let owned = fields(&set("proxy1.corp.example.test", "3128", "CM02"));
    let given: Vec<(&str, &str)> = owned.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let done = person.does("/proxies/set", &given);
    assert!(done.contains("updates.<wbr>example.<wbr>test") && done.contains("none named, so nothing is proved"));
    assert!(person.sees("/proxies/set?kind=software-update-point-proxy&on=cm02").contains("value=\"proxy1.corp.example.test\""));
    assert!(person.does("/proxies/software-update-point-proxy/cm02/remove", &[]).contains("No proxy server is set"));
}

#[test]
fn what_is_dangerous_is_switched_on_after_a_question_and_off_at_once() {
    let person = Person::at(Site::start());
    assert!(person.sees("/security").contains("The profile is standard; nothing dangerous is switched on."));
    assert!(person.sees("/security/uses/push-client/on").contains("The site may install the client on a computer from now on."));
    assert!(person.does("/security/uses/push-client/on", &[]).contains("one dangerous use is switched on"));
    assert!(person.does("/security/uses/push-client/off", &[]).contains("nothing dangerous is switched on"));
    assert!(person.does("/security/profile", &[("profile", "hardened")]).contains("The profile is hardened"));
    assert_eq!(person.sends("/security/profile", &[("profile", "loose")]).status, 400);
    assert!(person.sees("/security/key").contains("Every sealed password is sealed anew"));
    assert!(person.does("/security/key", &[]).contains("being changed"));
}

#[test]
fn the_overview_tells_of_accounts_and_alerts_that_need_somebody() {
    let person = Person::at(Site::with_accounts());
    let overview = person.sees("/");
    assert!(overview.contains("1 account is blocked and not used") && overview.contains("rule component-fails"), "{overview}");
    let alerts = person.sees("/alerts");
    assert!(alerts.contains("2 rules look; 1 alert is open.") && alerts.contains("B7-0131 is silent for 9 days"));
    assert!(!person.sees("/alerts?open=true").contains("B7-0131 is silent"));
    let mail = person.sees("/mail");
    assert!(mail.contains("1 mail waits for mail01.corp.example.test:587.") && mail.contains("due now"), "{mail}");
}
