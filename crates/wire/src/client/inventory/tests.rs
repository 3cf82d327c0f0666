use super::*;
use proptest::prelude::*;
use provost_catalog::inventory::SOFTWARE;

fn text(value: &str) -> Value<'static> {
    Value::Text(Cow::Owned(value.to_owned()))
}

/// A software row with this name; everything else but the key is unknown.
fn package(name: &str) -> Vec<Value<'static>> {
    let mut row = vec![Value::Null; SOFTWARE.properties.len()];
    row[0] = text(name);
    row[1] = text("1.0");
    row[2] = text("amd64");
    row
}

fn software(rows: Vec<Value<'static>>, removed: Vec<Value<'static>>) -> ClassReport<'static> {
    ClassReport { class: class("software").expect("the catalog has software"), content: Content::Instances { rows, removed } }
}

fn report(extent: Extent, classes: Vec<ClassReport<'static>>) -> Report<'static> {
    Report { extent, digest: Digest::of(b"x"), collected_at: Timestamp::from_micros(7), classes }
}

fn message(classes: &str) -> Vec<u8> {
    format!("{{\"extent\":\"full\",\"digest\":\"{}\",\"collected_at\":7,\"classes\":{classes}}}", Digest::of(b"x")).into_bytes()
}

fn refusal(classes: &str) -> String {
    parse(&message(classes)).expect_err("it is refused").to_string()
}

#[test]
fn a_delta_survives_the_wire() {
    let removed = vec![text("gone"), text("1"), text("all")];
    let sent = report(Extent::Delta { base: Digest::of(b"base") }, vec![software([package("a"), package("b")].concat(), removed)]);
    let bytes = encode(&sent);
    assert_eq!(parse(&bytes).expect("it parses"), sent);
}

#[test]
fn texts_are_borrowed_unless_escaped() {
    let bytes = message(r#"{"processor":{"instances":[{"device_id":"0","name":"plain","flags":"a\"b"}]}}"#);
    let report = parse(&bytes).expect("it parses");
    let Content::Instances { rows, .. } = &report.classes[0].content else { panic!("instances") };
    assert!(matches!(&rows[1], Value::Text(Cow::Borrowed("plain"))));
    assert!(matches!(&rows[7], Value::Text(Cow::Owned(flags)) if flags == "a\"b"));
}

#[test]
fn wrong_shapes_are_refused_with_the_reason() {
    assert!(refusal(r#"{"prozessor":{"instances":[]}}"#).contains("no inventory class is called"));
    assert!(refusal(r#"{"processor":{"instances":[{"device_id":"0","colour":"red"}]}}"#).contains("no property is called"));
    assert!(refusal(r#"{"processor":{"instances":[{"device_id":"1"},{"device_id":"1"}]}}"#).contains("comes twice"));
    assert!(refusal(r#"{"processor":{"instances":[{"device_id":"2"},{"device_id":"1"}]}}"#).contains("ascending"));
    assert!(refusal(r#"{"processor":{"instances":[{"name":"x"}]}}"#).contains("each of its keys"));
    assert!(refusal(r#"{"processor":{"instances":[],"removed":[{"device_id":"0"}]}}"#).contains("removes nothing"));
    assert!(refusal(r#"{"memory":{"instances":[]}}"#).contains("exactly one"));
    assert!(refusal(r#"{"memory":{}}"#).contains("either"));
    assert!(refusal(r#"{"processor":{"unavailable":"a\u0000b"}}"#).contains("U+0000"));
    assert!(refusal(r#"{"processor":{"instances":[]},"processor":{"instances":[]}}"#).contains("twice"));
}

#[test]
fn depth_of_ten_thousand_is_refused() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let _ = refusal(&format!("{{\"processor\":{{\"instances\":{deep}}}}}"));
    let _ = refusal(&deep);
    let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let _ = refusal(&format!("{{\"processor\":{{\"instances\":[{objects}]}}}}"));
    // Where a value is expected, and where nobody looks.
    let _ = refusal(&format!("{{\"processor\":{{\"instances\":[{{\"device_id\":\"0\",\"name\":{deep}}}]}}}}"));
    let _ = refusal(&format!("{{\"of another version\":{objects}}}"));
    assert!(parse(format!("{{\"extent\":{deep}}}").as_bytes()).is_err());
    assert!(parse(format!("{{\"unknown\":{objects}}}").as_bytes()).is_err());
}

#[test]
fn invalid_utf_8_is_refused() {
    let mut bytes = message(r#"{"processor":{"instances":[{"device_id":"0","name":"?"}]}}"#);
    let at = bytes.iter().position(|b| *b == b'?').expect("the mark is there");
    bytes[at] = 0xff;
    assert!(parse(&bytes).is_err());
}

#[test]
fn a_long_text_is_refused() {
    let long = "x".repeat(TEXT_BYTES_MAX + 1);
    assert!(refusal(&format!(r#"{{"processor":{{"instances":[{{"device_id":"0","name":"{long}"}}]}}}}"#)).contains("at most"));
    let long_for_a_key = "x".repeat(KEY_BYTES_MAX + 1);
    assert!(refusal(&format!(r#"{{"processor":{{"instances":[{{"device_id":"{long_for_a_key}","name":""}}]}}}}"#)).contains("a key of more than"));
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn what_is_written_reads_back(names in proptest::collection::btree_set("[^\u{0}]{0,12}", 0..12), size in any::<i64>()) {
        let mut rows = Vec::new();
        for name in &names {
            let mut row = package(name);
            row[8] = Value::Integer(size);
            rows.extend(row);
        }
        let sent = report(Extent::Full, vec![software(rows, Vec::new())]);
        let bytes = encode(&sent);
        prop_assert_eq!(parse(&bytes).expect("it parses"), sent);
    }
}
