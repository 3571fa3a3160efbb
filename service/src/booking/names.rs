//! The name of a person in all its forms, and whether profile and passport agree.

use entity::ids::{PassportId, UserId};
use entity::passports;
use entity::values::CarrierCode;
use sea_orm::{ColumnTrait as _, QueryFilter as _};

use crate::belongings::visible_to;
use crate::core::Core;
use crate::error::Result;
use crate::passports::Passport;
use crate::policy::{Permit, ReadPassports, ReadUser};
use crate::sealing;
use crate::travel::names::{CarrierRule, Comparison, Name, Renderings, compare, render, rule_of};
use crate::travel::warning::{Code, Warning};
use crate::users as people;

/// The names of a person.
#[derive(Debug, Clone)]
pub struct PersonNames {
    /// Whose.
    pub user_id: UserId,
    /// The airline that was asked about.
    pub carrier: Option<CarrierCode>,
    /// By which rule names that do not fit were written.
    pub rule: &'static CarrierRule,
    /// The name of the profile.
    pub profile: Renderings,
    /// That of the primary passport, where there is one and the caller may read it.
    pub passport: Option<PassportNames>,
    /// How alike the two are.
    pub comparison: Option<Comparison>,
    /// Why there is no name of a passport.
    pub warnings: Vec<Warning>,
}

/// The name in a passport.
#[derive(Debug, Clone)]
pub struct PassportNames {
    /// Which passport.
    pub passport_id: PassportId,
    /// The name.
    pub names: Renderings,
}

/// The names of a person as profile, passport, machine readable zone and ticket write them.
///
/// # Errors
/// `NotFound` when the user is out of reach.
pub async fn names(
    core: &Core,
    by: &Permit<ReadUser>,
    id: UserId,
    carrier: Option<CarrierCode>,
) -> Result<PersonNames> {
    let user = people::get(core, by, id).await?;
    let rule = rule_of(carrier.as_ref().map(CarrierCode::as_str));
    let mut warnings = Vec::new();
    let passport = if let Ok(documents) = Permit::<ReadPassports>::obtain(*by.actor()) {
        primary(core, &documents, id).await?
    } else {
        warnings.push(Warning::new(
            Code::PassportNotReadable,
            "Whether there is a passport, and in which name, is not the caller's to see.",
        ));
        None
    };
    if passport.is_none() && warnings.is_empty() {
        warnings.push(Warning::new(
            Code::MissingPassport,
            "There is no active passport; compare the name with the document before booking.",
        ));
    }
    let profile = Name::of_user(&user);
    let passport = passport.map(|it| (it.id, Name::of_passport(&it, user.title.as_ref())));
    Ok(PersonNames {
        user_id: id,
        carrier,
        rule,
        comparison: passport.as_ref().map(|(_, name)| compare(&profile, name)),
        profile: render(profile, rule),
        passport: passport.map(|(passport_id, name)| PassportNames {
            passport_id,
            names: render(name, rule),
        }),
        warnings,
    })
}

async fn primary(core: &Core, by: &Permit<ReadPassports>, user: UserId) -> Result<Option<Passport>> {
    let query = visible_to::<passports::Entity, _>(by)
        .filter(passports::COLUMN.user_id.eq(user))
        .filter(passports::COLUMN.primary.eq(true));
    sealing::one(core, core.db.read(), query).await
}
