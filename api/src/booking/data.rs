//! Lines and fields for booking systems.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use entity::ids::{GroupId, PassportId, UserId};
use entity::values::{BookingChannel, CarrierCode, CountryCode, InfantSeating};
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
    /// Country that the trip goes to, for its visas; those of all countries that are good today if not said.
    #[param(example = "US")]
    destination: Option<CountryCode>,
    /// First day of the journey, on which ages count; today if not said.
    #[param(example = "2027-06-01")]
    departure: Option<NaiveDate>,
    /// Where those sit who are younger than two at the departure; `seat` if not said.
    #[param(example = "lap")]
    infants: Option<InfantSeating>,
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
    /// Country that the trip goes to, for its visas; those of all countries that are good today if not said.
    #[param(example = "US")]
    destination: Option<CountryCode>,
    /// First day of the journey, on which ages count; today if not said.
    #[param(example = "2027-06-01")]
    departure: Option<NaiveDate>,
    /// Where those sit who are younger than two at the departure; `seat` if not said.
    #[param(example = "lap")]
    infants: Option<InfantSeating>,
}

impl TravellerQuery {
    fn request(self) -> BookingRequest {
        BookingRequest {
            channel: self.channel.unwrap_or(BookingChannel::Ssr),
            carrier: self.carrier,
            destination: self.destination,
            departure: self.departure,
            infants: self.infants.unwrap_or(InfantSeating::Seat),
        }
    }
}

impl TravellersQuery {
    fn request(self) -> BookingRequest {
        BookingRequest {
            channel: self.channel.unwrap_or(BookingChannel::Ssr),
            carrier: self.carrier,
            destination: self.destination,
            departure: self.departure,
            infants: self.infants.unwrap_or(InfantSeating::Seat),
        }
    }
}

/// Read a person's booking data
///
/// For GDSs the lines to copy into a booking: name, passport (DOCS), contacts (CTCE, CTCM, CTCR), visas and traveller numbers (DOCO), address
/// (DOCA), whom to call (PCTC), meal, assistance and memberships in the programmes of airlines (FQTV); for NDC and Duffel
/// the passenger in fields. What is missing, was changed or is doubtful is said. `infants=lap` writes the lines of an infant without a
/// seat. Nothing is sent anywhere. The numbers of
/// passport, visas and programmes of states are in clear: for everybody but the holder each call that shows them is a reveal of each, in the audit trail and of the hour's limit. Permissions: staff read everybody, customers
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
    let passport = query.0.passport_id;
    let data = booking::data(&core, &by, path.0.id, query.0.request(), passport).await?;
    Ok(reply::ok(&BookingData::from(data)))
}

/// Read a group's booking data
///
/// The same of every member, in the order in which they joined, numbered from 1 as the travellers of one booking, with
/// their primary passports. With `infants=lap` each infant is on the lap of an adult, guardians first, whose number its lines carry; only
/// seats are numbered. Each passport number of somebody else that is shown is a reveal; if there are more of them than
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
    let data = booking::group_data(&core, &by, path.0.id, query.0.request()).await?;
    Ok(reply::ok(&GroupBookingData::from(data)))
}
