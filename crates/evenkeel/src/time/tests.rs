use super::*;

#[test]
fn reads_only_the_form_in_whole_seconds() {
    assert!(Timestamp::parse_utc_seconds("2025-07-09T10:40:00Z").is_ok());
    for text in [
        "2025-07-09T10:40:00+00:00",
        "2025-07-09 10:40:00Z",
        "+025-07-09T10:40:00Z",
        "2025-07-09T10:40:60Z",
        "2025-02-30T10:40:00Z",
        "2025-7-09T10:40:00Z",
        "",
        "２025-07-09T10:40:0",
    ] {
        assert!(Timestamp::parse_utc_seconds(text).is_err(), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn reads_whole_seconds_as_it_reads_rfc_3339(
        millis in Timestamp::MIN_MILLIS..=Timestamp::MAX_MILLIS,
        place in 0..20_usize,
        byte in proptest::sample::select(&b"0123456789:;/-+.TtZz \x00\x7f"[..]),
    ) {
        let at = Timestamp::from_millis(millis).whole_seconds();
        let mut text = at.to_utc_seconds();
        proptest::prop_assert_eq!(Timestamp::parse_utc_seconds(&text), Ok(at));
        text.replace_range(place..=place, &char::from(byte).to_string());
        let theirs = text.parse().ok().filter(|_| text.contains('T') && text.ends_with('Z'));
        proptest::prop_assert_eq!(Timestamp::parse_utc_seconds(&text).ok(), theirs);
    }
}

#[test]
fn reads_a_time_of_an_answer_however_it_is_written() {
    let nine: Timestamp = "2027-01-17T09:41:00Z".parse().unwrap();
    for text in [
        "2027-01-17T09:41:00Z",
        "2027-01-17T09:41Z",
        "2027-01-17T09:41",
        "2027-01-17T09:41:00",
        "2027-01-17T09:41:00.000000",
        "2027-01-17 09:41:00 UTC",
        "2027-01-17T09:40:60Z",
        "2027-01-17T09:41:00+0000",
        "2027-01-17T17:41:00+0800",
        "2027-01-17T17:41+08:00",
        "2027-01-17 17:41:00 +0800",
        "2027-01-17T17:41:00+08",
        " 2027-01-17T09:41:00z ",
        "1800178860",
        "1800178860.123",
        "1800178860000",
        "1.800178860e9",
        "1.800178860e12",
    ] {
        assert_eq!(Timestamp::from_answer(text), Some(nine), "{text}");
    }
    for none in [
        "",
        "0",
        "-1",
        "7",
        "0.0",
        "-1800178860",
        "0000-00-00 00:00:00",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "soon",
        "2027-01-17",
        "2027-13-17T09:41:00Z",
        "1.8.0",
        "1e",
        "e1",
        "2027-01-17T09:41:00+",
        "2027-01-17T09:41:61Z",
        "99999999999999999999",
        "１800178860",
    ] {
        assert_eq!(Timestamp::from_answer(none), None, "{none}");
    }
}

proptest::proptest! {
    #[test]
    fn reads_every_rfc_3339_time_of_an_answer_as_elsewhere(
        text in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,7})?([Zz]|[+-][0-2][0-9]:[0-5][0-9])",
    ) {
        let strict = text.parse::<Timestamp>().ok().filter(|at| at.is_meant());
        proptest::prop_assert_eq!(Timestamp::from_answer(&text), strict);
    }

    #[test]
    fn no_text_is_too_odd_for_a_time(text in "[-0-9:.eETZ +a]{0,30}") {
        let _ = Timestamp::from_answer(&text);
    }
}

#[test]
fn shows_milliseconds_only_when_there_are_any() {
    assert_eq!(
        Timestamp::from_millis(0).to_string(),
        "1970-01-01T00:00:00Z"
    );
    assert_eq!(
        Timestamp::from_millis(1).to_string(),
        "1970-01-01T00:00:00.001Z"
    );
}

#[test]
fn stays_within_four_digit_years() {
    assert_eq!(
        Timestamp::from_millis(i64::MAX).to_string(),
        "9999-12-31T23:59:59.999Z"
    );
    assert_eq!(
        Timestamp::from_millis(i64::MIN).to_string(),
        "0000-01-01T00:00:00Z"
    );
    assert!("+10000-01-01T00:00:00Z".parse::<Timestamp>().is_err());
}
