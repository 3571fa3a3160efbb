//! Memberships of all kinds, and whatever comes.

use chrono::DateTime;
use entity::ids::{LoyaltyId, LoyaltyProgramId, UserId};
use entity::values::{Carriers, ExternalIds, Tier, Tiers};
use proptest::prelude::*;

use super::*;
use crate::travel::loyalty::catalogue::{CATALOGUE, entry};
use crate::travel::loyalty::doubts;

type Membership = (Loyalty, loyalty_programs::Model);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn flight<'a>(marketing: &'a str, operating: &'a str) -> Flight<'a> {
    Flight {
        marketing,
        operating,
        day: day("2026-11-22"),
    }
}

/// A membership in a programme of the catalogue.
fn member(id: &str, tier: &str) -> Membership {
    let it = entry(id).unwrap();
    let program = loyalty_programs::Model {
        id: LoyaltyProgramId::new(),
        supplier: it.supplier.clone(),
        name: it.name.clone(),
        catalogue_key: String::new(),
        program_type: it.r#type,
        supplier_code: it.supplier_code.clone(),
        tiers: it.tiers.clone(),
        offered_from: None,
        offered_until: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        carriers: it.carriers.clone(),
        partners: it.partners.clone(),
        alliance: it.alliance,
        catalogue_entry: Some(id.to_owned()),
        catalogue_hash: Some(String::new()),
    };
    let loyalty = Loyalty {
        id: LoyaltyId::new(),
        user_id: UserId::new(),
        program_id: program.id,
        membership_number: "123456789".parse().unwrap(),
        tier: (!tier.is_empty()).then(|| tier.parse().unwrap()),
        status: LoyaltyStatus::Active,
        expiry_date: None,
        primary: false,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        external_ids: ExternalIds::default(),
    };
    (loyalty, program)
}

/// The programmes that are credited, in their order, with reason, airline and status.
fn order(memberships: &[Membership], flight: Flight<'_>) -> Vec<String> {
    let credited = in_order(memberships, flight)
        .into_iter()
        .filter_map(|((_, program), credit)| {
            let credit = credit?;
            let status = credit.status.map_or("-", AllianceStatus::as_str);
            let id = program.catalogue_entry.clone().unwrap();
            Some(format!("{id} {} {} {status}", credit.reason, credit.carrier))
        });
    credited.collect()
}

#[test]
fn own_comes_before_partner_before_alliance() {
    let all = [
        member("eurobonus", "Gold"),
        member("krisflyer", "PPS Club"),
        member("skywards", "Gold"),
        member("miles-and-more", ""),
        member("marriott-bonvoy", "Gold Elite"),
    ];
    assert_eq!(
        order(&all, flight("LH", "UA")),
        [
            "miles-and-more own LH -",
            "skywards partner UA -",
            "krisflyer alliance LH gold"
        ]
    );
    assert_eq!(
        order(&all, flight("AF", "KL")),
        ["eurobonus alliance AF elite_plus"]
    );
    assert_eq!(order(&all, flight("U2", "U2")), Vec::<String>::new());
}

#[test]
fn one_programme_serves_several_airlines_and_both_airlines_of_a_flight_count() {
    let all = [member("miles-and-more", "Senator")];
    for (marketing, operating, carrier) in [
        ("LX", "LX", "LX"),
        ("4Y", "4Y", "4Y"),
        ("AC", "OS", "OS"),
        ("SN", "LH", "SN"),
    ] {
        assert_eq!(
            order(&all, flight(marketing, operating)),
            [format!("miles-and-more own {carrier} gold")]
        );
    }
    assert_eq!(
        order(&[member("aadvantage", "Gold")], flight("FJ", "FJ")),
        ["aadvantage own FJ ruby"]
    );
    assert_eq!(
        order(&[member("atmos-rewards", "Platinum")], flight("HA", "HA")),
        ["atmos-rewards own HA emerald"]
    );
}

