//! Query parameters.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use service::error::FieldError;

use super::text::{self, Pair};
use crate::error::{Error, Result};

/// The query as a struct with `deny_unknown_fields` and `IntoParams`. What is wrong, unknown, empty or given
/// twice is refused, all at once: a filter that is silently ignored answers with what nobody asked for.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self).map_err(Error::parameters))
    }
}

/// Reads all of `T`, or names every parameter that is wrong.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Vec<FieldError>> {
    let mut seen = BTreeSet::new();
    let mut errors = Vec::new();
    let mut good: Vec<Pair<'_>> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let wrong = if !seen.insert(name.clone()) {
            Some((
                "duplicate_parameter",
                "This parameter is given twice; send it once.",
            ))
        } else if value.is_empty() {
            Some((
                "empty",
                "This parameter is empty; give it a value or leave it out.",
            ))
        } else if value.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            Some((
                "invalid_character",
                "This parameter holds a NUL character or is not UTF-8.",
            ))
        } else {
            None
        };
        match wrong {
            Some((code, detail)) => errors.push(FieldError::parameter(&name, code, detail)),
            None => good.push((name, value)),
        }
    }
    let known_wrong: BTreeSet<Cow<'_, str>> =
        errors.iter().map(|error| error.pointer.clone().into()).collect();
    match text::read(good) {
        Ok(value) if errors.is_empty() => Ok(value),
        Ok(_) => Err(errors),
        Err(more) => {
            errors.extend(
                more.into_iter()
                    .filter(|error| !known_wrong.contains(error.pointer.as_str())),
            );
            Err(errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        limit: Option<u64>,
        cursor: Option<String>,
    }

    fn codes(query: &str) -> Vec<(String, String)> {
        let errors = parse::<Filter>(query).unwrap_err();
        errors
            .into_iter()
            .map(|error| (error.pointer, error.code.into_owned()))
            .collect()
    }

    #[test]
    fn an_empty_query_leaves_everything_open() {
        assert_eq!(
            parse(""),
            Ok(Filter {
                limit: None,
                cursor: None
            })
        );
        assert_eq!(
            parse("limit=3&cursor=a%2Bb"),
            Ok(Filter {
                limit: Some(3),
                cursor: Some("a+b".into())
            })
        );
    }

    #[test]
    fn unknown_double_and_empty_parameters_are_refused() {
        let pair = |name: &str, code: &str| (name.to_owned(), code.to_owned());
        assert_eq!(
            codes("limit=1&limit=2&cursor=&color=red"),
            [
                pair("limit", "duplicate_parameter"),
                pair("cursor", "empty"),
                pair("color", "unknown_parameter")
            ]
        );
        assert_eq!(
            codes("access_token=abc"),
            [pair("access_token", "unknown_parameter")]
        );
        assert_eq!(codes("cursor=%00"), [pair("cursor", "invalid_character")]);
        assert_eq!(codes("cursor=%ff"), [pair("cursor", "invalid_character")]);
        assert_eq!(codes("limit=-1"), [pair("limit", "invalid_format")]);
    }
}
