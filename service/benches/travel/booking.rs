//! Booking data: what `GET /v1/users/{id}/booking-data` does beside HTTP and the database.

use std::hint::black_box;

use chrono::{DateTime, NaiveDate};
use criterion::Criterion;
use entity::ids::{EmergencyContactId, UserId};
use entity::values::BookingChannel;
use service::emergency_contacts::EmergencyContact;
use service::preferences::{Assistance, TravelPreferences};
use service::travel::booking::{Request, Seating, Traveller, write};

use crate::people::{parsed, passport, user};

fn contact(user_id: UserId) -> EmergencyContact {
    EmergencyContact {
        id: EmergencyContactId::new(),
        user_id,
        name: parsed("Erik Eriksson"),
        relationship: None,
        phone: parsed("+46701740606"),
        email: None,
        language: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

pub fn benchmarks(criterion: &mut Criterion) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let user = user();
    let (passport, contact) = (passport(user.id), contact(user.id));
    let wishes = TravelPreferences {
        meal: Some(parsed("VGML")),
        assistance: vec![Assistance {
            code: parsed("WCHR"),
            note: Some(parsed("Walks with a stick")),
        }],
        ..TravelPreferences::none(user.id)
    };
    let mut group = criterion.benchmark_group("booking-data");
    for channel in BookingChannel::ALL {
        group.bench_function(channel.as_str(), |bencher| {
            bencher.iter(|| {
                let traveller = Traveller {
                    user: black_box(&user),
                    passport: Some(&passport),
                    memberships: &[],
                    visas: &[],
                    traveller_numbers: &[],
                    emergency_contact: Some(&contact),
                    preferences: Some(&wishes),
                    number: 1,
                    seating: Seating::Alone,
                };
                let request = Request {
                    channel: *channel,
                    carrier: Some("QF"),
                    destination: None,
                    departure: today,
                    today,
                };
                write(traveller, request)
            });
        });
    }
    group.finish();
}
