//! Which memberships a flight is credited to.

use std::fmt;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use entity::ids::{LoyaltyId, LoyaltyProgramId, UserId};
use entity::values::{
    Alliance, AllianceStatus, BookingChannel, CarrierCode, CreditReason, ProgramName, SupplierName, TierName,
};
use serde::{Deserialize, Serialize};
use service::booking::FlightToCredit;
use service::policy::ReadLoyalties;
use service::{Core, booking};
use utoipa::{IntoParams, ToSchema};

use super::names_view::{BookingWarning, hidden, warnings};
use super::view::{BookingLine, BookingLoyaltyAccount};
use crate::error::Result;
use crate::extract::{May, Path, Query};
use crate::reply;

/// Whose memberships.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MemberPath {
    /// Id of the user.
    id: UserId,
}

/// On which flight, and for which system.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FlightQuery {
    /// Airline under whose number the flight is sold.
    #[param(example = "U0")]
    marketing: CarrierCode,
    /// Airline that flies it; the same if not said.
    #[param(example = "QF")]
    operating: Option<CarrierCode>,
    /// Day of the flight, on which tiers and alliances count; today if not said.
    #[param(example = "2026-12-24")]
    date: Option<NaiveDate>,
    /// System that the lines are for; `ssr` if not said.
    #[param(example = "amadeus")]
    channel: Option<BookingChannel>,
}

/// What a flight can be credited to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicableLoyalties {
    /// Whose memberships.
    #[schema(example = "01920000-0000-7000-8000-000000000003")]
    pub user_id: UserId,
    /// Airline under whose number the flight is sold.
    pub marketing: CarrierCode,
    /// Airline that flies it.
    pub operating: CarrierCode,
    /// Day of the flight.
    #[schema(example = "2026-12-24")]
    pub date: NaiveDate,
    /// The memberships, best first.
    #[schema(max_items = 1000)]
    pub loyalties: Vec<ApplicableLoyalty>,
    /// Whether some cannot be sent.
    #[schema(max_items = 1)]
    pub warnings: Vec<BookingWarning>,
}

/// A membership that a flight can be credited to.
#[derive(Serialize, ToSchema)]
pub struct ApplicableLoyalty {
    /// Id of the membership.
    #[schema(example = "01920000-0000-7000-8000-000000000301")]
    pub loyalty_id: LoyaltyId,
    /// Id of its programme.
    #[schema(example = "01920000-0000-7000-8000-000000000201")]
    pub program_id: LoyaltyProgramId,
    /// Who runs the programme.
    #[schema(example = "Utopia Airways")]
    pub supplier: SupplierName,
    /// What it is called.
    #[schema(example = "Horizon Club")]
    pub program: ProgramName,
    /// Why it is credited.
    pub reason: CreditReason,
    /// Which of the two airlines is the reason; the marketing one if both are.
    pub carrier: CarrierCode,
    /// Alliance of the programme on that day.
    #[schema(required)]
    pub alliance: Option<Alliance>,
    /// Tier of the member, expired or not.
    #[schema(required, example = "Silver")]
    pub tier: Option<TierName>,
    /// What the tier counts for in the alliance on that day; null if it has expired.
    #[schema(required)]
    pub alliance_status: Option<AllianceStatus>,
    /// Last day of the membership or its tier.
    #[schema(required)]
    pub expiry_date: Option<NaiveDate>,
    /// Whether it is the member's favourite.
    #[schema(example = true)]
    pub primary: bool,
    /// Airline and number as they are sent, for systems that take fields.
    pub account: BookingLoyaltyAccount,
    /// The line to copy, as booking data has it; none for systems that take fields.
    #[schema(max_items = 1)]
    pub lines: Vec<BookingLine>,
    /// What is doubtful.
    #[schema(max_items = 10)]
    pub warnings: Vec<BookingWarning>,
}

hidden!(ApplicableLoyalty);

impl From<booking::ApplicableLoyalty> for ApplicableLoyalty {
    fn from(it: booking::ApplicableLoyalty) -> Self {
        Self {
            loyalty_id: it.loyalty.id,
            program_id: it.program.id,
            supplier: it.program.supplier,
            program: it.program.name,
            reason: it.credit.reason,
            carrier: it.carrier,
            alliance: it.credit.alliance,
            tier: it.loyalty.tier,
            alliance_status: it.credit.status,
            expiry_date: it.loyalty.expiry_date,
            primary: it.loyalty.primary,
            account: it.account.into(),
            lines: it.line.into_iter().map(BookingLine::from).collect(),
            warnings: warnings(it.warnings),
        }
    }
}

impl From<booking::ApplicableLoyalties> for ApplicableLoyalties {
    fn from(it: booking::ApplicableLoyalties) -> Self {
        Self {
            user_id: it.user_id,
            marketing: it.marketing,
            operating: it.operating,
            date: it.date,
            loyalties: it.loyalties.into_iter().map(ApplicableLoyalty::from).collect(),
            warnings: warnings(it.warnings),
        }
    }
}

/// List loyalties that a flight credits
///
/// The person's active memberships in programmes that credit the flight, best first: the airline's own programme before a
/// partner's before one of the alliance; then the higher status in the alliance, the favourite, and the one that is valid
/// longer. Each with the line for the booking. Fares without credit are not known here; the programme decides. Permissions:
/// staff read everybody's, customers their own.
#[utoipa::path(
    tag = "booking",
    extensions(("x-permission" = json!("ReadLoyalties"))),
    params(MemberPath, FlightQuery),
    responses((status = 200, description = "The memberships.", body = ApplicableLoyalties))
)]
#[get("/v1/users/{id}/loyalties/applicable")]
pub async fn get_user_applicable_loyalties(
    by: May<ReadLoyalties>,
    core: Data<Core>,
    path: Path<MemberPath>,
    query: Query<FlightQuery>,
) -> Result<HttpResponse> {
    let FlightQuery {
        marketing,
        operating,
        date,
        channel,
    } = query.0;
    let flight = FlightToCredit {
        marketing,
        operating,
        date,
        channel: channel.unwrap_or(BookingChannel::Ssr),
    };
    let found = booking::applicable_loyalties(&core, &by, path.0.id, flight).await?;
    Ok(reply::ok(&ApplicableLoyalties::from(found)))
}
