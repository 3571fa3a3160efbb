//! What a passenger list needs of each traveller, and who must not travel alone.

use chrono::{Months, NaiveDate};
use entity::values::{ManifestGap, MemberRole};

/// From which birthday on somebody is of age, in years.
const OF_AGE: u32 = 18;

/// What is known of a traveller, whatever it says.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // Each is a place in the list.
pub struct Known {
    /// An active passport, or an identity card that stands in for it.
    pub passport: bool,
    /// The date of birth.
    pub date_of_birth: bool,
    /// The gender.
    pub gender: bool,
    /// The nationality.
    pub nationality: bool,
    /// An e-mail address.
    pub email: bool,
    /// A telephone number.
    pub phone: bool,
    /// Somebody to call in an emergency; also where the caller may not see whether there is anybody.
    pub emergency_contact: bool,
}

/// What is missing, in the order of the columns.
pub fn gaps(known: Known) -> Vec<ManifestGap> {
    let Known {
        passport,
        date_of_birth,
        gender,
        nationality,
        email,
        phone,
        emergency_contact,
    } = known;
    [
        (date_of_birth, ManifestGap::DateOfBirth),
        (gender, ManifestGap::Gender),
        (nationality, ManifestGap::Nationality),
        (passport, ManifestGap::Passport),
        (phone, ManifestGap::Phone),
        (email, ManifestGap::Email),
        (emergency_contact, ManifestGap::EmergencyContact),
    ]
    .into_iter()
    .filter_map(|(is_known, gap)| (!is_known).then_some(gap))
    .collect()
}

/// Whether somebody is a minor and nobody else in the group travels as a guardian. Who is in it as a child is a minor where
/// the birthday is not known.
pub fn lacks_guardian(
    born: Option<NaiveDate>,
    role: MemberRole,
    others: impl IntoIterator<Item = MemberRole>,
    today: NaiveDate,
) -> bool {
    let is_minor = born.map_or(role == MemberRole::Child, |born| is_minor(born, today));
    is_minor && !others.into_iter().any(|role| role == MemberRole::Guardian)
}

fn is_minor(born: NaiveDate, today: NaiveDate) -> bool {
    born.checked_add_months(Months::new(OF_AGE * 12))
        .is_some_and(|of_age| of_age > today)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_named_in_the_order_of_the_columns() {
        let nothing = Known {
            passport: false,
            date_of_birth: false,
            gender: false,
            nationality: false,
            email: false,
            phone: false,
            emergency_contact: false,
        };
        let names: Vec<_> = gaps(nothing).iter().map(|gap| gap.as_str()).collect();
        assert_eq!(
            names,
            [
                "date_of_birth",
                "gender",
                "nationality",
                "passport",
                "phone",
                "email",
                "emergency_contact",
            ]
        );
        let all = Known {
            passport: true,
            date_of_birth: true,
            gender: true,
            nationality: true,
            email: true,
            phone: true,
            emergency_contact: true,
        };
        assert_eq!(gaps(all), []);
        assert_eq!(gaps(Known { email: false, ..all }), [ManifestGap::Email]);
    }

    #[test]
    fn minors_need_a_guardian_beside_them() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-23");
        let lacks = |born: Option<&str>, role, others: &[MemberRole]| {
            lacks_guardian(born.map(day), role, others.iter().copied(), today)
        };
        let (child, companion) = (MemberRole::Child, MemberRole::Companion);
        assert!(lacks(Some("2008-11-24"), companion, &[MemberRole::Lead]));
        assert!(!lacks(Some("2008-11-24"), companion, &[MemberRole::Guardian]));
        assert!(
            !lacks(Some("2008-11-23"), companion, &[MemberRole::Lead]),
            "of age today"
        );
        // Who is of age is no child, whatever the list says; who has no birthday is what the list says.
        assert!(!lacks(Some("1974-08-12"), child, &[]));
        assert!(lacks(None, child, &[companion]));
        assert!(!lacks(None, companion, &[]));
        // Nobody is the guardian of oneself.
        assert!(lacks(Some("2010-01-01"), MemberRole::Guardian, &[child]));
    }
}
