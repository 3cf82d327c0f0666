//! Hardware inventory on the wire: JSON objects named by the catalog's classes and properties.
//!
//! ```json
//! {"extent": "full", "digest": "…", "collected_at": 1795445413000000,
//!  "classes": {"firmware": {"unavailable": "no DMI tables"},
//!              "processor": {"instances": [{"device_id": "0", "name": "…", "cores": 2}]}}}
//! ```
//! A delta has `"extent": {"delta": {"base": "…"}}` and names instances that are gone by their keys in `removed`.
//! Instances come in ascending order of their keys, so that a key that comes twice is noticed without a table.

use provost_catalog::inventory::{CLASSES, Class, INSTANCES_MAX, KEY_BYTES_MAX, Property, TEXT_BYTES_MAX, Type, class};
use provost_domain::inventory::{ClassReport, Content, Extent, Report, Value};
use provost_domain::{Digest, Timestamp};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// "I have the inventory with this digest; do you want it?"
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Digest of the inventory that the client has now.
    pub digest: Digest,
}

/// Answer to an [`Offer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferAnswer {
    /// The site has it: nothing to send. That it was confirmed is recorded with the client's presence.
    Known,
    /// Send it in full.
    SendFull,
}

/// Why bytes are no inventory report; says where, for the file beside a rejected message.
#[derive(Debug)]
pub struct InventoryError(String);

impl fmt::Display for InventoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InventoryError {}

/// Reads a report. Texts without escapes are borrowed from `bytes`.
///
/// # Errors
/// When the bytes are not JSON in UTF-8, name a class or property that the catalog does not have, repeat a key, leave
/// one out, or exceed the catalog's limits.
pub fn parse(bytes: &[u8]) -> Result<Report<'_>, InventoryError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let report = deserializer.deserialize_map(ReportVisitor).and_then(|report| deserializer.end().map(|()| report));
    report.map_err(|error| InventoryError(error.to_string()))
}

/// Writes a report.
#[must_use]
pub fn encode(report: &Report<'_>) -> Vec<u8> {
    serde_json::to_vec(&Written(report)).unwrap_or_default()
}

struct ReportVisitor;

