"""Every ENS operation, with both of the cloud's Python SDKs and both of its signatures."""

import json
import time

import pytest

from clouds import ENS_TYPES, MIGRATE, REBOOT, REDEPLOY, Core, Ens
from conftest import STEP_S
from refusal_check import replaced

LEVELS = ["CRITICAL", "WARN", "INFO"]
STATUSES = ["Inquiring", "Scheduled", "Executing", "Executed", "Failed", "Canceled", "Avoided"]
POLICIES = ["abandon", "try_transfer", "force_transfer"]
# 30 characters, the most there may be, with what trips encoders: a quote, a space, `+`, `%`, `&`, `=`, beyond ASCII.
PASSWORD = "Aa1 +*~%&=\"'\\/?#<>{}|^`é中😀𠀀(!)"
KINDS = {"redeploy": REDEPLOY, "migrate": MIGRATE, "reboot": REBOOT}


@pytest.fixture(params=["ACS3", "RPC v1"])
def ens(request, sandbox, wire):
    """The ENS SDK as it signs today, and as older ones did."""
    config = {} if request.param == "ACS3" else {"signature_algorithm": "v2"}
    return Ens(wire.address, sandbox.keys, **config)


@pytest.fixture(params=[("POST", False), ("POST", True), ("GET", False)], ids=["query", "form", "GET"])
def core(request, sandbox, wire):
    """The core SDK, with its parameters in each of the places where they can stand."""
    client = Core(wire.address, sandbox.keys)
    method, in_body = request.param
    return lambda action, **params: client.call(action, params, method, in_body)


def in_ms(seconds):
    return int((time.time() + seconds) * 1000)


def now(event):
    return {"event_id": event.event_id, "resource_id": event.resource_id, "ops_type": "immediate"}


def at(event, time_ms):
    return {**now(event), "ops_type": "scheduled", "plan_time": time_ms}


def results(body):
    return {one.event_id: (one.code, one.resource_id) for one in body.results}


def accepted(events):
    return {event.event_id: (200, event.resource_id) for event in events}


def wait_until(check):
    """The clouds work in steps; a few of them are waited for."""
    end = time.monotonic() + 20 * STEP_S
    while not check():
        assert time.monotonic() < end, "the events did not move on"
        time.sleep(STEP_S / 4)


def test_walks_all_pages_of_all_types(ens):
    walked, number = [], 1
    while True:
        page = ens.list(page_number=number, page_size=7)
        assert (page.page_number, page.page_size, page.total_count) == (number, 7, 100)
        if not page.events:
            break
        walked += page.events
        number += 1
    assert len({event.event_id for event in walked}) == len(walked) == 100
    assert {event.event_type for event in walked} == set(ENS_TYPES)
    assert number == 16


def test_lists_by_every_filter_what_a_look_at_all_of_them_finds(ens):
    everything = ens.list(page_size=100).events
    filters = [
        *(({"types": [one]}, lambda e, one=one: e.event_type == one) for one in ENS_TYPES),
        *(({"event_status": [one]}, lambda e, one=one: e.event_status == one) for one in STATUSES),
        *(({"event_levels": [one]}, lambda e, one=one: e.event_level == one) for one in LEVELS),
        ({"event_levels": LEVELS[:2]}, lambda e: e.event_level in LEVELS[:2]),
        (
            {"resource_ids": [e.resource_id for e in everything[:3]]},
            lambda e: e.resource_id in [e.resource_id for e in everything[:3]],
        ),
        (
            {"types": REDEPLOY, "event_status": STATUSES[:2], "event_levels": ["WARN"]},
            lambda e: e.event_type in REDEPLOY
            and e.event_status in STATUSES[:2]
            and e.event_level == "WARN",
        ),
    ]
    found_something = 0
    for arguments, wanted in filters:
        found = [event.event_id for event in ens.list(page_size=100, **arguments).events]
        assert found == [event.event_id for event in everything if wanted(event)], arguments
        found_something += bool(found)
    assert found_something > len(filters) / 2


def test_gives_every_field_that_the_page_documents(ens):
    for event in ens.list(page_size=100).events:
        assert event.event_level in LEVELS and event.event_status in STATUSES
        assert event.publish_time > 1_600_000_000_000 and event.publish_utc_time.endswith("Z")
        assert (event.not_before is None) == (event.not_before_utc_time is None)
        assert event.reason and event.resource_id
        if event.extended_attribute is not None:
            json.loads(event.extended_attribute)


