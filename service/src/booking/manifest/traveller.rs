//! What is known of one traveller, and the line of the list that it makes.

use chrono::NaiveDate;
use entity::loyalty_programs;
use entity::values::{CountryCode, Gender, MemberRole, Sex};

use super::ManifestPassenger;
use crate::booking::needs::OwnNeeds;
use crate::documents::{self, TravelDocuments};
use crate::identity_cards;
use crate::loyalties::Loyalty;
use crate::passports;
use crate::travel::manifest::{Known, gaps};
use crate::travel::names::{Name, mrz};
use crate::travel::warning::{Code, Warning};
use crate::users::User;

/// A member of the group, and what belongs to it.
pub(super) struct Traveller {
    /// Place in the list, from 1.
    pub(super) number: usize,
    /// What the member is to the group.
    pub(super) role: MemberRole,
    /// The profile.
    pub(super) user: User,
    /// The primary passport, if there is one, and what else is good today.
    pub(super) documents: TravelDocuments,
    /// Whom to call, seat, meal and assistance.
    pub(super) needs: OwnNeeds,
    /// Memberships with their programmes, the favourite first.
    pub(super) memberships: Vec<(Loyalty, loyalty_programs::Model)>,
}

impl Traveller {
    /// The line of the list.
    pub(super) fn into_passenger(self, today: NaiveDate) -> ManifestPassenger {
        let Self {
            number,
            role,
            user,
            documents,
            needs,
            memberships,
        } = self;
        let TravelDocuments {
            passports,
            visas,
            identity_cards,
            traveller_numbers,
        } = documents;
        let passport = passports.into_iter().next();
        let (person, mut warnings) = Person::of(&user, passport.as_ref(), &identity_cards, today);
        let mrz = mrz(&person.name, &mut warnings);
        for doubt in traveller_numbers.iter().flat_map(|it| &it.warnings) {
            if !warnings.contains(doubt) {
                warnings.push(doubt.clone());
            }
        }
        let contacts = needs.emergency_contacts;
        let known = Known {
            passport: passport.is_some() || !identity_cards.is_empty(),
            date_of_birth: person.date_of_birth.is_some(),
            gender: person.gender.is_some(),
            nationality: person.nationality.is_some(),
            email: user.email.is_some(),
            phone: user.phone.is_some(),
            emergency_contact: contacts.as_ref().is_none_or(|all| !all.is_empty()),
        };
        ManifestPassenger {
            number,
            user_id: user.id,
            role,
            title: user.title,
            name: person.name,
            mrz,
            date_of_birth: person.date_of_birth,
            gender: person.gender,
            nationality: person.nationality,
            passport,
            visas,
            identity_cards,
            traveller_numbers,
            phone: user.phone,
            email: user.email,
            emergency_contacts: contacts.unwrap_or_default(),
            preferences: needs.preferences,
            memberships,
            missing: gaps(known),
            warnings,
        }
    }
}

/// Who somebody is, by the best that says it.
struct Person {
    name: Name,
    date_of_birth: Option<NaiveDate>,
    gender: Option<Gender>,
    nationality: Option<CountryCode>,
}

impl Person {
    /// By the passport; by the identity card that is good the longest where there is none; by the profile where there is no
    /// document. With what is to be said of the document.
    fn of(
        user: &User,
        passport: Option<&passports::Shown>,
        identity_cards: &[identity_cards::Shown],
        today: NaiveDate,
    ) -> (Self, Vec<Warning>) {
        if let Some(passport) = passport {
            let person = Self {
                name: Name::of_document(passport, user.title.as_ref()),
                date_of_birth: Some(passport.date_of_birth),
                gender: Some(gender(passport.sex)),
                nationality: Some(passport.nationality),
            };
            let expired = Warning::new(
                Code::PassportExpired,
                "The passport has expired; the airline will not take its holder abroad on it.",
            );
            let is_expired = documents::is_expired(passport.expiry_date, today);
            return (person, is_expired.then_some(expired).into_iter().collect());
        }
        let longest = |card: &&identity_cards::Shown| card.expiry_date.unwrap_or(NaiveDate::MAX);
        if let Some(card) = identity_cards.iter().max_by_key(longest) {
            let person = Self {
                name: Name::of_identity_card(card, user.title.as_ref()),
                date_of_birth: Some(card.date_of_birth),
                gender: Some(gender(card.sex)),
                nationality: Some(card.nationality),
            };
            let instead = Warning::new(
                Code::OnIdentityCard,
                "There is no active passport; name and birth date are those of the identity card, which not every country takes.",
            );
            return (person, vec![instead]);
        }
        let person = Self {
            name: Name::of_user(user),
            date_of_birth: user.date_of_birth,
            gender: user.gender,
            nationality: user.nationality,
        };
        (person, Vec::new())
    }
}

const fn gender(sex: Sex) -> Gender {
    match sex {
        Sex::F => Gender::F,
        Sex::M => Gender::M,
        Sex::X => Gender::X,
    }
}
