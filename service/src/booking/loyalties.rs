//! Which of a traveller's memberships a flight is credited to.

use chrono::NaiveDate;
use entity::ids::UserId;
use entity::values::{BookingChannel, CarrierCode};
use entity::{loyalties, loyalty_programs, users};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

use crate::core::Core;
use crate::error::{Error, Result};
use crate::loyalties::{Loyalty, with_programs};
use crate::policy::{Permit, ReadLoyalties};
use crate::travel::booking::{Account, Line, Request, membership};
use crate::travel::loyalty::{Credit, Flight, doubts, in_order};
use crate::travel::warning::{Code, Warning};
use crate::users as people;

/// A flight, and for which system the lines are.
#[derive(Debug, Clone)]
pub struct FlightToCredit {
    /// Airline under whose number it is sold.
    pub marketing: CarrierCode,
    /// Airline that flies it; the same if not said.
    pub operating: Option<CarrierCode>,
    /// Its day; today if not said.
    pub date: Option<NaiveDate>,
    /// The system.
    pub channel: BookingChannel,
}

/// What a flight can be credited to.
#[derive(Debug, Clone)]
pub struct ApplicableLoyalties {
    /// Whose memberships.
    pub user_id: UserId,
    /// Airline under whose number it is sold.
    pub marketing: CarrierCode,
    /// Airline that flies it.
    pub operating: CarrierCode,
    /// Its day.
    pub date: NaiveDate,
    /// The memberships, best first.
    pub loyalties: Vec<ApplicableLoyalty>,
    /// Whether some cannot be sent.
    pub warnings: Vec<Warning>,
}

/// A membership that is credited.
#[derive(Debug, Clone)]
pub struct ApplicableLoyalty {
    /// The membership.
    pub loyalty: Loyalty,
    /// Its programme.
    pub program: loyalty_programs::Model,
    /// Why, for which airline, with which status.
    pub credit: Credit,
    /// Which of the two airlines is the reason.
    pub carrier: CarrierCode,
    /// Airline and number as they are sent.
    pub account: Account,
    /// The line, where the system takes lines.
    pub line: Option<Line>,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
}

/// The memberships that a flight is credited to, best first, in two statements.
///
/// # Errors
/// `NotFound` when the user is out of reach.
pub async fn applicable_loyalties(
    core: &Core,
    by: &Permit<ReadLoyalties>,
    id: UserId,
    flight: FlightToCredit,
) -> Result<ApplicableLoyalties> {
    let db = core.db.read();
    let found = people::visible_to(by)
        .filter(users::COLUMN.id.eq(id))
        .count(db)
        .await?;
    if found == 0 {
        return Err(Error::NotFound);
    }
    let memberships = loyalties::Entity::find().filter(loyalties::COLUMN.user_id.eq(id));
    let memberships = with_programs(core, db, memberships).await?;
    let FlightToCredit {
        marketing,
        operating,
        date,
        channel,
    } = flight;
    let operating = operating.unwrap_or_else(|| marketing.clone());
    let date = date.unwrap_or_else(|| core.clock.today());
    let asked = Flight {
        marketing: marketing.as_str(),
        operating: operating.as_str(),
        day: date,
    };
    let mut loyalties = Vec::new();
    let mut is_any_left_out = false;
    for ((loyalty, program), credit) in in_order(&memberships, asked) {
        let Some(credit) = credit else { continue };
        let request = Request {
            channel,
            carrier: Some(asked.marketing),
            destination: None,
            departure: date,
            today: date,
        };
        let Some((account, line)) = membership(loyalty, program, request) else {
            is_any_left_out = true;
            continue;
        };
        loyalties.push(ApplicableLoyalty {
            warnings: doubts(loyalty, program, date),
            carrier: if credit.carrier == asked.marketing {
                marketing.clone()
            } else {
                operating.clone()
            },
            loyalty: loyalty.clone(),
            program: program.clone(),
            credit,
            account,
            line,
        });
    }
    let left_out = is_any_left_out.then(|| {
        Warning::new(
            Code::LoyaltyLeftOut,
            "A membership was left out: its programme has no airline code, or its number is longer than 25 characters.",
        )
    });
    Ok(ApplicableLoyalties {
        user_id: id,
        loyalties,
        warnings: left_out.into_iter().collect(),
        marketing,
        operating,
        date,
    })
}
