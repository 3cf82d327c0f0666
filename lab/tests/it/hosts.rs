//! The hosts beside the first controllers: each does what it is there for.

use crate::tickets::sign_in;
use provost_lab::command::run;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::service;
use provost_lab::topology::CORP;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// A host of the run's lab, which is started with all of them.
fn host<'a>(lab: &'a Lab, name: &str) -> &'a provost_lab::host::Host {
    lab.host(name).expect("the run's lab has all hosts: cargo xtask lab up")
}

#[test]
fn both_controllers_of_a_domain_answer_alike() {
    let Some(lab) = Lab::of_this_run() else { return };
    assert_eq!(lab.dns_servers(&CORP).len(), 2);
    let member = host(&lab, "file1");
    for (service, places) in
        [("_ldap._tcp.corp.example.test", 2), ("_ldap._tcp.dc._msdcs.corp.example.test", 2), ("_ldap._tcp.Berlin._sites.dc._msdcs.corp.example.test", 1)]
    {
        let answer = run(member.command("host").args(["-t", "SRV", service])).unwrap_or_else(|error| panic!("{service}: {error}"));
        assert_eq!(answer.matches("389 dc").count(), places, "{answer}");
    }
    // The second has what the first was made with.
    for controller in ["dc1", "dc2"] {
        let mut search = Command::new("ldapsearch");
        let server = format!("ldaps://{}", lab.address(controller).expect("an address"));
        search.args(["-LLL", "-x", "-H", &server, "-D", "ben@corp.example.test", "-b", CORP.base, "(sAMAccountName=u000042)", "sAMAccountName", "-y"]);
        let found = run(search.arg(lab.password_file(&CORP, "ben")).env("LDAPTLS_CACERT", lab.authority())).expect("an answer");
        assert!(found.contains("u000042"), "{controller}: {found}");
    }
}

