//! A customer with one of everything, and requests about it made from the examples of the document.

use std::collections::BTreeSet;

use entity::ids::UserId;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::app::App;
use super::client::{Answer, Caller, anna_identity_card, anna_passport, anna_visa};
use super::document::{Operation, operations_with_body, resolve};

/// A user and what hangs on it.
#[derive(Debug, Clone)]
pub struct Belongings {
    pub user: String,
    /// In the group with the user.
    pub companion: String,
    /// In no group.
    pub stranger: String,
    pub passport: String,
    /// In the passport.
    pub visa: String,
    pub identity_card: String,
    /// A Known Traveler Number.
    pub traveller_number: String,
    /// Nobody is a member of it.
    pub spare_program: String,
    /// Nobody is a member of it, for who wants to become one.
    pub open_program: String,
    pub loyalty: String,
    pub emergency_contact: String,
    /// A rule of entry, which belongs to nobody.
    pub entry_rule: String,
    pub group: String,
    /// A machine client that belongs to nobody.
    pub client: String,
    /// Id of its secret.
    pub secret: String,
    /// The secret itself.
    pub secret_text: String,
    /// Of the user, about the user.
    pub feed: String,
    /// What its address ends with.
    pub feed_token: String,
    /// Of the user, beside the one that the user calls with.
    pub session: String,
    /// An administrator's, without rows.
    pub import: String,
    /// A request of the stranger to be erased.
    pub erasure: String,
    /// Another one, to be refused.
    pub refused_erasure: String,
    /// By which a system `crm` knows the user, the passport, the membership and the group.
    pub external_id: String,
    /// A webhook endpoint that nothing is sent to.
    pub webhook: String,
    /// A message in its log.
    pub delivery: String,
}

/// Values that must not show up where they do not belong.
#[derive(Debug, Clone)]
pub struct Canaries {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub passport_number: String,
    pub visa_number: String,
    pub card_number: String,
    pub known_traveller: String,
    pub membership_number: String,
}

impl Canaries {
    pub fn new() -> Self {
        let letters: String = unique()
            .bytes()
            .map(|digit| char::from(b'a' + (digit % 26)))
            .collect();
        let number = Uuid::now_v7().as_u128() % 10_000_000;
        Self {
            first_name: format!("Kanarie{letters}"),
            last_name: format!("Vogel{letters}"),
            email: format!("kanarie.{letters}@mail.example"),
            phone: format!("+4630{number:07}"),
            passport_number: format!("K{number:07}Q"),
            visa_number: format!("V{number:07}Q"),
            card_number: format!("D{number:07}Q"),
            known_traveller: format!("T{number:07}Q"),
            membership_number: format!("KNR{number:07}"),
        }
    }

    pub fn all(&self) -> [&str; 9] {
        [
            &self.first_name,
            &self.last_name,
            &self.email,
            &self.phone,
            &self.passport_number,
            &self.membership_number,
            &self.visa_number,
            &self.card_number,
            &self.known_traveller,
        ]
    }

    /// Every canary with each way in which a text in small letters may hold it.
    pub fn spellings(&self) -> impl Iterator<Item = (String, String)> {
        self.all().into_iter().flat_map(|value| {
            let small = value.to_lowercase();
            let escaped = small.contains('@').then(|| small.replace('@', "%40"));
            [Some(small), escaped]
                .into_iter()
                .flatten()
                .map(|spelling| (value.to_owned(), spelling))
        })
    }

    /// The canaries that a text holds, however it is spelled.
    pub fn found_in(&self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        let there = self.spellings().filter(|(_, spelling)| text.contains(spelling));
        let mut found: Vec<_> = there.map(|(value, _)| value).collect();
        found.dedup();
        found
    }
}

/// Every tier that the examples of the document name.
fn tiers() -> Value {
    let mut names = BTreeSet::new();
    for operation in operations_with_body() {
        let examples = operation.body_schema()["properties"]["tier"]["examples"].clone();
        names.extend(operation.example()["tier"].as_str().map(str::to_owned));
        names.extend(
            examples
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|it| it.as_str().map(str::to_owned)),
        );
    }
    names.insert("Gold".to_owned());
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

