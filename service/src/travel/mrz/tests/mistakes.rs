use super::*;

const NAMES: &str = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";

fn lower(line: &str) -> Verdict {
    verdict(&format!("{NAMES}\n{line}"))
}

#[test]
fn a_wrong_digit_is_named_with_its_place() {
    let read = lower("L898902C37UTO7408122F3404159ZE184226B<<<<<16");
    assert!(!read.valid);
    assert_eq!(
        wrong(&read),
        [("passport_number", 2, 10, '6'), ("composite", 2, 44, '3')]
    );
    assert_eq!(read.fields.passport_number.as_deref(), Some("L898902C3"));
    let read = lower("L898902C36UTO7408132F3404159ZE184226B<<<<<16");
    assert!(!read.valid);
    assert_eq!(wrong(&read)[0], ("date_of_birth", 2, 20, '3'));
    let card =
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<7\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    assert_eq!(wrong(&verdict(card)), [("composite", 2, 30, '6')]);
}

/// Every one of the 43 characters that the check digits cover, replaced by its neighbour in the alphabet.
#[test]
fn every_checked_character_counts() {
    let line = "L898902C36UTO7408122F3404159ZE184226B<<<<<16";
    let mut mistaken = 0;
    for (index, character) in line.bytes().enumerate() {
        if !(character.is_ascii_digit()) || (10..13).contains(&index) {
            continue;
        }
        let mut changed = line.as_bytes().to_vec();
        changed[index] = if character == b'9' { b'0' } else { character + 1 };
        let read = lower(str::from_utf8(&changed).unwrap());
        assert!(
            !read.valid || codes(&read).contains(&"repaired_by_check_digit"),
            "{index}"
        );
        mistaken += u32::from(read.valid);
    }
    // A mistyped digit that looks like a character mistaken elsewhere: hence the warning, and no record without a person.
    assert!(mistaken <= 2, "{mistaken}");
}

#[test]
fn the_check_digit_of_an_empty_personal_number_is_a_filler_or_zero() {
    for (line, found) in [
        ("A1234567<6GBD8501019F3301018<<<<<<<<<<<<<<<0", '<'),
        ("A1234567<6GBD8501019F3301018<<<<<<<<<<<<<<00", '0'),
    ] {
        let read = lower(line);
        assert!(read.valid);
        assert!(codes(&read).contains(&"optional_check_digit"));
        let warning = &read.warnings[0];
        assert_eq!(
            warning.detail,
            format!(
                "Line 2, position 43 holds {found}: there is no personal number, and the issuer may put < or 0."
            )
        );
    }
    assert!(!lower("A1234567<6GBD8501019F3301018<<<<<<<<<<<<<<10").valid);
    // No other field may leave its digit out, be it empty or not.
    let line = "L898902C36UTO<<<<<<<F3404159<<<<<<<<<<<<<<<";
    let composite = lower(&format!("{line}0")).checks[4].expected;
    assert_eq!(
        wrong(&lower(&format!("{line}{composite}"))),
        [("date_of_birth", 2, 20, '0')]
    );
    // In use, the number needs its digit.
    assert!(!lower("L898902C36UTO7408122F3404159ZE184226B<<<<<<6").valid);
}

#[test]
fn what_can_only_be_a_digit_or_a_letter_is_repaired() {
    let expected = lower("L898902C36UTO7408122F3404159ZE184226B<<<<<16");
    for (text, detail) in [
        (
            format!("{NAMES}\nL898902C36UTO74O8122F3404159ZE184226B<<<<<16"),
            "Line 2, position 16: O cannot stand there and was read as 0.",
        ),
        (
            format!("{NAMES}\nL898902C36UTO7408122F3404159ZE184226B<<<<<I6"),
            "Line 2, position 43: I cannot stand there and was read as 1.",
        ),
        (
            format!(
                "{}\nL898902C36UTO7408122F3404159ZE184226B<<<<<16",
                NAMES.replace("UTO", "UT0")
            ),
            "Line 1, position 5: 0 cannot stand there and was read as O.",
        ),
    ] {
        let read = verdict(&text);
        assert!(read.valid, "{text}");
        assert_eq!(read.fields, expected.fields);
        assert_eq!(read.warnings[0].code, WarningCode::Repaired);
        assert_eq!(read.warnings[0].detail, detail);
    }
}

