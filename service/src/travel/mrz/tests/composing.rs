use entity::values::Sex;

use super::*;

fn passport() -> Passport<'static> {
    Passport {
        document_code: "P",
        issuing_country: "UTO".parse().unwrap(),
        nationality: "UTO".parse().unwrap(),
        passport_number: "L898902C3",
        personal_number: None,
        surname: "Eriksson",
        given_names: Some("Anna Maria"),
        date_of_birth: "1974-08-12".parse().unwrap(),
        sex: Sex::F,
        expiry_date: "2034-04-15".parse().unwrap(),
    }
}

fn lines(passport: &Passport<'_>) -> Vec<String> {
    compose(passport).unwrap().lines
}

#[test]
fn the_specimen_passport() {
    let composed = compose(&passport()).unwrap();
    assert_eq!(
        composed.lines,
        [
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
            "L898902C36UTO7408122F3404159<<<<<<<<<<<<<<<4",
        ]
    );
    assert!(composed.warnings.is_empty());
}

#[test]
fn the_personal_number_of_the_specimen() {
    let whole = Passport {
        personal_number: Some("ZE184226B"),
        expiry_date: "2012-04-15".parse().unwrap(),
        ..passport()
    };
    assert_eq!(lines(&whole)[1], "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
}

#[test]
fn the_vectors_of_others() {
    let german = Passport {
        issuing_country: "DEU".parse().unwrap(),
        nationality: "D".parse().unwrap(),
        passport_number: "C01X00T47",
        surname: "Mustermann",
        given_names: Some("Erika"),
        date_of_birth: "1964-08-12".parse().unwrap(),
        expiry_date: "2032-08-31".parse().unwrap(),
        ..passport()
    };
    assert_eq!(
        lines(&german),
        [
            "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<",
            "C01X00T478D<<6408125F3208313<<<<<<<<<<<<<<<2",
        ]
    );
    let british = Passport {
        issuing_country: "GBD".parse().unwrap(),
        nationality: "GBD".parse().unwrap(),
        passport_number: "A1234567",
        surname: "Smith-Jones",
        given_names: Some("Susie Margaret"),
        date_of_birth: "1985-01-01".parse().unwrap(),
        expiry_date: "2033-01-01".parse().unwrap(),
        ..passport()
    };
    assert_eq!(
        lines(&british),
        [
            "P<GBDSMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<",
            "A1234567<6GBD8501019F3301018<<<<<<<<<<<<<<<0",
        ]
    );
}

#[test]
fn single_names_kinds_and_unspecified_sex() {
    let arkfreith = Passport {
        document_code: "PP",
        surname: "Arkfreith",
        given_names: None,
        sex: Sex::X,
        ..passport()
    };
    let lines = lines(&arkfreith);
    assert_eq!(lines[0], "PPUTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<");
    assert_eq!(&lines[1][20..21], "<");
}

#[test]
fn what_the_issuer_may_have_written_otherwise_is_told() {
    let told = |surname, given_names| {
        let composed = compose(&Passport {
            surname,
            given_names: Some(given_names),
            ..passport()
        })
        .unwrap();
        let codes: Vec<_> = composed
            .warnings
            .iter()
            .map(|warning| warning.code.as_str())
            .collect();
        (composed.lines[0].clone(), codes)
    };
    assert_eq!(
        told("Müller", "José"),
        (
            "P<UTOMUELLER<<JOSE<<<<<<<<<<<<<<<<<<<<<<<<<<".to_owned(),
            vec!["name_transliterated", "name_transliterated"]
        )
    );
    assert_eq!(
        told("Nilavadhanananda", "Chayapa Dejthamrong Krasuang"),
        (
            "P<UTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K".to_owned(),
            vec!["name_truncated"]
        )
    );
}

#[test]
fn what_does_not_go_into_a_zone_is_refused() {
    let long = Passport {
        passport_number: "1234567890",
        ..passport()
    };
    assert_eq!(compose(&long), Err(NotComposable::NumberTooLong));
    let chinese = Passport {
        surname: "李",
        ..passport()
    };
    assert_eq!(compose(&chinese), Err(NotComposable::NoTransliteration));
}