impl<'de> Visitor<'de> for ReportVisitor {
    type Value = Report<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an inventory report")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut extent, mut digest, mut collected_at, mut classes) = (None, None, None, None);
        while let Some(field) = map.next_key::<Field>()? {
            let twice = match field {
                Field::Extent => extent.replace(map.next_value::<ExtentShape>()?).is_some(),
                Field::Digest => digest.replace(map.next_value::<Digest>()?).is_some(),
                Field::CollectedAt => collected_at.replace(map.next_value::<Timestamp>()?).is_some(),
                Field::Classes => classes.replace(map.next_value_seed(ClassesSeed)?).is_some(),
            };
            if twice {
                return Err(A::Error::custom("a field comes twice"));
            }
        }
        let extent = match extent.ok_or_else(|| A::Error::missing_field("extent"))? {
            ExtentShape::Full => Extent::Full,
            ExtentShape::Delta { base } => Extent::Delta { base },
        };
        let report = Report {
            extent,
            digest: digest.ok_or_else(|| A::Error::missing_field("digest"))?,
            collected_at: collected_at.ok_or_else(|| A::Error::missing_field("collected_at"))?,
            classes: classes.ok_or_else(|| A::Error::missing_field("classes"))?,
        };
        let removes = |c: &ClassReport<'_>| matches!(&c.content, Content::Instances { removed, .. } if !removed.is_empty());
        if extent == Extent::Full && report.classes.iter().any(removes) {
            return Err(A::Error::custom("a full report removes nothing"));
        }
        Ok(report)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Extent,
    Digest,
    CollectedAt,
    Classes,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum ExtentShape {
    Full,
    Delta { base: Digest },
}

struct ClassesSeed;

impl<'de> DeserializeSeed<'de> for ClassesSeed {
    type Value = Vec<ClassReport<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ClassesSeed {
    type Value = Vec<ClassReport<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("inventory classes by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut classes: Vec<ClassReport<'de>> = Vec::with_capacity(CLASSES.len());
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let class = class(&name).ok_or_else(|| A::Error::custom(format_args!("no inventory class is called {:?}", shortened(&name))))?;
            if classes.iter().any(|c| c.class == class) {
                return Err(A::Error::custom(format_args!("class {} comes twice", class.name)));
            }
            let content = map.next_value_seed(ContentSeed(class))?;
            classes.push(ClassReport { class, content });
        }
        Ok(classes)
    }
}

struct ContentSeed(&'static Class);

impl<'de> DeserializeSeed<'de> for ContentSeed {
    type Value = Content<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ContentSeed {
    type Value = Content<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`instances` or `unavailable` of class {}", self.0.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        #[derive(Deserialize)]
        #[serde(field_identifier, rename_all = "snake_case")]
        enum Part {
            Unavailable,
            Instances,
            Removed,
        }
        let class = self.0;
        let (mut unavailable, mut rows, mut removed) = (None, None, None);
        while let Some(part) = map.next_key::<Part>()? {
            let twice = match part {
                Part::Unavailable => unavailable.replace(map.next_value_seed(TextSeed)?).is_some(),
                Part::Instances => rows.replace(map.next_value_seed(RowsSeed { class, properties: class.properties })?).is_some(),
                Part::Removed => removed.replace(map.next_value_seed(RowsSeed { class, properties: class.keys() })?).is_some(),
            };
            if twice {
                return Err(A::Error::custom(format_args!("class {}: a part comes twice", class.name)));
            }
        }
        match (unavailable, rows, removed) {
            (Some(Value::Text(reason)), None, None) => Ok(Content::Unavailable { reason }),
            (None, Some(rows), removed) => {
                if class.key_properties == 0 && (rows.len() != class.properties.len() || removed.is_some()) {
                    return Err(A::Error::custom(format_args!("class {} has exactly one instance", class.name)));
                }
                Ok(Content::Instances { rows, removed: removed.unwrap_or_default() })
            }
            _ => Err(A::Error::custom(format_args!("class {}: either `instances` (with `removed` in a delta) or `unavailable`", class.name))),
        }
    }
}

/// Rows of a class, or keys of removed ones: `properties` says which.
struct RowsSeed {
    class: &'static Class,
    properties: &'static [Property],
}

impl<'de> DeserializeSeed<'de> for RowsSeed {
    type Value = Vec<Value<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed {
    type Value = Vec<Value<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of instances of class {}", self.class.name)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let width = self.properties.len();
        let keys = self.class.key_properties;
        let mut rows: Vec<Value<'de>> = Vec::with_capacity(width * 16);
        while seq.next_element_seed(RowSeed { properties: self.properties, rows: &mut rows })?.is_some() {
            let at = rows.len() - width;
            let key = &rows[at..at + keys];
            if key.contains(&Value::Null) {
                return Err(A::Error::custom(format_args!("class {}: an instance without a value for each of its keys", self.class.name)));
            }
            if key.iter().any(|value| matches!(value, Value::Text(text) if text.len() > KEY_BYTES_MAX)) {
                return Err(A::Error::custom(format_args!("class {}: a key of more than {KEY_BYTES_MAX} bytes", self.class.name)));
            }
            if at > 0 && rows[at - width..at - width + keys] >= *key {
                return Err(A::Error::custom(format_args!(
                    "class {}: instances are not in ascending order of their keys, or one comes twice",
                    self.class.name
                )));
            }
            if rows.len() > INSTANCES_MAX * width {
                return Err(A::Error::custom(format_args!("class {}: more than {INSTANCES_MAX} instances", self.class.name)));
            }
        }
        Ok(rows)
    }
}

/// Appends one instance to `rows`, in the order of `properties`; what is not named is [`Value::Null`].
struct RowSeed<'r, 'de> {
    properties: &'static [Property],
    rows: &'r mut Vec<Value<'de>>,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instance: an object of properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let at = self.rows.len();
        self.rows.resize(at + self.properties.len(), Value::Null);
        // Clients write properties in the catalog's order, so the next one is nearly always the right guess.
        let mut guess = 0;
        while let Some(index) = map.next_key_seed(PropertySeed { properties: self.properties, guess })? {
            self.rows[at + index] = match self.properties[index].ty {
                Type::Text => map.next_value_seed(TextSeed)?,
                Type::Integer => map.next_value::<Option<i64>>()?.map_or(Value::Null, Value::Integer),
            };
            guess = index + 1;
        }
        Ok(())
    }
}

/// Index of a property by its name.
struct PropertySeed {
    properties: &'static [Property],
    guess: usize,
}

impl<'de> DeserializeSeed<'de> for PropertySeed {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for PropertySeed {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property's name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<usize, E> {
        if self.properties.get(self.guess).is_some_and(|p| p.name == name) {
            return Ok(self.guess);
        }
        self.properties.iter().position(|p| p.name == name).ok_or_else(|| E::custom(format_args!("no property is called {:?} here", shortened(name))))
    }
}

/// A bounded text or null. U+0000 is refused because PostgreSQL cannot keep it; it can only come as an escape.
struct TextSeed;

impl<'de> DeserializeSeed<'de> for TextSeed {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextSeed {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or null")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Value<'de>, E> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(E::custom(format_args!("a text of {} bytes; at most {TEXT_BYTES_MAX} are taken", text.len())));
        }
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value<'de>, E> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(E::custom(format_args!("a text of {} bytes; at most {TEXT_BYTES_MAX} are taken", text.len())));
        }
        if text.contains('\0') {
            return Err(E::custom("a text with the character U+0000"));
        }
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }
}