/// An L is as likely as an I, and nothing says which.
#[test]
fn a_digit_in_a_name_is_for_a_person_to_look_at() {
    let names = NAMES.replace("ERIK", "ER1K");
    let read = verdict(&format!("{names}\nL898902C36UTO7408122F3404159ZE184226B<<<<<16"));
    assert!(read.valid);
    assert_eq!(read.warnings[0].code, WarningCode::RepairedName);
    assert_eq!(
        read.warnings[0].detail,
        "Line 1, position 8: 1 cannot stand in a name and was read as I, which no check digit confirms; compare it with \
         the document."
    );
}

#[test]
fn a_number_is_repaired_where_the_check_digits_leave_one_answer() {
    let read = lower("L8989O2C36UTO7408122F3404159ZE184226B<<<<<16");
    assert!(read.valid);
    assert_eq!(read.fields.passport_number.as_deref(), Some("L898902C3"));
    assert_eq!(read.warnings[0].code, WarningCode::RepairedByCheckDigit);
    assert_eq!(
        read.warnings[0].detail,
        "Line 2, position 6: O was read as 0, which alone satisfies the check digits; compare it with the document."
    );
}

#[test]
fn two_answers_are_none() {
    // An O in place of either 0 of the same weight is wrong by the same amount.
    let of = |characters: String| char::from(crate::travel::check_digit::of(characters.bytes()));
    let (meant, sent) = ("012O456OO", "O12O456OO");
    let digit = of(meant.to_owned());
    let rest = "7408122F3404159ZE184226B<<<<<1";
    let composite = of(format!("{meant}{digit}{}", rest.replace('F', "")));
    let line = |number: &str| format!("{number}{digit}UTO{rest}{composite}");
    assert!(lower(&line(meant)).valid);
    let read = lower(&line(sent));
    assert!(!read.valid);
    assert_eq!(read.fields.passport_number.as_deref(), Some(sent));
    assert!(!codes(&read).contains(&"repaired_by_check_digit"));
    // Nor where one of two is what readers mistake less often.
    for line in [
        "1PB254S1I4UTO7408122F3404159<<<<<<<<<<<<<<08",
        "G54S426611UTO7408122F3404159<<<<<<<<<<<<<<04",
    ] {
        let read = lower(line);
        assert!(
            !read.valid && !codes(&read).contains(&"repaired_by_check_digit"),
            "{line}"
        );
    }
}

#[test]
fn a_guess_is_dropped_if_another_digit_stays_wrong() {
    let read = lower("L8989O2C36UTO7408132F3404159ZE184226B<<<<<16");
    assert!(!read.valid);
    assert_eq!(read.fields.passport_number.as_deref(), Some("L8989O2C3"));
    assert_eq!(wrong(&read)[0].0, "passport_number");
    assert_eq!(wrong(&read)[1].0, "date_of_birth");
}

#[test]
fn dates_that_do_not_exist_are_not_valid_though_their_digits_are_right() {
    let digit = char::from(crate::travel::check_digit::of("741301".bytes()));
    let line = format!("L898902C36UTO741301{digit}F3404159<<<<<<<<<<<<<<0");
    let composite = lower(&format!("{line}0")).checks[4].expected;
    let read = lower(&format!("{line}{composite}"));
    assert_eq!(wrong(&read), []);
    assert!(!read.valid);
    assert_eq!(read.fields.date_of_birth, None);
    assert!(codes(&read).contains(&"impossible_date"));
}

