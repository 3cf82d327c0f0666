//! A password in a request: read once, overwritten when dropped, never written out.

use provost_domain::accounts::password;
use provost_store::keys::Secret;
use serde::{Deserialize, Deserializer, de};
use std::fmt;
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// A password that somebody sends. It has no `Debug`, no `Serialize` and no `Clone`.
pub struct SecretText(Secret);

impl SecretText {
    /// The password, checked.
    ///
    /// # Errors
    /// As [`password::check`].
    pub fn checked(&self) -> Result<&Secret, provost_domain::accounts::Refusal> {
        password::check(self.0.expose_text().unwrap_or_default()).map(|()| &self.0)
    }

    /// From a form's field.
    #[must_use]
    pub fn of_form(text: String) -> Self {
        Self(Secret::new(text.into_bytes()))
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = SecretText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a password as text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretText, E> {
                Ok(SecretText(Secret::new(text.as_bytes().to_vec())))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<SecretText, E> {
                Ok(SecretText(Secret::new(text.into_bytes())))
            }
        }
        deserializer.deserialize_string(Visitor)
    }
}

impl PartialSchema for SecretText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .description(Some("A password: 1 to 256 characters of any Unicode on one line. It is sealed, and no operation ever gives it back."))
            .write_only(Some(true))
            .into()
    }
}

impl ToSchema for SecretText {}
