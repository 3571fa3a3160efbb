//! JSON as it was sent, with what the typed reading would silently pass over.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::MAX_ERRORS;
use super::errors::escape;
use crate::error::{FieldError, Result};

/// Reads any JSON, and notes names given twice (RFC 8259 §4: receivers disagree on which one counts) and NUL
/// characters (PostgreSQL refuses them in text).
pub(super) struct StrictValue<'a> {
    pub(super) pointer: String,
    pub(super) errors: &'a mut Vec<FieldError>,
}

impl StrictValue<'_> {
    fn note(&mut self, pointer: String, code: &'static str, detail: &'static str) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FieldError {
                pointer,
                code: code.into(),
                detail: detail.into(),
            });
        }
    }

    fn text(&mut self, text: &str) {
        if text.contains('\0') {
            let pointer = self.pointer.clone();
            self.note(
                pointer,
                "invalid_character",
                "The NUL character (U+0000) is not allowed; remove it.",
            );
        }
    }
}

impl<'de> DeserializeSeed<'de> for StrictValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictValue<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(mut self, value: &str) -> Result<Value, E> {
        self.text(value);
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let pointer = format!("{}/{}", self.pointer, list.len());
            match items.next_element_seed(StrictValue {
                pointer,
                errors: &mut *self.errors,
            })? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let pointer = format!("{}/{}", self.pointer, escape(&name));
            if object.contains_key(&name) {
                self.note(
                    pointer.clone(),
                    "duplicate_field",
                    "This field is given twice; send it once.",
                );
            }
            let value = fields.next_value_seed(StrictValue {
                pointer,
                errors: &mut *self.errors,
            })?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}