/// A foreign name, short enough for an error message.
fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}

struct Written<'r, 'v>(&'r Report<'v>);

impl Serialize for Written<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Report { extent, digest, collected_at, classes } = self.0;
        let extent = match extent {
            Extent::Full => ExtentShape::Full,
            Extent::Delta { base } => ExtentShape::Delta { base: *base },
        };
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("extent", &extent)?;
        map.serialize_entry("digest", digest)?;
        map.serialize_entry("collected_at", collected_at)?;
        map.serialize_entry("classes", &WrittenClasses(classes))?;
        map.end()
    }
}

struct WrittenClasses<'r, 'v>(&'r [ClassReport<'v>]);

impl Serialize for WrittenClasses<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for report in self.0 {
            map.serialize_entry(report.class.name, &WrittenContent(report))?;
        }
        map.end()
    }
}

struct WrittenContent<'r, 'v>(&'r ClassReport<'v>);

impl Serialize for WrittenContent<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.0.content {
            Content::Unavailable { reason } => map.serialize_entry("unavailable", reason)?,
            Content::Instances { rows, removed } => {
                map.serialize_entry("instances", &WrittenRows { properties: self.0.class.properties, rows })?;
                if !removed.is_empty() {
                    map.serialize_entry("removed", &WrittenRows { properties: self.0.class.keys(), rows: removed })?;
                }
            }
        }
        map.end()
    }
}

struct WrittenRows<'r, 'v> {
    properties: &'static [Property],
    rows: &'r [Value<'v>],
}

impl Serialize for WrittenRows<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for row in self.rows.chunks_exact(self.properties.len().max(1)) {
            seq.serialize_element(&WrittenRow { properties: self.properties, row })?;
        }
        seq.end()
    }
}

struct WrittenRow<'r, 'v> {
    properties: &'static [Property],
    row: &'r [Value<'v>],
}

impl Serialize for WrittenRow<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (property, value) in self.properties.iter().zip(self.row) {
            match value {
                Value::Null => {}
                Value::Text(text) => map.serialize_entry(property.name, text)?,
                Value::Integer(number) => map.serialize_entry(property.name, number)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
