//! Forms that were refused: they keep what was typed, and the reason stands beside the field that it is about.

use super::markup::{Markup, escape};
use crate::error::ApiError;
use axum::http::StatusCode;
use std::fmt::Write as _;

/// Why a form was refused, and which field is to blame.
#[derive(Default)]
pub struct Refused {
    error: Option<ApiError>,
    field: &'static str,
}

impl Refused {
    /// Of an error; `fields` holds which field a rule's number is about. An error about none stands above the form.
    pub fn because(error: ApiError, fields: &[(u16, &'static str)]) -> Self {
        let field = fields.iter().find(|(code, _)| *code == error.code).map_or("", |(_, field)| field);
        Self { error: Some(error), field }
    }

    /// The reason, above the form, when no field is to blame for it.
    pub fn above(&self) -> Markup {
        match &self.error {
            Some(error) if self.field.is_empty() => told(error, "refusal"),
            _ => Markup::default(),
        }
    }

    /// The reason, when this field is to blame for it.
    pub fn beside(&self, field: &str) -> Markup {
        match &self.error {
            Some(error) if self.field == field => told(error, &format!("{field}-refusal")),
            _ => Markup::default(),
        }
    }

    /// Attributes of a field that has a hint: what describes it, that it is wrong, and that it has the focus then.
    pub fn described(&self, field: &str) -> Markup {
        let mut described = format!(" aria-describedby=\"{}-hint", escape(field));
        if self.error.is_some() && self.field == field {
            let _ = write!(described, " {}-refusal\" aria-invalid=\"true\" autofocus", escape(field));
        } else {
            described.push('"');
        }
        Markup::trusted(described)
    }

    /// The status of the page that shows it.
    pub fn status(&self) -> StatusCode {
        self.error.as_ref().map_or(StatusCode::OK, |error| error.status)
    }
}

/// A reason: what was not done, why, what helps, and the rule.
fn told(error: &ApiError, id: &str) -> Markup {
    let name = error.name();
    Markup::trusted(format!(
        "<div class=\"notice fail refusal\" role=\"alert\" id=\"{}\"><div><p><strong>{}</strong> <a class=\"mono\" href=\"/rules/{name}\">{name}</a></p><p>{}</p><p class=\"soft lines\">{}</p></div></div>",
        escape(id),
        escape(&error.message),
        escape(&error.cause),
        escape(&error.fix)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> Refused {
        Refused::because(ApiError::new(StatusCode::CONFLICT, 2003, "it was not <bound>", "the \"name\" is wrong"), &[(2003, "name")])
    }

    #[test]
    fn a_reason_stands_beside_its_field_only() {
        let refused = refused();
        assert_eq!(refused.above(), Markup::default());
        assert_eq!(refused.beside("on"), Markup::default());
        let beside = refused.beside("name").to_string();
        assert!(beside.contains("id=\"name-refusal\"") && beside.contains("it was not &lt;bound&gt;") && beside.contains("/rules/PV2003"));
        assert!(refused.described("name").to_string().contains("name-hint name-refusal\" aria-invalid"));
        assert_eq!(refused.described("on").to_string(), " aria-describedby=\"on-hint\"");
    }

    #[test]
    fn a_reason_about_no_field_stands_above() {
        let refused = Refused::because(ApiError::new(StatusCode::CONFLICT, 2007, "it was not bound", "there is one"), &[(2003, "name")]);
        assert!(refused.above().to_string().contains("id=\"refusal\""));
        assert_eq!(refused.beside("name"), Markup::default());
    }
}