@pytest.mark.parametrize("verb", KINDS)
def test_acts_on_a_batch_now_and_later(ens, verb):
    events = ens.inquiring(KINDS[verb])[:4]
    policy = {"data_policy": "try_transfer"} if verb == "migrate" else {}
    later = in_ms(3600)
    items = [{**now(event), **policy} for event in events[:2]]
    items += [{**at(event, later), **policy} for event in events[2:]]
    assert results(ens.batch(verb, items)) == accepted(events)
    wait_until(lambda: all(ens.status(event) in ("Executed", "Failed") for event in events[:2]))
    assert [ens.status(event) for event in events[2:]] == ["Scheduled", "Scheduled"]


@pytest.mark.parametrize("kind", REBOOT)
def test_reboots_for_both_types_that_the_pages_name(ens, kind):
    events = ens.inquiring([kind])[:1]
    assert results(ens.batch("reboot", [now(events[0])])) == accepted(events)


@pytest.mark.parametrize("policy", POLICIES)
def test_migrates_with_every_policy_and_a_password_of_odd_characters(ens, wire, policy):
    event = ens.inquiring(MIGRATE)[0]
    assert len(PASSWORD) == 30
    item = {**now(event), "data_policy": policy, "password": PASSWORD}
    assert results(ens.batch("migrate", [item])) == accepted([event])
    # Changed by one character on the way it must not pass: the whole of it is signed.
    wire.tamper = replaced("Aa1", "Aa2")
    with pytest.raises(Exception, match="not matched"):
        ens.batch("migrate", [item])


@pytest.mark.parametrize("verb", KINDS)
def test_acts_on_single_events(ens, sandbox, verb):
    first, second = ens.inquiring(KINDS[verb])[:2]
    policy = {"data_policy": "force_transfer"} if verb == "migrate" else {}
    password = {"password": PASSWORD} if verb == "migrate" else {}
    assert ens.single(verb, **now(first), **policy, **password).request_id
    assert ens.single(verb, **at(second, in_ms(3600)), **policy).request_id
    assert ens.status(second) == "Scheduled"
    acts = {one["event_id"]: one["accepted"] for one in sandbox.calls()["events"]}
    assert acts == {first.event_id: 1, second.event_id: 1}


def test_takes_items_in_any_order_and_tells_each_apart(ens):
    redeploy = ens.inquiring(REDEPLOY)[:2]
    foreign = ens.inquiring(REBOOT)[0]
    items = [now(redeploy[0]), now(foreign), {**now(redeploy[1]), "event_id": "e-none"}]
    codes = [one.code for one in ens.batch("redeploy", items).results]
    assert codes == [200, 400, 404]


def test_ignores_the_reserved_time_text(ens):
    event = ens.inquiring(REDEPLOY)[0]
    item = {**now(event), "plan_utc_time": "2020-01-01T00:00:00Z"}
    assert results(ens.batch("redeploy", [item])) == accepted([event])


def test_the_core_sdk_reaches_every_action(core):
    def inquiring(types):
        params = {"EventTypes": ",".join(types), "EventStatus": "Inquiring", "PageSize": 100}
        return core("DescribeHistoryEvents", **params)["Events"]

    for verb, types in KINDS.items():
        batched, single = inquiring(types)[:2]
        info = {
            "EventId": batched["EventId"],
            "ResourceId": batched["ResourceId"],
            "OpsType": "scheduled",
            "PlanTime": in_ms(3600),
        }
        more = {"OpsType": "immediate"}
        if verb == "migrate":
            info["DataPolicy"] = more["DataPolicy"] = "try_transfer"
            more["Password"] = PASSWORD
        name = verb.capitalize()
        text = json.dumps([info], ensure_ascii=False)
        answer = core(f"BatchEvent{name}Instance", EventInfos=text)
        assert [one["Code"] for one in answer["Results"]] == [200]
        single = {key: single[key] for key in ("EventId", "ResourceId")}
        assert core(f"Event{name}Instance", **single, **more)["RequestId"]


def test_names_and_tags_the_instances_of_events(ens):
    events = ens.list(page_size=100).events
    ids = sorted({e.resource_id.strip() for e in events if e.resource_id.startswith("i-")})[:50]
    named = {}
    for number in (1, 2):
        page = ens.instances(ids + ["i-nobodys"], page_number=number, page_size="30")
        assert (page.code, page.total_count) == (0, len(ids))
        named.update({one.instance_id: one for one in page.instances.instance})
    assert sorted(named) == ids
    assert all(one.instance_name and one.ens_region_id and one.status for one in named.values())
    assert ens.instances([]).total_count == 0

    rows, token = [], None
    while True:
        page = ens.tags(ids, next_token=token)
        rows += page.tag_resources
        token = page.next_token
        if not token:
            break
    tags = {(row.resource_id, row.tag_key): row.tag_value for row in rows}
    assert len(tags) == len(rows) > 50
    told = {(id, tag.tag_key): tag.tag_value for id, one in named.items() for tag in one.tags.tags}
    assert told == tags
