//! A day at the agency with the Rust client of openapi-generator.

use std::collections::HashSet;
use std::error::Error;

use customer_profile_client::apis::configuration::Configuration;
use customer_profile_client::apis::{
    Error as Failure, auth_api, groups_api, loyalties_api, loyalty_programs_api, passports_api, users_api,
};
use customer_profile_client::models::{
    Login, NewGroup, NewGroupMember, NewLoyalty, NewPassport, NewUser, Problem, Sex, UserPatch,
};

const MISSING: &str = "01920000-0000-7000-8000-00000000ffff";

async fn sign_in(address: &str) -> Result<Configuration, Box<dyn Error>> {
    let mut configuration = Configuration {
        base_path: std::env::var(address)?,
        ..Configuration::default()
    };
    let login = Login::new("agent@utopia-travel.example".into(), "utopia-sunrise-42".into());
    let signed_in = auth_api::login_user(&configuration, login).await?;
    configuration.bearer_access_token = Some(signed_in.access_token);
    Ok(configuration)
}

/// The problem of a failure, which must be this one.
fn problem<T, E>(result: Result<T, Failure<E>>, status: u16, code: &str) -> Result<Problem, Box<dyn Error>> {
    let Err(Failure::ResponseError(refused)) = result else {
        return Err(format!("{status} {code} expected").into());
    };
    assert_eq!(refused.status.as_u16(), status, "{}", refused.content);
    let problem: Problem = serde_json::from_str(&refused.content)?;
    assert_eq!(problem.code, code);
    Ok(problem)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = &sign_in("API").await?;

    // Add a customer with a passport, a membership and a group.
    let vera = NewUser {
        email: Some(Some("vera.rust@mail.example".into())),
        last_name: Some(Some("Sandgren".into())),
        phone: Some(Some("+46 70 123 45 67".into())),
        ..NewUser::new("Vera".into())
    };
    let key = Some("rust-journey-vera");
    let first = users_api::create_user(client, vera.clone(), key).await?;
    // The answer was lost on the way: the same request again is the same customer, not a second one.
    let vera = users_api::create_user(client, vera, key).await?;
    assert_eq!(first, vera);
    let nils = users_api::create_user(client, NewUser::new("Nils".into()), None).await?;
    let passport = NewPassport {
        issuing_country: Some("UTO".into()),
        passport_number: Some("RS 704-2001".into()),
        surname: Some("Sandgren".into()),
        given_names: Some(Some("Vera".into())),
        date_of_birth: Some("1988-02-29".parse()?),
        sex: Some(Sex::F),
        expiry_date: Some("2035-03-02".parse()?),
        ..NewPassport::new(vera.id)
    };
    let passport = passports_api::create_passport(client, passport, None).await?;
    assert!(passport.masked && passport.user_id == vera.id);
    let programs = loyalty_programs_api::list_loyalty_programs(client, None, None, None, None, None).await?;
    let program = programs.data.first().ok_or("no programme")?;
    let card =
        loyalties_api::create_loyalty(client, NewLoyalty::new(vera.id, program.id, "RS2026017".into()), None).await?;
    assert_eq!(card.user_id, vera.id);
    let members = [vera.id, nils.id].map(NewGroupMember::new).to_vec();
    let group = groups_api::create_group(client, NewGroup::new("Sandgren family (Rust)".into(), members), None).await?;
    assert_eq!(group.members.len(), 2);

    // Page through a list.
    let mut ids = HashSet::new();
    let mut cursor: Option<String> = None;
    loop {
        let page =
            users_api::list_users(client, None, None, None, None, None, None, Some(2), cursor.as_deref()).await?;
        for user in page.data {
            assert!(ids.insert(user.id), "{} twice", user.id);
        }
        if !page.has_more {
            break;
        }
        cursor = page.next_cursor;
    }
    assert!(ids.contains(&vera.id) && ids.contains(&nils.id));

    // Change one field, clear another, leave the rest.
    let patch = UserPatch {
        phone: Some(None),
        title: Some(Some("Dr".into())),
        ..UserPatch::default()
    };
    let id = vera.id.to_string();
    let etag = format!("\"{}\"", vera.version);
    let changed = users_api::update_user(client, &id, patch, Some(&etag)).await?;
    assert_eq!((changed.phone, changed.title), (None, Some("Dr".into())));
    assert_eq!(changed.email, vera.email);

    // Read what went wrong.
    problem(users_api::get_user(client, MISSING, None).await, 404, "not_found")?;
    let taken = NewUser {
        email: Some(Some("VERA.rust@mail.example".into())),
        ..NewUser::new("V".into())
    };
    problem(users_api::create_user(client, taken, None).await, 409, "email_taken")?;
    let wrong = NewUser {
        email: Some(Some("nobody".into())),
        ..NewUser::new(String::new())
    };
    let wrong = problem(users_api::create_user(client, wrong, None).await, 422, "invalid_fields")?;
    let pointers: HashSet<_> = wrong.errors.iter().map(|field| field.pointer.as_str()).collect();
    assert_eq!(pointers, HashSet::from(["/email", "/first_name"]));

    // Read what a later version of the service answers.
    let later = sign_in("API_OF_TOMORROW").await?;
    assert_eq!(users_api::get_user(&later, &id, None).await?.role, "of_tomorrow");
    Ok(())
}
