use super::*;

#[test]
fn the_specimen_passport() {
    let read = verdict(ERIKSSON);
    assert_eq!(read.format, Format::Td3);
    assert!(read.valid);
    let fields = &read.fields;
    assert_eq!(fields.document_code.as_deref(), Some("P"));
    assert_eq!(fields.issuing_country.as_deref(), Some("UTO"));
    assert_eq!(fields.nationality.as_deref(), Some("UTO"));
    assert_eq!(fields.passport_number.as_deref(), Some("L898902C3"));
    assert_eq!(fields.surname.as_deref(), Some("ERIKSSON"));
    assert_eq!(fields.given_names.as_deref(), Some("ANNA MARIA"));
    assert_eq!(fields.date_of_birth, "1974-08-12".parse().ok());
    assert_eq!(fields.sex, Some(entity::values::Sex::F));
    assert_eq!(fields.expiry_date, "2034-04-15".parse().ok());
    assert_eq!(fields.personal_number.as_deref(), Some("ZE184226B"));
    assert_eq!(fields.optional_data, None);
    assert_eq!(codes(&read), ["legacy_document_code", "year_read", "year_read"]);
    let places: Vec<_> = read
        .checks
        .iter()
        .map(|check| {
            (
                check.field.as_str(),
                check.place.line,
                check.place.position,
                check.found,
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            ("passport_number", 2, 10, '6'),
            ("date_of_birth", 2, 20, '2'),
            ("expiry_date", 2, 28, '9'),
            ("personal_number", 2, 43, '1'),
            ("composite", 2, 44, '6'),
        ]
    );
}

#[test]
fn every_format_is_told_by_its_lines() {
    for (format, text, number, name, optional) in [
        (
            "TD3",
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
            "L898902C3",
            "ERIKSSON",
            None,
        ),
        (
            "TD3",
            "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F3208313<<<<<<<<<<<<<<<2",
            "C01X00T47",
            "MUSTERMANN",
            None,
        ),
        (
            "TD3",
            "P<GBDSMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<\nA1234567<6GBD8501019F3301018<<<<<<<<<<<<<<<0",
            "A1234567",
            "SMITH JONES",
            None,
        ),
        (
            "TD1",
            "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
            "D23145890",
            "ERIKSSON",
            None,
        ),
        (
            "TD2",
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
            "D23145890",
            "ERIKSSON",
            None,
        ),
        (
            "MRV-A",
            "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
            "L8988901C",
            "ERIKSSON",
            Some("6ZE184226B"),
        ),
        (
            "MRV-B",
            "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
            "L8988901C",
            "ERIKSSON",
            None,
        ),
    ] {
        let read = verdict(text);
        assert_eq!(read.format.as_str(), format);
        assert!(read.valid, "{format}: {:?}", wrong(&read));
        assert_eq!(read.fields.passport_number.as_deref(), Some(number));
        assert_eq!(read.fields.surname.as_deref(), Some(name));
        assert_eq!(read.fields.optional_data.as_deref(), optional);
    }
}

/// Doc 9303-3 appendix A, examples 3 to 5, with names to make them whole.
#[test]
fn the_composite_vectors_of_the_standard() {
    for text in [
        "P<UTOX<<Y<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nHA672242<6YTO5802254M9601086<<<<<<<<<<<<<<08",
        "I<YTOD231458907<<<<<<<<<<<<<<<\n3407127M9507122YTO<<<<<<<<<<<2\nSTEVENSON<<PETER<<<<<<<<<<<<<<",
        "I<YTOSTEVENSON<<PETER<<<<<<<<<<<<<<<\nHA672242<6YTO5802254M9601086<<<<<<<8",
    ] {
        let read = verdict(text);
        assert_eq!(wrong(&read), [], "{text}");
        assert!(codes(&read).contains(&"unknown_code"));
    }
}

#[test]
fn long_numbers_of_cards_go_on_in_the_optional_data() {
    // D23145890 734 with check digit 9, Doc 9303-5 §4.2.2.1 note j.
    let td1 =
        "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";
    let read = verdict(td1);
    assert_eq!(read.fields.passport_number.as_deref(), Some("D23145890734"));
    assert_eq!(read.fields.optional_data, None);
    assert_eq!(
        (read.checks[0].place.line, read.checks[0].place.position),
        (1, 19)
    );
    assert!(read.checks[0].ok, "{:?}", wrong(&read));
    let td2 = "I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<2";
    let read = verdict(td2);
    assert_eq!(read.fields.passport_number.as_deref(), Some("D23145890734"));
    assert_eq!(read.fields.optional_data, None);
    assert_eq!(
        (read.checks[0].place.line, read.checks[0].place.position),
        (2, 32)
    );
    assert!(read.checks[0].ok, "{:?}", wrong(&read));
}

#[test]
fn white_space_case_and_line_breaks_do_not_matter() {
    let expected = verdict(ERIKSSON);
    let plain = ERIKSSON.replace('\n', "");
    let wrapped: Vec<_> = plain
        .as_bytes()
        .chunks(22)
        .map(|chunk| str::from_utf8(chunk).unwrap())
        .collect();
    for text in [
        ERIKSSON.replace('\n', "\r\n"),
        ERIKSSON.replace('\n', "\r"),
        ERIKSSON.to_lowercase(),
        format!("\n\n  {}\t\n", ERIKSSON.replace('\n', " \n\n ")),
        ERIKSSON.replace("<<", "< <"),
        ERIKSSON.replace('\n', "\u{2028}"),
        format!("\u{feff}{ERIKSSON}"),
        wrapped.join("\n"),
        plain,
    ] {
        assert_eq!(verdict(&text), expected, "{text:?}");
    }
}

#[test]
fn names_are_taken_apart() {
    for (field, surname, given_names, warning) in [
        ("HENG<<DEBORAH<MING<LO", "HENG", Some("DEBORAH MING LO"), None),
        ("VAN<DER<MUELLEN<<MARTIN", "VAN DER MUELLEN", Some("MARTIN"), None),
        ("ARKFREITH", "ARKFREITH", None, None),
        ("SATRIYA<SUDARPA", "SATRIYA SUDARPA", None, None),
        ("<<RAJESHWARI", "RAJESHWARI", None, Some("only_name")),
        (
            "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
            "NILAVADHANANANDA",
            Some("CHAYAPA DEJTHAMRONG K"),
            Some("name_truncated"),
        ),
        (
            "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO",
            "BENNELONG WOOLOOM WARRAND WARNAM",
            Some("DINGO"),
            Some("name_truncated"),
        ),
        (
            "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR",
            "PAPANDROPOULOUS",
            Some("JONATHON WARREN TREVOR"),
            Some("name_truncated"),
        ),
    ] {
        let read = verdict(&format!(
            "PPUTO{field:<<39}\nL898902C36UTO7408122F3404159ZE184226B<<<<<16"
        ));
        assert!(read.valid);
        assert_eq!(read.fields.surname.as_deref(), Some(surname));
        assert_eq!(read.fields.given_names.as_deref(), given_names);
        let expected: Vec<_> = warning.into_iter().chain(["year_read", "year_read"]).collect();
        assert_eq!(codes(&read), expected, "{field}");
    }
}