#[test]
fn every_controller_gives_tickets_for_the_directory_of_every_other_from_its_first_answer_on() {
    let Some(own) = OwnLab::beside(&["dc1", "dc2"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    for asked in ["dc1", "dc2"] {
        let only = folder.path().join(format!("{asked}.conf"));
        let all = std::fs::read_to_string(own.krb5_conf()).expect("a configuration");
        let of = |name: &str| format!("kdc = {}\n", own.address(name).expect("an address"));
        let other = if asked == "dc1" { "dc2" } else { "dc1" };
        let text = all.replace(&of(other), "");
        assert!(text.contains(&of(asked)) && text.len() < all.len(), "{text}");
        std::fs::write(&only, text).expect("it is written");
        let tickets = folder.path().join(asked);
        sign_in(&own, &CORP, "ben", &own.password(&CORP, "ben"), Some(&tickets)).expect("a ticket");
        for service in ["ldap/dc1.corp.example.test", "ldap/dc2.corp.example.test", "ldap/dc2.corp.example.test/corp.example.test"] {
            let mut kvno = Command::new("kvno");
            run(kvno.arg(service).env("KRB5_CONFIG", &only).env("KRB5CCNAME", format!("FILE:{}", tickets.display())))
                .unwrap_or_else(|refused| panic!("{asked} knows no {service}: {refused}"));
        }
    }
}

#[test]
fn members_are_joined_and_their_groups_are_kept_by_rpc() {
    let Some(lab) = Lab::of_this_run() else { return };
    let (site, file) = (host(&lab, "site1"), host(&lab, "file1"));
    run(site.command("net").args(["ads", "testjoin"])).expect("it is joined");
    assert!(run(file.command("wbinfo").args(["--user-info", "CORP\\ben"])).expect("an answer").contains("ben"));
    // An administrator's ticket in a place of its own, since others use the host's.
    let tickets = format!("FILE:/run/lab/groups-{}", std::process::id());
    let mut kinit = site.command("kinit");
    kinit.args(["-c", &tickets, "Administrator@CORP.EXAMPLE.TEST"]);
    provost_lab::command::run_with_input(&mut kinit, (lab.password(&CORP, "Administrator") + "\n").as_bytes()).expect("a ticket");
    let rpc_as = |tickets: &str, arguments: &[&str]| {
        let mut net = site.command("net");
        net.args(["rpc", "group"]).args(arguments).args(["--use-kerberos=required", "--server=file1.corp.example.test"]);
        // Without the variable it takes the host's own tickets all the same.
        run(net.arg(format!("--use-krb5-ccache={tickets}")).env("KRB5CCNAME", tickets))
    };
    let rpc = |arguments: &[&str]| rpc_as(&tickets, arguments);
    rpc(&["add", "SMS Admins", "--local"]).expect("the group is made");
    rpc(&["addmem", "SMS Admins", "CORP\\SITE1$"]).expect("the computer is a member");
    assert!(rpc(&["members", "SMS Admins"]).expect("an answer").to_lowercase().contains("corp\\site1$"));
    rpc(&["delete", "SMS Admins"]).expect("the group goes");
    // Who administers nothing there keeps no groups there: neither another computer, nor whoever has no ticket, since no
    // administrator's stays from the join.
    let computer = format!("FILE:/run/lab/computer-{}", std::process::id());
    run(site.command("kinit").args(["-c", &computer, "-k", "SITE1$@CORP.EXAMPLE.TEST"])).expect("a ticket");
    let refused = rpc_as(&computer, &["add", "Not Theirs", "--local"]).expect_err("a refusal");
    assert!(refused.to_string().contains("Access is denied"), "{refused}");
    run(site.command("klist").arg("-s")).expect_err("the host has no tickets of anybody");
    rpc_as(provost_lab::host::TICKETS, &["add", "Not Theirs", "--local"]).expect_err("a refusal");
    run(file.command("kinit").args(["-c", &tickets, "-k", "FILE1$@CORP.EXAMPLE.TEST"])).expect("the keytab works");
}

#[test]
fn the_database_takes_its_setup_login_over_tls() {
    let Some(lab) = Lab::of_this_run() else { return };
    let database = host(&lab, "db1");
    let told = service::variables(database).expect("variables");
    let folder = tempfile::tempdir().expect("a folder");
    let ask = |password: &str| {
        let passwords = folder.path().join("passwords");
        std::fs::write(&passwords, format!("*:*:*:*:{password}\n")).expect("it is written");
        std::fs::set_permissions(&passwords, std::fs::Permissions::from_mode(0o600)).expect("it is private");
        let mut psql = Command::new("psql");
        psql.args(["--no-psqlrc", "--tuples-only", "--command", "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &told["POSTGRES"]]);
        psql.env("PGPASSFILE", passwords).env("PGSSLMODE", "verify-full").env("PGSSLROOTCERT", database.file(&told["POSTGRES_CA"]));
        run(&mut psql)
    };
    let password = std::fs::read_to_string(database.file(&told["POSTGRES_PASSFILE"])).expect("a password");
    let answer = ask(password.trim_end()).expect("an answer");
    assert!(answer.contains("provost_setup | t"), "{answer}");
    ask("another").expect_err("a refusal");
}

#[test]
fn the_proxy_takes_passwords_and_tickets() {
    let Some(lab) = Lab::of_this_run() else { return };
    let proxy = host(&lab, "proxy1");
    let told = service::variables(proxy).expect("variables");
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("tickets");
    sign_in(&lab, &CORP, "svc-sup-proxy", &lab.password(&CORP, "svc-sup-proxy"), Some(&cache)).expect("a ticket");
    let (address, port) = told["PROXY"].split_once(':').expect("a port");
    let get = |how: &[&str], configuration: &str| {
        let settings = folder.path().join("curl");
        std::fs::write(&settings, configuration).expect("it is written");
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--proxy", &format!("http://proxy1.corp.example.test:{port}"), "--config"]).arg(settings);
        curl.args(["--resolve", &format!("proxy1.corp.example.test:{port}:{address}"), "--cacert"]).arg(proxy.file(&told["PROXY_CA"])).args(how);
        curl.arg(format!("https://{}/catalog.txt", told["PROXY_ORIGIN"])).env("KRB5_CONFIG", lab.krb5_conf()).env("KRB5CCNAME", &cache);
        run(&mut curl)
    };
    let password = std::fs::read_to_string(proxy.file(&told["PROXY_PASSFILE"])).expect("a password");
    // curl reads it as part of a URL.
    let basic = format!("proxy-user = \"{}:{}\"\n", told["PROXY_USER"], password.trim_end().replace('%', "%25"));
    assert!(get(&["--proxy-basic"], &basic).expect("it passes").contains("the catalog of updates"));
    assert!(get(&["--proxy-negotiate"], "proxy-user = \":\"\n").expect("it passes").contains("the catalog of updates"));
    get(&[], "").expect_err("nobody passes without a name");
}

#[test]
fn the_mail_server_offers_authentication_after_tls_only() {
    let Some(lab) = Lab::of_this_run() else { return };
    let told = service::variables(host(&lab, "mail1")).expect("variables");
    let (name, port) = told["SMTP"].split_once(':').expect("a port");
    assert_eq!(name, "mail1.corp.example.test");
    let mut stream = TcpStream::connect((lab.address("mail1").expect("an address"), port.parse().expect("a port"))).expect("a connection");
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("a limit");
    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines().map(|line| line.expect("a line"));
    assert!(lines.next().expect("a greeting").starts_with("220 "));
    stream.write_all(b"EHLO tests\r\n").expect("it is sent");
    let mut offered = Vec::new();
    while offered.last().is_none_or(|line: &String| line.as_bytes().get(3) == Some(&b'-')) {
        offered.push(lines.next().expect("an answer"));
    }
    assert!(offered.iter().any(|line| line.contains("STARTTLS")) && !offered.iter().any(|line| line.contains("AUTH")), "{offered:?}");
}
