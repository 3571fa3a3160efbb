//! Lines from templates: `{name}` is a value, and `[…]` is left out unless all values in it are there.

use std::collections::BTreeMap;

/// Values by the names that templates use.
pub(super) type Values = BTreeMap<&'static str, String>;

/// The template with its values; one that is not there is nothing.
pub(super) fn render(template: &str, values: &Values) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['[', '{']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let end = if from.starts_with('[') { ']' } else { '}' };
        let Some((inside, after)) = from.get(1..).and_then(|from| from.split_once(end)) else {
            text.push_str(from);
            return text;
        };
        if end == '}' {
            text.push_str(values.get(inside).map_or("", String::as_str));
        } else if names(inside).all(|name| values.get(name).is_some_and(|value| !value.is_empty())) {
            text.push_str(&render(inside, values));
        }
        rest = after;
    }
    text + rest
}

/// The names of the values in a template.
pub(super) fn names(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|from| from.split_once('}'))
        .map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_leaves_its_place_empty_or_its_group_out() {
        let values = Values::from([("a", "A".to_owned()), ("b", String::new())]);
        for (template, text) in [
            ("X{a}-{b}-{c}Y", "XA--Y"),
            ("X[/{a}]Y", "X/AY"),
            ("X[/{b}]Y", "XY"),
            ("X[/{a}/{c}]Y", "XY"),
            ("plain", "plain"),
        ] {
            assert_eq!(render(template, &values), text);
        }
        assert_eq!(names("{a}[/{b}]").collect::<Vec<_>>(), ["a", "b"]);
    }
}
