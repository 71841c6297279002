"""Every Huawei operation, with the cloud's Python SDK."""

import datetime

import pytest

from clouds import Huawei, ScheduledEventAcceptBody, ScheduledEventUpdateBody
from test_ens import wait_until

TYPES = [
    "instance-reboot",
    "instance-stop",
    "instance-migrate",
    "instance-redeploy",
    "localdisk-recovery",
    "system-maintenance",
]
STATES = ["inquiring", "scheduled", "executing", "completed", "failed", "canceled"]


@pytest.fixture
def huawei(sandbox, wire):
    return Huawei(wire.endpoint, sandbox.keys)


def text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def utc(minutes=0):
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)


def parsed(time):
    return datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC)


def before_deadline(event, minutes=5):
    return text(parsed(event.not_before_deadline) - datetime.timedelta(minutes=minutes))


def test_walks_all_pages(huawei):
    everything = huawei.list().events
    assert len(everything) == 100
    for limit in (1, 7, 33, 100):
        walked = huawei.all(limit=limit)
        assert [event.id for event in walked] == [event.id for event in everything], limit


def test_names_a_marker_even_after_the_last_event(huawei):
    event = huawei.list().events[-1]
    page = huawei.list(limit=1, id=event.id)
    assert page.page_info.next_marker == event.id
    assert huawei.list(limit=1, id=event.id, marker=event.id).events == []


def test_lists_by_every_filter_what_a_look_at_all_of_them_finds(huawei):
    everything = huawei.all()
    middle = sorted(event.publish_time for event in everything)[50]
    some = [everything[3], everything[60]]
    instances = [event.instance_id for event in some]
    filters = [
        *(({"type": [one]}, lambda e, one=one: e.type == one) for one in TYPES),
        *(({"state": [one]}, lambda e, one=one: e.state == one) for one in STATES),
        ({"type": TYPES[2:4]}, lambda e: e.type in TYPES[2:4]),
        ({"state": STATES[::-1][:3]}, lambda e: e.state in STATES[3:]),
        ({"id": some[0].id}, lambda e: e.id == some[0].id),
        ({"id": "nobody"}, lambda e: False),
        ({"instance_id": instances[:1]}, lambda e: e.instance_id in instances[:1]),
        ({"instance_id": instances}, lambda e: e.instance_id in instances),
        ({"publish_since": middle}, lambda e: e.publish_time >= middle),
        ({"publish_until": middle}, lambda e: e.publish_time <= middle),
        (
            {"publish_since": middle, "publish_until": middle, "state": STATES},
            lambda e: e.publish_time == middle,
        ),
    ]
    for arguments, wanted in filters:
        found = [event.id for event in huawei.list(**arguments).events]
        assert found == [event.id for event in everything if wanted(event)], arguments


def test_gives_every_field_in_its_documented_form(huawei):
    for event in huawei.all():
        assert event.type in TYPES and event.state in STATES
        assert event.id and event.instance_id and event.description
        for time in (event.publish_time, event.not_before, event.not_after, event.start_time):
            assert time is None or text(parsed(time)) == time


def test_accepts_with_a_time_with_an_empty_object_and_without_a_body(huawei, wire):
    with_time, with_object, without = huawei.all(state=["inquiring"])[:3]
    time = before_deadline(with_time)
    sent = []
    for event, body in (
        (with_time, ScheduledEventAcceptBody(not_before=time)),
        (with_object, ScheduledEventAcceptBody()),
        (without, None),
    ):
        assert huawei.accept(event.id, body).x_request_id
        sent.append(wire.last[0].body)
    assert sent[1:] == [b"{}", b""]
    assert huawei.event(with_time.id).state == "scheduled"
    assert huawei.event(with_time.id).not_before == time
    final = ("executing", "completed", "failed")
    wait_until(lambda: huawei.event(with_object.id).state in final)
    wait_until(lambda: huawei.event(without.id).state in final)


def test_updates_what_is_scheduled(huawei):
    event = next(
        event
        for event in huawei.all(state=["scheduled"])
        if parsed(event.not_before_deadline) > utc(minutes=10)
    )
    time = before_deadline(event)
    assert huawei.update(event.id, ScheduledEventUpdateBody(not_before=time)).x_request_id
    after = huawei.event(event.id)
    assert (after.state, after.not_before) == ("scheduled", time)


def test_has_no_nonce_so_the_same_bytes_pass_twice(huawei, wire):
    huawei.list(limit=1)
    request, first = wire.last
    assert wire.send(request).body == first.body


def test_takes_an_event_id_of_any_characters_as_it_was_signed(huawei, wire):
    """A slash is sent as `%2F` and signed as `/`: refused for what it is, not for its signature."""
    for odd in ("a/b", "a b", "a+b", "a%2Fb", "é中😀", "a?b#c", "~*'()!"):
        with pytest.raises(Exception) as caught:
            huawei.accept(odd)
        assert wire.last[1].status == 404, (odd, wire.last)
        assert caught.value.error_code == "Ecs.0004", odd
        assert odd in caught.value.error_msg


def test_names_and_tags_the_servers_of_events(huawei):
    ids = sorted({event.instance_id for event in huawei.all()})[:20]
    answer = huawei.servers(ids + ["nobodys"])
    assert answer.count == 21
    *servers, nobody = answer.servers
    assert [one.id for one in servers] == ids
    assert all(one.name and one.status and one.os_ext_a_zavailability_zone for one in servers)
    assert any("service=" in tag for one in servers for tag in one.tags)
    assert (nobody.id, nobody.name, nobody.tags) == ("nobodys", None, None)
