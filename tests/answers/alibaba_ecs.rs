//! What Alibaba Cloud ECS answers.

use evenkeel::{Cursor, Provider, Restriction, StateKind, first_page};

use crate::{answer, page, sample, scope};

#[test]
fn reads_the_documented_list_of_alibaba_ecs() {
    let list = first_page(Provider::AlibabaEcs, 10);
    let page = list
        .page(&scope(), &answer(200, sample("ecs_list_response.json")))
        .unwrap();
    let [done, asks] = &page.events[..] else {
        panic!("{} events", page.events.len());
    };
    let (kind, state) = (&done.event_type.raw, &done.state.raw);
    assert_eq!(
        (&**kind, &**state),
        ("SystemMaintenance.Reboot", "Executed")
    );
    assert_eq!(done.finished_at, "2017-12-01T06:35:31Z".parse().ok());
    assert_eq!(
        (asks.state.kind, asks.not_before),
        (StateKind::Inquiring, None)
    );
    assert_eq!(page.next, Some(Cursor::Marker("token-2".to_owned())));
}

#[test]
fn an_event_of_alibaba_ecs_says_in_any_spelling_that_it_takes_no_agreement() {
    for (word, restriction) in [
        (r#""false""#, Some(Restriction::NoAgreement)),
        (r#""False""#, Some(Restriction::NoAgreement)),
        (r#""f\u0061lse""#, Some(Restriction::NoAgreement)),
        ("false", Some(Restriction::NoAgreement)),
        (r#""true""#, None),
        ("true", None),
        ("null", None),
        (r#""""#, None),
    ] {
        let event = format!(r#"{{"EventId":"e-1","ExtendedAttribute":{{"CanAccept":{word}}}}}"#);
        let body =
            format!(r#"{{"InstanceSystemEventSet":{{"InstanceSystemEventType":[{event}]}}}}"#);
        let page = page(Provider::AlibabaEcs, &body);
        assert_eq!(page.events[0].restriction, restriction, "{word}");
    }
}
