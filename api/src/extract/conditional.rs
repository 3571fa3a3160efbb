//! Conditional requests (RFC 9110 §13): entity tags are versions, strong and quoted: `"3"`.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use service::error::FieldError;
use service::version::{Precondition, Versions};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// The codings that answers are compressed with, as `Content-Encoding` and the end of entity tags name them.
pub const CODINGS: [&str; 2] = ["br", "gzip"];

/// `If-Match`: change the record only if it still is what the caller has seen; and `If-None-Match`, which is rare where something
/// is changed: only if it is not.
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
            Some(Condition::Tags(tags)) => tags.iter().any(|known| uncoded(&known.quoted) == tag),
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

/// The strong entity tag of what has no version: it follows from what it holds.
pub fn content_tag(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let tag = digest.iter().take(16).fold(String::from("\""), |mut tag, byte| {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
        tag
    });
    tag + "\""
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

/// `If-Match` compares strongly (RFC 9110 §13.1.1): a weak tag never matches. `If-None-Match` compares weakly (§13.1.2). A tag that
/// is not a version matches nothing.
fn precondition(headers: &HeaderMap) -> Result<Precondition> {
    Ok(Precondition {
        is: versions(headers, &header::IF_MATCH, "If-Match", |tag| !tag.weak)?,
        is_not: versions(headers, &header::IF_NONE_MATCH, "If-None-Match", |_| true)?,
    })
}

fn versions(
    headers: &HeaderMap,
    name: &HeaderName,
    spelling: &str,
    compares: impl Fn(&Tag) -> bool,
) -> Result<Option<Versions>> {
    let Some(text) = field(headers, name) else {
        return Ok(None);
    };
    match parse(&text) {
        Some(Condition::Any) => Ok(Some(Versions::Any)),
        Some(Condition::Tags(tags)) => {
            let tags = tags.iter().filter(|tag| compares(tag));
            Ok(Some(Versions::These(tags.filter_map(version).collect())))
        }
        // To ignore it would change a record that the caller wanted protected.
        None => Err(Error::parameters(vec![FieldError::parameter(
            spelling,
            "invalid_format",
            format!(
                "{spelling} takes an ETag as it was answered, with its quotes, or several with commas, or *."
            ),
        )])),
    }
}

fn version(tag: &Tag) -> Option<i64> {
    let quoted = uncoded(&tag.quoted);
    let version: i64 = quoted.trim_matches('"').parse().ok()?;
    (version_tag(version) == quoted).then_some(version)
}

/// The tag of the same record as it is when it is not compressed: of `"3-gzip"`, `"3"`.
fn uncoded(quoted: &str) -> Cow<'_, str> {
    let opaque = quoted.trim_end_matches('"');
    let bare = CODINGS
        .into_iter()
        .find_map(|coding| opaque.strip_suffix(coding)?.strip_suffix('-'));
    bare.map_or(Cow::Borrowed(quoted), |bare| Cow::Owned(format!("{bare}\"")))
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

    fn headers(name: &HeaderName, lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name.clone(), HeaderValue::from_static(line));
        }
        headers
    }

    fn if_match(lines: &[&'static str]) -> Result<Option<Versions>> {
        precondition(&headers(&header::IF_MATCH, lines)).map(|it| it.is)
    }

    #[allow(clippy::unnecessary_wraps)] // Like what it stands beside.
    fn these(versions: &[i64]) -> Option<Versions> {
        Some(Versions::These(versions.to_vec()))
    }

    #[test]
    fn if_match_compares_strongly() {
        assert_eq!(if_match(&[]).unwrap(), None);
        assert_eq!(if_match(&["*"]).unwrap(), Some(Versions::Any));
        assert_eq!(if_match(&[r#""3""#]).unwrap(), these(&[3]));
        assert_eq!(
            if_match(&[r#""3-gzip", "4-br", "5-deflate""#]).unwrap(),
            these(&[3, 4])
        );
        assert_eq!(if_match(&[r#"W/"3""#]).unwrap(), these(&[]));
        assert_eq!(
            if_match(&[r#""1", W/"2" ,"a,b", "3""#, r#""4""#]).unwrap(),
            these(&[1, 3, 4])
        );
        assert_eq!(if_match(&[r#""03""#, r#""+3""#, r#""""#]).unwrap(), these(&[]));
    }

    #[test]
    fn what_must_not_be_is_compared_weakly() {
        let is_not = |line| precondition(&headers(&header::IF_NONE_MATCH, &[line])).map(|it| it.is_not);
        assert_eq!(is_not("*").unwrap(), Some(Versions::Any));
        assert_eq!(is_not(r#"W/"3", "4-gzip""#).unwrap(), these(&[3, 4]));
        assert!(is_not("3").is_err());
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
        assert!(has(r#""3-gzip""#) && has(r#"W/"3-br""#));
        assert!(!has(r#""3-zip""#) && !has(r#""3gzip""#) && !has(r#""gzip""#));
        assert!(has("*"));
        assert!(!has(r#""2""#));
        assert!(!has("3"));
    }
}