/// Twelve characters that nobody else has.
pub fn unique() -> String {
    let id = Uuid::now_v7().simple().to_string();
    id[20..].to_owned()
}

/// A rule of entry that nobody has yet.
fn entry_rule() -> Value {
    json!({
        "code": format!("rule-{}", unique()), "kind": "passport_validity", "destinations": ["ISL"], "anchor": "stay_end",
        "severity": "warn", "confidence": "confirmed", "source_title": "House rule", "checked_on": "2026-01-01",
    })
}

/// A request to be erased.
async fn erasure(app: &App, user: UserId) -> String {
    let caller = app.caller(user).await;
    let path = format!("/v1/users/{}/erase", caller.id());
    let request = caller.post(path, json!({"reason": "Leaving"})).await.expect(202);
    request["id"].as_str().unwrap().to_owned()
}

/// A webhook endpoint that is disabled, so that nothing is sent behind the back of a test, and a message that has got through.
async fn webhook(app: &App) -> (String, String) {
    use service::webhooks::{self, NewWebhookEndpoint, WebhookEndpointPatch};
    let new: service::input::Valid<NewWebhookEndpoint> =
        service::input::parse(br#"{"url": "https://hooks.agency.example/customer-profile"}"#).unwrap();
    let by = service::policy::Permit::system();
    let id = webhooks::create(&app.core, &by, new).await.unwrap().endpoint.id;
    let off: service::input::Valid<WebhookEndpointPatch> =
        service::input::parse(br#"{"status": "disabled"}"#).unwrap();
    webhooks::update(&app.core, &by, id, &service::version::Precondition::NONE, off)
        .await
        .unwrap();
    let now = app.core.clock.now();
    let message = entity::webhook_deliveries::Model {
        id: entity::ids::WebhookDeliveryId::new(),
        endpoint_id: id,
        message_id: format!("msg_{}", unique()),
        event_type: "user.created".into(),
        subject_id: None,
        place: None,
        payload: "{}".into(),
        status: entity::values::WebhookDeliveryStatus::Delivered,
        attempts: 1,
        next_attempt_at: now,
        claimed_until: None,
        last_attempt_at: Some(now),
        response_status: Some(204),
        failure: None,
        delivered_at: Some(now),
        occurred_at: now,
    };
    let row = sea_orm::IntoActiveModel::<entity::webhook_deliveries::ActiveModel>::into_active_model(
        message.clone(),
    );
    entity::webhook_deliveries::Entity::insert(sea_orm::ActiveModelTrait::reset_all(row))
        .exec_without_returning(app.core.db.writer())
        .await
        .unwrap();
    (id.to_string(), message.id.to_string())
}

/// A calendar feed of the user: its id and the secret of its address.
async fn feed(app: &App, user: UserId) -> (String, String) {
    let made = app.caller(user).await.post("/v1/calendar-feeds", json!({})).await;
    let url = made.expect(201)["url"].as_str().unwrap().to_owned();
    let token = url.rsplit('/').next().unwrap().trim_end_matches(".ics");
    (made.id(), token.to_owned())
}

impl Belongings {
    /// A new customer who owns one of everything, with the canaries as values.
    pub async fn of_a_new_customer(app: &App, admin: &Caller, canaries: &Canaries) -> (Self, Caller) {
        let external_id = unique();
        let user = app
            .create_user(&json!({
                "first_name": canaries.first_name, "last_name": canaries.last_name, "phone": canaries.phone,
                "external_ids": [{"system": "crm", "id": external_id}],
            }))
            .await;
        app.give_email(user, &canaries.email, entity::values::Role::Customer)
            .await;
        let owned = Self::of(app, admin, user, canaries, external_id).await;
        (owned, app.caller(user).await)
    }

    async fn of(app: &App, admin: &Caller, user: UserId, canaries: &Canaries, external_id: String) -> Self {
        let companion = app.profile("Companion").await;
        let third = app.profile("Third").await;
        let stranger = app.profile("Stranger").await;
        let post = async |path: &str, body: Value| {
            let answer = admin.post(path, body).await;
            answer.expect(201);
            answer.id()
        };
        let program = async |name: String| {
            let body = json!({"supplier": "Utopia Rail", "name": name, "type": "rail", "tiers": tiers()});
            post("/v1/loyalty-programs", body).await
        };
        let contact = json!({
            "user_id": user, "name": format!("Kontakt {}", canaries.last_name), "phone": canaries.phone,
            "email": format!("kontakt.{}", canaries.email),
        });
        let taste =
            json!({"seat": "aisle", "meal": "SPML", "meal_note": format!("As {}", canaries.last_name)});
        admin
            .patch(format!("/v1/users/{user}/preferences"), taste)
            .await
            .expect(200);
        let client =
            json!({"name": format!("Client {}", unique()), "scopes": ["users:read", "passports:read"]});
        let client = admin.post("/v1/clients", client).await.expect(201);
        let taken = program(format!("Points {}", unique())).await;
        let loyalty = json!({
            "user_id": user, "program_id": taken, "membership_number": canaries.membership_number, "tier": "Gold",
            "external_ids": [{"system": "crm", "id": external_id}],
        });
        let group = json!({
            "name": format!("Group {}", unique()),
            "members": [{"user_id": user}, {"user_id": companion}, {"user_id": third}],
            "external_ids": [{"system": "crm", "id": external_id}],
        });
        let feed = feed(app, user).await;
        let mut passport = anna_passport(user, &canaries.passport_number);
        passport["external_ids"] = json!([{"system": "crm", "id": external_id}]);
        let passport = post("/v1/passports", passport).await;
        let webhook = webhook(app).await;
        let visa = anna_visa(user, &passport, &canaries.visa_number);
        let card = anna_identity_card(user, &canaries.card_number);
        let known = json!({"user_id": user, "type": "known_traveller", "number": canaries.known_traveller});
        Self {
            user: user.to_string(),
            companion: companion.to_string(),
            stranger: stranger.to_string(),
            visa: post("/v1/visas", visa).await,
            identity_card: post("/v1/identity-cards", card).await,
            traveller_number: post("/v1/traveller-numbers", known).await,
            passport,
            spare_program: program(format!("Points {}", unique())).await,
            open_program: program(format!("Points {}", unique())).await,
            loyalty: post("/v1/loyalties", loyalty).await,
            emergency_contact: post("/v1/emergency-contacts", contact).await,
            entry_rule: post("/v1/entry-rules", entry_rule()).await,
            group: post("/v1/groups", group).await,
            client: client["id"].as_str().unwrap().to_owned(),
            secret: client["secret_id"].as_str().unwrap().to_owned(),
            secret_text: client["secret"].as_str().unwrap().to_owned(),
            feed: feed.0,
            feed_token: feed.1,
            session: app.session(user).await.to_string(),
            import: post("/v1/imports", json!({})).await,
            erasure: erasure(app, stranger).await,
            refused_erasure: erasure(app, third).await,
            external_id,
            webhook: webhook.0,
            delivery: webhook.1,
        }
    }

    /// The same shape with ids that nothing has. The programmes that a membership needs are public, and stay.
    #[must_use]
    pub fn missing(&self) -> Self {
        let id = || Uuid::now_v7().to_string();
        Self {
            user: id(),
            companion: id(),
            stranger: id(),
            passport: id(),
            visa: id(),
            identity_card: id(),
            traveller_number: id(),
            spare_program: id(),
            loyalty: id(),
            emergency_contact: id(),
            entry_rule: id(),
            group: id(),
            client: id(),
            secret: id(),
            feed: id(),
            feed_token: format!("cpf_{}", id()),
            session: id(),
            import: id(),
            erasure: id(),
            refused_erasure: id(),
            external_id: id(),
            webhook: id(),
            delivery: id(),
            ..self.clone()
        }
    }

    /// The address of the operation, about these belongings, with the parameters that it cannot do without.
    pub fn url(&self, operation: &Operation) -> String {
        self.url_with(operation, "")
    }

    /// The address with a query, and with the other parameters that the operation cannot do without.
    pub fn url_with(&self, operation: &Operation, query: &str) -> String {
        let name = query.split('=').next();
        let needed = operation.parameters("query").into_iter().filter_map(|parameter| {
            let (own, example) = (parameter["name"].as_str()?, parameter["example"].as_str());
            (parameter["required"] == true && Some(own) != name)
                .then(|| format!("{own}={}", example.expect("an example")))
        });
        let parts: Vec<_> = needed
            .chain((!query.is_empty()).then(|| query.to_owned()))
            .collect();
        let path = self.path(operation);
        if parts.is_empty() {
            path
        } else {
            format!("{path}?{}", parts.join("&"))
        }
    }

    fn path(&self, operation: &Operation) -> String {
        let resource = operation.path.split('/').nth(2).unwrap_or_default();
        let id = match resource {
            "users" => &self.user,
            "passports" => &self.passport,
            "visas" => &self.visa,
            "identity-cards" => &self.identity_card,
            "traveller-numbers" => &self.traveller_number,
            "loyalty-programs" => &self.spare_program,
            "loyalties" => &self.loyalty,
            "emergency-contacts" => &self.emergency_contact,
            "entry-rules" => &self.entry_rule,
            "groups" => &self.group,
            "clients" => &self.client,
            "imports" => &self.import,
            "calendar-feeds" => &self.feed,
            "auth" => &self.session,
            "webhook-endpoints" => &self.webhook,
            "erasures" if operation.id == "reject_erasure" => &self.refused_erasure,
            "erasures" => &self.erasure,
            _ => "",
        };
        let member = if operation.method == "PUT" {
            &self.stranger
        } else {
            &self.user
        };
        let id = if operation.path.contains("{system}") {
            &self.external_id
        } else {
            id
        };
        let path = operation.path.replace("{system}", "crm");
        let path = path.replace("{id}", id).replace("{user_id}", member);
        path.replace("{secret_id}", &self.secret)
            .replace("{token}", &self.feed_token)
            .replace("{delivery_id}", &self.delivery)
    }

    /// The example of the operation's body, about these belongings, and otherwise as it stands in the document.
    pub fn example(&self, operation: &Operation) -> Value {
        self.translate(operation.example())
    }

    /// Replaces the ids of the document's examples.
    pub fn translate(&self, value: Value) -> Value {
        match value {
            Value::String(text) => {
                Value::String(match text.strip_prefix("01920000-0000-7000-8000-000000000") {
                    Some("003") => self.user.clone(),
                    Some(user) if user.starts_with('0') => self.companion.clone(),
                    Some(visa) if visa.starts_with("15") => self.visa.clone(),
                    Some(card) if card.starts_with("16") => self.identity_card.clone(),
                    Some(number) if number.starts_with("17") => self.traveller_number.clone(),
                    Some(passport) if passport.starts_with('1') => self.passport.clone(),
                    Some(program) if program.starts_with('2') => self.open_program.clone(),
                    Some(loyalty) if loyalty.starts_with('3') => self.loyalty.clone(),
                    Some(group) if group.starts_with('4') => self.group.clone(),
                    Some(client) if client.starts_with('5') => self.client.clone(),
                    _ => text,
                })
            }
            Value::Array(items) => items.into_iter().map(|item| self.translate(item)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, member)| (name, self.translate(member)))
                .collect(),
            other => other,
        }
    }

    /// A body that the operation accepts however often it is sent.
    pub fn body(&self, operation: &Operation) -> Value {
        let mut body = self.example(operation);
        let number = Uuid::now_v7().as_u128() % 100_000_000;
        for (name, value) in [
            ("email", format!("new.{}@mail.example", unique())),
            ("passport_number", format!("N{number:08}")),
            ("visa_number", format!("N{number:08}")),
            ("document_number", format!("N{number:08}")),
            ("name", format!("New {}", unique())),
        ] {
            if operation.id != "login_user" && body.get(name).is_some() {
                body[name] = value.into();
            }
        }
        if operation.id == "create_entry_rule" {
            body["code"] = format!("rule-{}", unique()).into();
        }
        body
    }

    /// The examples of the operation's form, with the client of these belongings.
    fn form(&self, schema: &'static Value) -> Vec<(String, String)> {
        let properties = resolve(schema)["properties"].as_object().unwrap();
        let example = |(name, property): (&String, &Value)| {
            let value = match name.as_str() {
                "client_id" => self.client.clone(),
                "client_secret" => self.secret_text.clone(),
                _ => property["examples"][0].as_str().expect("an example").to_owned(),
            };
            (name.clone(), value)
        };
        properties.iter().map(example).collect()
    }

    /// Sends the operation, about these belongings. A form says itself who asks.
    pub async fn send(&self, caller: &Caller, operation: &Operation) -> Answer {
        let url = self.url(operation);
        if let Some(form) = operation.form() {
            let form = self.form(&form["schema"]);
            let pairs: Vec<_> = form
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            return Caller::new(caller.addr, None, None).form(&url, &[], &pairs).await;
        }
        let file = operation
            .spec
            .pointer("/requestBody/content/application~1x-ndjson");
        if file.is_some() {
            let headers = [("content-type", "application/x-ndjson")];
            let rows = b"{\"first_name\":\"Row\"}\n".to_vec();
            return caller
                .send(operation.method.clone(), &url, &headers, Some(rows))
                .await;
        }
        if operation.body().is_some() {
            let body = self.body(operation);
            caller.json(operation.method.clone(), &url, &[], &body).await
        } else {
            caller.send(operation.method.clone(), &url, &[], None).await
        }
    }
}

/// Everything that is stored, as text: equal before and after means that nothing was written. Failures to sign in are
/// counted whoever asks, and are left out.
pub async fn everything(app: &App) -> String {
    app.mail_is_sent().await;
    let db = app.core.db.read();
    macro_rules! rows {
        ($($table:ident),+) => {
            [$({
                let mut rows: Vec<String> = entity::$table::Entity::find()
                    .all(db)
                    .await
                    .unwrap()
                    .iter()
                    .map(|row| format!("{row:?}"))
                    .collect();
                rows.sort();
                format!("{}: {rows:#?}", stringify!($table))
            },)+]
        };
    }
    rows!(
        users,
        credentials,
        passports,
        visas,
        identity_cards,
        traveller_numbers,
        loyalty_programs,
        entry_rules,
        loyalties,
        emergency_contacts,
        travel_preferences,
        groups,
        group_members,
        calendar_feeds,
        user_search_terms,
        sessions,
        refresh_tokens,
        clients,
        client_secrets,
        client_tokens,
        mails,
        mail_tokens,
        mail_counts,
        second_factors,
        recovery_codes,
        consents,
        erasures,
        idempotency_keys,
        external_ids,
        imports
    )
    .join("\n")
}

/// How many rows each table has.
pub async fn counts(app: &App) -> Vec<(&'static str, u64)> {
    app.mail_is_sent().await;
    let db = app.core.db.read();
    macro_rules! count {
        ($($table:ident),+) => {
            vec![$((stringify!($table), entity::$table::Entity::find().count(db).await.unwrap()),)+]
        };
    }
    count!(
        users,
        credentials,
        passports,
        visas,
        identity_cards,
        traveller_numbers,
        loyalty_programs,
        entry_rules,
        loyalties,
        emergency_contacts,
        travel_preferences,
        groups,
        group_members,
        calendar_feeds,
        sessions,
        clients,
        client_secrets,
        client_tokens,
        mails,
        mail_tokens,
        throttles,
        second_factors,
        recovery_codes,
        consents,
        erasures,
        idempotency_keys,
        external_ids,
        imports
    )
}
