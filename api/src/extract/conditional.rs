//! Conditional requests (RFC 9110 §13): entity tags are versions, strong and quoted: `"3"`.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use service::error::FieldError;
use service::version::Precondition;

use crate::error::{Error, Result};

/// `If-Match`: change the record only if it still is what the caller has seen.
#[derive(Debug)]
pub struct IfMatch(pub Precondition);

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(precondition(request.headers()).map(Self))
    }
}

/// `If-None-Match`: answer only if the record is no longer what the caller has.
#[derive(Debug, Default)]
pub struct IfNoneMatch(Option<Condition>);

impl IfNoneMatch {
    /// Whether the caller has this version of the record already, by weak comparison (RFC 9110 §13.1.2).
    pub fn has(&self, tag: &str) -> bool {
        match &self.0 {
            None => false,
            Some(Condition::Any) => true,
            Some(Condition::Tags(tags)) => tags.iter().any(|known| known.quoted == tag),
        }
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    /// A field that cannot be read is no condition: the worst that can come of it is a full answer.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let condition = field(request.headers(), &header::IF_NONE_MATCH).and_then(|text| parse(&text));
        ready(Ok(Self(condition)))
    }
}

/// The strong entity tag of a version.
pub fn version_tag(version: i64) -> String {
    format!("\"{version}\"")
}

#[derive(Debug, PartialEq, Eq)]
enum Condition {
    Any,
    Tags(Vec<Tag>),
}

#[derive(Debug, PartialEq, Eq)]
struct Tag {
    weak: bool,
    /// The opaque tag with its quotes.
    quoted: String,
}

/// Strong comparison (RFC 9110 §13.1.1): a weak tag never matches, nor does a tag that is not a version.
fn precondition(headers: &HeaderMap) -> Result<Precondition> {
    let Some(text) = field(headers, &header::IF_MATCH) else {
        return Ok(Precondition::None);
    };
    match parse(&text) {
        Some(Condition::Any) => Ok(Precondition::Any),
        Some(Condition::Tags(tags)) => Ok(Precondition::Versions(
            tags.iter().filter(|tag| !tag.weak).filter_map(version).collect(),
        )),
        // To ignore it would change a record that the caller wanted protected.
        None => Err(Error::parameters(vec![FieldError::parameter(
            "If-Match",
            "invalid_format",
            "If-Match takes an ETag as it was answered, with its quotes, or several with commas, or *.",
        )])),
    }
}

fn version(tag: &Tag) -> Option<i64> {
    let version: i64 = tag.quoted.trim_matches('"').parse().ok()?;
    (version_tag(version) == tag.quoted).then_some(version)
}

/// All lines of a header field as one list (RFC 9110 §5.3); text that is not ASCII reads as one that is no tag.
fn field(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = headers
        .get_all(name)
        .map(|line| line.to_str().unwrap_or("?"))
        .collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// `*` or a list of entity tags (RFC 9110 §8.8.3); commas inside quotes belong to the tag.
fn parse(text: &str) -> Option<Condition> {
    if text.trim() == "*" {
        return Some(Condition::Any);
    }
    let mut tags = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (weak, opaque) = rest
            .strip_prefix("W/")
            .map_or((false, rest), |opaque| (true, opaque));
        let (tag, after) = opaque.strip_prefix('"')?.split_once('"')?;
        tags.push(Tag {
            weak,
            quoted: format!("\"{tag}\""),
        });
        let after = after.trim_start_matches([' ', '\t']);
        if !after.is_empty() && !after.starts_with(',') {
            return None;
        }
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    (!tags.is_empty()).then_some(Condition::Tags(tags))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn if_match(lines: &[&'static str]) -> Result<Precondition> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::IF_MATCH, HeaderValue::from_static(line));
        }
        precondition(&headers)
    }

    #[test]
    fn if_match_compares_strongly() {
        assert_eq!(if_match(&[]).unwrap(), Precondition::None);
        assert_eq!(if_match(&["*"]).unwrap(), Precondition::Any);
        assert_eq!(if_match(&[r#""3""#]).unwrap(), Precondition::Versions(vec![3]));
        assert_eq!(if_match(&[r#"W/"3""#]).unwrap(), Precondition::Versions(vec![]));
        assert_eq!(
            if_match(&[r#""1", W/"2" ,"a,b", "3""#, r#""4""#]).unwrap(),
            Precondition::Versions(vec![1, 3, 4])
        );
        assert_eq!(
            if_match(&[r#""03""#, r#""+3""#, r#""""#]).unwrap(),
            Precondition::Versions(vec![])
        );
    }

    #[test]
    fn an_if_match_that_cannot_be_read_is_refused() {
        for bad in ["3", "", "\"3", r#""3" "4""#, "W/3", "*, \"3\""] {
            assert!(if_match(&[bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let has = |text: &str| IfNoneMatch(parse(text)).has(&version_tag(3));
        assert!(has(r#""3""#));
        assert!(has(r#"W/"3""#));
        assert!(has(r#""1", "3""#));
        assert!(has("*"));
        assert!(!has(r#""2""#));
        assert!(!has("3"));
    }
}
