//! Which methods each path takes: for 405, `Allow` and OPTIONS, of which actix knows nothing.

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use serde_json::Value;

use super::idempotency;

/// Addresses beside the API that only GET reaches; they are not part of the document.
const FILES: [&str; 16] = [
    "/",
    "/openapi.json",
    "/openapi-3.0.json",
    "/docs",
    "/docs/",
    "/docs/{file}",
    "/problems",
    "/problems/",
    "/problems/{code}",
    "/account/invitation",
    "/account/reset",
    "/account/verify",
    "/account/email",
    "/account/account.js",
    "/assets/page.css",
    "/assets/icon.svg",
];

/// Every path and its methods.
#[derive(Debug)]
pub struct Methods(Vec<Route>);

/// A path and its methods.
#[derive(Debug)]
pub struct Route {
    pattern: ResourceDef,
    parameters: usize,
    methods: Vec<Method>,
    /// The methods that take a query.
    queried: Vec<Method>,
    /// The methods that take an `Idempotency-Key`.
    once: Vec<Method>,
}

impl Methods {
    /// Reads the table from the document.
    pub fn of(document: &Value) -> Self {
        let paths = document["paths"].as_object().into_iter().flatten();
        let documented = paths.map(|(path, item)| {
            let operations = item.as_object().into_iter().flatten();
            let operations = operations.filter_map(|(name, operation)| Some((method(name)?, operation)));
            let (queried, plain): (Vec<_>, Vec<_>) =
                operations.partition(|(_, operation)| takes_query(operation));
            let all = [queried.as_slice(), plain.as_slice()].concat();
            let names = |operations: &[(Method, &Value)]| {
                operations.iter().map(|(method, _)| method.clone()).collect()
            };
            let once = all
                .iter()
                .filter(|(_, operation)| idempotency::is_taken_by(operation));
            Route {
                once: once.map(|(method, _)| method.clone()).collect(),
                ..Route::new(path, names(&all), names(&queried))
            }
        });
        let files = FILES
            .iter()
            .map(|path| Route::new(path, vec![Method::GET], vec![Method::GET]));
        let mut routes: Vec<_> = documented.chain(files).collect();
        // The most literal pattern that fits a path is the one it means: /v1/users/search is not a user.
        routes.sort_by_key(|route| route.parameters);
        Self(routes)
    }

    /// The route that a path means.
    pub fn find(&self, path: &str) -> Option<&Route> {
        self.0.iter().find(|route| route.pattern.is_match(path))
    }
}

fn method(name: &str) -> Option<Method> {
    name.to_uppercase().parse().ok()
}

fn takes_query(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.into_iter().any(|parameter| parameter["in"] == "query")
}

impl Route {
    fn new(path: &str, methods: Vec<Method>, queried: Vec<Method>) -> Self {
        Self {
            pattern: ResourceDef::new(path),
            parameters: path.matches('{').count(),
            methods,
            queried,
            once: Vec::new(),
        }
    }

    /// The path with the names of its parameters.
    pub fn pattern(&self) -> &str {
        self.pattern.pattern().unwrap_or_default()
    }

    /// Whether what the method makes can be made once.
    pub fn takes_idempotency_key(&self, method: &Method) -> bool {
        self.once.contains(method)
    }

    /// Whether the route knows any query parameter.
    pub fn takes_query(&self, method: &Method) -> bool {
        self.queried.contains(method)
    }

    /// Whether the route takes the method; HEAD comes with GET.
    pub fn takes(&self, method: &Method) -> bool {
        self.methods.contains(if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        })
    }

    /// The value of `Allow`.
    pub fn allow(&self) -> String {
        let mut names: Vec<_> = self
            .methods
            .iter()
            .map(Method::as_str)
            .chain(["OPTIONS"])
            .collect();
        if self.methods.contains(&Method::GET) {
            names.push("HEAD");
        }
        names.sort_unstable();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn methods() -> Methods {
        Methods::of(&json!({ "paths": {
            "/v1/users/{user_id}": { "get": {}, "patch": {}, "delete": {} },
            "/v1/users/search": { "post": {} },
            "/v1/users": { "get": { "parameters": [{ "in": "query" }] }, "post": {} },
        }}))
    }

    #[test]
    fn allow_lists_what_the_path_takes() {
        let methods = methods();
        let allow = |path| methods.find(path).map(Route::allow);
        assert_eq!(
            allow("/v1/users/1").as_deref(),
            Some("DELETE, GET, HEAD, OPTIONS, PATCH")
        );
        assert_eq!(allow("/v1/users/search").as_deref(), Some("OPTIONS, POST"));
        for file in ["/docs", "/docs/", "/docs/index.html", "/problems/"] {
            assert_eq!(allow(file).as_deref(), Some("GET, HEAD, OPTIONS"), "{file}");
        }
        assert_eq!(allow("/v1/users/1/2"), None);
    }

    #[test]
    fn only_some_methods_take_a_query() {
        let methods = methods();
        let users = methods.find("/v1/users").unwrap();
        assert!(users.takes_query(&Method::GET));
        assert!(!users.takes_query(&Method::POST));
    }

    #[test]
    fn head_comes_with_get() {
        let methods = methods();
        let takes = |path, method| methods.find(path).is_some_and(|route| route.takes(&method));
        assert!(takes("/v1/users/1", Method::HEAD));
        assert!(!takes("/v1/users/search", Method::HEAD));
    }
}