#[test]
fn a_birth_that_is_not_known_in_full_is_no_fault() {
    for date in ["<<<<<<", "74<<<<", "7408<<"] {
        let digit = char::from(crate::travel::check_digit::of(date.bytes()));
        let line = format!("L898902C36UTO{date}{digit}F3404159<<<<<<<<<<<<<<0");
        let composite = lower(&format!("{line}0")).checks[4].expected;
        let read = lower(&format!("{line}{composite}"));
        assert!(read.valid, "{date}");
        assert_eq!(read.fields.date_of_birth, None);
        assert!(codes(&read).contains(&"unknown_date"));
    }
}

#[test]
fn unknown_and_other_codes_are_told_apart() {
    let text = "PPZZQERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36DEU7408122X3404159ZE184226B<<<<<16";
    let read = verdict(text);
    assert!(read.valid);
    assert_eq!(read.fields.issuing_country.as_deref(), Some("ZZQ"));
    assert_eq!(read.fields.nationality.as_deref(), Some("D"));
    assert_eq!(read.fields.sex, Some(entity::values::Sex::X));
    assert_eq!(
        codes(&read),
        [
            "unknown_code",
            "other_code",
            "other_code",
            "year_read",
            "year_read"
        ]
    );
    for (code, warning) in [
        ("P<", "legacy_document_code"),
        ("PN", "legacy_document_code"),
        ("AC", "unknown_code"),
    ] {
        let read = verdict(&ERIKSSON.replacen("P<", code, 1));
        assert_eq!(codes(&read)[0], warning, "{code}");
    }
}

#[test]
fn what_must_not_be_empty_or_of_digits_is_not_valid() {
    for (from, to) in [
        ("ERIKSSON<<ANNA<MARIA", "<<<<<<<<<<<<<<<<<<<<"),
        ("ANNA", "ANN4"),
        ("122F", "122Q"),
        ("P<UTO", "P<<<<"),
    ] {
        let read = verdict(&ERIKSSON.replacen(from, to, 1));
        assert!(!read.valid, "{to}");
    }
}

#[test]
fn fillers_that_nobody_counted_are_mended() {
    let expected = verdict(ERIKSSON).fields;
    for names in [
        "P<UTOERIKSSON<<ANNA<MARIA<<<",
        &("P<UTOERIKSSON<<ANNA<MARIA".to_owned() + &"<".repeat(40)),
    ] {
        let read = verdict(&format!("{names}\nL898902C36UTO7408122F3404159ZE184226B<<<<<16"));
        assert!(read.valid);
        assert_eq!(read.fields, expected);
        assert_eq!(codes(&read)[0], "line_length");
    }
}

#[test]
fn what_is_no_zone_says_why() {
    let seven = "<".repeat(44);
    for (text, why) in [
        ("", "begins with a letter"),
        ("hello", "this text has 1 line with 5"),
        (&ERIKSSON[..60], "this text has 2 lines with 44, 15"),
        (&ERIKSSON.replacen('L', "", 1), "with 44, 43"),
        (
            &ERIKSSON.replace("ANNA", "ÅNNA"),
            "Line 1, position 16 holds a character",
        ),
        (
            &ERIKSSON.replace("ZE18", "ZE-8"),
            "Line 2, position 31 holds a character",
        ),
        (&format!("{seven}\n{seven}"), "begins with a letter"),
        (&"9".repeat(88), "begins with a letter"),
        ("a\nb\nc\nd\ne\nf", "this text has 6 lines with 1, 1, 1, 1"),
    ] {
        let NotMrz(detail) = read(text, today()).unwrap_err();
        assert!(detail.contains(why), "{text}: {detail}");
    }
}

#[test]
fn nothing_personal_shows_in_debug() {
    let read = verdict(ERIKSSON);
    let shown = format!("{read:?} {:?} {:?} {:?}", read.fields, read.checks, read.warnings);
    for secret in ["ERIKSSON", "L898902C3", "1974", "ZE184226B", "'6'"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
