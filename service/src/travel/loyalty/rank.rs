//! Which membership is the best for a flight.

use std::cmp::Reverse;

use chrono::NaiveDate;
use entity::loyalty_programs;
use entity::values::{Alliance, AllianceStatus, CreditReason, LoyaltyStatus, ProgramType, SupplierCode};

use super::alliances::{alliance_of, alliance_of_program};
use crate::loyalties::Loyalty;

/// A flight that somebody wants credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flight<'a> {
    /// Airline under whose number it is sold.
    pub marketing: &'a str,
    /// Airline that flies it.
    pub operating: &'a str,
    /// Its day.
    pub day: NaiveDate,
}

/// How a membership is credited on a flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Why.
    pub reason: CreditReason,
    /// For which of the two airlines; the marketing one where it is both.
    pub carrier: String,
    /// Alliance of the programme on that day.
    pub alliance: Option<Alliance>,
    /// What the tier counts for in it; nothing if it has expired.
    pub status: Option<AllianceStatus>,
}

/// All memberships: those that are credited first, the best of them at the front; then the others in the order given.
///
/// Better is, in this order: the airline's own programme before a partner's before one of the alliance; a higher status in
/// the alliance; the favourite; the one that is valid longer.
pub fn in_order<'a>(
    memberships: &'a [(Loyalty, loyalty_programs::Model)],
    flight: Flight<'_>,
) -> Vec<(&'a (Loyalty, loyalty_programs::Model), Option<Credit>)> {
    let mut found: Vec<_> = memberships
        .iter()
        .map(|it| (it, credit(&it.0, &it.1, flight)))
        .collect();
    // Stable: equals stay as they were given.
    found.sort_by_key(|((loyalty, _), credit)| {
        credit.as_ref().map_or((true, None), |credit| {
            let key = (
                place(credit.reason),
                Reverse(credit.status.map_or(0, AllianceStatus::level)),
                !loyalty.primary,
                Reverse(validity(loyalty, flight.day)),
            );
            (false, Some(key))
        })
    });
    found
}

const fn place(reason: CreditReason) -> u8 {
    match reason {
        CreditReason::Own => 0,
        CreditReason::Partner => 1,
        CreditReason::Alliance => 2,
    }
}

/// The last day; one that is not known is the latest, one that has passed counts as none.
fn validity(loyalty: &Loyalty, day: NaiveDate) -> Option<NaiveDate> {
    match loyalty.expiry_date {
        None => Some(NaiveDate::MAX),
        Some(last) => (last >= day).then_some(last),
    }
}

/// Whether the last day of the membership or its tier lies before a day.
pub(super) fn is_expired(loyalty: &Loyalty, day: NaiveDate) -> bool {
    validity(loyalty, day).is_none()
}

/// How a membership is credited, if it is.
fn credit(loyalty: &Loyalty, program: &loyalty_programs::Model, flight: Flight<'_>) -> Option<Credit> {
    if loyalty.status != LoyaltyStatus::Active {
        return None;
    }
    let alliance = alliance_of_program(program, flight.day);
    let is_allied = |carrier: &str| alliance.is_some() && alliance_of(carrier, flight.day) == alliance;
    let airlines = [flight.marketing, flight.operating];
    let (reason, carrier) = first(airlines, CreditReason::Own, |it| is_own(program, it))
        .or_else(|| {
            first(airlines, CreditReason::Partner, |it| {
                program.partners.contains(it)
            })
        })
        .or_else(|| first(airlines, CreditReason::Alliance, is_allied))?;
    let tier = loyalty.tier.as_ref().filter(|_| !is_expired(loyalty, flight.day));
    Some(Credit {
        reason,
        carrier: carrier.to_owned(),
        alliance,
        status: tier
            .and_then(|tier| program.tiers.find(tier)?.alliance_status)
            .filter(|status| Some(status.alliance()) == alliance),
    })
}

fn first(
    airlines: [&str; 2],
    reason: CreditReason,
    is_credited: impl Fn(&str) -> bool,
) -> Option<(CreditReason, &str)> {
    airlines
        .into_iter()
        .find(|it| is_credited(it))
        .map(|carrier| (reason, carrier))
}

/// Whether it is the airline's own programme: one of the list, or the airline that runs it.
pub(super) fn is_own(program: &loyalty_programs::Model, carrier: &str) -> bool {
    let runs = program.program_type == ProgramType::Airline
        && program.supplier_code.as_ref().map(SupplierCode::as_str) == Some(carrier);
    runs || program.carriers.contains(carrier)
}

#[cfg(test)]
mod tests;
