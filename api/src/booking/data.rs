//! Lines and fields for booking systems.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use entity::ids::{GroupId, PassportId, UserId};
use entity::values::{BookingChannel, CarrierCode};
use serde::Deserialize;
use service::booking::BookingRequest;
use service::policy::{ReadBookingData, ReadGroupBookingData};
use service::{Core, booking};
use utoipa::IntoParams;

use super::view::{BookingData, GroupBookingData};
use crate::error::Result;
use crate::extract::{May, Path, Query};
use crate::problem::TooManyReveals;
use crate::reply;

/// Whose data.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TravellerPath {
    /// Id of the user.
    id: UserId,
}

/// Whose data.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TravellersPath {
    /// Id of the group.
    id: GroupId,
}

/// For which system, airline and passport.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TravellerQuery {
    /// System that the booking is made in; `ssr` if not said.
    #[param(example = "amadeus")]
    channel: Option<BookingChannel>,
    /// Airline of the booking; all of them (`YY`) if not said.
    #[param(example = "QF")]
    carrier: Option<CarrierCode>,
    /// Passport to travel on; the primary one if not said.
    #[param(example = "01920000-0000-7000-8000-000000000101")]
    passport_id: Option<PassportId>,
}

/// For which system and airline.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TravellersQuery {
    /// System that the booking is made in; `ssr` if not said.
    #[param(example = "sabre")]
    channel: Option<BookingChannel>,
    /// Airline of the booking; all of them (`YY`) if not said.
    #[param(example = "QF")]
    carrier: Option<CarrierCode>,
}

fn request(channel: Option<BookingChannel>, carrier: Option<CarrierCode>) -> BookingRequest {
    BookingRequest {
        channel: channel.unwrap_or(BookingChannel::Ssr),
        carrier,
    }
}

/// Read a person's booking data
///
/// For GDSs the lines to copy into a booking: name, passport (DOCS), contacts (CTCE, CTCM, CTCR) and memberships in the
/// programmes of airlines (FQTV); for NDC and Duffel the passenger in fields. What is missing, was changed or is doubtful
/// is said. Nothing is sent anywhere. The number of the passport is in clear: for everybody but the holder each call that
/// shows it is a reveal, in the audit trail and of the hour's limit. Permissions: staff read everybody, customers
/// themselves.
#[utoipa::path(
    tag = "booking",
    extensions(("x-permission" = json!("ReadBookingData"))),
    params(TravellerPath, TravellerQuery),
    responses((status = 200, description = "Lines or fields.", body = BookingData), TooManyReveals)
)]
#[get("/v1/users/{id}/booking-data")]
pub async fn get_user_booking_data(
    by: May<ReadBookingData>,
    core: Data<Core>,
    path: Path<TravellerPath>,
    query: Query<TravellerQuery>,
) -> Result<HttpResponse> {
    let request = request(query.0.channel, query.0.carrier);
    let data = booking::data(&core, &by, path.0.id, request, query.0.passport_id).await?;
    Ok(reply::ok(&BookingData::from(data)))
}

/// Read a group's booking data
///
/// The same of every member, in the order in which they joined, numbered from 1 as the travellers of one booking, with
/// their primary passports. Each passport number of somebody else that is shown is a reveal; if there are more of them than
/// the caller may still see within the hour, nothing is shown. Permissions: staff read all; customers, in the groups they belong to, themselves only.
#[utoipa::path(
    tag = "booking",
    extensions(("x-permission" = json!("ReadGroupBookingData"))),
    params(TravellersPath, TravellersQuery),
    responses((status = 200, description = "Lines or fields of each traveller.", body = GroupBookingData), TooManyReveals)
)]
#[get("/v1/groups/{id}/booking-data")]
pub async fn get_group_booking_data(
    by: May<ReadGroupBookingData>,
    core: Data<Core>,
    path: Path<TravellersPath>,
    query: Query<TravellersQuery>,
) -> Result<HttpResponse> {
    let request = request(query.0.channel, query.0.carrier);
    let data = booking::group_data(&core, &by, path.0.id, request).await?;
    Ok(reply::ok(&GroupBookingData::from(data)))
}
