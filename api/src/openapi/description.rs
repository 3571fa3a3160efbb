//! What the document says of itself.

use entity::values::{DocumentDisplay, ExportFormat, FileFormat, InfantSeating, Scope};
use utoipa::openapi::security::{
    ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathsBuilder, ServerBuilder,
};
use utoipa::{PartialSchema as _, ToSchema};

use crate::oauth::OAuthRefusal;
use crate::problem::Problem;

const DESCRIPTION: &str = "\
Traveller profiles of a travel agency: customers, the documents they travel on, the loyalty programmes they belong \
to, and the groups they travel in.

**Sign in**: `POST /v1/auth/login` with e-mail and password, then send the `access_token` of the answer as \
`Authorization: Bearer <access token>`, and get the next one with the `refresh_token` before it expires. On this page, *Execute* \
of that operation signs you in.

**Other systems** get their access token at `POST /oauth/token` for the id and the secret that an administrator gave them \
(OAuth 2.0 client credentials); here, fill them in under *Authorize*. Each operation names the scopes that it needs.

**Lists** come in pages: pass `next_cursor` as `cursor` until `has_more` is false.

**Changes** are merge patches (RFC 7396): what is left out stays, `null` clears. Send the `ETag` that you have read as \
`If-Match`, and nobody's change is overwritten.

**Again**: send an `Idempotency-Key` of your own with a POST that makes something, and send the same once more when its answer was lost: \
nothing is made twice.

**Failures** are problems (RFC 9457) with a stable `code`, all wrong fields in `errors`, and the `request_id` to quote \
to support.";

/// Tags in the order in which readers meet them.
const TAGS: &[(&str, &str)] = &[
    (
        "auth",
        "Register, sign in, and look after password, address and sessions.",
    ),
    ("me", "The profile of whoever is signed in."),
    (
        "users",
        "Customers, agents and administrators: who they are and how to reach them.",
    ),
    (
        "passports",
        "Passports (ICAO Doc 9303) of users, and machine readable zones.",
    ),
    ("visas", "Visas and electronic travel authorizations of users."),
    ("identity-cards", "Identity cards (ICAO Doc 9303) of users."),
    (
        "traveller-numbers",
        "Numbers by which states know users: Known Traveler Number, redress number and their like.",
    ),
    (
        "loyalty-programs",
        "The catalogue of loyalty programmes of airlines, hotels and other suppliers.",
    ),
    ("loyalties", "Memberships of users in loyalty programmes."),
    (
        "emergency-contacts",
        "Whom to call when something happens to a traveller.",
    ),
    (
        "preferences",
        "How users like to travel, and what help they need.",
    ),
    ("groups", "Families, teams and parties that travel together."),
    (
        "booking",
        "What bookings need of travellers, as airlines and booking systems write it.",
    ),
    (
        "document-checks",
        "Whether people may travel on the documents that they hold: advisory, before a booking.",
    ),
    (
        "entry-rules",
        "What countries ask of the documents of those who come, each rule with its source.",
    ),
    (
        "alerts",
        "What has expired or soon will, as a list and as calendars to subscribe to.",
    ),
    (
        "exports",
        "All records of a kind in one piece, for systems that keep a copy and for spreadsheets.",
    ),
    (
        "imports",
        "Users from the file of another system or a spreadsheet.",
    ),
    (
        "privacy",
        "What people can ask of those who keep their data: consents, restriction, erasure, a copy of all.",
    ),
    (
        "clients",
        "Other systems of the agency that call this one, and what they may do.",
    ),
    (
        "events",
        "What has happened to which record, for other systems that keep a copy.",
    ),
    (
        "webhooks",
        "The same, sent to other systems by itself (Standard Webhooks).",
    ),
    (
        "audit",
        "Who did what to whose data, in a form that cannot be rewritten unnoticed.",
    ),
    (
        "oauth",
        "How other systems get access tokens (OAuth 2.0 client credentials), and how tokens are checked.",
    ),
    ("reference", "Lists of codes, the same for everybody."),
    ("health", "Whether the service runs and can work."),
];

/// Name of the security scheme of people. Behind that of other systems in the alphabet: openapi-generator writes the
/// header for both, in the order of their names, and its typescript-fetch leaves out the word Bearer for OAuth 2.0.
pub const BEARER: &str = "sign_in";
/// Name of the security scheme of other systems.
pub const OAUTH2: &str = "oauth2";

/// The document without its operations.
pub fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Customer Profile API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(
            LicenseBuilder::new()
                .name("MIT OR Apache-2.0")
                .identifier(Some("MIT OR Apache-2.0"))
                .build(),
        ));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".to_owned());
    // Linters look for RFC8725 in one word.
    bearer.description = Some(
        "The access_token that POST /v1/auth/login answers: a JWT, signed and checked as RFC8725 asks."
            .to_owned(),
    );
    let scopes = Scope::ALL
        .iter()
        .map(|scope| (scope.as_str().to_owned(), scope.meaning()));
    let mut oauth2 = OAuth2::new([Flow::ClientCredentials(ClientCredentials::new(
        "/oauth/token",
        scopes.collect::<Scopes>(),
    ))]);
    oauth2.description =
        Some("Id and secret of a client, that an administrator has added with POST /v1/clients. The access token is a JWT, signed and checked as RFC8725 asks.".to_owned());
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    let components = ComponentsBuilder::new()
        .schema(Problem::name(), <Problem as utoipa::PartialSchema>::schema())
        .schema(
            OAuthRefusal::name(),
            <OAuthRefusal as utoipa::PartialSchema>::schema(),
        )
        // What parameters alone name.
        .schema(FileFormat::name(), FileFormat::schema())
        .schema(ExportFormat::name(), ExportFormat::schema())
        .schema(DocumentDisplay::name(), DocumentDisplay::schema())
        .schema(InfantSeating::name(), InfantSeating::schema())
        .schemas_from_iter(schemas)
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .security_scheme(OAUTH2, SecurityScheme::OAuth2(oauth2));
    OpenApiBuilder::new()
        .info(info.build())
        .servers(Some([ServerBuilder::new()
            .url("/")
            .description(Some("This server"))
            .build()]))
        .tags(Some(TAGS.iter().map(|(name, description)| {
            TagBuilder::new()
                .name(*name)
                .description(Some(*description))
                .build()
        })))
        .paths(PathsBuilder::new().build())
        .components(Some(components.build()))
        .build()
}
