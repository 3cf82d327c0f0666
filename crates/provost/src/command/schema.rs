//! `provost schema`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Page, column, columns};
use provost_catalog::rules::code;
use provost_domain::suggestion;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Prints the JSON Schema of a document that commands and the API answer with. Without a name, lists all.
///
/// A document is named as in the list, or by the command that prints it: provost schema device list
#[derive(Debug, clap::Args)]
pub struct Schema {
    /// Name of the document, such as Device, or the words of a command, such as device list.
    #[arg(value_name = "NAME", conflicts_with_all = ["filter", "sort"])]
    name: Vec<String>,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[column("name", "name"), column("answers", "answers"), column("meaning", "meaning").wide()]),
    nothing: "there are no documents",
};

/// Where a component of an OpenAPI document is referred to.
const COMPONENTS: &str = "#/components/schemas/";

impl Schema {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such document.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let api = Api::read()?;
        if self.name.is_empty() {
            context.output.list(&LISTING, &self.narrow.here(&LISTING, json!({ "items": api.list() }))?)?;
            return Ok(Exit::Done);
        }
        let name = api.find(&self.name)?;
        let schema = api.schema(&name);
        match context.output.form {
            form if form.is_document() => context.output.object(&schema, |_| Page::new(&name)),
            _ => context.output.text(&format!("{schema:#}\n")),
        }
        Ok(Exit::Done)
    }
}

/// The API's document, of which each answer's schema is a part.
struct Api {
    schemas: Map<String, Value>,
    /// Operations as words of a command, `device list`, with the name of what they answer with.
    operations: BTreeMap<String, String>,
}

impl Api {
    fn read() -> Result<Self, Failure> {
        let unreadable = |error: serde_json::Error| Failure::new(code::BUG, "the API's document cannot be read", error);
        Ok(Self::of(&serde_json::from_str(&provost_provider::api_document()).map_err(unreadable)?))
    }

    fn of(document: &Value) -> Self {
        let paths = document["paths"].as_object().into_iter().flat_map(Map::values);
        let operations = paths
            .flat_map(|path| path.as_object().into_iter().flat_map(Map::values))
            .filter_map(|operation| {
                let answer = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].as_str()?.strip_prefix(COMPONENTS)?;
                Some((operation["operationId"].as_str()?.replace('_', " "), answer.to_owned()))
            })
            .collect();
        Self { schemas: document["components"]["schemas"].as_object().cloned().unwrap_or_default(), operations }
    }

    /// All documents: first those that something answers with, then the parts of these.
    fn list(&self) -> Vec<Value> {
        let of = |name: &String| -> Vec<&String> { self.operations.iter().filter(|(_, answer)| *answer == name).map(|(operation, _)| operation).collect() };
        let (answers, parts): (Vec<_>, Vec<_>) = self.schemas.iter().map(|(name, schema)| (name, of(name), schema)).partition(|(_, of, _)| !of.is_empty());
        answers.into_iter().chain(parts).map(|(name, of, schema)| json!({ "name": name, "answers": of, "meaning": schema["description"] })).collect()
    }

    /// The name in the list of what was asked for.
    fn find(&self, words: &[String]) -> Result<String, Failure> {
        let asked = words.join(" ");
        if let Some((name, _)) = self.schemas.iter().find(|(name, _)| name.eq_ignore_ascii_case(&asked)) {
            return Ok(name.clone());
        }
        self.operations.get(&asked.to_ascii_lowercase().replace('-', " ")).cloned().ok_or_else(|| {
            let names = self.schemas.keys().chain(self.operations.keys());
            let nearest = suggestion::nearest(&asked, names.map(String::as_str)).map(|name| format!("did you mean {name}?\n")).unwrap_or_default();
            Failure::new(code::NOT_FOUND, format!("there is no document {asked:?}"), "it is neither a name of the list nor an operation of the API")
                .fix(format!("{nearest}see all: provost schema"))
                .exit(Exit::Usage)
        })
    }

    /// The schema with all that it refers to, so that it stands alone.
    fn schema(&self, name: &str) -> Value {
        let mut parts = Map::new();
        let mut schema = self.schemas.get(name).cloned().unwrap_or_default();
        self.gather(&mut schema, &mut parts);
        if let Some(fields) = schema.as_object_mut() {
            fields.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
            fields.insert("title".to_owned(), name.into());
            if !parts.is_empty() {
                fields.insert("$defs".to_owned(), Value::Object(parts));
            }
        }
        schema
    }

    /// Points the references in `schema` to `$defs`, and puts what they name into `parts`.
    fn gather(&self, schema: &mut Value, parts: &mut Map<String, Value>) {
        match schema {
            Value::Object(fields) => {
                for (field, value) in fields {
                    let component = value.as_str().filter(|_| field == "$ref").and_then(|to| to.strip_prefix(COMPONENTS)).map(str::to_owned);
                    let Some(component) = component else {
                        self.gather(value, parts);
                        continue;
                    };
                    *value = format!("#/$defs/{component}").into();
                    if !parts.contains_key(&component) {
                        let mut part = self.schemas.get(&component).cloned().unwrap_or_default();
                        // It may refer to itself.
                        parts.insert(component.clone(), Value::Null);
                        self.gather(&mut part, parts);
                        parts.insert(component, part);
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.gather(value, parts)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reference in `value` to a part of the same document.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(field, value)| match value.as_str() {
                Some(to) if field == "$ref" => found.push(to.to_owned()),
                _ => references(value, found),
            }),
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_schema_stands_alone() {
        let api = Api::read().expect("the API's document");
        assert!(!api.schemas.is_empty());
        for name in api.schemas.keys() {
            let schema = api.schema(name);
            let mut found = Vec::new();
            references(&schema, &mut found);
            for reference in found {
                let part = reference.strip_prefix("#/$defs/").unwrap_or_else(|| panic!("{name} refers to {reference}"));
                assert!(schema["$defs"][part].is_object(), "{name} lacks {part}");
            }
        }
    }

    #[test]
    fn a_document_is_found_by_its_name_and_by_the_command_that_prints_it() {
        let api = Api::read().expect("the API's document");
        let find = |asked: &str| api.find(&asked.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(find("device"), Ok("Device".to_owned()));
        assert_eq!(find("device list"), Ok("List_Device".to_owned()));
        let wrong = find("devcie").expect_err("none");
        assert_eq!(wrong.exit, Exit::Usage);
        assert!(wrong.fix.contains("did you mean Device?"), "{}", wrong.fix);
    }
}
