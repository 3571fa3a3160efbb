//! Reads a struct from named texts: the pairs of a query, the segments of a path.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::value::{Error as ValueError, MapDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde_path_to_error::Segment;
use service::error::FieldError;
use service::input::FromJson;

/// A named text, percent-decoded.
pub type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Reads all of `T`, or names every pair that is wrong, unknown or missing.
pub fn read<T: DeserializeOwned>(mut pairs: Vec<Pair<'_>>) -> Result<T, Vec<FieldError>> {
    let mut errors = Vec::new();
    // Each round sets one wrong pair aside, so that the next one comes to light.
    for _ in 0..=pairs.len() {
        let texts = pairs.iter().map(|(name, value)| (name.as_ref(), Text(value)));
        let error = match serde_path_to_error::deserialize::<_, T>(MapDeserializer::new(texts)) {
            Ok(value) if errors.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => error,
        };
        let Some(Segment::Map { key }) = error.path().iter().next() else {
            // What has been set aside is missing now.
            errors.extend(missing(error.inner()).filter(|missing| !named(&errors, &missing.pointer)));
            break;
        };
        errors.push(describe(key, error.inner()));
        pairs.retain(|(name, _)| name != key);
    }
    Err(errors)
}

/// Reads an optional parameter by the rule of a command's field: the libraries' own reading of dates and times
/// takes more forms than the documentation names. For `#[serde(default, deserialize_with = "strict")]`.
pub fn strict<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    strict_required(deserializer).map(Some)
}

/// The same for a parameter that is required.
pub fn strict_required<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::from_json(text.into()).map_err(|refusal| de::Error::custom(refusal.detail))
}

/// Reads a parameter that holds several values with commas between them.
pub fn comma_separated<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = |text: &str| T::from_json(text.into()).map_err(|refusal| de::Error::custom(refusal.detail));
    text.split(',').map(read).collect()
}

fn named(errors: &[FieldError], name: &str) -> bool {
    errors.iter().any(|error| error.pointer == name)
}

/// serde names a missing field only in its message.
fn missing(error: &ValueError) -> Option<FieldError> {
    let message = error.to_string();
    let name = message.strip_prefix("missing field `")?.strip_suffix('`')?;
    Some(FieldError::parameter(
        name,
        "required",
        "This parameter is required.",
    ))
}

fn describe(name: &str, error: &ValueError) -> FieldError {
    let message = error.to_string();
    let expected = || {
        message
            .split_once("expected ")
            .map_or("", |(_, names)| names)
            .trim_start_matches("one of ")
    };
    let (code, detail) = if message.starts_with("unknown field") {
        let known = match expected().replace('`', "") {
            known if known.is_empty() => " There are none.".to_owned(),
            known => format!(" Known: {known}."),
        };
        (
            "unknown_parameter",
            format!("This parameter does not exist here; leave it out.{known}"),
        )
    } else if message.starts_with("unknown variant") {
        (
            "invalid_value",
            format!("This parameter must be one of: {}.", expected().replace('`', "")),
        )
    } else if message.contains("must lie between") {
        ("out_of_range", message)
    } else if message.starts_with(char::is_uppercase) && message.ends_with('.') {
        // The sentences of our own types say what to do; what libraries say can repeat the value.
        ("invalid_format", message)
    } else {
        (
            "invalid_format",
            "This parameter does not have the form that the documentation describes.".to_owned(),
        )
    };
    FieldError::parameter(&name.chars().take(100).collect::<String>(), code, detail)
}

/// One text, read as whatever the field wants.
struct Text<'a>(&'a str);

impl IntoDeserializer<'_> for Text<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident: $wanted:literal,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.0.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(de::Error::custom(concat!("This parameter must be ", $wanted, "."))),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = ValueError;

    parsed! {
        deserialize_bool => visit_bool: "true or false",
        deserialize_i8 => visit_i8: "a whole number",
        deserialize_i16 => visit_i16: "a whole number",
        deserialize_i32 => visit_i32: "a whole number",
        deserialize_i64 => visit_i64: "a whole number",
        deserialize_u8 => visit_u8: "a whole number, not negative",
        deserialize_u16 => visit_u16: "a whole number, not negative",
        deserialize_u32 => visit_u32: "a whole number, not negative",
        deserialize_u64 => visit_u64: "a whole number, not negative",
        deserialize_f32 => visit_f32: "a number",
        deserialize_f64 => visit_f64: "a number",
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::UserId;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        limit: Option<u64>,
        active: Option<bool>,
        user_id: Option<UserId>,
        color: Option<Color>,
        #[serde(default, deserialize_with = "strict")]
        day: Option<chrono::NaiveDate>,
        word: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Color {
        Red,
        DarkBlue,
    }

    fn pairs<'a>(pairs: &[(&'a str, &'a str)]) -> Vec<Pair<'a>> {
        pairs
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value)))
            .collect()
    }

    #[test]
    fn texts_become_what_the_fields_want() {
        let id = "01920000-0000-7000-8000-000000000003";
        let wanted: Wanted = read(pairs(&[
            ("limit", "7"),
            ("active", "true"),
            ("user_id", id),
            ("color", "dark_blue"),
            ("day", "2026-02-28"),
            ("word", "12"),
        ]))
        .unwrap();
        assert_eq!(wanted.limit, Some(7));
        assert_eq!(wanted.active, Some(true));
        assert_eq!(wanted.user_id.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(wanted.color, Some(Color::DarkBlue));
        assert_eq!(wanted.word, "12");
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let errors = read::<Wanted>(pairs(&[
            ("limit", "many"),
            ("color", "green"),
            ("day", "2026-2-28"),
            ("user_id", "secret-value"),
            ("access_token", "x"),
        ]))
        .unwrap_err();
        let named: Vec<_> = errors
            .iter()
            .map(|error| (error.pointer.as_str(), error.code.as_ref()))
            .collect();
        assert_eq!(
            named,
            [
                ("limit", "invalid_format"),
                ("color", "invalid_value"),
                ("day", "invalid_format"),
                ("user_id", "invalid_format"),
                ("access_token", "unknown_parameter"),
                ("word", "required"),
            ]
        );
        assert!(
            errors.iter().all(|error| !error.detail.contains("secret-value")),
            "{errors:?}"
        );
        assert!(
            errors.iter().all(|error| error.detail.ends_with('.')),
            "{errors:?}"
        );
    }

    #[test]
    fn what_is_wrong_is_not_missing_as_well() {
        #[derive(Debug, Deserialize)]
        struct OnePath {
            #[allow(dead_code)] // Read by nobody but serde.
            id: UserId,
        }
        let errors = read::<OnePath>(pairs(&[("id", "7")])).unwrap_err();
        let named: Vec<_> = errors
            .iter()
            .map(|it| (it.pointer.as_str(), it.detail.as_ref()))
            .collect();
        assert_eq!(named, [("id", "This must be an id: a UUID with hyphens.")]);
    }
}