#[test]
fn a_higher_status_comes_first_then_the_favourite_then_what_is_valid_longer() {
    let mut all = [
        member("finnair-plus", "Silver"),
        member("qantas-frequent-flyer", "Gold"),
        member("privilege-club", "Platinum"),
        member("enrich", "Gold"),
        member("cathay", "Gold"),
    ];
    all[0].0.primary = true;
    all[1].0.expiry_date = Some(day("2027-01-01"));
    all[3].0.expiry_date = Some(day("2028-01-01"));
    let ids = |all: &[Membership]| -> Vec<String> {
        order(all, flight("BA", "BA"))
            .iter()
            .map(|it| it.split(' ').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        ids(&all),
        [
            "privilege-club",
            "cathay",
            "enrich",
            "qantas-frequent-flyer",
            "finnair-plus"
        ]
    );
    all[1].0.primary = true;
    assert_eq!(ids(&all)[1], "qantas-frequent-flyer");
}

#[test]
fn an_expired_tier_counts_for_nothing() {
    let mut one = member("miles-and-more", "Senator");
    one.0.expiry_date = Some(day("2026-11-22"));
    assert_eq!(
        order(std::slice::from_ref(&one), flight("LH", "LH")),
        ["miles-and-more own LH gold"]
    );
    one.0.expiry_date = Some(day("2026-11-21"));
    let doubted = |one: &Membership| -> Vec<&str> {
        doubts(&one.0, &one.1, day("2026-11-22"))
            .iter()
            .map(|it| it.code.as_str())
            .collect()
    };
    assert_eq!(doubted(&one), ["tier_expired", "unlikely_number"]);
    assert_eq!(
        order(std::slice::from_ref(&one), flight("LH", "LH")),
        ["miles-and-more own LH -"]
    );
    one.0.tier = None;
    assert_eq!(doubted(&one), ["unlikely_number"]);
    one.0.membership_number = "LH 992 0031 4512 3456".parse().unwrap();
    assert_eq!(doubted(&one), Vec::<&str>::new());
    one.0.membership_number = "992003145123456".parse().unwrap();
    assert_eq!(doubted(&one), Vec::<&str>::new());
}

#[test]
fn an_airline_that_leaves_its_alliance_takes_its_programme_along() {
    let asiana = [member("asiana-club", "Diamond")];
    let last = Flight {
        day: day("2026-12-16"),
        ..flight("LH", "LH")
    };
    assert_eq!(order(&asiana, last), ["asiana-club alliance LH gold"]);
    let after = Flight {
        day: day("2026-12-17"),
        ..last
    };
    assert_eq!(order(&asiana, after), Vec::<String>::new());
    let own = Flight {
        marketing: "OZ",
        operating: "OZ",
        ..after
    };
    assert_eq!(order(&asiana, own), ["asiana-club own OZ -"]);
    assert_eq!(order(&[member("krisflyer", "")], own), Vec::<String>::new());
}

#[test]
fn programmes_that_an_agency_wrote_itself_count_too() {
    let mut own = member("krisflyer", "");
    own.1.catalogue_entry = Some("own".to_owned());
    own.1.carriers = Carriers::default();
    own.1.alliance = None;
    assert_eq!(
        order(std::slice::from_ref(&own), flight("SQ", "SQ")),
        ["own own SQ -"]
    );
    // An airline that no file knows, in an alliance that the agency says.
    own.1.supplier_code = Some("U0".parse().unwrap());
    own.1.alliance = Some(Alliance::StarAlliance);
    own.1.tiers = Tiers::new(vec![Tier {
        name: "Top".parse().unwrap(),
        alliance_status: Some(AllianceStatus::Gold),
    }])
    .unwrap();
    own.0.tier = Some("TOP".parse().unwrap());
    assert_eq!(
        order(std::slice::from_ref(&own), flight("LH", "LH")),
        ["own alliance LH gold"]
    );
    own.1.program_type = ProgramType::Car;
    assert_eq!(
        order(std::slice::from_ref(&own), flight("U0", "U0")),
        Vec::<String>::new()
    );
}

#[test]
fn suspended_and_closed_memberships_are_not_credited() {
    for status in [LoyaltyStatus::Suspended, LoyaltyStatus::Closed] {
        let mut one = member("krisflyer", "");
        one.0.status = status;
        assert_eq!(order(&[one], flight("SQ", "SQ")), Vec::<String>::new());
    }
}

prop_compose! {
    fn any_membership()(
        entry in 0..CATALOGUE.programs.len(),
        tier in 0..8_usize,
        status in 0..3_usize,
        days in proptest::option::of(-400..400_i64),
        primary: bool,
    ) -> Membership {
        let entry = &CATALOGUE.programs[entry];
        let tier = entry.tiers.as_slice().get(tier).map_or("", |tier| tier.name.as_str());
        let mut one = member(&entry.id, tier);
        one.0.status = LoyaltyStatus::ALL[status];
        one.0.expiry_date = days.map(|days| day("2026-11-22") + chrono::Duration::days(days));
        one.0.primary = primary;
        one
    }
}

fn any_carrier() -> impl Strategy<Value = String> {
    let known = (0..CATALOGUE.programs.len(), 0..11_usize).prop_map(|(program, carrier)| {
        let carriers = CATALOGUE.programs[program].carriers.as_slice();
        carriers.get(carrier).map_or("U2", |it| it.as_str()).to_owned()
    });
    prop_oneof![4 => known, 1 => "[A-Z][A-Z0-9]"]
}

proptest! {
    #[test]
    fn nobody_is_lost_and_the_order_does_not_depend_on_how_they_came(
        memberships in prop::collection::vec(any_membership(), 0..8),
        marketing in any_carrier(),
        operating in any_carrier(),
    ) {
        let flight = flight(&marketing, &operating);
        let found = in_order(&memberships, flight);
        prop_assert_eq!(found.len(), memberships.len());
        // Those that are credited are at the front, and reasons only get worse.
        let reasons: Vec<_> = found.iter().map(|(_, credit)| credit.as_ref().map_or(3, |it| place(it.reason))).collect();
        prop_assert!(reasons.is_sorted(), "{:?}", reasons);
        for ((loyalty, program), credit) in &found {
            if let Some(credit) = credit {
                prop_assert_eq!(loyalty.status, LoyaltyStatus::Active);
                prop_assert!([&marketing, &operating].contains(&&credit.carrier));
                prop_assert!(credit.status.is_none_or(|it| Some(it.alliance()) == credit.alliance));
                prop_assert!(credit.status.is_none() || !is_expired(loyalty, flight.day));
                prop_assert_eq!(credit.reason == CreditReason::Own, is_own(program, &marketing) || is_own(program, &operating));
            } else {
                prop_assert!(loyalty.status != LoyaltyStatus::Active || !is_own(program, &marketing));
            }
        }
        let mut reversed = memberships.clone();
        reversed.reverse();
        let keys = |all: &[Membership]| -> Vec<_> {
            in_order(all, flight).into_iter().filter_map(|((loyalty, _), credit)| {
                let credit = credit?;
                Some((credit.reason, credit.status.map_or(0, AllianceStatus::level), loyalty.primary, validity(loyalty, flight.day)))
            }).collect()
        };
        prop_assert_eq!(keys(&memberships), keys(&reversed));
    }
}
